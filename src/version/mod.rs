//! What a tag says. Pure; no network, no clock.

pub mod original;
