//! What has been asked.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::{cache::Cache, http::meter::Meter};

/// What a service has asked since it was made. Hosts are named with their port unless it is the usual one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
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

impl Stats {
    /// What has been counted up to now.
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
