//! The parts of an image: its reference, its manifests, its config, its platforms. Nothing here uses a network or a
//! clock.

pub mod config;
pub(crate) mod container;
pub mod digest;
pub mod manifest;
pub mod platform;
pub mod reference;
pub(crate) mod referrers;
