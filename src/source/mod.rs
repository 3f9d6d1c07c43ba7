//! Reads release notes and support data from their servers.

pub(crate) mod endoflife_date;
pub(crate) mod page;
pub(crate) mod probe;
pub(crate) mod releases;
