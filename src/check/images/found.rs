//! What was found of an image for one machine.

use std::{collections::HashSet, sync::Arc};

use crate::{
    check::{
        report::DownloadSize,
        search::image_date::{AgeSource, ImageDate},
    },
    image::{
        config::ImageConfig,
        manifest::{BASE_LABEL, Descriptor, ImageManifest},
        platform::Platform,
    },
    source::page::presentable,
};

/// What was found where a tag was looked for.
#[derive(Debug, Clone)]
pub(crate) enum Found {
    /// The tag is there, for this machine too.
    Image(Arc<Image>),
    /// The tag is there, but not for this machine.
    OtherPlatforms,
    /// The tag is there, and is no container image.
    Artifact,
    /// There is no such tag.
    Nothing,
}

/// What is known of a tag that was not looked into.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Presence {
    /// It is there, for this machine too.
    Runs,
    /// It is there, but not for this machine.
    OtherPlatforms,
    /// It is there, and is no container image.
    Artifact,
    /// There is no such tag.
    Nothing,
}

/// An image for one platform.
#[derive(Debug, Clone, Default)]
pub(crate) struct Image {
    /// What its tag points to: the index, if there is one.
    pub(crate) digest: String,
    /// The platform it says it is for.
    pub(crate) platform: Option<Platform>,
    /// What it is made of, if that was looked at.
    pub(crate) manifest: Option<ImageManifest>,
    /// Its config, if that was looked at.
    pub(crate) config: Option<Arc<ImageConfig>>,
    /// The source repository that its index names.
    pub(crate) index_source: Option<String>,
    /// What Docker Hub's API says of it, if its index was not looked at for that.
    pub(crate) told: Option<Told>,
}

/// What Docker Hub's API says of an image.
#[derive(Debug, Clone)]
pub(crate) struct Told {
    /// Digest of its manifest.
    pub(crate) manifest: String,
    /// Bytes of its layers.
    pub(crate) size: Option<u64>,
}

impl Image {
    /// When it was built, by its config.
    pub(crate) fn made(&self) -> Option<ImageDate> {
        ImageDate::read(self.config.as_ref()?.created.as_deref()?, AgeSource::Created)
    }

    /// The source repository that it names, as it may be told: by annotation, else by label.
    pub(crate) fn source(&self) -> Option<String> {
        presentable(self.named_source()?)
    }

    fn named_source(&self) -> Option<&str> {
        let by_manifest = || self.manifest.as_ref()?.source.as_deref();
        self.index_source.as_deref().or_else(by_manifest).or_else(|| self.config.as_ref()?.source())
    }

    /// The image that it was built on: by annotation, else by label.
    pub(crate) fn base(&self) -> Option<&str> {
        let by_manifest = self.manifest.as_ref().and_then(|manifest| manifest.base.as_deref());
        by_manifest.or_else(|| self.config.as_ref()?.label(BASE_LABEL))
    }

    /// Bytes of its layers, and of those among them that `current` does not have. `None` if nobody states them.
    pub(crate) fn download_size(&self, current: Option<&Self>) -> Option<DownloadSize> {
        let Some(manifest) = &self.manifest else {
            let all = self.told.as_ref()?.size?;
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
