//! Whether a tag is there for a machine, and what it is made of.

use std::sync::Arc;

use super::{
    Images,
    found::{Found, Image, Presence, Told, digest_of},
};
use crate::{
    error::{Error, ErrorKind, Result},
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
    /// Looks for a tag or a digest on behalf of a machine.
    ///
    /// # Errors
    /// What kept it from being found out; that there is no such tag is an answer.
    pub(crate) async fn find_image(
        &self,
        repository: &Repository,
        tag_or_digest: &str,
        machine: &Platform,
    ) -> Result<Found> {
        let fetched = match self.registry.manifest(repository, tag_or_digest).await? {
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
                // An index may name what has been deleted since; that cannot be run.
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
        let config = match (manifest.config_type(), self.config_of(repository, &manifest).await) {
            (ConfigType::Artifact, _) => return Ok(Found::Artifact),
            // Nobody says what it is, and what it is made of is no image's config.
            (ConfigType::Unstated, Err(error)) if is_final(&error) => return Ok(Found::Artifact),
            (_, config) => config?,
        };
        let platform = listed.or_else(|| config.as_ref().and_then(|config| config.platform.clone()));
        if platform.as_ref().is_some_and(|platform| machine.rank(platform).is_none()) {
            return Ok(Found::OtherPlatforms);
        }
        let (digest, manifest) = (fetched.digest.clone(), Some(manifest));
        Ok(Found::Image(Arc::new(Image { digest, platform, manifest, config, index_source, told: None })))
    }

    /// The config of an image; nothing is asked for one of something else.
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

    /// Whether a tag is there for a machine, found out with as few requests as possible: of an index that lists the machine's
    /// platform no more is looked at.
    ///
    /// # Errors
    /// What kept it from being found out.
    pub(crate) async fn runs(
        &self,
        repository: &Repository,
        tag: &str,
        machine: &Platform,
    ) -> Result<Presence> {
        if let Answer::Found(fetched) = self.registry.manifest(repository, tag).await?
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

    /// Looks for a tag or a digest as [`Self::find_image`] does; where Docker Hub's API knows it, by that and a HEAD, so that no
    /// pull is spent and the layers are not known.
    ///
    /// What the API says counts only where the registry itself names the same digest: its answers may be late.
    ///
    /// # Errors
    /// As in [`Self::find_image`].
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
            told: Some(Told { manifest: manifest.clone(), size: *size }),
            ..Image::default()
        }))
    }

    /// The image with its layers, which takes one pull where they are not known. An image that Docker Hub's API names wrongly
    /// is looked for again, without it.
    ///
    /// # Errors
    /// As in [`Self::find_image`].
    pub(crate) async fn look_into(
        &self,
        repository: &Repository,
        machine: &Platform,
        image: &Arc<Image>,
    ) -> Result<Found> {
        let (None, Some(told)) = (&image.manifest, &image.told) else {
            return Ok(Found::Image(image.clone()));
        };
        if let Answer::Found(fetched) = self.registry.manifest(repository, &told.manifest).await?
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
    /// As in [`Self::find_image`].
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

/// Whether an error says what a server's content is, rather than that it could not be had.
fn is_final(error: &Error) -> bool {
    error.kind() == ErrorKind::BadResponse && !error.is_transient()
}
