//! The methods that the package exports, with what each of them promises: which of them fail, which answer all the same, and
//! what they log.

use std::sync::Arc;

#[cfg(feature = "binding")]
pub(crate) use crate::source::releases::MAX_RELEASES;
use crate::{
    check::{
        checker::Checker,
        images::{ImagePlatform, support_or_warn},
        inspect::Inspection,
        many::Progress,
        report::{AvailableUpdate, ImageReport},
        request::{CheckRequest, UpdateRequest},
        stats::Stats,
    },
    error::Result,
    image::{platform::Platform, reference::Repository},
    options::Options,
    registry::tags::list::TagList,
    source::releases::Release,
};

/// Answers questions about container images. See the methods.
///
/// A service has a memory of its own; connections are shared within the process.
pub struct ContainerRegistryService {
    checker: Checker,
}

impl ContainerRegistryService {
    /// A service with these options.
    ///
    /// # Errors
    /// `InvalidArgument` for a cache that cannot be, such as a Redis server without a URL.
    pub fn new(options: Options) -> Result<Self> {
        Ok(Self { checker: Checker::new(options)? })
    }

    /// Checks an image and tells what was found and why; a failure is in the report, unless the last report may stand in for
    /// it ([`Options::stale_if_error`]).
    pub async fn check_image(&self, request: &CheckRequest) -> ImageReport {
        self.checker.check(request).await
    }

    /// Checks many images: one report for each, in their order; what is asked for twice is checked once, and a failure is
    /// one image's alone. `progress` is told when a check begins and when it ends.
    pub async fn check_images(
        &self,
        requests: &[CheckRequest],
        progress: impl Fn(Progress) + Send + Sync,
    ) -> Vec<Arc<ImageReport>> {
        self.checker.check_all(requests, progress).await
    }

    /// Newer versions of an image, newest first: the updates of its report.
    ///
    /// By [`crate::version::Rule::Original`] they are what the replaced class answers: the architecture of ten candidates
    /// is looked at and those behind them are offered unchecked; the tag `latest` has no versions, which a warning says.
    ///
    /// # Errors
    /// What kept the check from ending, `InvalidReference` for a text that is no reference among it; unless updates that the
    /// last check found may stand in for them.
    pub async fn available_updates(&self, request: &CheckRequest) -> Result<Vec<AvailableUpdate>> {
        self.checker.updates(request).await
    }

    /// Looks at a tag before an image is moved to it. That there is no such tag is an answer.
    ///
    /// # Errors
    /// `InvalidReference` for an image or a tag that is none, `InvalidArgument` for a digest that is none; otherwise what
    /// kept it from being found out.
    pub async fn inspect_update(&self, update: &UpdateRequest) -> Result<Inspection> {
        self.checker.in_time(self.checker.inspect(update)).await
    }

    /// All tags of a repository, in the registry's order, duplicates kept.
    ///
    /// # Errors
    /// Whatever keeps the list from being complete.
    pub async fn list_tags(&self, repository: &Repository) -> Result<Vec<String>> {
        let tags = self.checker.images.registry.read_tags(repository, TagList::default());
        Ok(self.checker.in_time(tags).await?.iter().map(str::to_owned).collect())
    }

    /// Whether a tag runs on `host_arch` (see [`Platform::parse`]). `true` as well when that cannot be found out, with a
    /// warning unless the registry answered with an error status: an update is not withheld for a lookup that failed.
    pub async fn check_arch_support(&self, repository: &Repository, tag: &str, host_arch: &str) -> bool {
        let machine = Platform::parse(host_arch);
        let support = self.checker.images.arch_support(repository, tag, None, &machine);
        support_or_warn(tag, self.checker.in_time(support).await)
    }

    /// Bytes that pulling a tag for `host_arch` downloads if no layer is there yet: the sum of its layers. For an index
    /// without `host_arch`, of its first image. `None`, with a warning, when that cannot be found out.
    pub async fn image_download_size(
        &self,
        repository: &Repository,
        tag: &str,
        host_arch: &str,
    ) -> Option<u64> {
        let machine = Platform::parse(host_arch);
        let size = self.checker.in_time(self.checker.images.download_size(repository, tag, &machine)).await;
        let warn = |error: &_| {
            tracing::warn!("Failed to get image size for {}:{tag}: {error}", repository.name());
        };
        size.inspect_err(warn).ok()
    }

    /// The digest that a tag points to now: of the index, if there is one.
    ///
    /// # Errors
    /// `Failed to get digest of <name>:<tag>: <status>`, or why there was no answer.
    pub async fn image_digest(&self, repository: &Repository, tag_or_digest: &str) -> Result<String> {
        self.checker.in_time(self.checker.images.digest(repository, tag_or_digest)).await
    }

    /// The platforms that an image is built for, in the order of its index. An image without an index has one: its
    /// config's.
    ///
    /// # Errors
    /// `Failed to get platforms of <name>:<tag>: <status>`, or why there was no answer.
    pub async fn image_platforms(
        &self,
        repository: &Repository,
        tag_or_digest: &str,
    ) -> Result<Vec<ImagePlatform>> {
        self.checker.in_time(self.checker.images.platforms(repository, tag_or_digest)).await
    }

    /// The source repository that an image names; `None`, with a warning where the reason is not a plain answer, when there
    /// is none. A final answer is remembered for the repository, whatever the tag: a day if there is a source, an hour if
    /// there is none.
    ///
    /// It stands in the annotation `org.opencontainers.image.source` of the index or the manifest, else in the label of that
    /// name, else in the label `org.label-schema.vcs-url`.
    pub async fn source_url(&self, repository: &Repository, tag_or_digest: &str) -> Option<String> {
        self.checker.sources.of(repository, tag_or_digest).await
    }

    /// What a repository's release tags start with: `v` or nothing. Asked of GitHub with `sample_tag`; other hosts have the
    /// empty prefix. A final answer is remembered for the URL as it was given, a day if a release shows it and an hour if
    /// none does; after a failure the answer is the empty prefix for this call only.
    pub async fn detect_release_tag_prefix(&self, source_url: &str, sample_tag: &str) -> &'static str {
        self.checker.releases.prefix(source_url, sample_tag).await
    }

    /// The page with the notes of release `tag`: `/releases/tag/<tag>` on GitHub, Gitea and Forgejo, `/-/releases/<tag>` on
    /// GitLab; `None` for hosts that are none of these ([`crate::options::SourceOptions::hosts`]). The tag's own `v` gives
    /// way to `prefix`.
    pub fn build_release_url(&self, source_url: &str, tag: &str, prefix: &str) -> Option<String> {
        self.checker.releases.page(source_url, tag, prefix)
    }

    /// The latest releases of a source repository, the newest first, at most `limit` of up to 100. One request, which is not
    /// repeated within the time for which tags are taken to stay, and after that made with the `ETag` of the last answer.
    ///
    /// # Errors
    /// `InvalidArgument` for a text that is no source URL, or one of a host that is not known to list releases; otherwise
    /// what kept the list from being complete.
    pub async fn list_releases(&self, source_url: &str, limit: usize) -> Result<Vec<Release>> {
        self.checker.releases.list(source_url, limit).await
    }

    /// What has been asked up to now.
    pub fn stats(&self) -> Stats {
        Stats::of(self.checker.http.meter(), &self.checker.cache)
    }

    /// Forgets everything that was learnt: tokens, and all in the cache, in its folder and in Redis too.
    pub async fn clear_cache(&self) {
        self.checker.forget().await;
    }

    /// Waits until what was learnt is written.
    pub async fn close(&self) {
        self.checker.cache.close().await;
    }
}
