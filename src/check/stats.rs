//! Counts the requests of a service.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::{cache::Cache, http::meter::Meter};

/// The requests of a service since it was created. Hosts are named with their port, unless that is the default port.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Stats {
    /// The number of requests by host, including redirects and retries.
    pub requests: BTreeMap<String, u64>,
    /// The last `ratelimit-remaining` or `x-ratelimit-remaining` by host, where one was sent.
    pub rate_limit_remaining: BTreeMap<String, u64>,
    /// The number of requests that were sent again.
    pub retries: u64,
    /// The bytes of bodies, after decompression.
    pub bytes: u64,
    /// The number of lookups that the cache answered.
    pub cache_hits: u64,
    /// The number of manifests that were requested by GET. Docker Hub counts each of them as a pull.
    pub manifest_gets: u64,
}

impl Stats {
    /// Returns the counts up to now.
    pub(crate) fn of(meter: &Meter, cache: &Cache) -> Self {
        let counts = meter.counts();
        let manifest_gets = counts.hosts.values().map(|count| count.pulls).sum();
        let remaining =
            counts.hosts.iter().filter_map(|(host, count)| Some((host.clone(), count.rate_limit_remaining?)));
        Self {
            rate_limit_remaining: remaining.collect(),
            requests: counts.hosts.into_iter().map(|(host, count)| (host, count.requests)).collect(),
            retries: counts.retries,
            bytes: counts.bytes,
            cache_hits: cache.hits(),
            manifest_gets,
        }
    }
}
