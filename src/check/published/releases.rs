//! Lists the releases of source repositories, and remembers them.

use std::{sync::Arc, time::Duration};

use serde::{Deserialize, Serialize};

use super::{allowance::Hourly, prefixes::Prefixes, source::Source};
use crate::{
    cache::{Cache, Entry, single_flight::SingleFlight},
    error::{Error, Result, Setting},
    http::{client::Client, deadline::within},
    image::reference::ImageReference,
    source::{
        host::{HostKind, ReleaseHosts},
        overrides::ByImage,
        page::{SourceRepository, build_release_url},
        probe::{GitHub, SourceOptions},
        releases::{self, Asked, Listing, MAX_RELEASES, Release},
    },
};

/// The time for which releases are kept, to be requested by `ETag`.
const KEPT: Duration = Duration::from_secs(30 * 24 * 3600);
/// The time for which a list tells the pages of releases before it is requested again.
pub(super) const FRESH: Duration = Duration::from_secs(3600);

/// A list of releases, the newest first.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct ReleaseList {
    pub(crate) releases: Arc<[Release]>,
    /// Whether the source has no further ones.
    #[serde(default)]
    pub(crate) is_complete: bool,
    /// Whether the host does not show the repository.
    #[serde(default)]
    pub(crate) is_hidden: bool,
    /// The name of the source repository.
    #[serde(default)]
    pub(crate) project: String,
    #[serde(default)]
    etag: Option<String>,
}

/// Which releases are requested.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Extent {
    /// The latest ones, without their notes, to find the pages of tags.
    Pages,
    /// One page of the list with its notes, by its number from 1.
    Notes(usize),
}

/// An answer about a list.
#[derive(Debug, Clone)]
pub(crate) enum Known {
    /// The host was asked.
    Asked(Arc<ReleaseList>),
    /// The host could not be asked; this is the last list, if there is one.
    Unasked(Option<Arc<ReleaseList>>),
}

/// Lists the releases of source repositories, and remembers them.
pub(crate) struct Releases {
    pub(super) http: Client,
    pub(super) github: GitHub,
    hosts: ReleaseHosts,
    sources: ByImage,
    release_urls: ByImage,
    pub(super) cache: Arc<Cache>,
    tag_ttl: Duration,
    deadline: Duration,
    lists: SingleFlight<String, Result<Arc<ReleaseList>>>,
    pub(super) lookups: SingleFlight<String, Result<bool>>,
    pub(super) tag_lists: SingleFlight<String, Result<Arc<[String]>>>,
    prefixes: Prefixes,
    pub(super) hourly: Arc<Hourly>,
}

impl Extent {
    fn size(self) -> usize {
        match self {
            Self::Pages => 30,
            Self::Notes(_) => MAX_RELEASES,
        }
    }

    fn page(self) -> usize {
        match self {
            Self::Pages => 1,
            Self::Notes(page) => page,
        }
    }
}

impl Releases {
    /// Creates a list of the releases on these hosts. What a caller asks for by itself is reused for `tag_ttl`.
    pub(crate) fn new(
        http: Client,
        options: SourceOptions,
        cache: Arc<Cache>,
        tag_ttl: Duration,
        deadline: Duration,
    ) -> Self {
        let github = GitHub::new(options.github_api_url, options.github_token);
        let enterprise = github.enterprise_host().map(|host| (host.to_owned(), HostKind::GitHub));
        Self {
            sources: options.sources,
            release_urls: options.release_urls,
            hosts: ReleaseHosts::new(enterprise.into_iter().chain(options.hosts)),
            http,
            github,
            cache,
            tag_ttl,
            deadline,
            lists: SingleFlight::default(),
            lookups: SingleFlight::default(),
            tag_lists: SingleFlight::default(),
            prefixes: Prefixes::default(),
            hourly: Arc::default(),
        }
    }

    /// The account at GitHub, in words that do not contain the token.
    pub(crate) fn account(&self) -> String {
        self.github.account()
    }

    /// GitHub's API, and the account there.
    pub(crate) fn github(&self) -> &GitHub {
        &self.github
    }

    /// The source of an image that the caller has named.
    pub(crate) fn named_source(&self, image: &ImageReference) -> Option<Source> {
        self.sources.of(image).map(|text| Source::of(text, &self.hosts))
    }

    /// The template of the pages of an image that the caller has named.
    pub(crate) fn template(&self, image: &ImageReference) -> Option<&str> {
        self.release_urls.of(image)
    }

    /// The kinds of hosts.
    pub(crate) fn hosts(&self) -> &ReleaseHosts {
        &self.hosts
    }

    /// Returns the latest releases of a source repository, the newest first: at most `limit`, and at most 100. The list
    /// takes one request, whose answer is reused for `tag_ttl`. After that, the request carries the `ETag` of the last
    /// answer.
    ///
    /// # Errors
    /// `InvalidArgument` for a text that is no source URL and for a host that is not known to list releases, otherwise
    /// the error that kept the list from being complete.
    pub(crate) async fn list(&self, source_url: &str, limit: usize) -> Result<Vec<Release>> {
        let source = SourceRepository::parse(source_url, &self.hosts).ok_or_else(|| {
            Error::invalid_argument(
                "The source must be a repository on GitHub, GitLab, Gitea or Forgejo, or on a host of your own whose kind \
                 is set",
            )
            .with_setting(Setting::ReleaseHosts)
        })?;
        let list = within(self.deadline, self.of(&source, Extent::Notes(1), self.tag_ttl)).await?;
        Ok(list.releases.iter().take(limit).cloned().map(Release::with_short_notes).collect())
    }

    /// Returns a page of releases with their notes. It is requested again after an hour.
    ///
    /// # Errors
    /// The error that kept the host from answering.
    pub(crate) async fn with_notes(
        &self,
        source: &SourceRepository,
        page: usize,
    ) -> Result<Arc<ReleaseList>> {
        self.of(source, Extent::Notes(page), FRESH).await
    }

    /// Returns what is known of the latest releases of a repository. A list that was read within the hour serves, else it is
    /// requested, once for all callers. A repository that the host does not show has no releases.
    pub(crate) async fn latest(&self, source: &SourceRepository) -> Known {
        for extent in [Extent::Notes(1), Extent::Pages] {
            if let Some((list, true)) = self.remembered(source, extent, FRESH).await {
                return Known::Asked(list);
            }
        }
        match self.of(source, Extent::Pages, FRESH).await {
            Ok(list) => Known::Asked(list),
            Err(error) if matches!(error.status(), Some(404 | 410 | 451)) => {
                let list = ReleaseList { is_complete: true, is_hidden: true, ..ReleaseList::default() };
                self.keep(&key(&self.github, source, Extent::Pages), &list, FRESH).await;
                Known::Asked(Arc::new(list))
            }
            Err(error) => {
                tracing::debug!("No releases of {}: {error}", source.url());
                Known::Unasked(self.remembered(source, Extent::Pages, FRESH).await.map(|(list, _)| list))
            }
        }
    }

    /// Returns a list of releases with their dates. A failure gives `None` and a warning.
    pub(crate) async fn for_ages(&self, source: &SourceRepository) -> Option<Arc<ReleaseList>> {
        match self.with_notes(source, 1).await {
            Ok(list) => Some(list),
            Err(error) => {
                tracing::warn!("No ages by releases: {error}");
                None
            }
        }
    }

    /// The prefix of a repository's release tags: `v` or nothing; see [`Prefixes::of`].
    pub(crate) async fn prefix(&self, source_url: &str, sample_tag: &str) -> &'static str {
        let source = SourceRepository::parse(source_url, &self.hosts);
        let Some(source) = source.filter(SourceRepository::is_github) else { return "" };
        let mut seen = None;
        for extent in [Extent::Notes(1), Extent::Pages] {
            if seen.is_none() {
                seen = self.remembered(&source, extent, FRESH).await.map(|(list, _)| list);
            }
        }
        let prefix = self.prefixes.of(
            (&self.github, &self.http, &self.cache),
            (source_url, &source),
            sample_tag,
            seen,
        );
        within(self.deadline, prefix).await.unwrap_or_else(|error| {
            tracing::debug!("No release prefix of {}: {error}", source.url());
            ""
        })
    }

    /// The repository that a source URL names, if its host is a known one.
    pub(crate) fn repository(&self, source_url: &str) -> Option<SourceRepository> {
        SourceRepository::of_label(source_url, &self.hosts)
    }

    /// Whether two source URLs name one repository.
    pub(crate) fn is_same_source(&self, a: &str, b: &str) -> bool {
        let parse = |source| SourceRepository::parse(source, &self.hosts);
        a == b || parse(a).is_some_and(|a| Some(a) == parse(b))
    }

    /// The page with the notes of release `tag`; see [`build_release_url`].
    pub(crate) fn page(&self, source_url: &str, tag: &str, prefix: &str) -> Option<String> {
        build_release_url(source_url, tag, prefix, &self.hosts)
    }

    async fn of(
        &self,
        source: &SourceRepository,
        extent: Extent,
        fresh: Duration,
    ) -> Result<Arc<ReleaseList>> {
        let key = key(&self.github, source, extent);
        let (github, http, cache) = (self.github.clone(), self.http.clone(), self.cache.clone());
        let (retry, source, name) = (self.http.options().retry, source.clone(), key.clone());
        let work = async move {
            let entry = cache.get(&name).await;
            let cached = entry.as_ref().and_then(read);
            if let (Some(entry), Some(cached)) = (&entry, &cached)
                && entry.learnt.elapsed().is_ok_and(|age| age < fresh)
            {
                return Ok(cached.clone());
            }
            let etag = cached.as_ref().and_then(|cached| cached.etag.as_deref());
            let asked = Asked { size: extent.size(), page: extent.page(), etag };
            let list = match (releases::list(&github, &http, &source, asked, &retry).await?, cached) {
                (Listing::Unchanged, Some(cached)) => cached,
                (Listing::Unchanged, None) => {
                    return Err(Error::bad_response("304 to what nobody had asked"));
                }
                (Listing::Releases { releases, is_last, etag }, _) => {
                    let releases = releases.into_iter().map(|release| extent.kept(release)).collect();
                    let project = source.name().to_owned();
                    Arc::new(ReleaseList { releases, is_complete: is_last, is_hidden: false, project, etag })
                }
            };
            put(&cache, &name, &list, KEPT).await;
            Ok(list)
        };
        self.lists.join(key, work).await
    }

    /// The list that is remembered, and whether it was read within this time.
    pub(super) async fn remembered(
        &self,
        source: &SourceRepository,
        extent: Extent,
        fresh: Duration,
    ) -> Option<(Arc<ReleaseList>, bool)> {
        let entry = self.cache.get(&key(&self.github, source, extent)).await?;
        let is_fresh = entry.learnt.elapsed().is_ok_and(|age| age < fresh);
        Some((read(&entry)?, is_fresh))
    }

    async fn keep(&self, key: &str, list: &ReleaseList, time_to_live: Duration) {
        put(&self.cache, key, list, time_to_live).await;
    }

    /// A repository and the account there, in words that do not contain the token.
    pub(super) fn place(&self, source: &SourceRepository) -> String {
        format!("{} {}", self.github.viewer(source), source.url())
    }
}

impl Extent {
    /// A release as the list keeps it.
    fn kept(self, release: Release) -> Release {
        match self {
            Self::Pages => Release { notes: String::new(), ..release },
            Self::Notes(_) => release,
        }
    }
}

fn read(entry: &Entry) -> Option<Arc<ReleaseList>> {
    serde_json::from_slice(&entry.value).ok().map(Arc::new)
}

async fn put(cache: &Cache, key: &str, list: &ReleaseList, time_to_live: Duration) {
    if let Ok(value) = serde_json::to_vec(list) {
        cache.put(key, value, Some(time_to_live)).await;
    }
}

fn key(github: &GitHub, source: &SourceRepository, extent: Extent) -> String {
    let what = match extent {
        Extent::Pages => "release tags".to_owned(),
        Extent::Notes(1) => "releases".to_owned(),
        Extent::Notes(page) => format!("releases, page {page},"),
    };
    format!("{what} {} {}", github.viewer(source), source.url())
}
