//! What JavaScript receives. The doc comments become those of `index.d.ts`.

use napi_derive::napi;

use crate::{check::Updates, image::reference::ImageReference, service};

/// A parsed image reference with Docker's defaults filled in.
#[napi(object)]
pub struct ParsedImageReference {
    /// Registry host, with its port if one was written; Docker Hub is `registry-1.docker.io`.
    pub registry: String,
    /// Repository path without its last part; empty if there is one part only.
    pub namespace: String,
    /// Last part of the repository path.
    pub repo: String,
    /// Tag; `latest` if none was written.
    pub tag: String,
    /// Full name for registry API calls: `namespace/repo`.
    pub full_name: String,
    /// Digest after `@`, as `sha256:…`; absent if none was written. Where it is present, it is what is read.
    pub digest: Option<String>,
}

impl From<ImageReference> for ParsedImageReference {
    fn from(reference: ImageReference) -> Self {
        Self {
            registry: reference.registry,
            namespace: reference.namespace,
            repo: reference.repo,
            tag: reference.tag,
            full_name: reference.full_name,
            digest: reference.digest,
        }
    }
}

/// A newer version of an image as `getAvailableUpdates` gives it: an `AvailableUpdate` that says so if it was found before.
#[napi(object)]
pub struct FoundUpdate {
    /// Tag of the newer version.
    pub tag: String,
    /// Whether it is the newest one that is offered.
    pub is_latest: bool,
    /// Page with the release notes; absent where none is known.
    pub release_url: Option<String>,
    /// `true` if it was found before and the network has failed now (`staleIfError`); absent otherwise.
    pub stale: Option<bool>,
    /// When that was found (RFC 3339, UTC); absent otherwise.
    pub checked_at: Option<String>,
}

impl FoundUpdate {
    /// Updates, each of which says if they are stale.
    pub(crate) fn list(found: Updates) -> Vec<Self> {
        let checked_at = found.stale_since;
        let update = |update: service::AvailableUpdate| Self {
            tag: update.tag,
            is_latest: update.is_latest,
            release_url: update.release_url,
            stale: checked_at.as_ref().map(|_| true),
            checked_at: checked_at.clone(),
        };
        found.updates.into_iter().map(update).collect()
    }
}

/// A platform that an image has a manifest for, in OCI's words.
#[napi(object)]
pub struct ImagePlatform {
    /// Operating system, say `linux`.
    pub os: String,
    /// Architecture, say `amd64` or `arm64`.
    pub architecture: String,
    /// Variant of the architecture, say `v7`; absent where none is stated.
    pub variant: Option<String>,
    /// Digest of the platform's manifest, as `sha256:…`.
    pub digest: String,
    /// Bytes of the manifest itself, as its descriptor states them; not those of the image's layers.
    pub size: f64,
}

impl From<service::ImagePlatform> for ImagePlatform {
    fn from(image: service::ImagePlatform) -> Self {
        Self {
            os: image.platform.os.unwrap_or_else(|| "linux".to_owned()),
            architecture: image.platform.architecture,
            variant: image.platform.variant,
            digest: image.digest,
            // Sizes are far below 2^53 bytes, where doubles are exact.
            size: image.size as f64,
        }
    }
}
