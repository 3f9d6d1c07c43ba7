//! Where release notes live.

pub mod page;
pub mod probe;
