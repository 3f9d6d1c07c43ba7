//! Compares two tags: whether they are of one kind, which is newer, and how far they are apart.

pub(crate) mod alike;
pub(crate) mod distance;
pub(crate) mod order;
