//! HTTP: the only room with sockets and with sleep. It knows nothing of registries.

pub mod address;
mod breaker;
mod cause;
pub mod client;
pub mod deadline;
mod failure;
mod jitter;
mod known;
pub mod meter;
mod network;
pub mod notices;
pub mod options;
pub mod pace;
mod pool;
mod quota;
pub mod redact;
pub mod redirect;
pub mod request;
mod resolver;
pub mod response;
pub mod rest;
pub mod retry;
pub mod tls;
mod until;
