//! What a check finds, in the shape in which it is told.

mod assemble;

use std::time::SystemTime;

use serde::{Deserialize, Serialize};

use super::{
    discontinued::Ended,
    search::image_date::{AgeSource, written},
};
use crate::{error::Error, lifecycle::summary::Lifecycle, version::select::rejections::Rejection};

/// How a check ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Status {
    /// Nothing newer can be run by the policy.
    UpToDate,
    /// Something newer can be run.
    UpdateAvailable,
    /// The tag says nothing that could be newer or older, and its digest was not compared.
    Unorderable,
    /// It could not be found out. Never to be taken for [`Status::UpToDate`].
    Failed,
}

impl Status {
    /// The status as it is told.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::UpToDate => "up-to-date",
            Self::UpdateAvailable => "update-available",
            Self::Unorderable => "unorderable",
            Self::Failed => "failed",
        }
    }
}

/// What a check of one image found.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ImageReport {
    /// The image, as it was asked for.
    pub image: String,
    /// The reference in full: `registry/path:tag[@digest]`; `None` if the text is no reference.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// Architecture of the machine that is to run it, as it was asked for.
    pub arch: String,
    /// How the check ended.
    pub status: Status,
    /// What the tag was read as, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scheme: Option<String>,
    /// Newer versions on the chosen track that were found to run, newest first; not empty where an update is available. A tag
    /// that points to something else than what is running is an update to itself.
    pub updates: Vec<AvailableUpdate>,
    /// The newest version on each track, whichever is chosen.
    pub latest: Latest,
    /// How long the running version lifecycle, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lifecycle: Option<Lifecycle>,
    /// What of the running image has ended though the project goes on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<Ended>,
    /// What a floating tag, or one whose running digest was given, points to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub digest: Option<DigestReport>,
    /// The source repository.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_url: Option<String>,
    /// When the check was made (RFC 3339, UTC); that of a stale report was made before.
    pub checked_at: String,
    /// The network has failed, and this is what the last check found that did not.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub stale: bool,
    /// Whether something could not be looked at; `warnings` say what.
    #[serde(skip)]
    pub is_partial: bool,
    /// Tags that are not offered, by reason.
    pub rejected: Vec<Rejection>,
    /// What did not keep the check from ending, but may have kept it from finding all.
    pub warnings: Vec<String>,
    /// Why the check failed. Told apart from the rest, so that it can become an error.
    #[serde(skip)]
    pub error: Option<Error>,
}

/// A newer version of an image.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct AvailableUpdate {
    /// Tag of the newer version.
    pub tag: String,
    /// Whether it is the newest one that was found to run on the asked architecture.
    pub is_latest: bool,
    /// Page with the release notes, where one is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub release_url: Option<String>,
    /// Whether it was found before, and the network has failed in this call.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub stale: bool,
    /// When it was found, if that was before this call (RFC 3339, UTC).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checked_at: Option<String>,
}

impl AvailableUpdate {
    /// A version that was found in this call.
    pub fn new(tag: impl Into<String>, is_latest: bool, release_url: Option<String>) -> Self {
        Self { tag: tag.into(), is_latest, release_url, stale: false, checked_at: None }
    }
}

/// The newest version on each track.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Latest {
    /// Same major and minor version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub patch: Option<NewestTag>,
    /// Same major version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub minor: Option<NewestTag>,
    /// Any version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub major: Option<NewestTag>,
}

/// A tag that was found to run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct NewestTag {
    /// The tag.
    pub tag: String,
    /// Page with its release notes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub release_url: Option<String>,
    /// What it points to: the index, if there is one.
    pub digest: String,
    /// Bytes to download; `None` if the manifest does not state them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub download_size: Option<DownloadSize>,
    /// When it was made (RFC 3339, UTC), where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created_at: Option<String>,
    /// Who says when it was made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub age_source: Option<AgeSource>,
    /// How long it lifecycle, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lifecycle: Option<Lifecycle>,
}

/// Bytes of compressed layers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct DownloadSize {
    /// Of the layers that the current image does not have; of all where the current image is not known. `None` where the layers
    /// were not looked at, as that takes a pull: of images at Docker Hub whose size its API tells, those of the newest on the
    /// chosen track are looked at, and only where the running image took no more than one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new: Option<u64>,
    /// Of all layers.
    pub all: u64,
}

/// What a tag points to, beside what is running.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct DigestReport {
    /// What is running, as it was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub current: Option<String>,
    /// What the tag points to now: the index, if there is one.
    pub available: String,
    /// Whether that is something else than what is running; `false` where that is not known.
    pub changed: bool,
    /// The version tag with the same digest, where one was found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// The tag whose digest that is, where it is another than the running one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compared_with: Option<String>,
}

impl ImageReport {
    /// A report with nothing found yet.
    pub(crate) fn begun(image: &str, arch: &str, now: SystemTime) -> Self {
        Self {
            image: image.to_owned(),
            reference: None,
            arch: arch.to_owned(),
            status: Status::UpToDate,
            scheme: None,
            updates: Vec::new(),
            latest: Latest::default(),
            lifecycle: None,
            ended: None,
            digest: None,
            source_url: None,
            checked_at: written(now),
            stale: false,
            is_partial: false,
            rejected: Vec::new(),
            warnings: Vec::new(),
            error: None,
        }
    }

    /// The report of a check that failed; what was found before stays.
    #[must_use]
    pub(crate) fn failed(self, error: Error) -> Self {
        let (updates, latest) = (Vec::new(), Latest::default());
        Self { status: Status::Failed, updates, latest, error: Some(error), ..self }
    }
}
