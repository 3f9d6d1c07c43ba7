//! Where release notes live.

pub mod page;
pub mod probe;
pub mod releases;
