//! Finds what the source repository of an image publishes: its URL, its releases, and their pages.

mod ahead;
mod allowance;
mod lookups;
pub(crate) mod notes;
pub(crate) mod pages;
mod prefixes;
pub(crate) mod releases;
pub(crate) mod source;
pub(crate) mod sources;

use std::time::Duration;

use crate::cache::Cache;

/// The time for which a finding is remembered.
const FOUND_TTL: Duration = Duration::from_secs(24 * 3600);
/// The time for which it is remembered that nothing was found.
const NONE_TTL: Duration = Duration::from_secs(3600);

/// Reads a text from the cache.
async fn recall(cache: &Cache, key: &str) -> Option<String> {
    let entry = cache.get(key).await?;
    String::from_utf8(entry.value.to_vec()).ok()
}

async fn remember(cache: &Cache, key: &str, text: &str, time_to_live: Duration) {
    cache.put(key, text.as_bytes().to_vec(), Some(time_to_live)).await;
}
