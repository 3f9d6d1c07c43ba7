//! Finds the pages with the release notes of tags.

use std::sync::Arc;

use super::releases::Releases;
use crate::{source::releases::Release, version::tag::scheme::TagScheme};

/// The release notes of a repository.
pub(crate) struct Pages<'a> {
    pub(crate) published: &'a Releases,
    pub(crate) source: Option<String>,
    /// The prefix of its release tags.
    pub(crate) prefix: &'static str,
    /// Its releases, if they were requested.
    pub(crate) releases: Option<Arc<[Release]>>,
}

impl Pages<'_> {
    /// The page of the release that a tag was built from. It is the page of a known release, else a URL that is made
    /// from the tag's version.
    pub(crate) fn of(&self, tag: &str) -> Option<String> {
        if let Some(release) = self.releases.as_deref().and_then(|releases| release_of(tag, releases)) {
            return Some(release.url.clone());
        }
        let version = TagScheme::read(tag).version();
        self.published.page(self.source.as_deref()?, &version, self.prefix)
    }
}

/// The release that a tag was built from. It has the same tag, or the tag's version with or without a `v`.
pub(crate) fn release_of<'a>(tag: &str, releases: &'a [Release]) -> Option<&'a Release> {
    let version = TagScheme::read(tag).version();
    let bare = version.strip_prefix('v').unwrap_or(&version);
    releases.iter().find(|release| release.tag == tag).or_else(|| {
        releases.iter().find(|release| release.tag.strip_prefix('v').unwrap_or(&release.tag) == bare)
    })
}
