//! Finds what was written about the versions between two tags.

mod between;
mod changelog;
mod find;

use serde::Serialize;

/// The most releases of one answer.
pub const MAX_NOTED: usize = 300;
/// The releases of an answer, unless a caller states another number.
pub const USUAL_NOTED: usize = 100;

/// The versions whose notes are asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct NotesRequest {
    /// The image. Its tag does not matter.
    pub image: String,
    /// The tag that runs.
    pub from: String,
    /// The tag that it is moved to.
    pub to: String,
    /// The most releases of the answer. Default [`USUAL_NOTED`], at most [`MAX_NOTED`].
    pub limit: usize,
}

impl NotesRequest {
    /// Creates a request about the releases after `from` up to `to`.
    pub fn new(image: impl Into<String>, from: impl Into<String>, to: impl Into<String>) -> Self {
        Self { image: image.into(), from: from.into(), to: to.into(), limit: USUAL_NOTED }
    }
}

/// What was written about the versions between two tags.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ReleaseNotes {
    /// The releases, the newest version first.
    pub releases: Vec<NotedRelease>,
    /// Whether every release between the two was seen. It is `false` too where the image names no source that lists releases.
    pub complete: bool,
    /// Whether something that was seen was left out: releases beyond the limit, or notes beyond their bounds.
    pub truncated: bool,
    /// The source repository, if one is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_url: Option<String>,
}

/// A release and its notes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct NotedRelease {
    /// Its tag in the source repository; the version as the changelog writes it, where the notes are a changelog's.
    pub tag: String,
    /// Its version, without what stands before it.
    pub version: String,
    /// Its title.
    pub name: String,
    /// The time of its publication (RFC 3339), or the day that a changelog states (`2024-05-28`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub published_at: Option<String>,
    /// The page with its notes.
    pub url: String,
    /// Whether it comes before a release.
    pub prerelease: bool,
    /// Its notes as their author wrote them, mostly Markdown, without control characters; at most 64 KiB, and at most 1 MiB in
    /// an answer. They are untrusted text.
    pub notes: String,
    /// The parts of the notes that speak of breaking changes, migrations, upgrade notes, manual steps or deprecations, as they
    /// stand.
    pub breaking: Vec<String>,
    /// The numbers of CVE and GHSA in the notes.
    pub security: Vec<String>,
}
