//! What an image is: its name, its manifests, its platforms. Pure; no network, no clock.

pub mod config;
pub mod manifest;
pub mod platform;
pub mod reference;
