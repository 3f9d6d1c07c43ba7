//! What is published at the source of an image: where it is, which releases there are, and their pages.

pub(crate) mod pages;
pub(crate) mod releases;
pub(crate) mod sources;

use std::time::Duration;

use crate::cache::Cache;

/// Time for which something that was found is remembered.
const FOUND_TTL: Duration = Duration::from_secs(24 * 3600);
/// Time for which it is remembered that there is nothing.
const NONE_TTL: Duration = Duration::from_secs(3600);

/// A short text from the cache.
async fn recall(cache: &Cache, key: &str) -> Option<String> {
    let entry = cache.get(key).await?;
    String::from_utf8(entry.value.to_vec()).ok()
}

async fn remember(cache: &Cache, key: &str, text: &str, time_to_live: Duration) {
    cache.put(key, text.as_bytes().to_vec(), Some(time_to_live)).await;
}
