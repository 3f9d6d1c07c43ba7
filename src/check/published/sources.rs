//! Finds the source repositories of images.

use std::{sync::Arc, time::Duration};

use futures_util::future::join;

use super::{FOUND_TTL, NONE_TTL, recall, remember};
use crate::{
    cache::{Cache, single_flight::SingleFlight},
    check::images::{HubAnswer, digest, labels::SourceLabels},
    error::{Error, Result},
    http::deadline::within,
    image::{config::VERSION_LABEL, manifest::Manifest, reference::Repository},
    registry::{answer::Answer, client::RegistryClient},
    source::address::presentable,
};

/// How much of an image is read for its source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Depth {
    /// No more than names a source.
    Source,
    /// All labels.
    Labels,
}

/// Finds the source repositories that images name, and remembers them.
pub(crate) struct Sources {
    registry: Arc<RegistryClient>,
    cache: Arc<Cache>,
    lookups: SingleFlight<String, Result<SourceLabels>>,
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
        self.labels(repository, tag_or_digest, Depth::Source).await.source.as_deref().and_then(presentable)
    }

    /// Returns the source repository likewise. Where Docker Hub's API lists the tag (`hub`), its manifest is asked for at
    /// once, and its index only if that names no source.
    pub(crate) async fn of_listed(
        &self,
        repository: &Repository,
        tag_or_digest: &str,
        hub: HubAnswer,
    ) -> Option<String> {
        let labels = self.labels_by(repository, tag_or_digest, Depth::Source, Some(hub)).await;
        labels.source.as_deref().and_then(presentable)
    }

    /// Returns what an image says about its source, likewise.
    pub(crate) async fn labels(
        &self,
        repository: &Repository,
        tag_or_digest: &str,
        depth: Depth,
    ) -> SourceLabels {
        self.labels_by(repository, tag_or_digest, depth, None).await
    }

    async fn labels_by(
        &self,
        repository: &Repository,
        tag_or_digest: &str,
        depth: Depth,
        hub: Option<HubAnswer>,
    ) -> SourceLabels {
        let key = self.key(repository).await;
        if let Some(labels) = recall_labels(&self.cache, &key, depth).await {
            return labels;
        }
        let (registry, cache) = (self.registry.clone(), self.cache.clone());
        let (asked, name) = (repository.clone(), tag_or_digest.to_owned());
        let work = async move {
            // Another caller's answer may have arrived since the first look into the cache.
            if let Some(labels) = recall_labels(&cache, &key, depth).await {
                return Ok(labels);
            }
            if let Some(hub) = hub
                && let Some(labels) = find_labels_by_hub(&registry, &asked, &name, hub).await?
            {
                remember_labels(&cache, &key, &labels).await;
                return Ok(labels);
            }
            let labels = match find_labels(&registry, &asked, &name, depth).await? {
                Answer::Found(labels) => labels,
                Answer::Refused(error) if error.is_not_found() => SourceLabels::none(),
                Answer::Refused(_) => return Ok(SourceLabels::default()),
            };
            remember_labels(&cache, &key, &labels).await;
            Ok(labels)
        };
        let lookup = self.lookups.join(format!("{repository} {tag_or_digest} {depth:?}"), work);
        within(self.deadline, lookup).await.unwrap_or_else(|error| {
            tracing::warn!("Failed to get source URL for {repository}: {error}");
            SourceLabels::default()
        })
    }

    /// Returns what the image of one tag says about its source, whatever is cached.
    ///
    /// # Errors
    /// The error that kept the registry from answering. A missing tag names no source.
    pub(crate) async fn labels_of(&self, repository: &Repository, tag: &str) -> Result<SourceLabels> {
        let work = find_labels(&self.registry, repository, tag, Depth::Labels);
        match within(self.deadline, work).await? {
            Answer::Found(labels) => {
                self.remember(repository, &labels).await;
                Ok(labels)
            }
            Answer::Refused(error) if error.is_not_found() => Ok(SourceLabels::none()),
            Answer::Refused(error) => Err(error),
        }
    }

    /// Returns the version of the software that the image of a tag states by its label. A failure gives `None`.
    pub(crate) async fn stated_version(&self, repository: &Repository, tag: &str) -> Option<String> {
        let registry = &self.registry;
        let work = async {
            let mut fetched = registry.manifest(repository, tag).await?.found()?;
            if let Manifest::Index(index) = &fetched.manifest {
                let Some(child) = digest(index.first())? else { return Ok(None) };
                fetched = registry.manifest(repository, child).await?.found()?;
            }
            let Manifest::Image(image) = &fetched.manifest else { return Ok(None) };
            let Some(config) = digest(image.config.as_ref())? else { return Ok(None) };
            let config = registry.config(repository, config).await?.found()?;
            Ok(config.label(VERSION_LABEL).map(str::to_owned))
        };
        within(self.deadline, work).await.unwrap_or_else(|error: Error| {
            tracing::debug!("No version of {repository}:{tag}: {error}");
            None
        })
    }

    /// Returns what is cached about the source of a repository.
    pub(crate) async fn remembered(&self, repository: &Repository) -> Option<SourceLabels> {
        recall_labels(&self.cache, &self.key(repository).await, Depth::Source).await
    }

    /// Remembers what an image says about its source.
    pub(crate) async fn remember(&self, repository: &Repository, labels: &SourceLabels) {
        remember_labels(&self.cache, &self.key(repository).await, labels).await;
    }

    async fn key(&self, repository: &Repository) -> String {
        format!("source labels {} {}", self.registry.viewer(repository).await, repository.name())
    }
}

async fn recall_labels(cache: &Cache, key: &str, depth: Depth) -> Option<SourceLabels> {
    let labels: SourceLabels = serde_json::from_str(&recall(cache, key).await?).ok()?;
    (depth == Depth::Source || labels.others.is_some()).then_some(labels)
}

async fn remember_labels(cache: &Cache, key: &str, labels: &SourceLabels) {
    let time_to_live = if labels.texts().next().is_some() { FOUND_TTL } else { NONE_TTL };
    if let Ok(text) = serde_json::to_string(labels) {
        remember(cache, key, &text, time_to_live).await;
    }
}

/// Reads the source of an image whose manifest Docker Hub's API names; `None` if it names none, or has no source.
async fn find_labels_by_hub(
    registry: &Arc<RegistryClient>,
    repository: &Repository,
    tag: &str,
    hub: HubAnswer,
) -> Result<Option<SourceLabels>> {
    let Some(hub) = hub.await else { return Ok(None) };
    let Some(child) = hub.tag(tag).and_then(|tag| tag.first_image()) else { return Ok(None) };
    let found = find_labels(registry, repository, child, Depth::Source).await?;
    Ok(match found {
        Answer::Found(labels) => Some(labels).filter(|labels| labels.source.is_some()),
        Answer::Refused(_) => None,
    })
}

async fn find_labels(
    registry: &Arc<RegistryClient>,
    repository: &Repository,
    tag_or_digest: &str,
    depth: Depth,
) -> Result<Answer<SourceLabels>> {
    let (manifest, is_new) = join(
        registry.manifest(repository, tag_or_digest),
        registry.connect_to_blobs(repository, tag_or_digest),
    )
    .await;
    let mut fetched = match manifest? {
        Answer::Found(fetched) => fetched,
        Answer::Refused(error) => return Ok(Answer::Refused(error)),
    };
    let is_enough = |source: &Option<String>| source.is_some() && depth == Depth::Source;
    let mut index_source = None;
    if let Manifest::Index(index) = &fetched.manifest {
        index_source.clone_from(&index.source);
        if is_enough(&index_source) {
            return Ok(Answer::Found(SourceLabels::of(index_source.as_deref(), None, None)));
        }
        let Some(child) = digest(index.first())? else { return Ok(Answer::Found(SourceLabels::none())) };
        if is_new {
            registry.connect_to_usual_blobs(repository).await;
        }
        fetched = match registry.manifest(repository, child).await? {
            Answer::Found(fetched) => fetched,
            Answer::Refused(error) => return Ok(Answer::Refused(error)),
        };
    }
    let Manifest::Image(image) = &fetched.manifest else { return Ok(Answer::Found(SourceLabels::none())) };
    let config = match digest(image.config.as_ref())?.filter(|_| !is_enough(&image.source)) {
        Some(digest) => match registry.config(repository, digest).await? {
            Answer::Found(config) => Some(config),
            Answer::Refused(error) => return Ok(Answer::Refused(error)),
        },
        None if is_enough(&image.source) => None,
        None => {
            return Ok(Answer::Found(SourceLabels {
                others: Some(Vec::new()),
                ..SourceLabels::of(index_source.as_deref(), Some(image), None)
            }));
        }
    };
    Ok(Answer::Found(SourceLabels::of(index_source.as_deref(), Some(image), config.as_deref())))
}
