//! Where release notes live, and where it is listed how long versions live.

pub mod page;
pub mod probe;
pub mod releases;
pub mod support_data;
