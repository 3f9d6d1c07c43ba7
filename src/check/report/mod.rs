//! The results of a check, as they are reported.

mod assemble;
pub(crate) mod discontinued;

use std::time::SystemTime;

use serde::{Deserialize, Serialize};

use super::{
    published::pages::{Page, ReleaseUrlSource},
    safety::{
        advisories::{AdvisoryState, Vulnerability},
        provenance::Provenance,
    },
    search::image_date::{AgeSource, written},
};
use crate::{error::Error, lifecycle::summary::Lifecycle, version::select::rejections::Rejection};

/// How a check ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Status {
    /// The policy allows no newer version that runs.
    UpToDate,
    /// A newer version runs.
    UpdateAvailable,
    /// The tag has no order, and its digest was not compared.
    Unorderable,
    /// The check failed, so it is unknown whether there is an update.
    Failed,
}

impl Status {
    /// The name of the status in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::UpToDate => "up-to-date",
            Self::UpdateAvailable => "update-available",
            Self::Unorderable => "unorderable",
            Self::Failed => "failed",
        }
    }
}

/// The findings of a check of one image.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ImageReport {
    /// The image, as the caller wrote it.
    pub image: String,
    /// The whole reference, `registry/path:tag[@digest]`; `None` if the text is no reference.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// The architecture of the machine that is to run it, as the caller wrote it.
    pub arch: String,
    /// How the check ended.
    pub status: Status,
    /// The scheme of the tag, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scheme: Option<String>,
    /// Newer versions on the chosen track that run, the newest first. The list is not empty if an update is available.
    /// A tag whose digest differs from the running one is an update to itself.
    pub updates: Vec<AvailableUpdate>,
    /// The newest version on each track, whatever track is chosen.
    pub latest: Latest,
    /// The lifecycle of the running version, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lifecycle: Option<Lifecycle>,
    /// The published weaknesses that concern the running version, where that is known. An empty list says that none was
    /// published, and no more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vulnerabilities: Option<Vec<Vulnerability>>,
    /// What is known of the advisories, where the options ask for them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub advisories: Option<AdvisoryState>,
    /// What stands beside the running image, where that was asked and could be found out.
    #[serde(flatten)]
    pub provenance: Option<Provenance>,
    /// The part of the running image that has ended although the project goes on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<Ended>,
    /// The digest of a floating tag, or of a tag whose running digest is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub digest: Option<DigestReport>,
    /// The source repository.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_url: Option<String>,
    /// The program's own repository or page, for an image of a packager that is known: Docker's official images, linuxserver,
    /// bitnami.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub upstream_url: Option<String>,
    /// The time of the check (RFC 3339, UTC). A stale report has the time of the earlier check.
    pub checked_at: String,
    /// Whether the network failed, and this is the report of the last check that succeeded. Default `false`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub stale: bool,
    /// Whether something could not be looked at. The warnings say what.
    #[serde(skip)]
    pub is_partial: bool,
    /// The tags that are not offered, by reason.
    pub rejected: Vec<Rejection>,
    /// Problems that did not end the check, but may have hidden something from it.
    pub warnings: Vec<String>,
    /// The error that ended the check. It is no part of the JSON, so that it can become an exception.
    #[serde(skip)]
    pub error: Option<Error>,
}

/// A newer version of an image.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct AvailableUpdate {
    /// The tag of the newer version.
    pub tag: String,
    /// Whether it is the newest version that was found to run on the architecture.
    pub is_latest: bool,
    /// The page with the release notes, where one is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub release_url: Option<String>,
    /// What the page is known from; `None` without a page, and by the rule of the class that this crate replaces.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub release_url_source: Option<ReleaseUrlSource>,
    /// Whether an earlier check found it, because the network failed in this one. Default `false`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub stale: bool,
    /// The time of the earlier check (RFC 3339, UTC); `None` if this check found it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checked_at: Option<String>,
}

impl AvailableUpdate {
    /// Creates an update that this check found.
    pub fn new(tag: impl Into<String>, is_latest: bool, release_url: Option<String>) -> Self {
        let tag = tag.into();
        Self { tag, is_latest, release_url, release_url_source: None, stale: false, checked_at: None }
    }

    /// Creates an update with a page.
    pub(crate) fn at(tag: &str, is_latest: bool, page: Option<Page>) -> Self {
        let release_url_source = page.as_ref().map(|page| page.source);
        Self { release_url_source, ..Self::new(tag, is_latest, page.map(|page| page.url)) }
    }
}

/// The newest version on each track.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Latest {
    /// The newest version with the same major and minor number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub patch: Option<NewestTag>,
    /// The newest version with the same major number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub minor: Option<NewestTag>,
    /// The newest version of all.
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
    /// The page with its release notes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub release_url: Option<String>,
    /// What the page is known from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub release_url_source: Option<ReleaseUrlSource>,
    /// The digest that it points to: that of the index, if there is one.
    pub digest: String,
    /// The bytes to download; `None` if the manifest does not state them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub download_size: Option<DownloadSize>,
    /// The time at which it was made (RFC 3339, UTC), where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created_at: Option<String>,
    /// The source of that time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub age_source: Option<AgeSource>,
    /// Its lifecycle, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lifecycle: Option<Lifecycle>,
    /// The names of the advisories that concern the running version and not this one. `None` if that is unknown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fixes: Option<Vec<String>>,
    /// What stands beside it, where that was asked and could be found out.
    #[serde(flatten)]
    pub provenance: Option<Provenance>,
}

/// The bytes of compressed layers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct DownloadSize {
    /// The bytes of the layers that the current image does not have, or of all layers if the current image is unknown.
    /// `None` if the layers were not looked at, which takes a pull. At Docker Hub they are looked at only for the
    /// newest version on the chosen track, and only if the running image took no more than one pull; for other versions
    /// the API tells the size.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new: Option<u64>,
    /// The bytes of all layers.
    pub all: u64,
}

/// The digest that a tag points to, compared with the running one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct DigestReport {
    /// The running digest, as the caller or the reference names it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub current: Option<String>,
    /// The digest that the tag points to now: that of the index, if there is one.
    pub available: String,
    /// Whether the two differ; `false` if the running digest is unknown.
    pub changed: bool,
    /// The version tag with the same digest, where one was found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// The tag with which the running digest was compared, if that is another tag.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compared_with: Option<String>,
}

/// The part of the running image that no newer version has, although the project goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum EndedPart {
    /// No newer version has the running variant.
    Variant,
    /// The numbers stopped where others go on.
    Numbering,
    /// Newer versions are not built for the machine.
    Architecture,
}

/// The end of the running variant or architecture.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Ended {
    /// The part that has ended.
    pub what: EndedPart,
    /// Its name: `php7.3`, `buster`, `arm/v7`.
    pub item: String,
    /// The last tag that has it.
    pub last_tag: String,
    /// The newest tag that differs only in this part.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub successor: Option<Successor>,
}

/// A tag that replaces an image whose variant has ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Successor {
    /// The tag.
    pub tag: String,
}

impl ImageReport {
    /// Creates an empty report.
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
            vulnerabilities: None,
            advisories: None,
            provenance: None,
            ended: None,
            digest: None,
            source_url: None,
            upstream_url: None,
            checked_at: written(now),
            stale: false,
            is_partial: false,
            rejected: Vec::new(),
            warnings: Vec::new(),
            error: None,
        }
    }

    /// Creates the report of a check that failed. Findings other than updates stay.
    #[must_use]
    pub(crate) fn failed(self, error: Error) -> Self {
        let (updates, latest) = (Vec::new(), Latest::default());
        Self { status: Status::Failed, updates, latest, error: Some(error), ..self }
    }
}
