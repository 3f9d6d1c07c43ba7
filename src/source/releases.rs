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
    page::{HostKind, SourceRepository},
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
    text::json::{AtMost, Object},
    text::secret::Secret,
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

/// The answer to a request for releases.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Listing {
    /// The releases, the newest first, and the `ETag` for the next request.
    Releases(Vec<Release>, Option<String>),
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

/// Requests the latest releases of a repository, at most `limit`. With an `ETag`, the host answers only if they have
/// changed.
///
/// # Errors
/// `NotFound` for a repository that the host does not show, otherwise the error that kept the list from being complete.
pub(crate) async fn list(
    github: &GitHub,
    client: &Client,
    source: &SourceRepository,
    limit: usize,
    etag: Option<&str>,
    retry: &RetryPolicy,
) -> Result<Listing> {
    let retry = RetryPolicy { max_retries: retry.max_retries.min(1), ..*retry };
    let bound = client.options().limits.bound(Limit::ReleaseBytes);
    let mut request = request(github, source, limit.clamp(1, MAX_RELEASES))?.bound(bound);
    if let Some(etag) = etag {
        request = request.unless(etag);
    }
    let response = client.send(request, &retry).await?;
    match response.status() {
        304 if etag.is_some() => Ok(Listing::Unchanged),
        200..=299 => {
            let releases = response.json::<AtMost<Object<RawRelease>, MAX_LISTED>>()?;
            let releases = releases.0.into_iter().take(limit).map(|Object(raw)| raw.of(source)).collect();
            Ok(Listing::Releases(releases, response.header("etag").map(str::to_owned)))
        }
        _ => Err(refused(&response, source)),
    }
}

fn refused(response: &Response, source: &SourceRepository) -> Error {
    let status = response.status();
    let message = format!("Failed to list releases of {}{}: {status}", source.host(), source.path());
    // GitHub answers 403 when its rate limit is exceeded (GitHub REST API, "Rate limits").
    let is_used_up = response.header("x-ratelimit-remaining").is_some_and(|left| left.trim() == "0");
    match status == 403 && is_used_up {
        true => Error::new(ErrorKind::RateLimited, message).with_status(status).with_host(response.host()),
        false => refusal(response, message),
    }
}

fn request(github: &GitHub, source: &SourceRepository, limit: usize) -> Result<Request> {
    let (address, token) = address(github, source, limit);
    let url = Url::parse(&address)
        .map_err(|error| Error::invalid_argument(format!("No address of an API: {address}: {error}")))?;
    // The source URL comes from an image, which is not trusted. It may lead to a private address only if the caller
    // named its host.
    let is_callers_own = source.is_github() || source.is_on_named_host();
    let reach = if is_callers_own { Reach::Anywhere } else { Reach::UpTo(AddressClass::Public) };
    let request = Request::get(url).kind("releases").accept("application/json").reach(reach);
    match token {
        Some(token) => request.account(&account(Some(token))).bearer(token.reveal()),
        None => Ok(request),
    }
}

/// The URL of the list of releases, and the token for it.
fn address<'a>(github: &'a GitHub, source: &SourceRepository, limit: usize) -> (String, Option<&'a Secret>) {
    let (path, origin) = (source.path(), source.origin());
    match source.kind() {
        HostKind::GitHub => {
            let (api, token) = github.api(source);
            (format!("{api}/repos{path}/releases?per_page={limit}"), token)
        }
        HostKind::GitLab => {
            // The whole path of a project is one segment of the URL (GitLab, "Namespaced paths").
            let project = path.trim_start_matches('/').as_bytes();
            let project: String = url::form_urlencoded::byte_serialize(project).collect();
            (format!("{origin}/api/v4/projects/{project}/releases?per_page={limit}"), None)
        }
        HostKind::Gitea => (format!("{origin}/api/v1/repos{path}/releases?limit={limit}"), None),
    }
}

impl RawRelease {
    pub(crate) fn of(self, source: &SourceRepository) -> Release {
        let mut notes = self.body.unwrap_or_default();
        if let Some((end, _)) = notes.char_indices().nth(MAX_NOTES) {
            notes.truncate(end);
        }
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
    use crate::source::page::ReleaseHosts;

    fn source(text: &str) -> SourceRepository {
        let hosts = ReleaseHosts::new([("git.lan:3000".to_owned(), HostKind::Gitea)]);
        SourceRepository::parse(text, &hosts).expect(text)
    }

    #[test]
    fn each_host_is_asked_in_its_own_way() {
        let asked = |text: &str| address(&GitHub::new(None, None), &source(text), 5).0;
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
        assert_eq!(read(&long, "https://github.com/o/r").notes.chars().count(), MAX_NOTES);
    }
}
