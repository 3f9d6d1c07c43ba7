//! The OCI distribution API: who is asked, with which token, for tags, manifests and blobs.

pub mod answer;
mod authorization;
pub mod challenge;
pub mod client;
mod credentials;
mod digests;
pub(crate) mod docker_config;
mod endpoint;
pub(crate) mod facts;
mod flights;
mod helper;
pub mod hub;
mod hub_memory;
pub mod hub_tags;
pub mod link;
pub mod manifests;
mod realm;
mod refusal;
mod resource;
mod route;
pub mod settings;
pub mod tag_list;
pub mod tag_readers;
pub mod tags;
mod token;
pub mod trust;
