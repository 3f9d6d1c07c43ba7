//! The results of looking for an image on behalf of one machine.

use std::{collections::HashSet, sync::Arc};

use super::labels::SourceLabels;
use crate::{
    check::{
        report::DownloadSize,
        search::image_date::{AgeSource, ImageDate},
    },
    image::{
        config::{ImageConfig, VERSION_LABEL},
        manifest::{BASE_LABEL, Descriptor, ImageManifest},
        platform::Platform,
    },
};

/// The result of looking for a tag.
#[derive(Debug, Clone)]
pub(crate) enum Found {
    /// The tag exists, for this machine too.
    Image(Arc<Image>),
    /// The tag exists, but not for this machine.
    OtherPlatforms,
    /// The tag exists, and is no container image.
    Artifact,
    /// There is no such tag.
    Nothing,
}

/// The result of asking whether a tag runs, without its image.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Presence {
    /// The tag exists, for this machine too.
    Runs,
    /// The tag exists, but not for this machine.
    OtherPlatforms,
    /// The tag exists, and is no container image.
    Artifact,
    /// There is no such tag.
    Nothing,
}

/// An image for one platform.
#[derive(Debug, Clone, Default)]
pub(crate) struct Image {
    /// The digest that its tag points to: that of the index, if there is one.
    pub(crate) digest: String,
    /// The platform that it states.
    pub(crate) platform: Option<Platform>,
    /// Its manifest, if that was requested.
    pub(crate) manifest: Option<ImageManifest>,
    /// Its config, if that was requested.
    pub(crate) config: Option<Arc<ImageConfig>>,
    /// The source repository that its index names.
    pub(crate) index_source: Option<String>,
    /// The data of Docker Hub's API, if they replace the manifest.
    pub(crate) hub_details: Option<HubDetails>,
}

/// The data of Docker Hub's API about an image.
#[derive(Debug, Clone)]
pub(crate) struct HubDetails {
    /// The digest of its manifest.
    pub(crate) manifest: String,
    /// The bytes of its layers.
    pub(crate) size: Option<u64>,
}

impl Image {
    /// The time at which it was built, by its config.
    pub(crate) fn made(&self) -> Option<ImageDate> {
        ImageDate::read(self.config.as_ref()?.created.as_deref()?, AgeSource::Created)
    }

    /// What it says about its source.
    pub(crate) fn source_labels(&self) -> SourceLabels {
        SourceLabels::of(self.index_source.as_deref(), self.manifest.as_ref(), self.config.as_deref())
    }

    /// The version of the software that its label states. A base image may have left it behind.
    pub(crate) fn stated_version(&self) -> Option<&str> {
        self.config.as_ref()?.label(VERSION_LABEL)
    }

    /// The base image that it names by annotation, else by label.
    pub(crate) fn base(&self) -> Option<&str> {
        let by_manifest = self.manifest.as_ref().and_then(|manifest| manifest.base.as_deref());
        by_manifest.or_else(|| self.config.as_ref()?.label(BASE_LABEL))
    }

    /// The bytes of its layers, and of those that `current` does not have. `None` if the sizes are not stated.
    pub(crate) fn download_size(&self, current: Option<&Self>) -> Option<DownloadSize> {
        let Some(manifest) = &self.manifest else {
            let all = self.hub_details.as_ref()?.size?;
            return Some(DownloadSize { new: None, all });
        };
        let all = manifest.download_size().ok()??;
        let digests = |image: &Self| -> HashSet<String> {
            let layers = image.manifest.iter().flat_map(|manifest| &manifest.layers);
            layers.filter_map(digest_of).map(str::to_owned).collect()
        };
        let had = current.map(digests).unwrap_or_default();
        let mut counted = HashSet::new();
        let missing = manifest.layers.iter().filter(|layer| {
            // A layer that occurs twice is downloaded once.
            digest_of(layer).is_none_or(|digest| !had.contains(digest) && counted.insert(digest))
        });
        Some(DownloadSize { new: Some(missing.filter_map(|layer| layer.size).sum()), all })
    }
}

pub(crate) fn digest_of(descriptor: &Descriptor) -> Option<&str> {
    descriptor.digest().ok().flatten()
}
