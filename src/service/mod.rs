//! The methods that the package exports, with the promises of the class that it replaces: which of them fail, which
//! answer all the same, and what they log.

mod housekeeping;
mod images;
mod lifecycles;
mod pauses;
mod releases;
mod sources;
mod updates;

use std::{sync::Arc, time::Duration};

use parking_lot::Mutex;

pub use self::{housekeeping::Stats, images::ImagePlatform, updates::AvailableUpdate};
use self::{pauses::FlaggedPauses, updates::Candidates};
pub use crate::source::releases::MAX_RELEASES;
use crate::{
    cache::{Cache, single_flight::Flights},
    error::Result,
    http::{client::Client, deadline::within, retry::RetryPolicy},
    image::reference::Repository,
    options::Options,
    registry::{client::RegistryClient, tags::list::TagList},
    source::{
        page::{HostKind, ReleaseHosts},
        probe::GitHub,
        releases::Release,
    },
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
        let cache = Arc::new(Cache::new(options.cache)?);
        let http = Client::new(options.http).with_shared_pauses(FlaggedPauses::shared_in(&cache));
        let (retry, tag_ttl) = (http.options().retry, options.registry.tag_ttl);
        let github = GitHub::new(options.source.github_api_url, options.source.github_token);
        let enterprise = github.enterprise_host().map(|host| (host.to_owned(), HostKind::GitHub));
        Ok(Self {
            registry: Arc::new(RegistryClient::new(http.clone(), options.registry, cache.clone())),
            release_hosts: ReleaseHosts::new(enterprise.into_iter().chain(options.source.hosts)),
            github,
            http,
            retry,
            cache,
            sources: Flights::default(),
            prefixes: Flights::default(),
            releases: Flights::default(),
            candidates: Mutex::default(),
            tag_ttl,
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
