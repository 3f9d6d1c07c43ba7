//! Two tags side by side: whether they are of one kind, which is newer, how far they are apart.

pub(crate) mod alike;
pub(crate) mod distance;
pub(crate) mod order;
