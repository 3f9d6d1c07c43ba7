//! What is running now: where its source is, and which layers are there already.

use std::sync::Arc;

use futures_util::{
    FutureExt,
    future::{BoxFuture, Shared},
};
use tokio::sync::OnceCell;

use crate::{
    check::{
        checker::Checker,
        images::{
            Images,
            found::{Found, Image},
        },
    },
    error::Result,
    image::{
        platform::Platform,
        reference::{ImageReference, Repository},
    },
    registry::hub::tags::HubTags,
};

/// What Docker Hub's API says of a repository's tags, asked for once, when it is first waited for.
pub(crate) type HubAnswer = Shared<BoxFuture<'static, Option<Arc<HubTags>>>>;

/// The image that is running, looked at when it is first asked about.
pub(crate) struct RunningImage<'a> {
    pub(crate) checker: &'a Checker,
    pub(crate) reference: &'a ImageReference,
    pub(crate) repository: &'a Repository,
    pub(crate) machine: &'a Platform,
    /// The digest that the caller says is running.
    pub(crate) digest: Option<&'a str>,
    pub(crate) hub: HubAnswer,
    pub(crate) found: OnceCell<Result<Option<Arc<Image>>>>,
}

impl Images {
    /// What Docker Hub's API says of a repository's tags; `None` for those of other registries.
    pub(crate) fn hub_answer(&self, repository: &Repository) -> HubAnswer {
        let (registry, repository) = (Arc::clone(&self.registry), repository.clone());
        async move { registry.hub_tags(&repository).await }.boxed().shared()
    }
}

impl RunningImage<'_> {
    /// What its digest leads to, if one was given and it still does, else what its tag leads to now; `None` if there is nothing
    /// for the machine.
    ///
    /// # Errors
    /// What kept it from being found out.
    pub(crate) async fn image(&self) -> Result<Option<Arc<Image>>> {
        let look = async {
            let hub = self.hub.clone().await;
            if let Some(digest) = self.digest {
                if let Some(image) = self.find(digest, hub.as_deref()).await? {
                    return Ok(Some(image));
                }
                // The tag's digest is being asked for anyway; what has that is then asked for once.
                self.checker.images.registry.pointed(self.repository, &self.reference.tag).await?;
            }
            self.find(self.reference.tag_or_digest(), hub.as_deref()).await
        };
        self.found.get_or_init(|| look).await.clone()
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

    /// The source repository that it names, or that is remembered; `None`, with a warning where the reason is not a plain
    /// answer, when there is none.
    pub(crate) async fn source(&self) -> Option<String> {
        let (sources, repository) = (&self.checker.sources, self.repository);
        if let Some(known) = sources.remembered(repository).await {
            return known;
        }
        match self.image().await {
            Ok(Some(image)) => {
                let source = image.source();
                sources.remember(repository, source.as_deref()).await;
                source
            }
            // An image for other machines may name it too.
            Ok(None) => sources.of(repository, self.reference.tag_or_digest()).await,
            Err(error) => {
                if error.status().is_none() {
                    tracing::warn!("Failed to get source URL for {repository}: {error}");
                }
                None
            }
        }
    }
}
