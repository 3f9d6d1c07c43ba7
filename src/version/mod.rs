//! What a tag says. Pure; no network, no clock.

pub mod compare;
pub mod explain;
pub(crate) mod floating;
pub mod original;
pub mod policy;
pub mod select;
pub mod tag;
