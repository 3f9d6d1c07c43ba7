//! What JavaScript passes: arguments, options and signals, looked at before they are believed.

pub(super) mod arguments;
mod credentials;
pub(super) mod images;
pub(super) mod options;
pub(super) mod policy;
mod registry_options;
pub(super) mod signal;
