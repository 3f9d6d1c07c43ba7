//! Reads `CHANGELOG.md` at the default branch of a source repository.
//!
//! | host | request |
//! |---|---|
//! | GitHub, GitHub Enterprise | `GET <api>/repos/<owner>/<name>/contents/CHANGELOG.md` |
//! | GitLab | `GET <origin>/api/v4/projects/<path>/repository/files/CHANGELOG.md/raw?ref=HEAD` |
//! | Gitea, Forgejo | `GET <origin>/api/v1/repos/<owner>/<name>/raw/CHANGELOG.md` |

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::Deserialize;

use super::{
    host::HostKind,
    page::SourceRepository,
    probe::GitHub,
    releases::{api_url, refused, request, send},
};
use crate::{
    error::{Error, Result},
    http::{client::Client, response::Response},
    text::json::Object,
};

/// The answer to a request for a file.
pub(crate) enum Text {
    /// The text of the file, and the `ETag` for the next request.
    Is { text: String, etag: Option<String> },
    /// The file has not changed since the answer with the `ETag` that was sent.
    Unchanged,
    /// There is no such file.
    Missing,
}

/// A file as GitHub writes it for those who do not ask for the file itself.
#[derive(Deserialize)]
struct Contents {
    content: String,
}

/// Requests the changelog of a repository. With an `ETag`, the host answers only if it has changed.
///
/// # Errors
/// The error that kept the host from answering.
pub(crate) async fn changelog(
    github: &GitHub,
    client: &Client,
    source: &SourceRepository,
    etag: Option<&str>,
) -> Result<Text> {
    let path = match source.kind() {
        HostKind::GitHub => "contents/CHANGELOG.md",
        HostKind::GitLab => "repository/files/CHANGELOG.md/raw?ref=HEAD",
        HostKind::Gitea => "raw/CHANGELOG.md",
    };
    let request = request(github, source, api_url(github, source, path), "releases")?;
    let mut request = request.accept("application/vnd.github.raw+json, text/plain;q=0.9, */*;q=0.1");
    if let Some(etag) = etag {
        request = request.unless(etag);
    }
    let response = send(client, request, &client.options().retry).await?;
    match response.status() {
        304 if etag.is_some() => Ok(Text::Unchanged),
        404 => Ok(Text::Missing),
        200..=299 => {
            let etag = response.header("etag").map(str::to_owned);
            Ok(Text::Is { text: text(&response)?, etag })
        }
        _ => Err(refused(&response, source, "read the changelog")),
    }
}

fn text(response: &Response) -> Result<String> {
    let media_type = response.header("content-type").unwrap_or_default().to_ascii_lowercase();
    if media_type.contains("html") {
        return Err(Error::bad_response("A page came instead of a changelog").with_host(response.host()));
    }
    if media_type.starts_with("application/json") {
        let Object(Contents { content }) = response.json()?;
        let content: String = content.split_whitespace().collect();
        let bytes = STANDARD
            .decode(content)
            .map_err(|_| Error::bad_response("The changelog is not in Base64").with_host(response.host()))?;
        return Ok(String::from_utf8_lossy(&bytes).into_owned());
    }
    Ok(String::from_utf8_lossy(response.body()).into_owned())
}
