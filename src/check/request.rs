//! Requests of callers.

use std::time::SystemTime;

use super::safety::risks::container::RunningContainer;
use crate::version::policy::Rule;

/// A request to check an image.
///
/// ```
/// use container_registry_service::{CheckRequest, version::{Policy, Track}};
///
/// let request = CheckRequest::new("nginx:1.27.0", "arm64").policy(Policy::default().track(Track::Major));
/// assert_eq!(request, request.clone());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct CheckRequest {
    /// The image, as a person writes it.
    pub image: String,
    /// The architecture of the machine that is to run it, in any of its usual names; see
    /// [`crate::image::Platform::parse`].
    pub arch: String,
    /// The rule that decides which versions are updates. Default: [`Rule::default`].
    pub rule: Rule,
    /// The digest of the running image, either of its index or of its manifest, alone or after `name@`. Default: the
    /// digest of the reference, if it has one.
    pub current_digest: Option<String>,
    /// Another tag, whose digest is compared with the running one, for a tag that never moves. Default: none.
    pub compare_with: Option<String>,
    /// The source repository of an image that names none. Default: none.
    pub fallback_source: Option<String>,
    /// The time at which ages are computed. Default: the time of the check.
    pub now: Option<SystemTime>,
    /// Whether the report says what stands beside the images. Default `false`.
    pub provenance: bool,
}

impl CheckRequest {
    /// Creates a request to check an image for machines of an architecture.
    pub fn new(image: impl Into<String>, arch: impl Into<String>) -> Self {
        Self {
            image: image.into(),
            arch: arch.into(),
            rule: Rule::default(),
            current_digest: None,
            compare_with: None,
            fallback_source: None,
            now: None,
            provenance: false,
        }
    }

    /// Sets the rule that decides which versions are updates.
    #[must_use]
    pub fn policy(mut self, rule: impl Into<Rule>) -> Self {
        self.rule = rule.into();
        self
    }

    /// Sets the digest of the running image.
    #[must_use]
    pub fn current_digest(mut self, digest: impl Into<String>) -> Self {
        self.current_digest = Some(digest.into());
        self
    }

    /// Sets another tag, whose digest is compared with the running one.
    #[must_use]
    pub fn compare_with(mut self, tag: impl Into<String>) -> Self {
        self.compare_with = Some(tag.into());
        self
    }

    /// Sets the source repository of an image that names none.
    #[must_use]
    pub fn fallback_source(mut self, source: impl Into<String>) -> Self {
        self.fallback_source = Some(source.into());
        self
    }

    /// Sets the time at which ages are computed.
    #[must_use]
    pub fn now(mut self, now: SystemTime) -> Self {
        self.now = Some(now);
        self
    }

    /// Sets whether the report says what stands beside the images: signatures, a bill of materials, provenance.
    #[must_use]
    pub fn provenance(mut self, is_asked: bool) -> Self {
        self.provenance = is_asked;
        self
    }

    /// The source repository to go by where the image names none; an empty text is none.
    pub(crate) fn fallback(&self) -> Option<&str> {
        self.fallback_source.as_deref().filter(|source| !source.is_empty())
    }
}

/// A request to inspect a tag before an image is moved to it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct UpdateRequest {
    /// The running image, as a person writes it.
    pub image: String,
    /// The tag that it is to be moved to.
    pub target_tag: String,
    /// The architecture of the machine that is to run it, in any of its usual names.
    pub arch: String,
    /// The digest of the running image, either of its index or of its manifest, alone or after `name@`. Default: none.
    pub current_digest: Option<String>,
    /// The container that is to be moved, so that risks are its own. Default: none.
    pub container: Option<RunningContainer>,
    /// The time at which support is computed. Default: the time of the inspection.
    pub now: Option<SystemTime>,
    /// Whether the answer says what stands beside the tag's image. Default `false`.
    pub provenance: bool,
}

impl UpdateRequest {
    /// Creates a request to inspect a tag for machines of an architecture.
    pub fn new(image: impl Into<String>, target_tag: impl Into<String>, arch: impl Into<String>) -> Self {
        Self {
            image: image.into(),
            target_tag: target_tag.into(),
            arch: arch.into(),
            current_digest: None,
            container: None,
            now: None,
            provenance: false,
        }
    }

    /// Sets whether the answer says what stands beside the tag's image: signatures, a bill of materials, provenance.
    #[must_use]
    pub fn provenance(mut self, is_asked: bool) -> Self {
        self.provenance = is_asked;
        self
    }

    /// Sets the container that is to be moved.
    #[must_use]
    pub fn container(mut self, container: RunningContainer) -> Self {
        self.container = Some(container);
        self
    }

    /// Sets the time at which support is computed.
    #[must_use]
    pub fn now(mut self, now: SystemTime) -> Self {
        self.now = Some(now);
        self
    }

    /// Sets the digest of the running image.
    #[must_use]
    pub fn current_digest(mut self, digest: impl Into<String>) -> Self {
        self.current_digest = Some(digest.into());
        self
    }
}
