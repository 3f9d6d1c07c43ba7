//! The methods that the package exports, and their contract: which of them fail, which answer even after a failure, and
//! what they log.

use std::sync::Arc;

#[cfg(feature = "binding")]
pub(crate) use crate::{
    check::published::notes::{MAX_NOTED, USUAL_NOTED},
    source::releases::MAX_RELEASES,
};
use crate::{
    check::{
        checker::Checker,
        images::{ImagePlatform, support_or_warn},
        inspect::Inspection,
        many::Progress,
        published::notes::{NotesRequest, ReleaseNotes},
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

/// Answers questions about container images.
///
/// Each service has its own cache; connections are shared within the process.
pub struct ContainerRegistryService {
    checker: Checker,
}

impl ContainerRegistryService {
    /// Creates a service with these options.
    ///
    /// # Errors
    /// `InvalidArgument` for a cache that cannot be used, such as a Redis server without a URL.
    pub fn new(options: Options) -> Result<Self> {
        Ok(Self { checker: Checker::new(options)? })
    }

    /// Checks an image and reports what it finds. A failure is part of the report, unless the last report replaces it
    /// ([`Options::stale_if_error`]).
    pub async fn check_image(&self, request: &CheckRequest) -> ImageReport {
        self.checker.check(request).await
    }

    /// Checks many images and returns one report for each, in their order. Equal requests are checked once, and a
    /// failure concerns one image only. `progress` is called when a check begins and when it ends.
    pub async fn check_images(
        &self,
        requests: &[CheckRequest],
        progress: impl Fn(Progress) + Send + Sync,
    ) -> Vec<Arc<ImageReport>> {
        self.checker.check_all(requests, progress).await
    }

    /// Checks many images likewise, and hands each report out as soon as it is there: by `progress`, with its position.
    /// None is kept, so that thousands of reports take no more memory than a few.
    pub async fn watch_images(&self, requests: &[CheckRequest], progress: impl Fn(Progress) + Send + Sync) {
        self.checker.watch_all(requests, progress).await;
    }

    /// Returns the newer versions of an image, the newest first: the updates of its report.
    ///
    /// With [`crate::version::Rule::Original`] they are those of the class that this crate replaces. The architecture
    /// of the first ten candidates is checked, and further ones are offered unchecked. The tag `latest` has no
    /// versions; a warning says so.
    ///
    /// # Errors
    /// The error that ended the check, such as `InvalidReference` for a text that is no reference, unless the updates
    /// of the last check replace it.
    pub async fn available_updates(&self, request: &CheckRequest) -> Result<Vec<AvailableUpdate>> {
        self.checker.updates(request).await
    }

    /// Looks at a tag before an image is moved to it. A missing tag is an answer and no error.
    ///
    /// # Errors
    /// `InvalidReference` for an invalid image or tag, `InvalidArgument` for an invalid digest, otherwise the error
    /// that kept the registry from answering.
    pub async fn inspect_update(&self, update: &UpdateRequest) -> Result<Inspection> {
        self.checker.in_time(self.checker.inspect(update)).await
    }

    /// Returns all tags of a repository, in the registry's order, with duplicates.
    ///
    /// # Errors
    /// The error that kept the list from being complete.
    pub async fn list_tags(&self, repository: &Repository) -> Result<Vec<String>> {
        let tags = self.checker.images.registry.read_tags(repository, TagList::default());
        Ok(self.checker.in_time(tags).await?.iter().map(str::to_owned).collect())
    }

    /// Whether a tag runs on `host_arch` (see [`Platform::parse`]). The answer is `true` as well if the lookup fails,
    /// because a failed lookup does not withhold an update. The failure is logged as a warning, unless the registry
    /// answered with an error status.
    pub async fn check_arch_support(&self, repository: &Repository, tag: &str, host_arch: &str) -> bool {
        let machine = Platform::parse(host_arch);
        let support = self.checker.images.arch_support(repository, tag, None, &machine);
        support_or_warn(tag, self.checker.in_time(support).await)
    }

    /// Returns the bytes that pulling a tag for `host_arch` downloads if no layer is present: the sum of its layers. If
    /// an index has no image for `host_arch`, the size of its first image is returned. A failure gives `None` and a
    /// warning.
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

    /// Returns the digest that a tag points to now: that of the index, if there is one.
    ///
    /// # Errors
    /// `Failed to get digest of <name>:<tag>: <status>`, or the reason why there was no answer.
    pub async fn image_digest(&self, repository: &Repository, tag_or_digest: &str) -> Result<String> {
        self.checker.in_time(self.checker.images.digest(repository, tag_or_digest)).await
    }

    /// Returns the platforms that an image is built for, in the order of its index. An image without an index has the
    /// platform of its config.
    ///
    /// # Errors
    /// `Failed to get platforms of <name>:<tag>: <status>`, or the reason why there was no answer.
    pub async fn image_platforms(
        &self,
        repository: &Repository,
        tag_or_digest: &str,
    ) -> Result<Vec<ImagePlatform>> {
        self.checker.in_time(self.checker.images.platforms(repository, tag_or_digest)).await
    }

    /// Returns the source repository that an image names, or `None` if it names none. A failure gives `None` too, with
    /// a warning unless the registry answered with an error status. A definite answer is cached for the repository,
    /// whatever the tag: a source for a day, its absence for an hour.
    ///
    /// The source is the annotation `org.opencontainers.image.source` of the index or the manifest (OCI image
    /// specification, annotations), else the label of that name, else the label `org.label-schema.vcs-url`.
    pub async fn source_url(&self, repository: &Repository, tag_or_digest: &str) -> Option<String> {
        self.checker.sources.of(repository, tag_or_digest).await
    }

    /// Returns the prefix of a repository's release tags: `v` or nothing. GitHub is asked for the release of
    /// `sample_tag`; other hosts have the empty prefix. A definite answer is cached for the URL, for a day if a release
    /// shows the prefix and for an hour if none does. A failure gives the empty prefix, for this call only.
    pub async fn detect_release_tag_prefix(&self, source_url: &str, sample_tag: &str) -> &'static str {
        self.checker.releases.prefix(source_url, sample_tag).await
    }

    /// Returns the page with the notes of release `tag`: `/releases/tag/<tag>` on GitHub, Gitea and Forgejo,
    /// `/-/releases/<tag>` on GitLab. Other hosts ([`crate::options::SourceOptions::hosts`]) have `None`. `prefix`
    /// replaces the tag's own `v`.
    pub fn build_release_url(&self, source_url: &str, tag: &str, prefix: &str) -> Option<String> {
        self.checker.releases.page(source_url, tag, prefix)
    }

    /// Returns the latest releases of a source repository, the newest first: at most `limit`, and at most 100. The list
    /// takes one request, whose answer is reused for as long as a tag list is (`tag_ttl`). After that, the request
    /// carries the `ETag` of the last answer.
    ///
    /// # Errors
    /// `InvalidArgument` for a text that is no source URL and for a host that is not known to list releases, otherwise
    /// the error that kept the list from being complete.
    pub async fn list_releases(&self, source_url: &str, limit: usize) -> Result<Vec<Release>> {
        self.checker.releases.list(source_url, limit).await
    }

    /// Returns what was written about the versions after one tag up to another one: the releases of the image's source, the
    /// newest version first, or the sections of its changelog where it has no releases. At most three pages of releases are
    /// requested, each reused for an hour and then requested by its `ETag`.
    ///
    /// # Errors
    /// `InvalidReference` for an invalid image or tag, otherwise the error that kept the registry or the source from answering.
    pub async fn release_notes(&self, request: &NotesRequest) -> Result<ReleaseNotes> {
        self.checker.in_time(self.checker.release_notes(request)).await
    }

    /// Returns the numbers of requests and answers up to now.
    pub fn stats(&self) -> Stats {
        Stats::of(self.checker.http.meter(), &self.checker.cache)
    }

    /// Forgets tokens and everything in the cache, including its folder and Redis.
    pub async fn clear_cache(&self) {
        self.checker.forget().await;
    }

    /// Waits until the cache is written.
    pub async fn close(&self) {
        self.checker.cache.close().await;
    }
}
