//! What a service has asked, as JavaScript receives it.

use std::collections::{BTreeMap, HashMap};

use napi_derive::napi;

use crate::service;

/// What a service has asked and remembered since it was made.
#[napi(object, object_from_js = false)]
pub struct ServiceStats {
    /// Requests by host, redirects and retries included.
    pub requests: HashMap<String, f64>,
    /// Facts that were known and did not have to be asked for.
    pub cache_hits: f64,
    /// Manifests that were asked for by GET, which is what Docker Hub counts as a pull.
    pub manifest_gets: f64,
    /// Requests that were sent again.
    pub retries: f64,
    /// Bytes of bodies, after decompression.
    pub bytes: f64,
    /// The last `ratelimit-remaining` or `x-ratelimit-remaining`, by host, where one was sent.
    pub rate_limit_remaining: HashMap<String, f64>,
}

impl From<service::Stats> for ServiceStats {
    fn from(stats: service::Stats) -> Self {
        // Counts stay far below 2^53, where doubles are exact.
        let numbers = |counts: BTreeMap<String, u64>| {
            counts.into_iter().map(|(host, count)| (host, count as f64)).collect()
        };
        Self {
            requests: numbers(stats.requests),
            cache_hits: stats.cache_hits as f64,
            manifest_gets: stats.manifest_gets as f64,
            retries: stats.retries as f64,
            bytes: stats.bytes as f64,
            rate_limit_remaining: numbers(stats.rate_limit_remaining),
        }
    }
}
