//! Tags of a repository, as Docker Hub's own API states them. Pure.

use std::{collections::HashMap, sync::Arc};

use serde::Deserialize;

use crate::{
    image::{
        digest::is_verifiable,
        platform::{Platform, RawPlatform},
    },
    text::json::{AtMost, Object, Scalar},
};

/// Most tags of one page that is read. A page is asked for with a hundred.
const MAX_TAGS: usize = 1000;
/// Most images of one tag that are read. Known tags have a few dozen at most.
const MAX_IMAGES: usize = 1000;

/// The tags of a repository that changed last, at most a hundred.
#[derive(Debug, Deserialize)]
#[serde(from = "RawPage")]
pub(crate) struct HubTags {
    tags: HashMap<String, Arc<HubTag>>,
    is_complete: bool,
}

/// A tag, as the API states it.
#[derive(Debug, Deserialize)]
#[serde(from = "RawTag")]
pub(crate) struct HubTag {
    name: String,
    digest: Option<String>,
    changed: Option<String>,
    images: Vec<HubImage>,
}

/// The image of a tag for one platform.
#[derive(Debug, Clone)]
pub(crate) struct HubImage {
    /// The platform.
    pub platform: Platform,
    /// Digest of its manifest, if the API names one.
    pub digest: Option<String>,
    /// Bytes of its layers, compressed (Docker Hub API, schema "image").
    pub size: Option<u64>,
}

#[derive(Deserialize)]
struct RawPage {
    results: AtMost<Object<HubTag>, MAX_TAGS>,
    #[serde(default)]
    next: Option<Scalar>,
}

#[derive(Deserialize)]
struct RawTag {
    name: String,
    #[serde(default)]
    images: Option<AtMost<Object<RawImage>, MAX_IMAGES>>,
    digest: Option<String>,
    last_updated: Option<String>,
}

#[derive(Deserialize)]
struct RawImage {
    os: Option<String>,
    architecture: Option<String>,
    variant: Option<String>,
    digest: Option<String>,
    size: Option<u64>,
}

impl From<RawPage> for HubTags {
    fn from(page: RawPage) -> Self {
        let tags = page.results.0.into_iter().map(|Object(tag)| (tag.name.clone(), Arc::new(tag)));
        Self { tags: tags.collect(), is_complete: page.next.is_none() }
    }
}

impl From<RawTag> for HubTag {
    fn from(tag: RawTag) -> Self {
        let images = tag.images.unwrap_or_default().0.into_iter().map(|Object(image)| HubImage {
            platform: RawPlatform::new(image.os, image.architecture, image.variant).into(),
            digest: image.digest.filter(|digest| is_verifiable(digest)),
            size: image.size.filter(|size| *size > 0),
        });
        Self {
            images: images.collect(),
            digest: tag.digest.filter(|digest| is_verifiable(digest)),
            changed: tag.last_updated,
            name: tag.name,
        }
    }
}

impl HubTags {
    /// Returns an empty list, for a repository that the API does not know.
    pub(crate) fn nothing() -> Self {
        Self { tags: HashMap::new(), is_complete: true }
    }

    /// Returns a tag by its name.
    pub(crate) fn tag(&self, tag: &str) -> Option<&Arc<HubTag>> {
        self.tags.get(tag)
    }

    /// Whether the list has all tags of the repository.
    pub(crate) fn is_complete(&self) -> bool {
        self.is_complete
    }

    /// Returns the tags that point to a digest, in no order: that of an index, or of a manifest without an index.
    pub(crate) fn with_digest(&self, digest: &str) -> impl Iterator<Item = &Arc<HubTag>> {
        self.tags.values().filter(move |tag| tag.digest() == Some(digest))
    }

    /// Returns the number of its tags and their images.
    pub(crate) fn weight(&self) -> usize {
        self.tags.values().map(|tag| tag.weight()).sum()
    }
}

impl HubTag {
    /// Returns its name.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Returns the digest that it points to: that of the index, if there is one.
    pub(crate) fn digest(&self) -> Option<&str> {
        self.digest.as_deref()
    }

    /// Returns the number of its images, and one for itself.
    pub(crate) fn weight(&self) -> usize {
        self.images.len().saturating_add(1)
    }

    /// Returns when it last changed, as the API writes it (RFC 3339).
    pub(crate) fn changed(&self) -> Option<&str> {
        self.changed.as_deref()
    }

    /// Whether it has an image for a machine; `None` if the API does not say.
    pub(crate) fn supports(&self, machine: &Platform) -> Option<bool> {
        let is_telling = self.images.iter().any(|image| !image.platform.is_unknown());
        is_telling.then(|| self.images.iter().any(|image| machine.supports(&image.platform)))
    }

    /// Returns the image that serves a machine best, and the first of several equal ones.
    pub(crate) fn choose(&self, machine: &Platform) -> Option<&HubImage> {
        let ranked = self.images.iter().filter_map(|image| Some((machine.rank(&image.platform)?, image)));
        ranked.min_by_key(|(rank, _)| *rank).map(|(_, image)| image)
    }

    /// Returns the digest of its first image for a known platform, if the API names one.
    pub(crate) fn first_image(&self) -> Option<&str> {
        self.images.iter().find(|image| !image.platform.is_unknown())?.digest.as_deref()
    }

    /// Whether a manifest is one of its images; `None` if the API does not state the digests of all.
    pub(crate) fn has_image(&self, digest: &str) -> Option<bool> {
        let is_named = |image: &HubImage| image.digest.is_some();
        if self.images.is_empty() || !self.images.iter().all(is_named) {
            return None;
        }
        Some(self.images.iter().any(|image| image.digest.as_deref() == Some(digest)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(page: &str) -> HubTags {
        serde_json::from_str(page).expect("a page")
    }

    #[test]
    fn platforms_are_read_and_silence_is_no_answer() {
        let tags = read(
            r#"{"count": 4, "next": null, "results": [
            {"name": "1.2", "digest": "sha256:…", "images": [
                {"architecture": "unknown", "os": "unknown", "size": 1},
                {"architecture": "arm64", "os": "linux", "variant": "v8", "size": 2}]},
            {"name": "1.1", "images": []},
            {"name": "1.1.1", "images": null},
            {"name": "1.0", "images": [{"architecture": "unknown"}]}]}"#,
        );
        let supports = |tag, arch| tags.tag(tag)?.supports(&Platform::parse(arch));
        assert_eq!((supports("1.2", "aarch64"), supports("1.2", "amd64")), (Some(true), Some(false)));
        for silent in ["1.1", "1.1.1", "1.0", "0.9"] {
            assert_eq!(supports(silent, "amd64"), None, "{silent}");
        }
        let newest = tags.tag("1.2").expect("a tag");
        assert_eq!((newest.digest(), newest.has_image("sha256:…")), (None, None), "no digest is none");
    }

    #[test]
    fn the_best_image_is_chosen_and_images_are_known_by_digest() {
        let digest = |hex: &str| format!("sha256:{}", hex.repeat(64));
        let image = |variant: &str, hex: &str| {
            let digest = digest(hex);
            format!(
                r#"{{"architecture":"arm","os":"linux","variant":"{variant}","digest":"{digest}","size":7}}"#
            )
        };
        let [v6, v7, index] = ["6", "7", "a"].map(digest);
        let images = [image("v6", "6"), image("v7", "7")].join(",");
        let tags = read(&format!(
            r#"{{"results": [{{"name": "1", "digest": "{index}", "images": [{images}]}}], "next": "more"}}"#
        ));
        let tag = tags.with_digest(&index).next().expect("a tag");
        let chosen = |arch| tag.choose(&Platform::parse(arch))?.digest.clone();
        assert_eq!((chosen("arm/v7"), chosen("arm/v6"), chosen("amd64")), (Some(v7.clone()), Some(v6), None));
        assert_eq!((tag.has_image(&v7), tag.has_image(&index)), (Some(true), Some(false)));
        assert_eq!((tag.name(), tags.is_complete()), ("1", false));
    }
}
