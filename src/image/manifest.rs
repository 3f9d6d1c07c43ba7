//! Manifests, indexes and configs, as the OCI image specification and Docker's schema 2 define them.

use serde::{Deserialize, Deserializer, de::IgnoredAny};

use super::{
    digest::{is_digest, is_verifiable},
    platform::{Platform, RawPlatform},
};
use crate::{
    error::{Error, ErrorKind, Result, json_fault, not_json},
    text::json::{AtMost, Object, Scalar, TOO_MANY_ENTRIES},
};

/// The four media types of the `Accept` header. Registries such as GHCR answer 404 to a request that leaves out the
/// type of the manifest that they hold.
pub const ACCEPT: &str = "application/vnd.oci.image.index.v1+json, \
     application/vnd.docker.distribution.manifest.list.v2+json, \
     application/vnd.oci.image.manifest.v1+json, \
     application/vnd.docker.distribution.manifest.v2+json";

/// The label and annotation that name the source repository (OCI image specification, "Annotations").
pub const SOURCE_LABEL: &str = "org.opencontainers.image.source";
/// The label and annotation that name the base image, as a reference (OCI image specification, "Annotations").
pub const BASE_LABEL: &str = "org.opencontainers.image.base.name";

/// The manifest or index that a tag or a digest points to.
#[derive(Debug, Clone, PartialEq)]
pub enum Manifest {
    /// An index: manifests of one image for several platforms. Docker calls it a manifest list.
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
    /// Whether its artifact type says that it lists something other than images.
    pub(crate) is_artifact: bool,
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
    /// The type of artifact that it states, if it is no image.
    artifact_type: Option<String>,
    /// Whether it states both its config, by a digest, and its layers, which `null` states as none.
    pub(crate) is_whole: bool,
}

/// The kind of a manifest, by its config.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ConfigType {
    /// The manifest is an image.
    Image,
    /// The manifest may be an image, because no type is stated.
    Unstated,
    /// The manifest is another artifact: a chart, a signature, a module.
    Artifact,
}

/// A descriptor of content (OCI image specification, "Content Descriptors").
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Descriptor {
    /// Media type of the content; empty if none is stated.
    media_type: String,
    /// Digest of the content, as it is stated.
    digest: Option<String>,
    /// Size of the content in bytes.
    pub size: Option<u64>,
    /// The platform of an image manifest.
    pub platform: Option<Platform>,
    is_attestation: bool,
    is_index: bool,
}

/// The most entries of one index, and layers of one manifest, that are parsed.
const MAX_ENTRIES: usize = 100_000;

/// The media types of image configs, by OCI and by Docker.
const IMAGE_CONFIGS: [&str; 2] =
    ["application/vnd.oci.image.config.v1+json", "application/vnd.docker.container.image.v1+json"];

/// The media types that old registries and builders state for any config.
const UNTYPED_CONFIGS: [&str; 3] = ["application/octet-stream", "application/json", "text/html"];

/// The beginnings of the media types of layers that mark an artifact although its config is an image config.
const ARTIFACT_LAYERS: [&str; 5] = [
    "application/vnd.dev.cosign.",
    "application/vnd.dev.sigstore.",
    "application/vnd.dsse.",
    "application/vnd.in-toto",
    "application/vnd.ollama.",
];

#[derive(Default, Deserialize)]
struct RawManifest {
    #[serde(rename = "schemaVersion")]
    schema_version: Option<Scalar>,
    #[serde(rename = "mediaType")]
    media_type: Option<Scalar>,
    #[serde(rename = "artifactType")]
    artifact_type: Option<Scalar>,
    #[serde(default, deserialize_with = "stated")]
    manifests: Option<Option<AtMost<Object<RawDescriptor>, MAX_ENTRIES>>>,
    config: Option<Object<RawDescriptor>>,
    #[serde(default, deserialize_with = "stated")]
    layers: Option<Option<AtMost<Object<RawDescriptor>, MAX_ENTRIES>>>,
    #[serde(default, rename = "fsLayers")]
    schema_1_layers: Option<IgnoredAny>,
    annotations: Option<Object<Annotations>>,
}

#[derive(Deserialize)]
struct RawDescriptor {
    #[serde(rename = "mediaType")]
    media_type: Option<String>,
    digest: Option<String>,
    size: Option<u64>,
    platform: Option<Object<RawPlatform>>,
    annotations: Option<Object<Annotations>>,
}

/// The annotations that are used.
#[derive(Deserialize)]
struct Annotations {
    #[serde(rename = "org.opencontainers.image.source")]
    source: Option<Scalar>,
    #[serde(rename = "org.opencontainers.image.base.name")]
    base: Option<Scalar>,
    #[serde(rename = "vnd.docker.reference.type")]
    reference_type: Option<Scalar>,
}

/// Keeps apart a field that is absent (`None`) and one that is `null` (`Some(None)`).
fn stated<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    field: D,
) -> std::result::Result<Option<Option<T>>, D::Error> {
    Option::<T>::deserialize(field).map(Some)
}

impl From<Object<RawDescriptor>> for Descriptor {
    fn from(Object(raw): Object<RawDescriptor>) -> Self {
        let reference_type =
            raw.annotations.and_then(|Object(annotations)| annotations.reference_type?.text());
        let media_type = raw.media_type.unwrap_or_default();
        Self {
            digest: raw.digest,
            size: raw.size,
            platform: raw.platform.map(|Object(platform)| platform.into()),
            is_attestation: reference_type.is_some_and(|kind| kind == "attestation-manifest"),
            is_index: is_index(&media_type),
            media_type,
        }
    }
}

fn is_index(media_type: &str) -> bool {
    media_type.contains("manifest.list") || media_type.contains("image.index")
}

impl Manifest {
    /// Parses a manifest or an index by its shape. The media type, of the body or else of the answer (`content_type`),
    /// decides only where the shape does not. ECR leaves it out of the body, and some servers send `application/json`
    /// or `text/plain`.
    ///
    /// # Errors
    /// [`ErrorKind::BadResponse`] for anything without `manifests`, a `config` with a digest or a list of `layers`. Docker's schema 1 is
    /// refused as well, because it states neither sizes nor a config. [`ErrorKind::TooLarge`] for more entries than any
    /// image has.
    pub fn parse(body: &[u8], content_type: &str) -> Result<Self> {
        let Object(raw): Object<RawManifest> = serde_json::from_slice(body).map_err(|error| {
            if error.is_data() && error.to_string().contains(TOO_MANY_ENTRIES) {
                let message = format!("The manifest has more than {MAX_ENTRIES} entries");
                return Error::new(ErrorKind::TooLarge, message);
            }
            not_json(format!("Not a manifest: {}", json_fault(&error)), &error)
        })?;
        let media_type = raw.media_type.and_then(Scalar::text);
        let media_type = media_type.as_deref().unwrap_or(content_type);
        let (source, base) = match raw.annotations {
            Some(Object(Annotations { source, base, .. })) => (source, base),
            None => (None, None),
        };
        let (source, base) = (source.and_then(Scalar::text), base.and_then(Scalar::text));
        let convert = |list: Option<AtMost<_, MAX_ENTRIES>>| -> Vec<Descriptor> {
            list.unwrap_or_default().0.into_iter().map(Descriptor::from).collect()
        };
        let artifact_type = raw.artifact_type.and_then(Scalar::text);
        // `null` lists nothing, and only a document that calls itself an index is one without entries.
        if let Some(manifests) = raw.manifests.filter(|list| list.is_some() || is_index(media_type)) {
            let is_artifact = artifact_type.is_some();
            return Ok(Self::Index(Index { manifests: convert(manifests), source, is_artifact }));
        }
        let is_schema_1 = raw.schema_1_layers.is_some() || raw.schema_version == Some(Scalar::Number(1.0));
        if raw.config.is_none() && is_schema_1 {
            return Err(Error::bad_response(
                "The registry serves this image in Docker's old schema 1 format, which is not supported; \
                 the image has to be pushed again",
            ));
        }
        let has_config = raw.config.as_ref().is_some_and(|Object(config)| config.digest.is_some());
        let has_layers = matches!(raw.layers, Some(Some(_)));
        if is_index(media_type) || !(has_config || has_layers) {
            return Err(Error::bad_response(
                "Not a manifest: it is a JSON object with neither manifests nor a config and layers",
            ));
        }
        Ok(Self::Image(ImageManifest {
            base,
            config: raw.config.map(Descriptor::from),
            is_whole: has_config && raw.layers.is_some(),
            layers: convert(raw.layers.flatten()),
            source,
            artifact_type,
        }))
    }
}

impl Index {
    /// Whether the index lists a manifest for `machine`; see [`Platform::supports`].
    pub fn supports(&self, machine: &Platform) -> bool {
        self.images().filter_map(|entry| entry.platform.as_ref()).any(|platform| machine.supports(platform))
    }

    /// The manifest that serves `machine` best; the first among equals.
    pub fn choose(&self, machine: &Platform) -> Option<&Descriptor> {
        self.images()
            .filter_map(|entry| Some((machine.rank(entry.platform.as_ref()?)?, entry)))
            .min_by_key(|(rank, _)| *rank)
            .map(|(_, entry)| entry)
    }

    /// The first image for Linux, else the first image, else the first manifest.
    pub fn first(&self) -> Option<&Descriptor> {
        let is_linux = |entry: &&Descriptor| {
            entry
                .platform
                .as_ref()
                .is_some_and(|platform| platform.os.as_deref().is_none_or(|os| os == "linux"))
        };
        self.images().find(is_linux).or_else(|| self.images().next()).or_else(|| self.manifests.first())
    }

    /// The manifests of images, without attestations and unknown platforms.
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
    /// [`crate::error::ErrorKind::BadResponse`] for a text that is no digest or has an algorithm that this crate cannot
    /// verify.
    pub fn digest(&self) -> Result<Option<&str>> {
        match self.digest.as_deref() {
            Some(digest) if !is_digest(digest) => {
                Err(Error::bad_response(format!("A descriptor names {digest:?}, which is no digest")))
            }
            Some(digest) if !is_verifiable(digest) => Err(Error::bad_response(format!(
                "A descriptor names {digest}, which cannot be verified: sha256 and sha512 are computed, no other"
            ))),
            digest => Ok(digest),
        }
    }

    /// Whether it points to an index, which lists further platforms.
    pub fn is_index(&self) -> bool {
        self.is_index
    }
}

impl ImageManifest {
    /// The type of its config. Where the config's media type is not specific, the manifest's artifact type decides, and
    /// then the config itself.
    pub(crate) fn config_type(&self) -> ConfigType {
        let Some(config) = &self.config else {
            // Layers without a config do not say what they are.
            return if self.artifact_type.is_some() { ConfigType::Artifact } else { ConfigType::Unstated };
        };
        let media_type = config.media_type.split(';').next().unwrap_or_default().trim();
        let is_of_artifact = |layer: &Descriptor| {
            ARTIFACT_LAYERS.iter().any(|beginning| layer.media_type.starts_with(beginning))
        };
        if IMAGE_CONFIGS.contains(&media_type) {
            let is_artifact = !self.layers.is_empty() && self.layers.iter().all(is_of_artifact);
            return if is_artifact { ConfigType::Artifact } else { ConfigType::Image };
        }
        let is_unstated = media_type.is_empty() || UNTYPED_CONFIGS.contains(&media_type);
        if is_unstated && self.artifact_type.is_none() { ConfigType::Unstated } else { ConfigType::Artifact }
    }

    /// The bytes to download: the sum of the compressed layers. `None` if there are no layers.
    ///
    /// # Errors
    /// [`crate::error::ErrorKind::BadResponse`] if a layer states no size, because a sum without it would mislead a
    /// disk check.
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
        assert!(is_index(json!({"manifests": null}), index_types[0]));
        assert!(!is_index(json!({"config": {}, "layers": []}), "application/json"));
        assert!(!is_index(
            json!({"mediaType": "application/vnd.oci.image.manifest.v1+json", "config": {}, "layers": null}),
            index_types[0]
        ));
    }

    #[test]
    fn a_document_of_another_shape_is_no_manifest() {
        let index = "application/vnd.oci.image.index.v1+json";
        for body in [
            json!({}),
            json!({"schemaVersion": 2, "mediaType": index}),
            json!({"message": "blocked by policy"}),
            json!({"errors": [{"code": "DENIED"}]}),
            json!({"manifests": {}}),
            json!({"manifests": [[index, "sha256:x", 1]]}),
            json!({"config": ["x"], "layers": []}),
            json!([2, index, null, [], {}, []]),
            json!({"manifests": [{"platform": ["linux", "amd64", ""]}]}),
        ] {
            for content_type in [index, "application/json"] {
                assert_eq!(
                    parse(&body, content_type).expect_err("no manifest").code(),
                    "BAD_RESPONSE",
                    "{body}"
                );
            }
        }
    }

    #[test]
    fn a_manifest_is_not_read_beyond_its_bound() {
        let many = format!(r#"{{"manifests":[{}{{}}]}}"#, "{},".repeat(MAX_ENTRIES));
        assert_eq!(Manifest::parse(many.as_bytes(), "").expect_err("too many").code(), "TOO_LARGE");
        // Fields that are not used may have any type.
        let odd = r#"{"schemaVersion":[[]],"config":{"digest":"d","annotations":{"x":[1]}},"layers":[],"annotations":{"x":{}}}"#;
        assert!(Manifest::parse(odd.as_bytes(), "").is_ok());
    }

    #[test]
    fn charts_signatures_and_modules_are_no_images() {
        let (oci, docker) = (IMAGE_CONFIGS[0], IMAGE_CONFIGS[1]);
        let tar = "application/vnd.oci.image.layer.v1.tar+gzip";
        let cases = [
            (Some(oci), None, tar, ConfigType::Image),
            (Some(docker), Some("application/vnd.example"), tar, ConfigType::Image),
            (Some(oci), None, "application/vnd.dev.cosign.simplesigning.v1+json", ConfigType::Artifact),
            (Some("application/json; charset=utf-8"), None, tar, ConfigType::Unstated),
            (Some("application/octet-stream"), None, tar, ConfigType::Unstated),
            (Some("text/html"), None, tar, ConfigType::Unstated),
            (None, None, tar, ConfigType::Unstated),
            (None, Some("application/vnd.example"), tar, ConfigType::Artifact),
            (Some("application/vnd.cncf.helm.config.v1+json"), None, tar, ConfigType::Artifact),
            (Some("application/vnd.cncf.flux.config.v1+json"), None, tar, ConfigType::Artifact),
            (Some("application/vnd.wasm.config.v0+json"), None, "application/wasm", ConfigType::Artifact),
            (Some("application/vnd.oci.empty.v1+json"), Some("text/spdx"), "text/spdx", ConfigType::Artifact),
            (Some("application/vnd.unknown.config.v1+json"), None, tar, ConfigType::Artifact),
        ];
        for (config, artifact_type, layer, expected) in cases {
            let body = json!({"config": {"mediaType": config, "digest": "d"}, "artifactType": artifact_type,
                              "layers": [{"mediaType": layer}]});
            let Ok(Manifest::Image(image)) = parse(&body, "") else { panic!("{body}") };
            assert_eq!(image.config_type(), expected, "{body}");
        }
    }

    #[test]
    fn what_is_neither_an_image_nor_an_index_is_refused() {
        let config = json!({"digest": "d"});
        for odd in [
            json!({}),
            json!({"layers": null}),
            json!({"config": null, "layers": null}),
            json!({"config": {}}),
            json!({"manifests": null}),
            json!({"errors": [{"code": "DENIED"}], "manifests": null}),
        ] {
            assert_eq!(parse(&odd, "").expect_err("refused").code(), "BAD_RESPONSE", "{odd}");
        }
        let is_whole = |body| match parse(&body, "") {
            Ok(Manifest::Image(image)) => image.is_whole,
            other => panic!("{other:?}"),
        };
        assert!(is_whole(json!({"config": config, "layers": null})));
        for part in [json!({"layers": []}), json!({"config": {}, "layers": [{}]}), json!({"config": config})]
        {
            assert!(!is_whole(part.clone()), "{part}");
        }
        assert!(parse(&json!({"manifests": null}), "application/vnd.oci.image.index.v1+json").is_ok());
    }

    #[test]
    fn schema_1_is_refused_in_plain_words() {
        let error = parse(&json!({"schemaVersion": 1, "fsLayers": [], "architecture": "amd64"}), "")
            .expect_err("refused");
        assert_eq!(error.code(), "BAD_RESPONSE");
        assert!(error.message().contains("schema 1"), "{error}");
    }

    #[test]
    fn attestations_and_unknown_platforms_are_no_images() {
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
        let size = |layers| match parse(&json!({"config": {"digest": "d"}, "layers": layers}), "") {
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
