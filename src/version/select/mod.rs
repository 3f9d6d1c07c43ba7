//! From a list of tags to the updates of the running one.

pub(crate) mod current;
pub(crate) mod endings;
pub(crate) mod newest;
pub mod selection;
pub mod selector;
pub mod sibling;
pub(crate) mod spelling;
