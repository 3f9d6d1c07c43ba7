//! Where release notes live, and where it is listed how long versions live.

pub(crate) mod endoflife_date;
pub(crate) mod page;
pub(crate) mod probe;
pub(crate) mod releases;
