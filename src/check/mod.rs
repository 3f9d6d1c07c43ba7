//! Finds out which version of an image can be run, and why. A [`checker::Checker`] implements the methods of the
//! service.

pub(crate) mod checker;
mod digest;
pub(crate) mod images;
pub(crate) mod inspect;
mod last_answer;
pub(crate) mod lifecycle;
pub(crate) mod many;
mod original;
pub(crate) mod published;
mod redis_pauses;
pub(crate) mod report;
pub(crate) mod request;
pub(crate) mod safety;
pub(crate) mod search;
pub(crate) mod stats;
