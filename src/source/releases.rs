//! Lists the releases of a source repository.
//!
//! | host | request |
//! |---|---|
//! | GitHub, GitHub Enterprise | `GET <api>/repos/<owner>/<name>/releases?per_page=<n>` |
//! | GitLab | `GET <origin>/api/v4/projects/<path>/releases?per_page=<n>` |
//! | Gitea, Forgejo | `GET <origin>/api/v1/repos/<owner>/<name>/releases?limit=<n>` |

use serde::{Deserialize, Serialize};
use url::Url;

use super::{
    host::HostKind,
    page::SourceRepository,
    probe::{GitHub, account},
};
use crate::{
    error::{Error, ErrorKind, Limit, Result},
    http::{
        client::Client,
        connect::address::{AddressClass, Reach},
        error_document::refusal,
        request::Request,
        response::Response,
        retry::RetryPolicy,
    },
    text::{
        json::{AtMost, Object},
        link::{self, NextLink},
    },
};

/// The most characters of the notes of one release.
const MAX_NOTES: usize = 64 * 1024;
/// The most releases of one answer. No host gives more (Gitea: 50).
pub const MAX_RELEASES: usize = 100;

/// The most releases of an answer that are parsed.
const MAX_LISTED: usize = 1000;

/// A release of a source repository.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Release {
    /// The tag in the source repository, which need not be the image's.
    pub tag: String,
    /// The time of its publication, as the host writes it (RFC 3339); `None` for a draft.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub published_at: Option<String>,
    /// Whether its host marks it as a prerelease.
    pub prerelease: bool,
    /// Whether it is not published yet.
    pub draft: bool,
    /// Its title; the tag if it has none.
    pub name: String,
    /// The page with its notes.
    pub url: String,
    /// Its notes, as their author wrote them, mostly Markdown; at most 64 Ki characters.
    pub notes: String,
}

/// A request for releases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Asked<'a> {
    /// How many releases a page has.
    pub(crate) size: usize,
    /// The number of the page, from 1.
    pub(crate) page: usize,
    /// The `ETag` of the last answer.
    pub(crate) etag: Option<&'a str>,
}

/// The answer to a request for releases.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Listing {
    /// A page of releases, the newest first.
    Releases {
        releases: Vec<Release>,
        /// Whether no page follows.
        is_last: bool,
        /// The `ETag` for the next request.
        etag: Option<String>,
    },
    /// The releases have not changed since the answer with the `ETag` that was sent.
    Unchanged,
}

/// A release as GitHub and Gitea write it, whose names are nearly the same, or as GitLab does.
#[derive(Deserialize)]
pub(crate) struct RawRelease {
    tag_name: String,
    #[serde(alias = "released_at")]
    published_at: Option<String>,
    #[serde(default)]
    prerelease: bool,
    #[serde(default)]
    upcoming_release: bool,
    #[serde(default)]
    draft: bool,
    name: Option<String>,
    #[serde(alias = "description")]
    body: Option<String>,
}

/// Requests a page of the releases of a repository, the newest first. With an `ETag`, the host answers only if they have
/// changed.
///
/// # Errors
/// `NotFound` for a repository that the host does not show, otherwise the error that kept the list from being complete.
pub(crate) async fn list(
    github: &GitHub,
    client: &Client,
    source: &SourceRepository,
    asked: Asked<'_>,
    retry: &RetryPolicy,
) -> Result<Listing> {
    let address = api_url(github, source, &path(source, &asked));
    let mut request = request(github, source, address, "releases")?;
    if let Some(etag) = asked.etag {
        request = request.unless(etag);
    }
    let response = send(client, request, retry).await?;
    match response.status() {
        304 if asked.etag.is_some() => Ok(Listing::Unchanged),
        200..=299 => {
            let releases = response.json::<AtMost<Object<RawRelease>, MAX_LISTED>>()?;
            let releases =
                releases.0.into_iter().take(asked.size).map(|Object(raw)| raw.of(source)).collect();
            let (is_last, etag) = (!has_next(&response), response.header("etag").map(str::to_owned));
            Ok(Listing::Releases { releases, is_last, etag })
        }
        _ => Err(refused(&response, source, "list releases")),
    }
}

/// Sends a request to the host of a source repository, which is asked again once at most.
pub(super) async fn send(client: &Client, request: Request, retry: &RetryPolicy) -> Result<Response> {
    let retry = RetryPolicy { max_retries: retry.max_retries.min(1), ..*retry };
    let bound = client.options().limits.bound(Limit::ReleaseBytes);
    client.send(request.bound(bound), &retry).await
}

/// Whether an answer says that a page follows (RFC 8288, section 3.3).
fn has_next(response: &Response) -> bool {
    !matches!(link::next(response.all_bytes("link")), NextLink::Nothing)
}

/// The error of an answer that refuses what was to be done.
pub(super) fn refused(response: &Response, source: &SourceRepository, what: &str) -> Error {
    let status = response.status();
    let message = format!("Failed to {what} of {}{}: {status}", source.host(), source.path());
    // GitHub answers 403 when its rate limit is exceeded (GitHub REST API, "Rate limits").
    let is_used_up = response.header("x-ratelimit-remaining").is_some_and(|left| left.trim() == "0");
    match status == 403 && is_used_up {
        true => Error::new(ErrorKind::RateLimited, message).with_status(status).with_host(response.host()),
        false => refusal(response, message),
    }
}

/// A request to the API of a source repository, with the token for it.
pub(super) fn request(
    github: &GitHub,
    source: &SourceRepository,
    address: String,
    kind: &'static str,
) -> Result<Request> {
    let url = Url::parse(&address)
        .map_err(|error| Error::invalid_argument(format!("No address of an API: {address}: {error}")))?;
    // The source URL comes from an image, which is not trusted. It may lead to a private address only if the caller
    // named its host.
    let reach = if source.is_trusted() { Reach::Anywhere } else { Reach::UpTo(AddressClass::Public) };
    let request = Request::get(url).kind(kind).accept("application/json").reach(reach);
    let token = source.is_github().then(|| github.api(source).1).flatten();
    match token {
        Some(token) => request.account(&account(Some(token))).bearer(token.reveal()),
        None => Ok(request),
    }
}

/// A request to the API of a source repository, for a connection to it.
///
/// # Errors
/// `InvalidArgument` for an address that is none.
pub(crate) fn api_of(github: &GitHub, source: &SourceRepository) -> Result<Request> {
    request(github, source, api_url(github, source, ""), "releases")
}

/// The URL of something in the API of a source repository.
pub(super) fn api_url(github: &GitHub, source: &SourceRepository, path: &str) -> String {
    let (repository, origin) = (source.path(), source.origin());
    match source.kind() {
        HostKind::GitHub => format!("{}/repos{repository}/{path}", github.api(source).0),
        HostKind::GitLab => {
            // The whole path of a project is one segment of the URL (GitLab, "Namespaced paths").
            let project = repository.trim_start_matches('/').as_bytes();
            let project: String = url::form_urlencoded::byte_serialize(project).collect();
            format!("{origin}/api/v4/projects/{project}/{path}")
        }
        HostKind::Gitea => format!("{origin}/api/v1/repos{repository}/{path}"),
    }
}

fn path(source: &SourceRepository, asked: &Asked<'_>) -> String {
    let size = asked.size.clamp(1, MAX_RELEASES);
    let parameter = match source.kind() {
        HostKind::GitHub | HostKind::GitLab => "per_page",
        HostKind::Gitea => "limit",
    };
    let page = if asked.page > 1 { format!("&page={}", asked.page) } else { String::new() };
    format!("releases?{parameter}={size}{page}")
}

impl Release {
    /// The same release, with notes within their bound.
    #[must_use]
    pub(crate) fn with_short_notes(mut self) -> Self {
        cut(&mut self.notes, MAX_NOTES);
        self
    }
}

/// Cuts a text behind so many characters.
fn cut(text: &mut String, most: usize) {
    if let Some((end, _)) = text.char_indices().nth(most) {
        text.truncate(end);
    }
}

impl RawRelease {
    pub(crate) fn of(self, source: &SourceRepository) -> Release {
        let mut notes = self.body.unwrap_or_default();
        cut(&mut notes, MAX_NOTES + 1);
        Release {
            url: source.page(&self.tag_name),
            name: self.name.filter(|name| !name.is_empty()).unwrap_or_else(|| self.tag_name.clone()),
            published_at: self.published_at,
            prerelease: self.prerelease || self.upcoming_release,
            draft: self.draft,
            tag: self.tag_name,
            notes,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::host::ReleaseHosts;

    fn source(text: &str) -> SourceRepository {
        let hosts = ReleaseHosts::new([("git.lan:3000".to_owned(), HostKind::Gitea)]);
        SourceRepository::parse(text, &hosts).expect(text)
    }

    #[test]
    fn each_host_is_asked_in_its_own_way() {
        let asked = |text: &str| {
            let (source, asked) = (source(text), Asked { size: 5, page: 1, etag: None });
            api_url(&GitHub::new(None, None), &source, &path(&source, &asked))
        };
        let cases = [
            ("https://github.com/o/r", "https://api.github.com/repos/o/r/releases?per_page=5"),
            ("git@gitlab.com:g/s/p.git", "https://gitlab.com/api/v4/projects/g%2Fs%2Fp/releases?per_page=5"),
            ("http://git.lan:3000/o/r", "http://git.lan:3000/api/v1/repos/o/r/releases?limit=5"),
        ];
        for (text, expected) in cases {
            assert_eq!(asked(text), expected);
        }
    }

    #[test]
    fn releases_of_all_hosts_are_read_alike() {
        let read =
            |json: &str, of: &str| serde_json::from_str::<RawRelease>(json).expect(json).of(&source(of));
        let release = read(
            r#"{"tag_name":"v1","name":null,"body":"b","published_at":"2024-01-02T03:04:05Z","prerelease":true}"#,
            "https://github.com/o/r",
        );
        assert_eq!(
            release,
            Release {
                tag: "v1".into(),
                published_at: Some("2024-01-02T03:04:05Z".into()),
                prerelease: true,
                draft: false,
                name: "v1".into(),
                url: "https://github.com/o/r/releases/tag/v1".into(),
                notes: "b".into(),
            }
        );
        let release = read(
            r#"{"tag_name":"1.0","name":"One","description":"n","released_at":"2024-01-02T03:04:05.000+02:00","upcoming_release":false}"#,
            "https://gitlab.com/g/p",
        );
        assert_eq!((release.notes.as_str(), release.prerelease), ("n", false));
        assert_eq!(release.url, "https://gitlab.com/g/p/-/releases/1.0");
        let long = serde_json::json!({"tag_name": "1", "body": "é".repeat(MAX_NOTES + 1)}).to_string();
        let release = read(&long, "https://github.com/o/r");
        assert_eq!(release.notes.chars().count(), MAX_NOTES + 1, "one more tells that there was more");
        assert_eq!(release.with_short_notes().notes.chars().count(), MAX_NOTES);
    }
}
