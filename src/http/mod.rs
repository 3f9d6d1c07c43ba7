//! HTTP: sockets, waits and retries. It knows nothing of registries.

mod ahead;
pub(crate) mod client;
pub(crate) mod connect;
pub(crate) mod deadline;
pub(crate) mod error_document;
mod failure;
pub(crate) mod host;
mod jitter;
mod json_body;
pub(crate) mod meter;
pub(crate) mod options;
pub(crate) mod redirect;
pub(crate) mod request;
pub(crate) mod response;
pub(crate) mod retry;
