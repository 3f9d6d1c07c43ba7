//! Manifests, indexes and configs, as the OCI image specification and Docker's schema 2 define them.

use std::collections::HashMap;

use serde::Deserialize;

use super::{
    platform::{Platform, RawPlatform},
    reference::is_digest,
};
use crate::error::{Error, Result, json_fault, not_json};

/// The four media types a client must accept: registries such as GHCR answer 404 to a request that leaves out the one
/// they hold.
pub const ACCEPT: &str = "application/vnd.oci.image.index.v1+json, \
     application/vnd.docker.distribution.manifest.list.v2+json, \
     application/vnd.oci.image.manifest.v1+json, \
     application/vnd.docker.distribution.manifest.v2+json";

/// The label and annotation that name the source repository (OCI image specification, "Annotations").
pub const SOURCE_LABEL: &str = "org.opencontainers.image.source";
/// The label and annotation that name the image which this one was built on, as a reference.
pub const BASE_LABEL: &str = "org.opencontainers.image.base.name";

/// What a tag or a digest points to.
#[derive(Debug, Clone, PartialEq)]
pub enum Manifest {
    /// Manifests of one image for several platforms; Docker calls it a manifest list.
    Index(Index),
    /// One image for one platform.
    Image(ImageManifest),
}

/// An image index.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Index {
    /// The manifests it lists, in its order.
    pub manifests: Vec<Descriptor>,
    /// Its annotation [`SOURCE_LABEL`].
    pub source: Option<String>,
}

/// An image manifest.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ImageManifest {
    /// The image's config.
    pub config: Option<Descriptor>,
    /// The image's layers, the base first.
    pub layers: Vec<Descriptor>,
    /// Its annotation [`SOURCE_LABEL`].
    pub source: Option<String>,
    /// Its annotation [`BASE_LABEL`].
    pub base: Option<String>,
}

/// A pointer to content.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Descriptor {
    /// Digest of the content, as it was stated.
    digest: Option<String>,
    /// Size of the content in bytes.
    pub size: Option<u64>,
    /// The platform an image manifest is for.
    pub platform: Option<Platform>,
    is_attestation: bool,
    is_index: bool,
}

#[derive(Deserialize)]
struct RawManifest {
    #[serde(rename = "schemaVersion")]
    schema_version: Option<serde_json::Value>,
    #[serde(rename = "mediaType")]
    media_type: Option<String>,
    manifests: Option<Vec<RawDescriptor>>,
    config: Option<RawDescriptor>,
    layers: Option<Vec<RawDescriptor>>,
    annotations: Option<HashMap<String, serde_json::Value>>,
}

#[derive(Deserialize)]
struct RawDescriptor {
    #[serde(rename = "mediaType")]
    media_type: Option<String>,
    digest: Option<String>,
    size: Option<u64>,
    platform: Option<RawPlatform>,
    annotations: Option<HashMap<String, serde_json::Value>>,
}

impl From<RawDescriptor> for Descriptor {
    fn from(raw: RawDescriptor) -> Self {
        let reference_type = annotation(raw.annotations.as_ref(), "vnd.docker.reference.type");
        Self {
            digest: raw.digest,
            size: raw.size,
            platform: raw.platform.map(Into::into),
            is_attestation: reference_type.is_some_and(|kind| kind == "attestation-manifest"),
            is_index: raw.media_type.is_some_and(|media_type| is_index(&media_type)),
        }
    }
}

fn is_index(media_type: &str) -> bool {
    media_type.contains("manifest.list") || media_type.contains("image.index")
}

fn annotation(annotations: Option<&HashMap<String, serde_json::Value>>, name: &str) -> Option<String> {
    annotations?.get(name)?.as_str().filter(|text| !text.is_empty()).map(str::to_owned)
}

impl Manifest {
    /// Reads a manifest or an index by its shape; the media type, of the body or else of the answer
    /// (`content_type`), only decides where the shape leaves it open. ECR leaves it out of the body, and some servers
    /// send `application/json` or `text/plain`.
    ///
    /// # Errors
    /// [`crate::error::ErrorKind::BadResponse`] for anything that is no manifest, Docker's schema 1 included: it states
    /// neither sizes nor a config.
    pub fn parse(body: &[u8], content_type: &str) -> Result<Self> {
        let raw: RawManifest = serde_json::from_slice(body)
            .map_err(|error| not_json(format!("Not a manifest: {}", json_fault(&error)), &error))?;
        let media_type = raw.media_type.as_deref().filter(|text| !text.is_empty()).unwrap_or(content_type);
        let source = annotation(raw.annotations.as_ref(), SOURCE_LABEL);
        let convert = |list: Vec<RawDescriptor>| list.into_iter().map(Descriptor::from).collect();
        if raw.manifests.is_some() || is_index(media_type) {
            return Ok(Self::Index(Index {
                manifests: raw.manifests.map(convert).unwrap_or_default(),
                source,
            }));
        }
        if raw.config.is_none() && raw.schema_version.is_some_and(|version| version == 1) {
            return Err(Error::bad_response(
                "The registry serves this image in Docker's old schema 1 format, which is not supported; \
                 the image has to be pushed again",
            ));
        }
        Ok(Self::Image(ImageManifest {
            base: annotation(raw.annotations.as_ref(), BASE_LABEL),
            config: raw.config.map(Descriptor::from),
            layers: raw.layers.map(convert).unwrap_or_default(),
            source,
        }))
    }
}

impl Index {
    /// Whether a manifest for `machine` is listed; see [`Platform::supports`].
    pub fn supports(&self, machine: &Platform) -> bool {
        self.images().filter_map(|entry| entry.platform.as_ref()).any(|platform| machine.supports(platform))
    }

    /// The manifest that serves `machine` best; of equals the first.
    pub fn choose(&self, machine: &Platform) -> Option<&Descriptor> {
        self.images()
            .filter_map(|entry| Some((machine.rank(entry.platform.as_ref()?)?, entry)))
            .min_by_key(|(rank, _)| *rank)
            .map(|(_, entry)| entry)
    }

    /// The first manifest of a real platform, one for Linux if there is any; or the first one at all where no entry states
    /// a platform.
    pub fn first(&self) -> Option<&Descriptor> {
        let is_linux = |entry: &&Descriptor| {
            entry
                .platform
                .as_ref()
                .is_some_and(|platform| platform.os.as_deref().is_none_or(|os| os == "linux"))
        };
        self.images().find(is_linux).or_else(|| self.images().next()).or_else(|| self.manifests.first())
    }

    /// The manifests of images: attestations and unknown platforms are left aside.
    pub fn images(&self) -> impl Iterator<Item = &Descriptor> {
        self.manifests.iter().filter(|entry| {
            !entry.is_attestation && !entry.platform.as_ref().is_some_and(Platform::is_unknown)
        })
    }
}

impl Descriptor {
    /// The digest, if one is stated.
    ///
    /// # Errors
    /// [`crate::error::ErrorKind::BadResponse`] for a text that is no digest: what it names could not be verified.
    pub fn digest(&self) -> Result<Option<&str>> {
        match self.digest.as_deref() {
            Some(digest) if !is_digest(digest) => {
                Err(Error::bad_response(format!("A descriptor names {digest:?}, which is no digest")))
            }
            digest => Ok(digest),
        }
    }

    /// Whether it points to an index, so that its platforms stand one level deeper.
    pub fn is_index(&self) -> bool {
        self.is_index
    }
}

impl ImageManifest {
    /// Bytes to download: the sum of the layers, compressed as they are stored. `None` if there are no layers.
    ///
    /// # Errors
    /// [`crate::error::ErrorKind::BadResponse`] if a layer states no size: a sum without it would mislead a disk check.
    pub fn download_size(&self) -> Result<Option<u64>> {
        if self.layers.is_empty() {
            return Ok(None);
        }
        let sum = self.layers.iter().try_fold(0u64, |sum, layer| sum.checked_add(layer.size?));
        sum.map(Some).ok_or_else(|| Error::bad_response("A layer of the manifest states no usable size"))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn parse(body: &serde_json::Value, content_type: &str) -> Result<Manifest> {
        Manifest::parse(body.to_string().as_bytes(), content_type)
    }

    fn index(platforms: &[(&str, &str, &str)]) -> Index {
        let entry = |(os, arch, variant): &(&str, &str, &str)| {
            json!({"digest": format!("{os}/{arch}/{variant}"),
                   "platform": {"os": os, "architecture": arch, "variant": variant}})
        };
        let body = json!({"manifests": platforms.iter().map(entry).collect::<Vec<_>>()});
        match parse(&body, "application/json").expect("an index") {
            Manifest::Index(index) => index,
            Manifest::Image(image) => panic!("{image:?}"),
        }
    }

    #[test]
    fn shape_and_media_type_tell_an_index_from_an_image() {
        let index_types =
            ["application/vnd.oci.image.index.v1+json", "x.manifest.list.v2+json; charset=utf-8"];
        let is_index = |body, content_type| matches!(parse(&body, content_type), Ok(Manifest::Index(_)));
        assert!(is_index(json!({"manifests": []}), "text/plain"));
        for media_type in index_types {
            assert!(is_index(json!({}), media_type));
            assert!(is_index(json!({"mediaType": media_type}), ""));
        }
        assert!(!is_index(json!({"config": {}, "layers": []}), "application/json"));
        assert!(!is_index(
            json!({"mediaType": "application/vnd.oci.image.manifest.v1+json"}),
            index_types[0]
        ));
    }

    #[test]
    fn schema_1_is_refused_in_plain_words() {
        let error = parse(&json!({"schemaVersion": 1, "fsLayers": [], "architecture": "amd64"}), "")
            .expect_err("refused");
        assert_eq!(error.code(), "BAD_RESPONSE");
        assert!(error.message().contains("schema 1"), "{error}");
    }

    #[test]
    fn attestations_and_unknown_platforms_are_left_aside() {
        let index = index(&[("unknown", "unknown", ""), ("linux", "arm64", "v8"), ("linux", "amd64", "")]);
        assert_eq!(index.first().and_then(|entry| entry.digest.as_deref()), Some("linux/arm64/v8"));
        assert!(index.supports(&Platform::parse("x86_64")) && !index.supports(&Platform::parse("unknown")));
        let body = json!({"manifests": [
            {"digest": "a", "annotations": {"vnd.docker.reference.type": "attestation-manifest"},
             "platform": {"os": "linux", "architecture": "amd64"}},
            {"digest": "b", "platform": {"os": "linux", "architecture": "amd64"}}]});
        let Ok(Manifest::Index(index)) = parse(&body, "") else { panic!("an index") };
        assert_eq!(
            index.choose(&Platform::parse("amd64")).and_then(|entry| entry.digest.as_deref()),
            Some("b")
        );
    }

    #[test]
    fn the_best_variant_is_chosen() {
        let index = index(&[("linux", "arm", "v5"), ("linux", "arm", "v6"), ("linux", "arm", "v7")]);
        for (machine, chosen) in
            [("arm", "linux/arm/v7"), ("arm/v6", "linux/arm/v6"), ("armv7l", "linux/arm/v7")]
        {
            let entry = index.choose(&Platform::parse(machine));
            assert_eq!(entry.and_then(|entry| entry.digest.as_deref()), Some(chosen), "{machine}");
        }
    }

    #[test]
    fn sizes_are_summed_or_refused() {
        let size = |layers| match parse(&json!({"config": {}, "layers": layers}), "") {
            Ok(Manifest::Image(image)) => image.download_size(),
            other => panic!("{other:?}"),
        };
        assert_eq!(size(json!([{"size": 3}, {"size": 4}])).ok(), Some(Some(7)));
        assert_eq!(size(json!([])).ok(), Some(None));
        assert!(size(json!([{"size": 3}, {}])).is_err());
        assert!(size(json!([{"size": u64::MAX}, {"size": 1}])).is_err());
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(body in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..200)) {
            let _ = Manifest::parse(&body, "");
        }
    }
}
