//! The options of a service, with their defaults.

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
        host::HostKind,
        overrides::ByImage,
        probe::SourceOptions,
    },
    text::secret::Secret,
};

/// Settings of a [`crate::ContainerRegistryService`].
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct Options {
    /// Connections, timeouts, retries and limits.
    pub http: HttpOptions,
    /// Registries, mirrors and credentials.
    pub registry: RegistrySettings,
    /// The cache in a folder or in Redis.
    pub cache: CacheOptions,
    /// Source repositories and their release notes.
    pub source: SourceOptions,
    /// Support data.
    pub lifecycle: LifecycleOptions,
    /// The most time for a call, and for each image of a batch. Default: 5 minutes, plus the waits that the retries
    /// allow.
    pub deadline: Option<Duration>,
    /// The time for which the list of a source repository's security advisories is used; then GitHub is asked whether it
    /// has changed. Default: none are read.
    pub advisories: Option<Duration>,
    /// Whether the last report replaces that of a check that fails for a transient reason or a bad response. Default
    /// `false`.
    pub stale_if_error: bool,
}

/// The most time for a call without the waits before retries.
const USUAL_DEADLINE: Duration = Duration::from_secs(5 * 60);

impl Options {
    /// The most time for a call.
    pub fn deadline(&self) -> Duration {
        let waits = || self.http.retry.max_delay.saturating_mul(self.http.retry.max_retries);
        self.deadline.unwrap_or_else(|| USUAL_DEADLINE.saturating_add(waits()))
    }
}
