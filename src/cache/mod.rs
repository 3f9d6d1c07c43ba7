//! What is remembered, and what is being asked right now.

mod disk;
mod entry;
mod folder;
mod layers;
mod memory;
mod outage;
mod redis;
mod store;

pub use self::{
    entry::Entry,
    layers::{Cache, CacheOptions},
};
pub mod single_flight;
