//! What a tag says. Pure; no network, no clock.

mod calendar;
mod digits;
mod distance;
mod ending;
pub mod explain;
mod floating;
mod heap;
mod item;
pub mod kind;
mod lane;
mod letters;
mod manner;
pub mod order;
pub mod original;
pub mod policy;
mod reader;
mod reading;
mod running;
pub mod scheme;
pub mod selection;
pub mod sibling;
pub mod sieve;
mod words;
