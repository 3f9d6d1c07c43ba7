//! The OCI distribution API: who is asked, with which token, for tags, manifests and blobs.

pub mod answer;
pub mod auth;
pub mod client;
mod digests;
mod endpoint;
pub(crate) mod facts;
mod flights;
pub mod hub;
pub mod manifests;
mod refusal;
mod resource;
mod route;
pub mod settings;
pub mod tags;
