//! Finds the source repositories of images.

use std::{sync::Arc, time::Duration};

use super::{FOUND_TTL, NONE_TTL, recall, remember};
use crate::{
    cache::{Cache, single_flight::SingleFlight},
    check::images::digest,
    error::Result,
    http::deadline::within,
    image::{manifest::Manifest, reference::Repository},
    registry::{answer::Answer, client::RegistryClient},
    source::page::presentable,
};

/// Finds the source repositories that images name, and remembers them.
pub(crate) struct Sources {
    registry: Arc<RegistryClient>,
    cache: Arc<Cache>,
    lookups: SingleFlight<String, Result<Option<String>>>,
    deadline: Duration,
}

impl Sources {
    /// Creates a finder for images in these registries; a search ends at the deadline.
    pub(crate) fn new(registry: Arc<RegistryClient>, cache: Arc<Cache>, deadline: Duration) -> Self {
        Self { registry, cache, lookups: SingleFlight::default(), deadline }
    }

    /// Returns the source repository that an image names, or `None` if it names none. A failure gives `None` too, with
    /// a warning unless the registry answered with an error status. A definite answer is cached for the repository,
    /// whatever the tag: a source for a day, its absence for an hour.
    ///
    /// The source is the annotation `org.opencontainers.image.source` of the index or the manifest (OCI image
    /// specification, annotations), else the label of that name, else the label `org.label-schema.vcs-url`.
    pub(crate) async fn of(&self, repository: &Repository, tag_or_digest: &str) -> Option<String> {
        let key = self.key(repository).await;
        if let Some(source) = recall_source(&self.cache, &key).await {
            return source;
        }
        let (registry, cache) = (self.registry.clone(), self.cache.clone());
        let (asked, name) = (repository.clone(), tag_or_digest.to_owned());
        let work = async move {
            // Another caller's answer may have arrived since the first look into the cache.
            if let Some(source) = recall_source(&cache, &key).await {
                return Ok(source);
            }
            let source = match find_source(&registry, &asked, &name).await? {
                Answer::Found(source) => source.as_deref().and_then(presentable),
                Answer::Refused(error) if error.is_not_found() => None,
                Answer::Refused(_) => return Ok(None),
            };
            remember_source(&cache, &key, source.as_deref()).await;
            Ok(source)
        };
        let lookup = self.lookups.join(format!("{repository} {tag_or_digest}"), work);
        match within(self.deadline, lookup).await {
            Ok(source) => source,
            Err(error) => {
                tracing::warn!("Failed to get source URL for {repository}: {error}");
                None
            }
        }
    }

    /// Returns the cached source of a repository: `Some(None)` if it is cached that there is none.
    pub(crate) async fn remembered(&self, repository: &Repository) -> Option<Option<String>> {
        recall_source(&self.cache, &self.key(repository).await).await
    }

    /// Remembers a repository's source, or that there is none.
    pub(crate) async fn remember(&self, repository: &Repository, source: Option<&str>) {
        remember_source(&self.cache, &self.key(repository).await, source).await;
    }

    async fn key(&self, repository: &Repository) -> String {
        format!("source {} {}", self.registry.viewer(repository).await, repository.name())
    }
}

async fn recall_source(cache: &Cache, key: &str) -> Option<Option<String>> {
    recall(cache, key).await.map(|source| Some(source).filter(|source| !source.is_empty()))
}

async fn remember_source(cache: &Cache, key: &str, source: Option<&str>) {
    let time_to_live = if source.is_some() { FOUND_TTL } else { NONE_TTL };
    remember(cache, key, source.unwrap_or_default(), time_to_live).await;
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
