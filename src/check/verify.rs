//! Whether a tag is there for a machine, and what it is made of.

use std::{collections::HashSet, sync::Arc};

use super::{
    age::{AgeSource, Made},
    report::DownloadSize,
};
use crate::{
    error::{Error, Result},
    image::{
        config::ImageConfig,
        manifest::{Descriptor, ImageManifest, Manifest},
        platform::Platform,
        reference::Repository,
    },
    registry::manifests::Answer,
    service::ContainerRegistryService,
};

/// What was found where a tag was looked for.
#[derive(Debug, Clone)]
pub(super) enum Found {
    /// The tag is there, for this machine too.
    Image(Arc<Image>),
    /// The tag is there, but not for this machine.
    OtherPlatforms,
    /// There is no such tag.
    Nothing,
}

/// An image for one platform.
#[derive(Debug, Clone)]
pub(super) struct Image {
    /// What its tag points to: the index, if there is one.
    pub(super) digest: String,
    platform: Option<Platform>,
    manifest: ImageManifest,
    config: Option<Arc<ImageConfig>>,
}

impl Image {
    /// The platform it says it is for.
    pub(super) fn platform(&self) -> Option<&Platform> {
        self.platform.as_ref()
    }

    /// When it was built, by its config.
    pub(super) fn made(&self) -> Option<Made> {
        Made::read(self.config.as_ref()?.created.as_deref()?, AgeSource::Created)
    }

    /// Bytes of its layers, and of those among them that `current` does not have. `None` if a layer states no size.
    pub(super) fn download_size(&self, current: Option<&Self>) -> Option<DownloadSize> {
        let all = self.manifest.download_size().ok()??;
        let digests = |image: &Self| -> HashSet<String> {
            image.manifest.layers.iter().filter_map(digest_of).map(str::to_owned).collect()
        };
        let had = current.map(digests).unwrap_or_default();
        let mut counted = HashSet::new();
        let missing = self.manifest.layers.iter().filter(|layer| {
            // A layer that occurs twice is downloaded once.
            digest_of(layer).is_none_or(|digest| !had.contains(digest) && counted.insert(digest))
        });
        Some(DownloadSize { new: missing.filter_map(|layer| layer.size).sum(), all })
    }
}

fn digest_of(descriptor: &Descriptor) -> Option<&str> {
    descriptor.digest().ok().flatten()
}

impl ContainerRegistryService {
    /// Looks for a tag or a digest on behalf of a machine.
    ///
    /// # Errors
    /// What kept it from being found out; that there is no such tag is an answer.
    pub(super) async fn find_image(
        &self,
        repository: &Repository,
        tag_or_digest: &str,
        machine: &Platform,
    ) -> Result<Found> {
        let fetched = match self.registry().manifest(repository, tag_or_digest).await? {
            Answer::Found(fetched) => fetched,
            Answer::Refused(error) if error.is_not_found() => return Ok(Found::Nothing),
            Answer::Refused(error) => return Err(error),
        };
        let (listed, manifest) = match &fetched.manifest {
            Manifest::Image(image) => (None, image.clone()),
            Manifest::Index(index) => {
                let Some(entry) = index.choose(machine) else { return Ok(Found::OtherPlatforms) };
                let child = entry
                    .digest()?
                    .ok_or_else(|| Error::bad_response("An index lists a manifest without a digest"))?;
                // An index may name what has been deleted since; that cannot be run.
                let child = match self.registry().manifest(repository, child).await? {
                    Answer::Found(child) => child,
                    Answer::Refused(error) if error.is_not_found() => return Ok(Found::OtherPlatforms),
                    Answer::Refused(error) => return Err(error),
                };
                match &child.manifest {
                    Manifest::Image(image) => (entry.platform.clone(), image.clone()),
                    Manifest::Index(_) => return Ok(Found::OtherPlatforms),
                }
            }
        };
        let config = match manifest.config.as_ref().and_then(digest_of) {
            Some(digest) => self.registry().config(repository, digest).await?.found().map(Some)?,
            None => None,
        };
        let platform = listed.or_else(|| config.as_ref().and_then(|config| config.platform.clone()));
        if platform.as_ref().is_some_and(|platform| machine.rank(platform).is_none()) {
            return Ok(Found::OtherPlatforms);
        }
        Ok(Found::Image(Arc::new(Image { digest: fetched.digest.clone(), platform, manifest, config })))
    }

    /// Whether a tag is there for a machine, found out with as few requests as possible; `None` if there is no such tag.
    ///
    /// # Errors
    /// What kept it from being found out.
    pub(super) async fn runs(
        &self,
        repository: &Repository,
        tag: &str,
        machine: &Platform,
    ) -> Result<Option<bool>> {
        match self.registry().manifest(repository, tag).await? {
            Answer::Found(fetched) => match &fetched.manifest {
                Manifest::Index(index) => Ok(Some(index.choose(machine).is_some())),
                Manifest::Image(_) => {
                    Ok(Some(matches!(self.find_image(repository, tag, machine).await?, Found::Image(_))))
                }
            },
            Answer::Refused(error) if error.is_not_found() => Ok(None),
            Answer::Refused(error) => Err(error),
        }
    }
}
