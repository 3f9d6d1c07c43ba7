//! Images with the true digests of their bytes.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::{Answer, Server, blob, manifest};

const INDEX: &str = "application/vnd.oci.image.index.v1+json";
const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
const CONFIG: &str = "application/vnd.oci.image.config.v1+json";
const LAYER: &str = "application/vnd.oci.image.layer.v1.tar+gzip";

/// Bytes that a registry holds.
#[derive(Debug, Clone)]
pub struct Content {
    /// Their media type.
    pub media_type: &'static str,
    /// Their digest.
    pub digest: String,
    /// The bytes, which are always JSON.
    pub body: String,
}

/// One manifest and its config.
#[derive(Debug, Clone)]
pub struct Image {
    /// The manifest.
    pub manifest: Content,
    /// The config.
    pub config: Content,
}

/// The sha256 digest of a text, as descriptors state it.
pub fn sha256(text: &str) -> String {
    let digest = ring::digest::digest(&ring::digest::SHA256, text.as_bytes());
    digest.as_ref().iter().fold("sha256:".to_owned(), |mut hex, byte| {
        write!(hex, "{byte:02x}").expect("a string takes everything");
        hex
    })
}

/// `os/architecture[/variant]` as an index or a config states it.
pub fn platform(text: &str) -> Value {
    let mut parts = text.split('/');
    let mut platform = json!({"os": parts.next(), "architecture": parts.next()});
    if let Some(variant) = parts.next() {
        platform["variant"] = variant.into();
    }
    platform
}

/// An image for one platform without labels, with one layer of a thousand bytes.
pub fn single(platform_text: &str) -> Image {
    single_with(platform(platform_text), &json!({}), &[1000])
}

/// An image whose config is `config` with `labels` in it, and whose layers have these sizes.
pub fn single_with(mut config: Value, labels: &Value, layers: &[u64]) -> Image {
    config["config"] = json!({"Labels": labels});
    let config = Content::new(CONFIG, &config);
    let layer =
        |size| json!({"mediaType": LAYER, "digest": sha256(&format!("layer of {size}")), "size": size});
    let manifest = json!({
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "config": config.descriptor(),
        "layers": layers.iter().map(layer).collect::<Vec<_>>(),
    });
    Image { manifest: Content::new(MANIFEST, &manifest), config }
}

/// An index of these entries; see [`Content::entry`].
pub fn index(entries: &[Value]) -> Content {
    Content::new(INDEX, &json!({"schemaVersion": 2, "mediaType": INDEX, "manifests": entries}))
}

/// The same index or manifest with annotations.
pub fn annotated(content: &Content, annotations: &Value) -> Content {
    let mut document: Value = serde_json::from_str(&content.body).expect("a document");
    document["annotations"] = annotations.clone();
    Content::new(content.media_type, &document)
}

/// The entry that BuildKit puts into an index beside the image `subject`.
pub fn attestation(subject: &Image) -> Value {
    let mut entry = single("unknown/unknown").manifest.entry("unknown/unknown");
    entry["annotations"] = json!({
        "vnd.docker.reference.type": "attestation-manifest",
        "vnd.docker.reference.digest": subject.manifest.digest,
    });
    entry
}

impl Content {
    /// A document under its digest.
    pub fn new(media_type: &'static str, document: &Value) -> Self {
        let body = document.to_string();
        Self { media_type, digest: sha256(&body), body }
    }

    /// The descriptor of these bytes.
    pub fn descriptor(&self) -> Value {
        json!({"mediaType": self.media_type, "digest": self.digest, "size": self.body.len()})
    }

    /// The descriptor of these bytes in an index.
    pub fn entry(&self, platform_text: &str) -> Value {
        let mut entry = self.descriptor();
        entry["platform"] = platform(platform_text);
        entry
    }

    /// The answer of a registry that holds these bytes.
    pub fn answer(&self) -> Answer {
        Answer::status(200).header("content-type", self.media_type).body(self.body.as_str())
    }

    /// Makes `server` expect one request for these bytes, as the manifest that `reference` names.
    pub fn tagged(&self, reference: &str, server: &Server) {
        server.get(&manifest(reference)).with("accept", super::ACCEPT).once(self.answer());
    }

    /// Makes `server` expect one request for these bytes, as a manifest by its digest.
    pub fn by_digest(&self, server: &Server) {
        self.tagged(&self.digest, server);
    }

    /// Makes `server` expect one request for these bytes, as a blob.
    pub fn as_blob(&self, server: &Server) {
        server.get(&blob(&self.digest)).once(self.answer());
    }
}
