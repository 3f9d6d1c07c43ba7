//! Tag lists: their pages, and who reads them.

pub(crate) mod link;
pub(crate) mod list;
pub(crate) mod page;
pub(crate) mod pagination;
pub(crate) mod readers;
