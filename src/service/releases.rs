//! The releases of a source repository, remembered.

use std::{sync::Arc, time::Duration};

use serde::{Deserialize, Serialize};

use super::ContainerRegistryService;
use crate::{
    cache::Entry,
    error::{Error, Result},
    source::{
        page::{SourceRepository, without_v},
        probe::GitHub,
        releases::{self, Listing, MAX_RELEASES, Release},
    },
};

/// Time for which releases are kept to be asked for by `ETag`.
const KEPT: Duration = Duration::from_secs(30 * 24 * 3600);

/// Releases as they lie in the cache.
#[derive(Serialize, Deserialize)]
struct Remembered {
    etag: Option<String>,
    releases: Arc<[Release]>,
}

impl Remembered {
    fn read(entry: &Entry) -> Option<Self> {
        serde_json::from_slice(&entry.value).ok()
    }
}

impl ContainerRegistryService {
    /// The latest releases of a source repository, the newest first, at most `limit` of up to 100. One request, which is not
    /// repeated within the time for which tags are taken to stay, and after that made with the `ETag` of the last answer.
    ///
    /// # Errors
    /// `InvalidArgument` for a text that is no source URL, or one of a host that is not known to list releases; otherwise
    /// what kept the list from being complete.
    pub async fn list_releases(&self, source_url: &str, limit: usize) -> Result<Vec<Release>> {
        let source = SourceRepository::parse(source_url, &self.release_hosts).ok_or_else(|| {
            Error::invalid_argument(
                "sourceUrl must be a repository on GitHub, GitLab, Gitea or Forgejo; a host of your own is named in \
                 releaseHosts",
            )
        })?;
        let releases = self.in_time(self.releases_of(source)).await?;
        Ok(releases.iter().take(limit).cloned().collect())
    }

    /// The latest releases of a repository, as many as one answer has.
    pub(crate) async fn releases_of(&self, source: SourceRepository) -> Result<Arc<[Release]>> {
        let key = key(&self.github, &source);
        let (github, http, cache) = (self.github.clone(), self.http.clone(), self.cache.clone());
        let (retry, tag_ttl, name) = (self.retry, self.tag_ttl, key.clone());
        let work = async move {
            let entry = cache.get(&name).await;
            let known = entry.as_ref().and_then(Remembered::read);
            if let (Some(entry), Some(known)) = (&entry, &known)
                && entry.learnt.elapsed().is_ok_and(|age| age < tag_ttl)
            {
                return Ok(known.releases.clone());
            }
            let etag = known.as_ref().and_then(|known| known.etag.as_deref());
            let listing = releases::list(&github, &http, &source, MAX_RELEASES, etag, &retry).await?;
            let remembered = match (listing, known) {
                (Listing::Unchanged, Some(known)) => known,
                (Listing::Unchanged, None) => {
                    return Err(Error::bad_response("304 to what nobody had asked"));
                }
                (Listing::Releases(releases, etag), _) => Remembered { etag, releases: releases.into() },
            };
            if let Ok(value) = serde_json::to_vec(&remembered) {
                cache.put(&name, value, Some(KEPT)).await;
            }
            Ok(remembered.releases)
        };
        self.releases.join(key, work).await
    }

    /// The releases of a source repository where ages are to be reckoned: `None`, with a log line, if they cannot be had.
    pub(crate) async fn releases_for_ages(&self, source_url: &str) -> Option<Arc<[Release]>> {
        let source = SourceRepository::parse(source_url, &self.release_hosts)?;
        match self.releases_of(source).await {
            Ok(releases) => Some(releases),
            Err(error) => {
                tracing::warn!("No ages by releases: {error}");
                None
            }
        }
    }

    /// What a release's tag starts with, `v` or nothing, if the releases have been asked for and one of them shows it.
    pub(crate) async fn prefix_by_releases(
        &self,
        source: &SourceRepository,
        sample_tag: &str,
    ) -> Option<&'static str> {
        let known = self.cache.get(&key(&self.github, source)).await.as_ref().and_then(Remembered::read)?;
        let bare = without_v(sample_tag);
        known.releases.iter().find_map(|release| match release.tag.strip_suffix(bare) {
            Some("v") => Some("v"),
            Some("") => Some(""),
            _ => None,
        })
    }
}

fn key(github: &GitHub, source: &SourceRepository) -> String {
    format!("releases {} {}{}", github.viewer(source), source.origin(), source.path())
}
