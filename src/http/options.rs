//! How a client is set up.

use std::time::Duration;

use url::Url;

use super::connect::tls::Pem;

/// Settings of a [`crate::http::client::Client`].
#[derive(Debug, Clone)]
pub struct ClientOptions {
    /// How the client names itself.
    pub user_agent: String,
    /// Time for a connection, TLS included.
    pub connect_timeout: Duration,
    /// Time for a whole attempt, from connecting to the last byte.
    pub timeout: Duration,
    /// The proxy for all requests; `None` is what the environment says.
    pub proxy: Option<Url>,
    /// Certificate authorities that are trusted beside the system's.
    pub ca: Option<Pem>,
    /// Follow servers' words to private, loopback and link-local addresses.
    pub allow_private_addresses: bool,
    /// Requests to one host at once.
    pub concurrency: usize,
    /// Bounds of single answers, and of the queue.
    pub limits: HttpLimits,
}

/// Bounds of what is taken in. What they are called as options stands in the errors that they cause.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HttpLimits {
    /// Bytes that are read of an answer with an error status (`limits.errorBytes`); the rest is left.
    pub error_bytes: usize,
    /// Bytes of all header fields of an answer (`limits.headerBytes`).
    pub header_bytes: usize,
    /// Redirects that one request follows (`limits.redirects`).
    pub redirects: usize,
    /// Requests that wait for one host (`limits.waiting`).
    pub waiting: usize,
}
