//! Requests the security advisories that a repository on GitHub has published.

use serde::Deserialize;
use url::Url;

use super::{
    page::SourceRepository,
    probe::{GitHub, account},
};
use crate::{
    advisory::{Advisory, Affected, severity::Severity},
    error::{Error, ErrorKind, Limit, Result, printable},
    http::{
        client::Client, error_document::refusal, request::Request, response::Response, retry::RetryPolicy,
    },
    text::{
        json::{AtMost, Object, Scalar},
        link::{self, NextLink},
    },
};

/// The most pages of one list.
pub(crate) const MAX_PAGES: usize = 3;
/// The most advisories of a page, and packages of an advisory, that are read.
const MAX_LISTED: usize = 1000;
const MAX_PACKAGES: usize = 100;
/// The most characters of a text that is kept.
const MAX_CHARACTERS: usize = 512;

/// A page of advisories.
#[derive(Debug, Default)]
pub(crate) struct Page {
    pub(crate) advisories: Vec<Advisory>,
    /// Whether every published advisory on it could be read.
    pub(crate) is_whole: bool,
    /// The cursor of the next page; `None` on the last one.
    pub(crate) next: Option<String>,
    pub(crate) etag: Option<String>,
}

/// The answer to a request for a page.
pub(crate) enum Answer {
    Page(Page),
    /// The page has not changed since the answer with the `ETag` that was sent.
    Unchanged,
}

/// Requests a page of the published advisories of a repository: the first, or that behind a cursor. With an `ETag`,
/// GitHub answers only if the page has changed.
///
/// # Errors
/// The error that kept GitHub from answering.
pub(crate) async fn page(
    github: &GitHub,
    client: &Client,
    source: &SourceRepository,
    cursor: Option<&str>,
    etag: Option<&str>,
) -> Result<Answer> {
    let retry = client.options().retry;
    let retry = RetryPolicy { max_retries: retry.max_retries.min(1), ..retry };
    let mut request = request(github, source, cursor)?;
    request = request.bound(client.options().limits.bound(Limit::ReleaseBytes));
    if let Some(etag) = etag {
        request = request.unless(etag);
    }
    let response = client.send(request, &retry).await?;
    match response.status() {
        304 if etag.is_some() => Ok(Answer::Unchanged),
        200..=299 => {
            let (advisories, is_whole) = read(response.body()).map_err(|error| response.not_json(&error))?;
            let next = next_cursor(&response)?;
            let etag = response.header("etag").map(str::to_owned);
            Ok(Answer::Page(Page { advisories, is_whole, next, etag }))
        }
        _ => Err(refused(&response, source)),
    }
}

fn request(github: &GitHub, source: &SourceRepository, cursor: Option<&str>) -> Result<Request> {
    let (api, token) = github.api(source);
    let address = format!("{api}/repos{}/security-advisories", source.path());
    let mut url = Url::parse(&address)
        .map_err(|error| Error::invalid_argument(format!("No address of an API: {address}: {error}")))?;
    url.query_pairs_mut().append_pair("state", "published").append_pair("per_page", "100");
    if let Some(cursor) = cursor {
        url.query_pairs_mut().append_pair("after", cursor);
    }
    let request = Request::get(url).kind("advisories").accept("application/vnd.github+json");
    match token {
        Some(token) => request.account(&account(Some(token))).bearer(token.reveal()),
        None => Ok(request),
    }
}

/// The cursor of the next page. Nothing else of the address that the server names is used.
fn next_cursor(response: &Response) -> Result<Option<String>> {
    let target = match link::next(response.all_bytes("link")) {
        NextLink::Nothing => return Ok(None),
        NextLink::Target(target) => target,
        NextLink::Unreadable => {
            return Err(Error::bad_response("The Link header of a list of advisories cannot be read"));
        }
    };
    let url = response.url().join(target).ok();
    let cursor = url.as_ref().and_then(|url| url.query_pairs().find(|(key, _)| key == "after"));
    match cursor {
        Some((_, cursor)) if !cursor.is_empty() => Ok(Some(cursor.into_owned())),
        _ => Err(Error::bad_response("The next page of a list of advisories has no cursor")),
    }
}

fn refused(response: &Response, source: &SourceRepository) -> Error {
    let status = response.status();
    let message = format!("Failed to list the advisories of {}{}: {status}", source.host(), source.path());
    // GitHub answers 403 when its rate limit is exceeded (GitHub REST API, "Rate limits").
    let is_used_up = response.header("x-ratelimit-remaining").is_some_and(|left| left.trim() == "0");
    match status == 403 && is_used_up {
        true => Error::new(ErrorKind::RateLimited, message).with_status(status).with_host(response.host()),
        false => refusal(response, message),
    }
}

#[derive(Deserialize)]
struct RawAdvisory {
    ghsa_id: Option<Scalar>,
    cve_id: Option<Scalar>,
    severity: Option<Scalar>,
    summary: Option<Scalar>,
    state: Option<Scalar>,
    published_at: Option<Scalar>,
    withdrawn_at: Option<Scalar>,
    vulnerabilities: Option<AtMost<Object<RawAffected>, MAX_PACKAGES>>,
}

#[derive(Deserialize)]
struct RawAffected {
    package: Option<Object<RawPackage>>,
    vulnerable_version_range: Option<Scalar>,
    patched_versions: Option<Scalar>,
}

#[derive(Deserialize)]
struct RawPackage {
    name: Option<Scalar>,
}

/// Reads a page: its advisories, and whether every published one could be read. Drafts, which a token may see, and
/// withdrawn ones are left out.
pub(crate) fn read(body: &[u8]) -> serde_json::Result<(Vec<Advisory>, bool)> {
    let raw: AtMost<Object<RawAdvisory>, MAX_LISTED> = serde_json::from_slice(body)?;
    let published: Vec<RawAdvisory> =
        raw.0.into_iter().map(|Object(raw)| raw).filter(RawAdvisory::is_published).collect();
    let count = published.len();
    let advisories: Vec<Advisory> = published.into_iter().filter_map(RawAdvisory::read).collect();
    let is_whole = advisories.len() == count;
    Ok((advisories, is_whole))
}

impl RawAdvisory {
    fn is_published(&self) -> bool {
        let is_text = |value: &Option<Scalar>| matches!(value, Some(Scalar::Text(text)) if !text.is_empty());
        let state = matches!(&self.state, Some(Scalar::Text(state)) if state == "published");
        state && is_text(&self.published_at) && !is_text(&self.withdrawn_at)
    }

    fn read(self) -> Option<Advisory> {
        // The name becomes a part of a URL.
        let is_name = |id: &String| {
            id.len() <= 64 && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        };
        Some(Advisory {
            id: text(self.ghsa_id).filter(is_name)?,
            cve: text(self.cve_id).filter(is_name),
            severity: text(self.severity).as_deref().and_then(Severity::read),
            summary: text(self.summary).unwrap_or_default(),
            affected: self.vulnerabilities.unwrap_or_default().0.into_iter().map(Affected::from).collect(),
        })
    }
}

impl From<Object<RawAffected>> for Affected {
    fn from(Object(raw): Object<RawAffected>) -> Self {
        let package = raw.package.and_then(|Object(package)| text(package.name));
        Self {
            package: package.unwrap_or_default(),
            range: text(raw.vulnerable_version_range).unwrap_or_default(),
            patched: text(raw.patched_versions).unwrap_or_default(),
        }
    }
}

/// A text that may be shown.
fn text(value: Option<Scalar>) -> Option<String> {
    let text = value.and_then(Scalar::text)?;
    let clean = printable(&text);
    Some(match clean.char_indices().nth(MAX_CHARACTERS) {
        Some((end, _)) => format!("{}…", clean.get(..end).unwrap_or_default()),
        None => clean.into_owned(),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn one(changes: serde_json::Value) -> serde_json::Value {
        let mut advisory = json!({
            "ghsa_id": "GHSA-aaaa-bbbb-cccc", "cve_id": "CVE-2026-1", "severity": "high", "summary": "A\nhole",
            "state": "published", "published_at": "2026-01-02T03:04:05Z", "withdrawn_at": null,
            "vulnerabilities": [{"package": {"ecosystem": "go", "name": "app"},
                                 "vulnerable_version_range": "< 1.2", "patched_versions": "1.2"}],
        });
        for (key, value) in changes.as_object().into_iter().flatten() {
            advisory[key] = value.clone();
        }
        advisory
    }

    #[test]
    fn published_advisories_are_read() {
        let (read, is_whole) = read(json!([one(json!({}))]).to_string().as_bytes()).expect("a page");
        let affected = Affected { package: "app".into(), range: "< 1.2".into(), patched: "1.2".into() };
        assert!(is_whole);
        assert_eq!(
            read,
            [Advisory {
                id: "GHSA-aaaa-bbbb-cccc".into(),
                cve: Some("CVE-2026-1".into()),
                severity: Some(Severity::High),
                summary: "A\\u{a}hole".into(),
                affected: vec![affected],
            }]
        );
    }

    #[test]
    fn drafts_and_withdrawn_ones_are_left_out_and_odd_ones_leave_a_gap() {
        let cases = [
            (json!({"state": "draft"}), 0, true),
            (json!({"state": "triage"}), 0, true),
            (json!({"published_at": null}), 0, true),
            (json!({"withdrawn_at": "2026-01-03T00:00:00Z"}), 0, true),
            (json!({"ghsa_id": null}), 0, false),
            (json!({"ghsa_id": "../../x"}), 0, false),
            (json!({"severity": null, "cve_id": 7, "summary": [], "vulnerabilities": null}), 1, true),
            (json!({"vulnerabilities": [{"package": null}, {}]}), 1, true),
        ];
        for (changes, count, whole) in cases {
            let (advisories, is_whole) =
                read(json!([one(changes.clone())]).to_string().as_bytes()).expect("a page");
            assert_eq!((advisories.len(), is_whole), (count, whole), "{changes}");
        }
        for odd in ["{}", "[7]", "null", "<html>", "[{\"vulnerabilities\":7}]"] {
            assert!(read(odd.as_bytes()).is_err(), "{odd}");
        }
    }
}
