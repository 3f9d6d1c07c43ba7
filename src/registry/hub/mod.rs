//! Docker Hub's own API.

pub(crate) mod api;
pub(crate) mod memory;
pub(crate) mod tags;
