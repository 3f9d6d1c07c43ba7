//! Asks a host whether a source repository has a release or a git tag of one name, and lists git tags.
//!
//! | host | release | git tag | git tags |
//! |---|---|---|---|
//! | GitHub | `releases/tags/<tag>` | `git/ref/tags/<tag>` | `tags?per_page=100` |
//! | GitLab | `releases/<tag>` | none: it has no page for a tag without a release | none |
//! | Gitea, Forgejo | `releases/tags/<tag>` | `tags/<tag>` | `tags?limit=50` |

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;

use super::{
    host::HostKind,
    page::SourceRepository,
    probe::GitHub,
    releases::{api_url, refused, request, send},
};
use crate::{
    error::{Error, Result},
    http::{client::Client, retry::RetryPolicy},
    text::json::{AtMost, Object},
};

/// The most git tags of one answer that are read.
const MAX_TAGS: usize = 1000;
/// Characters of a tag that a path keeps.
const IN_A_PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// What is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lookup {
    /// A release.
    Release,
    /// A git tag.
    Tag,
}

#[derive(Deserialize)]
struct Named {
    name: String,
}

/// A release or a git tag, of which nothing is read.
#[derive(Deserialize)]
struct Anything {}

impl Lookup {
    /// The name of the thing that is looked for, for cache keys.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Release => "release",
            Self::Tag => "tag",
        }
    }

    /// The path of the thing with this tag, below that of the repository; `None` where a host has no page for it.
    fn path(self, kind: HostKind, tag: &str) -> Option<String> {
        if tag.split('/').any(|segment| matches!(segment, "" | "." | "..")) {
            return None;
        }
        let whole = || utf8_percent_encode(tag, IN_A_PATH).to_string();
        Some(match (self, kind) {
            (Self::Release, HostKind::GitHub | HostKind::Gitea) => format!("releases/tags/{}", whole()),
            (Self::Release, HostKind::GitLab) => format!("releases/{}", whole()),
            (Self::Tag, HostKind::GitHub) => format!("git/ref/tags/{}", whole().replace("%2F", "/")),
            (Self::Tag, HostKind::Gitea) => format!("tags/{}", whole()),
            (Self::Tag, HostKind::GitLab) => return None,
        })
    }
}

/// Whether a repository has a release or a git tag of this name.
///
/// # Errors
/// The error that kept the host from answering.
pub(crate) async fn exists(
    github: &GitHub,
    client: &Client,
    source: &SourceRepository,
    (lookup, tag): (Lookup, &str),
    retry: &RetryPolicy,
) -> Result<bool> {
    let Some(path) = lookup.path(source.kind(), tag) else { return Ok(false) };
    let request = request(github, source, api_url(github, source, &path), "release")?;
    let response = send(client, request, retry).await?;
    match response.status() {
        // A captive portal answers every request with a page, which is no object.
        200..=299 => response.json::<Object<Anything>>().map(|_| true),
        404 => Ok(false),
        _ => Err(refused(&response, source, "look up a release")),
    }
}

/// Lists the git tags of a repository, as many as one answer has.
///
/// # Errors
/// The error that kept the host from answering.
pub(crate) async fn tags(
    github: &GitHub,
    client: &Client,
    source: &SourceRepository,
    retry: &RetryPolicy,
) -> Result<Vec<String>> {
    let path = match source.kind() {
        HostKind::GitHub => "tags?per_page=100",
        HostKind::Gitea => "tags?limit=50",
        HostKind::GitLab => return Ok(Vec::new()),
    };
    let request = request(github, source, api_url(github, source, path), "releases")?;
    let response = send(client, request, retry).await?;
    match response.status() {
        200..=299 => {
            let named = response.json::<AtMost<Object<Named>, MAX_TAGS>>()?;
            Ok(named.0.into_iter().map(|Object(named)| named.name).collect())
        }
        // A repository whose releases are public has tags, so this is a server that does not list them.
        404 => Err(Error::bad_response("The host does not list tags")),
        _ => Err(refused(&response, source, "list tags")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_stays_in_its_place() {
        let path = |lookup: Lookup, kind, tag: &str| lookup.path(kind, tag);
        let cases = [
            (Lookup::Release, HostKind::GitHub, "releases/tags/version%2F1.0"),
            (Lookup::Tag, HostKind::GitHub, "git/ref/tags/version/1.0"),
            (Lookup::Release, HostKind::GitLab, "releases/version%2F1.0"),
            (Lookup::Tag, HostKind::Gitea, "tags/version%2F1.0"),
        ];
        for (lookup, kind, expected) in cases {
            assert_eq!(path(lookup, kind, "version/1.0").as_deref(), Some(expected));
        }
        assert_eq!(path(Lookup::Tag, HostKind::GitLab, "1.0"), None);
        for odd in ["../1.0", "a//b", ".", ""] {
            assert_eq!(path(Lookup::Tag, HostKind::GitHub, odd), None, "{odd}");
        }
        assert_eq!(
            path(Lookup::Release, HostKind::GitHub, "a?b#c").as_deref(),
            Some("releases/tags/a%3Fb%23c")
        );
    }
}
