//! The running image: its source, and its layers.

use std::sync::Arc;

use futures_util::FutureExt;
use tokio::sync::OnceCell;

use crate::{
    check::{
        checker::Checker,
        images::{
            HubAnswer,
            found::{Found, Image},
            labels::SourceLabels,
        },
        published::{source::Source, sources::Depth},
    },
    error::Result,
    image::{
        platform::Platform,
        reference::{ImageReference, Repository},
    },
    registry::hub::tags::HubTags,
};

/// The running image, looked at when it is first asked about.
pub(crate) struct RunningImage<'a> {
    pub(crate) checker: &'a Checker,
    pub(crate) reference: &'a ImageReference,
    pub(crate) repository: &'a Repository,
    pub(crate) machine: &'a Platform,
    /// The digest of the running image, as the caller states it.
    pub(crate) digest: Option<&'a str>,
    pub(crate) hub: HubAnswer,
    pub(crate) found: OnceCell<Result<Option<Arc<Image>>>>,
}

impl RunningImage<'_> {
    /// The image of the running digest, if one is known and still exists, else the image of the tag; `None` if there is
    /// none for the machine.
    ///
    /// # Errors
    /// The error that kept the registry from answering.
    pub(crate) async fn image(&self) -> Result<Option<Arc<Image>>> {
        // Many futures have this one inside, so it is kept small.
        self.found.get_or_init(|| self.look().boxed()).await.clone()
    }

    async fn look(&self) -> Result<Option<Arc<Image>>> {
        let hub = self.hub.clone().await;
        if let Some(digest) = self.digest {
            if let Some(image) = self.find(digest, hub.as_deref()).await? {
                return Ok(Some(image));
            }
            // The digest of the tag is needed anyway, and its answer is cached.
            self.checker.images.registry.pointed(self.repository, &self.reference.tag).await?;
        }
        self.find(self.reference.tag_or_digest(), hub.as_deref()).await
    }

    async fn find(&self, tag_or_digest: &str, hub: Option<&HubTags>) -> Result<Option<Arc<Image>>> {
        let (images, repository, machine) = (&self.checker.images, self.repository, self.machine);
        let found = match images.find_sparingly(repository, tag_or_digest, machine, hub).await? {
            Found::Image(image) => images.look_at_all_of(repository, machine, &image).await?,
            found => found,
        };
        Ok(match found {
            Found::Image(image) => Some(image),
            Found::OtherPlatforms | Found::Artifact | Found::Nothing => None,
        })
    }

    /// Opens a connection for the pages of a source that is known before the image is.
    pub(crate) async fn connect_for_pages(&self) {
        let Checker { releases, sources, .. } = self.checker;
        if releases.template(self.reference).is_some() {
            return;
        }
        let source = match releases.named_source(self.reference) {
            Some(source) => source,
            None => match sources.remembered(self.repository).await {
                Some(labels) => Source::of_labels(&labels, releases.hosts()),
                None => return,
            },
        };
        if let Some(source) = source.repository {
            releases.connect_for_pages(&source).await;
        }
    }

    /// The source that the image names, or that is cached for its repository. A failure gives none, with a warning unless
    /// the registry answered with an error status.
    pub(crate) async fn source(&self) -> Source {
        if let Some(source) = self.checker.releases.named_source(self.reference) {
            return source;
        }
        let (sources, repository) = (&self.checker.sources, self.repository);
        let read = |labels: &SourceLabels| Source::of_labels(labels, self.checker.releases.hosts());
        if let Some(labels) = sources.remembered(repository).await {
            let source = read(&labels);
            if source.repository.is_some() || labels.others.is_some() {
                return source;
            }
        }
        match self.image().await {
            Ok(Some(image)) => {
                let labels = image.source_labels();
                sources.remember(repository, &labels).await;
                read(&labels)
            }
            // An image for another platform may name the source, too.
            Ok(None) => {
                read(&sources.labels(repository, self.reference.tag_or_digest(), Depth::Labels).await)
            }
            Err(error) => {
                if error.status().is_none() {
                    tracing::warn!("Failed to get source URL for {repository}: {error}");
                }
                Source::default()
            }
        }
    }
}
