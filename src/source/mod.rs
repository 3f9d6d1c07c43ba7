//! Reads release notes, security advisories and support data from their servers.

pub(crate) mod address;
pub(crate) mod advisories;
pub(crate) mod endoflife_date;
pub(crate) mod files;
pub(crate) mod host;
pub(crate) mod lookups;
pub(crate) mod naming;
pub(crate) mod notes;
pub(crate) mod overrides;
pub(crate) mod packagers;
pub(crate) mod page;
pub(crate) mod probe;
pub(crate) mod releases;
pub(crate) mod upstream;
