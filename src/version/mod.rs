//! What a tag says. Pure; no network, no clock.

pub mod explain;
mod number;
pub mod order;
pub mod original;
pub mod policy;
pub mod scheme;
pub mod sieve;
mod token;
mod words;
