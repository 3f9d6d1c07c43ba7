//! Finds out whether a tag runs on a machine, and what its image is made of.

use std::sync::Arc;

use futures_util::future::join;

use super::{
    Images,
    found::{Found, HubDetails, Image, Presence, digest_of},
};
use crate::{
    error::{Error, ErrorKind, Result},
    http::host::places::Rank,
    image::{
        config::ImageConfig,
        manifest::{ConfigType, ImageManifest, Manifest},
        platform::Platform,
        reference::Repository,
    },
    registry::{
        answer::Answer,
        hub::tags::{HubImage, HubTags},
    },
};

impl Images {
    /// Finds the image that a machine would pull by a tag or a digest.
    ///
    /// # Errors
    /// The error that kept the registry from answering. A missing tag is an answer.
    pub(crate) async fn find_image(
        &self,
        repository: &Repository,
        tag_or_digest: &str,
        machine: &Platform,
    ) -> Result<Found> {
        // The config of the image comes next.
        let (manifest, is_new) = join(
            self.registry.manifest(repository, tag_or_digest),
            self.registry.connect_to_blobs(repository, tag_or_digest),
        )
        .await;
        let fetched = match manifest? {
            Answer::Found(fetched) => fetched,
            Answer::Refused(error) if error.is_not_found() => return Ok(Found::Nothing),
            Answer::Refused(error) => return Err(error),
        };
        let mut index_source = None;
        let (listed, manifest) = match &fetched.manifest {
            Manifest::Image(image) => (None, image.clone()),
            Manifest::Index(index) => {
                let Some(entry) = index.choose(machine) else {
                    return Ok(if index.is_artifact { Found::Artifact } else { Found::OtherPlatforms });
                };
                index_source.clone_from(&index.source);
                let child = entry
                    .digest()?
                    .ok_or_else(|| Error::bad_response("An index lists a manifest without a digest"))?;
                if is_new {
                    self.registry.connect_to_usual_blobs(repository).await;
                }
                // An index may list a manifest that has been deleted, and such an image cannot be run.
                let child = match self.registry.manifest(repository, child).await? {
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
        if !manifest.is_whole {
            let message =
                format!("{repository}:{tag_or_digest} has a manifest without a config or without layers");
            return Err(Error::bad_response(message).with_host(repository.registry()));
        }
        let config = match (manifest.config_type(), self.config_of(repository, &manifest).await) {
            (ConfigType::Artifact, _) => return Ok(Found::Artifact),
            // The manifest states no type, and its config is no image config.
            (ConfigType::Unstated, Err(error)) if is_final(&error) => return Ok(Found::Artifact),
            (_, config) => config?,
        };
        if config.as_ref().is_some_and(|config| !config.is_whole) {
            if manifest.config_type() == ConfigType::Unstated {
                return Ok(Found::Artifact);
            }
            let message = format!(
                "{repository}:{tag_or_digest} has a config that says neither its platform nor its layers"
            );
            return Err(Error::bad_response(message).with_host(repository.registry()));
        }
        let platform = listed.or_else(|| config.as_ref().and_then(|config| config.platform.clone()));
        if platform.as_ref().is_some_and(|platform| machine.rank(platform).is_none()) {
            return Ok(Found::OtherPlatforms);
        }
        let (digest, manifest) = (fetched.digest.clone(), Some(manifest));
        Ok(Found::Image(Arc::new(Image {
            digest,
            platform,
            manifest,
            config,
            index_source,
            hub_details: None,
        })))
    }

    /// The config of an image; nothing is requested for an artifact of another type.
    async fn config_of(
        &self,
        repository: &Repository,
        manifest: &ImageManifest,
    ) -> Result<Option<Arc<ImageConfig>>> {
        let digest = manifest.config.as_ref().and_then(digest_of);
        match digest.filter(|_| manifest.config_type() != ConfigType::Artifact) {
            Some(digest) => self.registry.config(repository, digest).await?.found().map(Some),
            None => Ok(None),
        }
    }

    /// Whether a tag runs on a machine, with as few requests as possible: an index that lists the machine's platform is
    /// taken at its word. As a rule nothing is asked after it, so other requests go before.
    ///
    /// # Errors
    /// The error that kept the registry from answering.
    pub(crate) async fn runs(
        &self,
        repository: &Repository,
        tag: &str,
        machine: &Platform,
    ) -> Result<Presence> {
        if let Answer::Found(fetched) =
            self.registry.ranked_manifest(repository, tag, Rank::EndsChain).await?
            && let Manifest::Index(index) = &fetched.manifest
            && !index.is_artifact
        {
            let is_listed = index.choose(machine).is_some();
            return Ok(if is_listed { Presence::Runs } else { Presence::OtherPlatforms });
        }
        Ok(match self.find_image(repository, tag, machine).await? {
            Found::Image(_) => Presence::Runs,
            Found::OtherPlatforms => Presence::OtherPlatforms,
            Found::Artifact => Presence::Artifact,
            Found::Nothing => Presence::Nothing,
        })
    }

    /// Finds an image as [`Self::find_image`] does, but spends no pull where Docker Hub's API knows it. A HEAD request
    /// then confirms the digest, and the layers stay unknown.
    ///
    /// The API counts only where the registry names the same digest, because the API's data may be out of date.
    ///
    /// # Errors
    /// Those of [`Self::find_image`].
    pub(crate) async fn find_sparingly(
        &self,
        repository: &Repository,
        tag_or_digest: &str,
        machine: &Platform,
        hub: Option<&HubTags>,
    ) -> Result<Found> {
        if let Some(image) = self.find_by_hub(repository, tag_or_digest, machine, hub).await? {
            return Ok(Found::Image(Arc::new(image)));
        }
        self.find_image(repository, tag_or_digest, machine).await
    }

    async fn find_by_hub(
        &self,
        repository: &Repository,
        tag_or_digest: &str,
        machine: &Platform,
        hub: Option<&HubTags>,
    ) -> Result<Option<Image>> {
        let Some(hub) = hub else { return Ok(None) };
        let Some(tag) = self.registry.hub_tag(repository, tag_or_digest, hub).await else {
            return Ok(None);
        };
        let (Some(digest), Some(HubImage { platform, digest: Some(manifest), size })) =
            (tag.digest(), tag.choose(machine))
        else {
            return Ok(None);
        };
        if tag_or_digest != digest {
            match self.registry.pointed(repository, tag_or_digest).await? {
                Answer::Found(Some(pointed)) if pointed == digest => {}
                _ => return Ok(None),
            }
        }
        Ok(Some(Image {
            digest: digest.to_owned(),
            platform: Some(platform.clone()),
            hub_details: Some(HubDetails { manifest: manifest.clone(), size: *size }),
            ..Image::default()
        }))
    }

    /// The image with its layers, which takes one pull unless they are known. If Docker Hub's API names a wrong
    /// manifest, the image is looked for in the registry.
    ///
    /// # Errors
    /// Those of [`Self::find_image`].
    pub(crate) async fn look_into(
        &self,
        repository: &Repository,
        machine: &Platform,
        image: &Arc<Image>,
    ) -> Result<Found> {
        let (None, Some(hub_details)) = (&image.manifest, &image.hub_details) else {
            return Ok(Found::Image(image.clone()));
        };
        if let Answer::Found(fetched) = self.registry.manifest(repository, &hub_details.manifest).await?
            && let Manifest::Image(manifest) = &fetched.manifest
        {
            return Ok(Found::Image(Arc::new(Image {
                manifest: Some(manifest.clone()),
                ..(**image).clone()
            })));
        }
        self.find_image(repository, &image.digest, machine).await
    }

    /// The image with its layers and its config.
    ///
    /// # Errors
    /// Those of [`Self::find_image`].
    pub(crate) async fn look_at_all_of(
        &self,
        repository: &Repository,
        machine: &Platform,
        image: &Arc<Image>,
    ) -> Result<Found> {
        let found = self.look_into(repository, machine, image).await?;
        match &found {
            Found::Image(image) if image.config.is_none() => {
                let config = match &image.manifest {
                    Some(manifest) => self.config_of(repository, manifest).await?,
                    None => None,
                };
                Ok(Found::Image(Arc::new(Image { config, ..(**image).clone() })))
            }
            _ => Ok(found),
        }
    }
}

/// Whether an error concerns the content of an answer, so that another try would fail as well.
fn is_final(error: &Error) -> bool {
    error.kind() == ErrorKind::BadResponse && !error.is_transient()
}
