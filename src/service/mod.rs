//! The methods that the package exports, with the promises of the class that it replaces: which of them fail, which
//! answer all the same, and what they log.

mod cool_downs;
mod housekeeping;
mod images;
mod releases;
mod sources;
mod updates;

use std::{sync::Arc, time::Duration};

use parking_lot::Mutex;

use self::{cool_downs::CoolDowns, updates::Candidates};
pub use self::{housekeeping::Stats, images::ImagePlatform, updates::AvailableUpdate};
pub use crate::source::releases::MAX_RELEASES;
use crate::{
    cache::{Cache, CacheSettings, single_flight::Flights},
    error::Result,
    http::{
        client::Client,
        deadline::within,
        options::{ClientOptions, HttpLimits},
        retry::RetryPolicy,
    },
    image::reference::Repository,
    options::{CacheOptions, HostKind, Options},
    registry::{client::RegistryClient, settings::RegistrySettings, tags::list::TagList},
    source::{page::ReleaseHosts, probe::GitHub, releases::Release},
};

/// Answers questions about container images. See the methods.
pub struct ContainerRegistryService {
    http: Client,
    retry: RetryPolicy,
    github: GitHub,
    registry: Arc<RegistryClient>,
    release_hosts: ReleaseHosts,
    cache: Arc<Cache>,
    sources: Flights<String, Result<Option<String>>>,
    prefixes: Flights<String, Result<&'static str>>,
    releases: Flights<String, Result<Arc<[Release]>>>,
    candidates: Mutex<Candidates>,
    tag_ttl: Duration,
    deadline: Duration,
    stale_if_error: bool,
}

impl ContainerRegistryService {
    /// A service with its own memory of tokens, sources and prefixes; connections are shared within the process.
    ///
    /// # Errors
    /// `InvalidArgument` for a cache that cannot be, such as a Redis server without a URL.
    pub fn new(options: Options) -> Result<Self> {
        let deadline = options.deadline();
        let cache = Arc::new(Cache::new(cache_settings(options.cache))?);
        let http = Client::new(ClientOptions {
            user_agent: options.user_agent,
            connect_timeout: options.connect_timeout,
            timeout: options.timeout,
            proxy: options.proxy,
            ca: options.ca,
            allow_private_addresses: options.allow_private_addresses,
            concurrency: options.concurrency,
            limits: HttpLimits {
                error_bytes: options.limits.error_bytes,
                header_bytes: options.limits.header_bytes,
                redirects: options.limits.redirects,
                waiting: options.limits.waiting,
            },
        })
        .with_notices(CoolDowns::shared_in(&cache));
        let retry = RetryPolicy {
            max_retries: options.max_retries,
            max_fault_retries: options.max_fault_retries,
            max_delay: options.max_retry_delay,
        };
        let settings = RegistrySettings {
            registries: options.registries,
            docker_config: options.docker_config,
            max_tag_pages: options.max_tag_pages,
            max_tags: options.max_tags,
            limits: options.limits,
            tag_ttl: options.tag_ttl,
            hub_api: options.hub_api,
        };
        let github =
            GitHub::new(options.github_api_url, options.github_token).within(options.limits.release_bytes);
        let enterprise = github.enterprise_host().map(|host| (host.to_owned(), HostKind::GitHub));
        Ok(Self {
            registry: Arc::new(RegistryClient::new(http.clone(), retry, settings, cache.clone())),
            release_hosts: ReleaseHosts::new(enterprise.into_iter().chain(options.release_hosts)),
            github,
            http,
            retry,
            cache,
            sources: Flights::default(),
            prefixes: Flights::default(),
            releases: Flights::default(),
            candidates: Mutex::default(),
            tag_ttl: options.tag_ttl,
            deadline,
            stale_if_error: options.stale_if_error,
        })
    }

    /// The registries that it asks.
    pub(crate) fn registry(&self) -> &Arc<RegistryClient> {
        &self.registry
    }

    /// What it remembers.
    pub(crate) fn cache(&self) -> &Cache {
        &self.cache
    }

    /// Whether a check that fails for now is answered with what the last one found.
    pub(crate) fn answers_stale(&self) -> bool {
        self.stale_if_error
    }

    /// Who sees what a check of a repository finds, in words that do not give credentials away.
    pub(crate) async fn viewer(&self, repository: &Repository) -> String {
        format!("{} {}", self.registry.viewer(repository).await, self.github.account())
    }

    /// All tags of a repository, in the registry's order, duplicates kept.
    ///
    /// # Errors
    /// Whatever keeps the list from being complete.
    pub async fn list_tags(&self, repository: &Repository) -> Result<Vec<String>> {
        let tags = self.in_time(self.registry.read_tags(repository, TagList::default())).await?;
        Ok(tags.iter().map(str::to_owned).collect())
    }

    /// Ends a call at its deadline.
    pub(crate) async fn in_time<T>(&self, work: impl Future<Output = Result<T>>) -> Result<T> {
        within(self.deadline, work).await
    }
}

fn cache_settings(options: CacheOptions) -> CacheSettings {
    let usual = CacheSettings::default();
    CacheSettings {
        directory: options.directory,
        max_bytes: options.max_bytes.unwrap_or(usual.max_bytes),
        redis: options.redis,
        prefix: options.prefix.unwrap_or_else(|| usual.prefix.clone()),
        ..usual
    }
}
