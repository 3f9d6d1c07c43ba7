//! The OCI distribution API: who is asked, with which token, for tags, manifests and blobs.

pub mod answer;
pub mod auth;
pub mod client;
mod digests;
mod endpoint;
mod head_support;
pub mod hub;
pub mod manifests;
pub(crate) mod repository_cache;
mod resource;
mod route;
pub mod settings;
mod shared_requests;
pub mod tags;
