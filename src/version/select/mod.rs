//! From a list of tags to the updates of the running one.

pub(crate) mod affixes;
pub(crate) mod current_tag;
pub(crate) mod evidence;
pub(crate) mod facts;
mod finding;
mod moving;
pub(crate) mod newest;
mod observe;
pub(crate) mod outcome;
pub(crate) mod outlier;
pub(crate) mod rejections;
pub(crate) mod selection;
pub(crate) mod selector;
pub(crate) mod sibling;
pub(crate) mod spelling;
