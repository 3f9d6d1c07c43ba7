//! Values that JavaScript receives: errors, reports and log lines.

pub(super) mod error;
pub(super) mod flood;
pub(super) mod logger;
pub(super) mod panic;
pub(super) mod reports;
