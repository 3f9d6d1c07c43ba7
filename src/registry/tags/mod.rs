//! Tag lists: their pages, and the readers of them.

pub(crate) mod list;
pub(crate) mod page;
pub(crate) mod pagination;
pub(crate) mod readers;
