//! What a tag says. Pure; no network, no clock.

mod calendar;
mod ending;
pub mod explain;
mod floating;
mod heap;
mod item;
mod lane;
pub mod order;
pub mod original;
pub mod policy;
mod reader;
mod reading;
pub mod scheme;
pub mod selection;
pub mod sibling;
pub mod sieve;
mod words;
