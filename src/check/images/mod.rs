//! Answers single questions about an image: its platforms, its size, its digest.

mod find;
pub(crate) mod found;
pub(crate) mod labels;
pub(crate) mod last_candidates;

use std::sync::Arc;

use futures_util::{
    FutureExt,
    future::{BoxFuture, Shared},
};
use serde::Serialize;

use crate::{
    error::{Error, Result},
    http::host::places::Rank,
    image::{
        manifest::{Descriptor, Manifest},
        platform::Platform,
        reference::Repository,
    },
    registry::{
        answer::{Answer, Fetched},
        client::RegistryClient,
        hub::tags::HubTags,
    },
};

/// Docker Hub's listing of a repository, requested once, when it is first awaited.
pub(crate) type HubAnswer = Shared<BoxFuture<'static, Option<Arc<HubTags>>>>;

/// A platform that an image has a manifest for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ImagePlatform {
    /// The platform that the manifest is for.
    #[serde(flatten)]
    pub platform: Platform,
    /// The digest of the manifest.
    pub digest: String,
    /// The bytes of the manifest itself, as its descriptor states them.
    pub size: u64,
}

/// Looks at images in their registries.
#[derive(Clone)]
pub(crate) struct Images {
    pub(crate) registry: Arc<RegistryClient>,
}

impl Images {
    /// Docker Hub's listing of a repository; `None` at other registries.
    pub(crate) fn hub_answer(&self, repository: &Repository) -> HubAnswer {
        let (registry, repository) = (Arc::clone(&self.registry), repository.clone());
        async move { registry.hub_tags(&repository).await }.boxed().shared()
    }

    /// Whether a tag runs on a machine; `seen` is the answer for its manifest, if that is already there.
    pub(crate) async fn arch_support(
        &self,
        repository: &Repository,
        tag: &str,
        seen: Option<Result<Answer<Arc<Fetched>>>>,
        machine: &Platform,
    ) -> Result<bool> {
        let answer = match seen {
            Some(seen) => seen?,
            None => self.registry.ranked_manifest(repository, tag, Rank::EndsChain).await?,
        };
        let fetched = match answer {
            Answer::Refused(_) => return Ok(true),
            Answer::Found(fetched) => fetched,
        };
        let image = match &fetched.manifest {
            Manifest::Index(index) => return Ok(index.supports(machine)),
            Manifest::Image(image) => image,
        };
        let Some(digest) = digest(image.config.as_ref())? else { return Ok(true) };
        match self.registry.config(repository, digest).await? {
            Answer::Refused(_) => Ok(true),
            Answer::Found(config) => {
                Ok(config.platform.as_ref().is_none_or(|platform| machine.supports(platform)))
            }
        }
    }

    /// The bytes of the layers of a tag for a machine, or of the first image of an index that has none for it.
    ///
    /// # Errors
    /// The error that kept the registry from answering, or `BadResponse` where no sizes are stated.
    pub(crate) async fn download_size(
        &self,
        repository: &Repository,
        tag: &str,
        machine: &Platform,
    ) -> Result<u64> {
        let mut fetched = self.registry.manifest(repository, tag).await?.found()?;
        if let Manifest::Index(index) = &fetched.manifest {
            let child = digest(index.choose(machine).or(index.first()))?
                .ok_or_else(|| Error::bad_response("The index lists no manifest"))?;
            fetched = self.registry.manifest(repository, child).await?.found()?;
        }
        match &fetched.manifest {
            Manifest::Image(image) => {
                image.download_size()?.ok_or_else(|| Error::bad_response("The manifest lists no layers"))
            }
            Manifest::Index(_) => Err(Error::bad_response("The index lists an index as if it were an image")),
        }
    }

    /// The digest that a tag points to now: that of the index, if there is one.
    ///
    /// # Errors
    /// `Failed to get digest of <name>:<tag>: <status>`, or the reason why there was no answer.
    pub(crate) async fn digest(&self, repository: &Repository, tag_or_digest: &str) -> Result<String> {
        match self.registry.digest(repository, tag_or_digest).await? {
            Answer::Found(digest) => Ok(digest),
            Answer::Refused(error) => Err(about("digest", repository, tag_or_digest, error)),
        }
    }

    /// The platforms that an image is built for, in the order of its index. An image without an index has the platform
    /// of its config.
    ///
    /// # Errors
    /// `Failed to get platforms of <name>:<tag>: <status>`, or the reason why there was no answer.
    pub(crate) async fn platforms(
        &self,
        repository: &Repository,
        tag_or_digest: &str,
    ) -> Result<Vec<ImagePlatform>> {
        let refused = |error| about("platforms", repository, tag_or_digest, error);
        let fetched = self.registry.manifest(repository, tag_or_digest).await?.found().map_err(refused)?;
        let image = match &fetched.manifest {
            Manifest::Index(index) => return Ok(index.images().filter_map(ImagePlatform::of).collect()),
            Manifest::Image(image) => image,
        };
        let config = digest(image.config.as_ref())?
            .ok_or_else(|| Error::bad_response("The manifest names no config"))?;
        let config = self.registry.config(repository, config).await?.found().map_err(refused)?;
        let single =
            |platform| ImagePlatform { platform, digest: fetched.digest.clone(), size: fetched.size };
        Ok(config.platform.clone().map(single).into_iter().collect())
    }
}

pub(crate) fn support_or_warn(tag: &str, support: Result<bool>) -> bool {
    support.unwrap_or_else(|error| {
        tracing::warn!("Error checking arch for {tag}: {error}");
        true
    })
}

impl ImagePlatform {
    fn of(descriptor: &Descriptor) -> Option<Self> {
        Some(Self {
            platform: descriptor.platform.clone()?,
            digest: descriptor.digest().ok()??.to_owned(),
            size: descriptor.size.unwrap_or_default(),
        })
    }
}

/// Rewords a refusal to say what was requested.
fn about(what: &str, repository: &Repository, tag_or_digest: &str, error: Error) -> Error {
    let status = error.status().map_or_else(|| error.to_string(), |status| status.to_string());
    let separator = if tag_or_digest.contains(':') { '@' } else { ':' };
    error.with_message(format!(
        "Failed to get {what} of {}{separator}{tag_or_digest}: {status}",
        repository.name()
    ))
}

/// The digest that a descriptor states, if there is a descriptor with a digest.
pub(crate) fn digest(descriptor: Option<&Descriptor>) -> Result<Option<&str>> {
    descriptor.map_or(Ok(None), Descriptor::digest)
}
