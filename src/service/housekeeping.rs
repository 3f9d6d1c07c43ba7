//! What a service has asked and remembered, and how it is made to forget.

use std::collections::BTreeMap;

use super::ContainerRegistryService;
use crate::image::reference::Repository;

/// What a service has asked since it was made. Hosts are named with their port unless it is the usual one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Stats {
    /// Requests by host, redirects and retries included.
    pub requests: BTreeMap<String, u64>,
    /// The last `ratelimit-remaining` or `x-ratelimit-remaining` by host, where one was sent.
    pub rate_limit_remaining: BTreeMap<String, u64>,
    /// Requests that were sent again.
    pub retries: u64,
    /// Bytes of bodies, after decompression.
    pub bytes: u64,
    /// Facts that were known and did not have to be asked for.
    pub cache_hits: u64,
    /// Manifests that were asked for by GET, which is what Docker Hub counts as a pull.
    pub manifest_gets: u64,
}

impl ContainerRegistryService {
    /// What has been asked up to now.
    pub fn stats(&self) -> Stats {
        let counts = self.http.meter().counts();
        let manifest_gets = counts.hosts.values().map(|count| count.pulls).sum();
        let remaining =
            counts.hosts.iter().filter_map(|(host, count)| Some((host.clone(), count.rate_limit_remaining?)));
        Stats {
            rate_limit_remaining: remaining.collect(),
            requests: counts.hosts.into_iter().map(|(host, count)| (host, count.requests)).collect(),
            retries: counts.retries,
            bytes: counts.bytes,
            cache_hits: self.cache.hits(),
            manifest_gets,
        }
    }

    /// Forgets everything that was learnt: tokens, and all in the cache, in its folder and in Redis too.
    pub async fn clear_cache(&self) {
        self.registry.forget();
        self.candidates.lock().clear();
        self.cache.clear().await;
    }

    /// Waits until what was learnt is written.
    pub async fn close(&self) {
        self.cache.close().await;
    }

    /// Asks for the tokens of many repositories in few requests, where that is known to work.
    pub(crate) async fn gather_tokens(&self, repositories: &[Repository]) {
        self.registry.gather_tokens(repositories).await;
    }
}
