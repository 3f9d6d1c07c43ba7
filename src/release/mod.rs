//! Where release notes live.

pub mod list;
pub mod page;
pub mod probe;
