//! What is to hold, whoever goes on first.

pub(crate) mod breaker;
pub(crate) mod flights;
pub(crate) mod pace;
