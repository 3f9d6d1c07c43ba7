//! Asks GitHub for the prefix of a repository's release tags.

use std::collections::BTreeMap;

use url::Url;

use super::{
    host::HostKind,
    overrides::ByImage,
    page::{SourceRepository, without_v},
};
use crate::{
    error::{Error, Limit, Result},
    http::{
        client::Client, connect::address::is_loopback, request::Request, response::Response,
        retry::RetryPolicy,
    },
    text::secret::Secret,
};

const GITHUB_API: &str = "https://api.github.com";

/// The prefix of a repository's release tags.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Prefix {
    /// `v` or nothing.
    pub text: &'static str,
    /// Whether a release was found that has it.
    pub is_proven: bool,
}

/// Settings for source repositories.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct SourceOptions {
    /// The URL of GitHub's API. Default `https://api.github.com`.
    pub github_api_url: Option<Url>,
    /// Token for GitHub's API. Default none.
    pub github_token: Option<Secret>,
    /// The kinds of hosts that serve release pages, by host name. Default: the built-in hosts.
    pub hosts: BTreeMap<String, HostKind>,
    /// The sources of images, by patterns over their references. They go before labels. Default none.
    pub sources: ByImage,
    /// The pages of releases, as templates by patterns over references. They go before what a host has. Default none.
    pub release_urls: ByImage,
}

/// GitHub's API, or a compatible one.
#[derive(Debug, Clone)]
pub(crate) struct GitHub {
    api_url: Option<Url>,
    token: Option<Secret>,
}

impl GitHub {
    /// Creates a client of the API at `api_url`, which replaces `https://api.github.com`. The API of an Enterprise
    /// server (`https://<host>/api/v3`) serves only sources on other hosts than `github.com`. `token` is sent to
    /// `api_url` alone. Without a token, GitHub allows 60 requests an hour.
    pub(crate) fn new(api_url: Option<Url>, token: Option<Secret>) -> Self {
        Self { api_url, token }
    }

    /// The host of the Enterprise server, if `api_url` is one's API.
    pub(crate) fn enterprise_host(&self) -> Option<&str> {
        let url = self.api_url.as_ref().filter(|url| !is_loopback(url))?;
        url.path().trim_end_matches('/').ends_with("/api/v3").then(|| url.host_str()).flatten()
    }

    /// The API for a repository and the account there, in words that do not contain the token. Answers are cached by
    /// it, because one account must not see what another one is shown.
    pub(crate) fn viewer(&self, source: &SourceRepository) -> String {
        let (api, token) = self.api(source);
        format!("{api} {}", account(token))
    }

    /// The configured API and the account there, in words that do not contain the token.
    pub(crate) fn account(&self) -> String {
        format!("{} {}", self.api_url.as_ref().map_or(GITHUB_API, Url::as_str), account(self.token.as_ref()))
    }

    /// The API of a source that is not known yet, which is most probably on `github.com`.
    pub(crate) fn usual_api(&self) -> &str {
        match &self.api_url {
            Some(url) if self.enterprise_host().is_none() => url.as_str(),
            _ => GITHUB_API,
        }
    }

    /// The API for a repository, and the token for it.
    pub(crate) fn api(&self, source: &SourceRepository) -> (String, Option<&Secret>) {
        let is_public = source.host() == "github.com";
        match &self.api_url {
            Some(url) if !is_public || self.enterprise_host().is_none() => {
                (url.as_str().trim_end_matches('/').to_owned(), self.token.as_ref())
            }
            Some(_) => (GITHUB_API.to_owned(), None),
            None if is_public => (GITHUB_API.to_owned(), self.token.as_ref()),
            None if source.host().ends_with(".ghe.com") => (format!("https://api.{}", source.host()), None),
            None => (format!("{}/api/v3", source.origin()), None),
        }
    }

    /// Returns the prefix `v` if the release of `sample_tag` has one, and the empty prefix if it has none or does not
    /// exist. Returns `None` if GitHub did not say, because a rate limit or a server error proves nothing.
    ///
    /// The form with `v` is requested first, and the plain form after a 404. Each of the two requests is retried at
    /// most once.
    pub(crate) async fn prefix(
        &self,
        client: &Client,
        source: &SourceRepository,
        sample_tag: &str,
        retry: &RetryPolicy,
    ) -> Result<Option<Prefix>> {
        let retry = RetryPolicy { max_retries: retry.max_retries.min(1), ..*retry };
        let bare = without_v(sample_tag);
        for (tag, prefix) in [(format!("v{bare}"), "v"), (bare.to_owned(), "")] {
            let bound = client.options().limits.bound(Limit::ReleaseBytes);
            let response = client.send(self.release(source, &tag)?.bound(bound), &retry).await?;
            match response.status() {
                // A captive portal answers every request with a page.
                200..=299 if is_page(&response) => return Ok(None),
                200..=299 => return Ok(Some(Prefix { text: prefix, is_proven: true })),
                404 => {}
                _ => return Ok(None),
            }
        }
        Ok(Some(Prefix { text: "", is_proven: false }))
    }

    fn release(&self, source: &SourceRepository, tag: &str) -> Result<Request> {
        let (api, token) = self.api(source);
        let mut url = Url::parse(&format!("{api}/repos{}/releases/tags/", source.path()))
            .map_err(|error| Error::invalid_argument(format!("No API URL for {}: {error}", source.path())))?;
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().push(tag);
        }
        let request = Request::get(url).kind("release").accept("application/vnd.github.v3+json");
        match token {
            Some(token) => request.account(&account(Some(token))).bearer(token.reveal()),
            None => Ok(request),
        }
    }
}

/// The owner of a token, in words that do not contain it.
pub(crate) fn account(token: Option<&Secret>) -> String {
    token.map_or_else(|| "anonymous".to_owned(), |token| format!("token {}", token.digest()))
}

fn is_page(response: &Response) -> bool {
    response
        .header("content-type")
        .is_some_and(|kind| kind.trim_start().to_ascii_lowercase().starts_with("text/html"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::host::ReleaseHosts;

    #[test]
    fn each_repository_has_its_api_and_tokens_stay_with_theirs() {
        let hosts = ReleaseHosts::new(
            ["ghe.example", "other.example"].map(|host| (host.to_owned(), HostKind::GitHub)),
        );
        let api = |api_url: Option<&str>, source: &str| {
            let api_url = api_url.map(|url| Url::parse(url).expect(url));
            let github = GitHub::new(api_url, Some(Secret::new("t")));
            let source = SourceRepository::parse(source, &hosts).expect(source);
            let (url, token) = github.api(&source);
            (url, token.is_some())
        };
        let enterprise = Some("https://ghe.example/api/v3/");
        let public = |with_token| ("https://api.github.com".to_owned(), with_token);
        assert_eq!(api(None, "https://github.com/o/r"), public(true));
        assert_eq!(api(enterprise, "https://github.com/o/r"), public(false));
        assert_eq!(
            api(enterprise, "https://ghe.example/o/r"),
            ("https://ghe.example/api/v3".to_owned(), true)
        );
        assert_eq!(
            api(None, "https://other.example/o/r"),
            ("https://other.example/api/v3".to_owned(), false)
        );
        for stand_in in ["http://127.0.0.1:9", "http://127.0.0.1:9/api/v3"] {
            assert_eq!(api(Some(stand_in), "https://github.com/o/r"), (stand_in.to_owned(), true));
        }
    }
}
