//! Validates what JavaScript passes: arguments, options and signals.

pub(super) mod arguments;
pub(super) mod call_options;
mod credentials;
pub(super) mod images;
pub(super) mod options;
pub(super) mod policy;
mod registry_options;
