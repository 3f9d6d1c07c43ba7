//! HTTP: the only room with sockets and with sleep. It knows nothing of registries.

pub mod client;
pub mod connect;
pub mod deadline;
pub(crate) mod error_document;
mod failure;
pub mod host;
mod jitter;
pub mod meter;
pub mod options;
pub mod redact;
pub mod redirect;
pub mod request;
pub mod response;
pub mod retry;
