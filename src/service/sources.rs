//! Where an image comes from, and where its release notes are.

use std::{sync::Arc, time::Duration};

use url::Url;

use super::{ContainerRegistryService, images::digest};
use crate::{
    cache::Cache,
    error::Result,
    http::redact::shown,
    image::{manifest::Manifest, reference::Repository},
    registry::{answer::Answer, client::RegistryClient},
    source::{
        page::{SourceRepository, build_release_url},
        probe::Prefix,
    },
};

/// Time for which a source or a prefix that was found is remembered.
const FOUND_TTL: Duration = Duration::from_secs(24 * 3600);
/// Time for which it is remembered that there is none.
const NONE_TTL: Duration = Duration::from_secs(3600);

impl ContainerRegistryService {
    /// The source repository that an image names; `None`, with a warning where the reason is not a plain answer, when there
    /// is none. A final answer is remembered for the repository, whatever the tag: a day if there is a source, an hour if
    /// there is none.
    ///
    /// It stands in the annotation `org.opencontainers.image.source` of the index or the manifest, else in the label of that
    /// name, else in the label `org.label-schema.vcs-url`.
    pub async fn source_url(&self, repository: &Repository, tag_or_digest: &str) -> Option<String> {
        let key = self.source_key(repository).await;
        if let Some(source) = recall_source(&self.cache, &key).await {
            return source;
        }
        let (registry, cache) = (self.registry.clone(), self.cache.clone());
        let (asked, name) = (repository.clone(), tag_or_digest.to_owned());
        let work = async move {
            // Another caller's answer may have arrived between the look above and this flight.
            if let Some(source) = recall_source(&cache, &key).await {
                return Ok(source);
            }
            let source = match find_source(&registry, &asked, &name).await? {
                Answer::Found(source) => source,
                Answer::Refused(error) if error.is_not_found() => None,
                Answer::Refused(_) => return Ok(None),
            };
            remember_source(&cache, &key, source.as_deref()).await;
            Ok(source)
        };
        let flight = self.sources.join(format!("{repository} {tag_or_digest}"), work);
        match self.in_time(flight).await {
            Ok(source) => source,
            Err(error) => {
                tracing::warn!("Failed to get source URL for {repository}: {error}");
                None
            }
        }
    }

    /// What is remembered of a repository's source: `Some(None)` if there is none.
    pub(crate) async fn remembered_source(&self, repository: &Repository) -> Option<Option<String>> {
        recall_source(&self.cache, &self.source_key(repository).await).await
    }

    /// Remembers a repository's source, or that there is none.
    pub(crate) async fn remember_source(&self, repository: &Repository, source: Option<&str>) {
        remember_source(&self.cache, &self.source_key(repository).await, source).await;
    }

    async fn source_key(&self, repository: &Repository) -> String {
        format!("source {} {}", self.registry.viewer(repository).await, repository.name())
    }

    /// What a repository's release tags start with: `v` or nothing. Asked of GitHub with `sample_tag`; other hosts have the
    /// empty prefix. A final answer is remembered for the URL as it was given, a day if a release shows it and an hour if
    /// none does; after a failure the answer is the empty prefix for this call only.
    pub async fn detect_release_tag_prefix(&self, source_url: &str, sample_tag: &str) -> &'static str {
        let source = SourceRepository::parse(source_url, &self.release_hosts);
        let Some(source) = source.filter(SourceRepository::is_github) else { return "" };
        // The URL itself may hold a password, which is not for the cache's keys.
        let url = Url::parse(source_url).map_or_else(|_| source_url.to_owned(), |url| shown(&url));
        let key = format!("prefix {} {url}", self.github.viewer(&source));
        if let Some(prefix) = recall_prefix(&self.cache, &key).await {
            return prefix;
        }
        if let Some(prefix) = self.prefix_by_releases(&source, sample_tag).await {
            return prefix;
        }
        let (github, http, retry) = (self.github.clone(), self.http.clone(), self.retry);
        let (cache, asked, tag) = (self.cache.clone(), key.clone(), sample_tag.to_owned());
        let work = async move {
            // Another caller's answer may have arrived between the look above and this flight.
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
        self.in_time(self.prefixes.join(key, work)).await.unwrap_or_else(|error| {
            tracing::debug!("No release prefix of {url}: {error}");
            ""
        })
    }

    /// Whether two source URLs name one repository.
    pub(crate) fn is_same_source(&self, a: &str, b: &str) -> bool {
        let parse = |source| SourceRepository::parse(source, &self.release_hosts);
        a == b || parse(a).is_some_and(|a| Some(a) == parse(b))
    }

    /// The page with the notes of release `tag`; see [`build_release_url`].
    pub fn build_release_url(&self, source_url: &str, tag: &str, prefix: &str) -> Option<String> {
        build_release_url(source_url, tag, prefix, &self.release_hosts)
    }
}

/// A short text from the cache.
async fn recall(cache: &Cache, key: &str) -> Option<String> {
    let entry = cache.get(key).await?;
    String::from_utf8(entry.value.to_vec()).ok()
}

async fn recall_source(cache: &Cache, key: &str) -> Option<Option<String>> {
    recall(cache, key).await.map(|source| Some(source).filter(|source| !source.is_empty()))
}

async fn remember_source(cache: &Cache, key: &str, source: Option<&str>) {
    let time_to_live = if source.is_some() { FOUND_TTL } else { NONE_TTL };
    remember(cache, key, source.unwrap_or_default(), time_to_live).await;
}

async fn recall_prefix(cache: &Cache, key: &str) -> Option<&'static str> {
    recall(cache, key).await.map(|prefix| if prefix == "v" { "v" } else { "" })
}

async fn remember(cache: &Cache, key: &str, text: &str, time_to_live: Duration) {
    cache.put(key, text.as_bytes().to_vec(), Some(time_to_live)).await;
}

async fn find_source(
    registry: &Arc<RegistryClient>,
    repository: &Repository,
    tag_or_digest: &str,
) -> Result<Answer<Option<String>>> {
    let mut fetched = match registry.manifest(repository, tag_or_digest).await? {
        Answer::Found(fetched) => fetched,
        Answer::Refused(error) => return Ok(Answer::Refused(error)),
    };
    if let Manifest::Index(index) = &fetched.manifest {
        if index.source.is_some() {
            return Ok(Answer::Found(index.source.clone()));
        }
        let Some(child) = digest(index.first())? else { return Ok(Answer::Found(None)) };
        fetched = match registry.manifest(repository, child).await? {
            Answer::Found(fetched) => fetched,
            Answer::Refused(error) => return Ok(Answer::Refused(error)),
        };
    }
    let Manifest::Image(image) = &fetched.manifest else { return Ok(Answer::Found(None)) };
    if image.source.is_some() {
        return Ok(Answer::Found(image.source.clone()));
    }
    let Some(digest) = digest(image.config.as_ref())? else { return Ok(Answer::Found(None)) };
    Ok(match registry.config(repository, digest).await? {
        Answer::Found(config) => Answer::Found(config.source().map(str::to_owned)),
        Answer::Refused(error) => Answer::Refused(error),
    })
}
