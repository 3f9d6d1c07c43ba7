//! Reads release notes, security advisories and support data from their servers.

pub(crate) mod advisories;
pub(crate) mod endoflife_date;
pub(crate) mod packagers;
pub(crate) mod page;
pub(crate) mod probe;
pub(crate) mod releases;
