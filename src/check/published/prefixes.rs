//! Finds the prefix of a repository's release tags, as the class does that this crate replaces.

use std::sync::Arc;

use url::Url;

use super::{FOUND_TTL, NONE_TTL, recall, releases::ReleaseList, remember};
use crate::{
    cache::{Cache, single_flight::SingleFlight},
    error::Result,
    http::client::Client,
    source::{
        page::{SourceRepository, without_v},
        probe::{GitHub, Prefix},
    },
    text::redact::shown,
};

/// Finds prefixes, and remembers them.
#[derive(Default)]
pub(crate) struct Prefixes {
    flights: SingleFlight<String, Result<&'static str>>,
}

impl Prefixes {
    /// Returns the prefix of a repository's release tags: `v` or nothing. GitHub is asked for the release of `sample_tag`,
    /// unless the releases that were `seen` show the prefix. A definite answer is cached for the URL, for a day if a release
    /// shows the prefix and for an hour if none does.
    ///
    /// # Errors
    /// The error that kept GitHub from answering, which is not remembered.
    pub(crate) async fn of(
        &self,
        (github, http, cache): (&GitHub, &Client, &Arc<Cache>),
        (source_url, source): (&str, &SourceRepository),
        sample_tag: &str,
        seen: Option<Arc<ReleaseList>>,
    ) -> Result<&'static str> {
        let key = key(github, source_url, source);
        if let Some(prefix) = recall_prefix(cache, &key).await {
            return Ok(prefix);
        }
        if let Some(prefix) = seen.and_then(|list| prefix_in(&list, sample_tag)) {
            return Ok(prefix);
        }
        let (github, http, retry) = (github.clone(), http.clone(), http.options().retry);
        let (cache, source, asked, tag) = (cache.clone(), source.clone(), key.clone(), sample_tag.to_owned());
        let work = async move {
            // Another caller's answer may have arrived since the first look into the cache.
            if let Some(prefix) = recall_prefix(&cache, &asked).await {
                return Ok(prefix);
            }
            match github.prefix(&http, &source, &tag, &retry).await? {
                Some(Prefix { text, is_proven }) => {
                    remember(&cache, &asked, text, if is_proven { FOUND_TTL } else { NONE_TTL }).await;
                    Ok(text)
                }
                None => Ok(""),
            }
        };
        self.flights.join(key, work).await
    }
}

/// Whether the prefix of a repository is remembered.
pub(super) async fn is_remembered(
    (github, cache): (&GitHub, &Cache),
    (source_url, source): (&str, &SourceRepository),
) -> bool {
    recall_prefix(cache, &key(github, source_url, source)).await.is_some()
}

fn key(github: &GitHub, source_url: &str, source: &SourceRepository) -> String {
    // The URL may contain a password, which must not get into the cache's keys.
    let url = Url::parse(source_url).map_or_else(|_| source_url.to_owned(), |url| shown(&url));
    format!("prefix {} {url}", github.viewer(source))
}

/// The prefix that releases show for a tag.
fn prefix_in(list: &ReleaseList, sample_tag: &str) -> Option<&'static str> {
    let bare = without_v(sample_tag);
    list.releases.iter().find_map(|release| match release.tag.strip_suffix(bare) {
        Some("v") => Some("v"),
        Some("") => Some(""),
        _ => None,
    })
}

async fn recall_prefix(cache: &Cache, key: &str) -> Option<&'static str> {
    recall(cache, key).await.map(|prefix| if prefix == "v" { "v" } else { "" })
}
