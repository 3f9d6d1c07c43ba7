//! Lists the releases of a source repository, and remembers them.

use std::{sync::Arc, time::Duration};

use serde::{Deserialize, Serialize};
use url::Url;

use super::{FOUND_TTL, NONE_TTL, recall, remember};
use crate::{
    cache::{Cache, Entry, single_flight::SingleFlight},
    error::{Error, Result, Setting},
    http::{client::Client, deadline::within},
    source::{
        page::{HostKind, ReleaseHosts, SourceRepository, build_release_url, without_v},
        probe::{GitHub, Prefix, SourceOptions},
        releases::{self, Listing, MAX_RELEASES, Release},
    },
    text::redact::shown,
};

/// The time for which releases are kept, to be requested by `ETag`.
const KEPT: Duration = Duration::from_secs(30 * 24 * 3600);

/// Releases as the cache stores them.
#[derive(Serialize, Deserialize)]
struct Remembered {
    etag: Option<String>,
    releases: Arc<[Release]>,
}

impl Remembered {
    fn read(entry: &Entry) -> Option<Self> {
        serde_json::from_slice(&entry.value).ok()
    }
}

/// Lists the releases of source repositories, and remembers them.
pub(crate) struct Releases {
    http: Client,
    github: GitHub,
    hosts: ReleaseHosts,
    cache: Arc<Cache>,
    tag_ttl: Duration,
    deadline: Duration,
    lists: SingleFlight<String, Result<Arc<[Release]>>>,
    prefixes: SingleFlight<String, Result<&'static str>>,
}

impl Releases {
    /// Creates a list of the releases on these hosts. A list is reused for `tag_ttl`.
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
            hosts: ReleaseHosts::new(enterprise.into_iter().chain(options.hosts)),
            http,
            github,
            cache,
            tag_ttl,
            deadline,
            lists: SingleFlight::default(),
            prefixes: SingleFlight::default(),
        }
    }

    /// The account at GitHub, in words that do not contain the token.
    pub(crate) fn account(&self) -> String {
        self.github.account()
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
        let releases = within(self.deadline, self.of(source)).await?;
        Ok(releases.iter().take(limit).cloned().collect())
    }

    /// Returns the latest releases of a repository, as many as one answer has.
    pub(crate) async fn of(&self, source: SourceRepository) -> Result<Arc<[Release]>> {
        let key = key(&self.github, &source);
        let (github, http, cache) = (self.github.clone(), self.http.clone(), self.cache.clone());
        let (retry, tag_ttl, name) = (self.http.options().retry, self.tag_ttl, key.clone());
        let work = async move {
            let entry = cache.get(&name).await;
            let cached = entry.as_ref().and_then(Remembered::read);
            if let (Some(entry), Some(cached)) = (&entry, &cached)
                && entry.learnt.elapsed().is_ok_and(|age| age < tag_ttl)
            {
                return Ok(cached.releases.clone());
            }
            let etag = cached.as_ref().and_then(|cached| cached.etag.as_deref());
            let listing = releases::list(&github, &http, &source, MAX_RELEASES, etag, &retry).await?;
            let remembered = match (listing, cached) {
                (Listing::Unchanged, Some(cached)) => cached,
                (Listing::Unchanged, None) => {
                    return Err(Error::bad_response("304 to what nobody had asked"));
                }
                (Listing::Releases(releases, etag), _) => Remembered { etag, releases: releases.into() },
            };
            if let Ok(value) = serde_json::to_vec(&remembered) {
                cache.put(&name, value, Some(KEPT)).await;
            }
            Ok(remembered.releases)
        };
        self.lists.join(key, work).await
    }

    /// Returns the releases of a source repository for computing ages. A failure gives `None` and a warning.
    pub(crate) async fn for_ages(&self, source_url: &str) -> Option<Arc<[Release]>> {
        let source = SourceRepository::parse(source_url, &self.hosts)?;
        match self.of(source).await {
            Ok(releases) => Some(releases),
            Err(error) => {
                tracing::warn!("No ages by releases: {error}");
                None
            }
        }
    }

    /// The prefix of a repository's release tags, `v` or nothing, if cached releases show it.
    pub(crate) async fn prefix_by_releases(
        &self,
        source: &SourceRepository,
        sample_tag: &str,
    ) -> Option<&'static str> {
        let cached = self.cache.get(&key(&self.github, source)).await.as_ref().and_then(Remembered::read)?;
        let bare = without_v(sample_tag);
        cached.releases.iter().find_map(|release| match release.tag.strip_suffix(bare) {
            Some("v") => Some("v"),
            Some("") => Some(""),
            _ => None,
        })
    }

    /// Returns the prefix of a repository's release tags: `v` or nothing. GitHub is asked for the release of
    /// `sample_tag`; other hosts have the empty prefix. A definite answer is cached for the URL, for a day if a release
    /// shows the prefix and for an hour if none does. A failure gives the empty prefix, for this call only.
    pub(crate) async fn prefix(&self, source_url: &str, sample_tag: &str) -> &'static str {
        let source = SourceRepository::parse(source_url, &self.hosts);
        let Some(source) = source.filter(SourceRepository::is_github) else { return "" };
        // The URL may contain a password, which must not get into the cache's keys.
        let url = Url::parse(source_url).map_or_else(|_| source_url.to_owned(), |url| shown(&url));
        let key = format!("prefix {} {url}", self.github.viewer(&source));
        if let Some(prefix) = recall_prefix(&self.cache, &key).await {
            return prefix;
        }
        if let Some(prefix) = self.prefix_by_releases(&source, sample_tag).await {
            return prefix;
        }
        let (github, http, retry) = (self.github.clone(), self.http.clone(), self.http.options().retry);
        let (cache, asked, tag) = (self.cache.clone(), key.clone(), sample_tag.to_owned());
        let work = async move {
            // Another caller's answer may have arrived since the first look into the cache.
            if let Some(prefix) = recall_prefix(&cache, &asked).await {
                return Ok(prefix);
            }
            match github.prefix(&http, &source, &tag, &retry).await? {
                Some(Prefix { text, is_proven }) => {
                    remember(&cache, &asked, text, if is_proven { FOUND_TTL } else { NONE_TTL }).await;
                    Ok(text)
                }
                None => Ok(""),
            }
        };
        within(self.deadline, self.prefixes.join(key, work)).await.unwrap_or_else(|error| {
            tracing::debug!("No release prefix of {url}: {error}");
            ""
        })
    }

    /// The repository that a source URL names, if its host is a known one.
    pub(crate) fn repository(&self, source_url: &str) -> Option<SourceRepository> {
        SourceRepository::parse(source_url, &self.hosts)
    }

    /// GitHub's API, as the options set it.
    pub(crate) fn github(&self) -> &GitHub {
        &self.github
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
}

async fn recall_prefix(cache: &Cache, key: &str) -> Option<&'static str> {
    recall(cache, key).await.map(|prefix| if prefix == "v" { "v" } else { "" })
}

fn key(github: &GitHub, source: &SourceRepository) -> String {
    format!("releases {} {}{}", github.viewer(source), source.origin(), source.path())
}
