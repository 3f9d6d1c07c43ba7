//! What a caller may set, with its defaults.

mod registries;
mod urls;

use std::time::Duration;

pub use self::urls::{authorities, http_url, server_url};
pub use crate::{
    cache::CacheOptions,
    error::{Limit, Limits, Setting},
    http::{
        connect::{
            address::is_loopback,
            proxy::{RegistryProxy, proxy_url},
            tls::ClientCertificate,
        },
        options::HttpOptions,
        retry::RetryPolicy,
    },
    registry::settings::{
        Alias, Credential, CredentialProvider, DockerConfig, HubApi, ProvidedCredential, RegistryOptions,
        RegistrySettings,
    },
    source::{
        endoflife_date::{FULL_LIST, LifecycleOptions},
        page::HostKind,
        probe::SourceOptions,
    },
    text::secret::Secret,
};

/// Settings of a [`crate::ContainerRegistryService`]. Each room has its own.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct Options {
    /// How servers are spoken to.
    pub http: HttpOptions,
    /// How registries are reached.
    pub registry: RegistrySettings,
    /// Where facts are kept beside memory.
    pub cache: CacheOptions,
    /// Where release notes are looked for.
    pub source: SourceOptions,
    /// How long versions live.
    pub lifecycle: LifecycleOptions,
    /// Time for a call as a whole, and for each image of many. Default: 5 minutes, and the waits that the retries allow.
    pub deadline: Option<Duration>,
    /// Answer a check that fails for now with what the last one found. Default `false`.
    pub stale_if_error: bool,
}

/// Time for a call besides the waits before retries.
const USUAL_DEADLINE: Duration = Duration::from_secs(5 * 60);

impl Options {
    /// Time for a call as a whole.
    pub fn deadline(&self) -> Duration {
        let waits = || self.http.retry.max_delay.saturating_mul(self.http.retry.max_retries);
        self.deadline.unwrap_or_else(|| USUAL_DEADLINE.saturating_add(waits()))
    }
}
