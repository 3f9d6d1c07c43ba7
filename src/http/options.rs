//! Settings of a client.

use std::time::Duration;

use url::Url;

use super::{connect::tls::Pem, retry::RetryPolicy};
use crate::error::Limits;

/// How requests are sent.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct HttpOptions {
    /// `User-Agent` of every request. Default: the name and the version of this package.
    pub user_agent: String,
    /// Time for a connection, TLS included. Default 5 s.
    pub connect_timeout: Duration,
    /// Time for a whole attempt, from connecting to the last byte. Default 15 s.
    pub timeout: Duration,
    /// How often and how long the client waits before it asks again.
    pub retry: RetryPolicy,
    /// Proxy for all requests. Default: what `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` say.
    pub proxy: Option<Url>,
    /// Certificate authorities that are trusted beside the system's. Default none.
    pub ca: Option<Pem>,
    /// Follow URLs that servers name to private, loopback and link-local addresses. Default `false`.
    pub allow_private_addresses: bool,
    /// Requests to one host at once. Default 16: it gains nearly all that concurrency can gain, and registries answer
    /// larger bursts with 429. `npm run bench -- --concurrency` measures it.
    pub concurrency: usize,
    /// Bounds of single answers, and of the queue.
    pub limits: Limits,
}

impl Default for HttpOptions {
    fn default() -> Self {
        Self {
            user_agent: concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION")).to_owned(),
            connect_timeout: Duration::from_secs(5),
            timeout: Duration::from_secs(15),
            retry: RetryPolicy::default(),
            proxy: None,
            ca: None,
            allow_private_addresses: false,
            concurrency: 16,
            limits: Limits::default(),
        }
    }
}
