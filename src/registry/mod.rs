//! The OCI distribution API: servers, tokens, tags, manifests and blobs.

pub(crate) mod answer;
pub(crate) mod auth;
pub(crate) mod client;
mod digests;
mod endpoint;
mod head_support;
pub(crate) mod hub;
pub(crate) mod manifests;
pub(crate) mod referrers;
pub(crate) mod repository_cache;
mod resource;
mod route;
pub(crate) mod settings;
mod shared_requests;
pub(crate) mod tags;
