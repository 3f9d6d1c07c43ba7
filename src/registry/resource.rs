//! The resources of a repository, and their URLs.

use url::Url;

use crate::{
    error::{Bound, Error, Result},
    http::{connect::address::Reach, error_document::refusal, host::places::Rank, response::Response},
    image::{
        digest::{is_digest, is_verifiable},
        reference::{Repository, is_tag},
    },
};

/// A resource of a repository.
#[derive(Debug, Clone)]
pub(crate) struct Resource {
    /// Its kind, for observers: `tags`, `manifests`, `blobs` or `token`.
    pub(crate) kind: &'static str,
    /// Path and query below `/v2/<name>/`.
    pub(crate) path: String,
    /// Media types for `Accept`.
    pub(crate) accept: Option<&'static str>,
    /// Bound of the answer's body.
    pub(crate) limit: Bound,
    /// Ask for the headers only.
    pub(crate) head: bool,
    /// Ask for an answer only if its `ETag` is another one.
    pub(crate) unless: Option<String>,
    /// Whether other requests wait for its answer.
    pub(crate) rank: Rank,
}

impl Resource {
    /// A resource of a kind that is asked for by GET, whatever it is.
    pub(crate) fn new(kind: &'static str, path: String, limit: Bound) -> Self {
        Self { kind, path, accept: None, limit, head: false, unless: None, rank: Rank::LeadsOn }
    }
}

/// A URL that a server named.
pub(crate) enum Next {
    /// It has the server's own origin.
    Own(Url),
    /// It has another origin, to which a redirect led. It may lie no further inwards than this.
    Elsewhere(Url, Reach),
}

impl Next {
    pub(crate) fn url(&self) -> &Url {
        match self {
            Self::Own(url) | Self::Elsewhere(url, _) => url,
        }
    }
}

/// Returns the URL of a resource below `/v2/<name>/`. The path of `base` may contain the root of the API, followed by a
/// prefix of the repositories' names, as for Harbor's proxy projects.
pub(crate) fn resource_url(base: &Url, name: &str, path: &str) -> Result<Url> {
    let has_root = base.path_segments().is_some_and(|mut segments| segments.any(|segment| segment == "v2"));
    let path = if has_root { format!("{name}/{path}") } else { format!("v2/{name}/{path}") };
    base.join(&path).map_err(|error| Error::bad_response(format!("{path} is no path of a URL: {error}")))
}

/// Makes a resource whose last part comes from a caller or a server, and is therefore validated.
pub(crate) fn named(kind: &'static str, name: &str, limit: Bound) -> Result<Resource> {
    if is_digest(name) && !is_verifiable(name) {
        return Err(Error::bad_response(format!(
            "{name} cannot be verified: sha256 and sha512 are computed, no other algorithm"
        )));
    }
    let is_valid = is_digest(name) || (kind == "manifests" && is_tag(name));
    if !is_valid {
        return Err(Error::bad_response(format!("{name:?} names no {}", kind.trim_end_matches('s'))));
    }
    Ok(Resource::new(kind, format!("{kind}/{name}"), limit))
}

pub(crate) fn refused(response: &Response, repository: &Repository, resource: &Resource) -> Error {
    let status = response.status();
    refusal(response, format!("Failed to get {} of {}: {status}", resource.path, repository.name()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_may_have_a_path_before_the_api_or_behind_it() {
        let url = |base: &str| {
            let base = Url::parse(base).expect(base);
            resource_url(&base, "team/app", "tags/list?n=1").expect("a URL").to_string()
        };
        assert_eq!(url("https://r.example/"), "https://r.example/v2/team/app/tags/list?n=1");
        assert_eq!(url("https://r.example/v2/"), "https://r.example/v2/team/app/tags/list?n=1");
        assert_eq!(url("https://r.example/v2/proxy/"), "https://r.example/v2/proxy/team/app/tags/list?n=1");
        assert_eq!(url("https://r.example/docker/"), "https://r.example/docker/v2/team/app/tags/list?n=1");
        assert_eq!(
            url("https://r.example/api/docker/v2/"),
            "https://r.example/api/docker/v2/team/app/tags/list?n=1"
        );
    }

    #[test]
    fn names_from_outside_are_looked_at() {
        let digest = format!("sha256:{}", "0a".repeat(32));
        assert!(
            named("manifests", "1.0", Bound::NONE).is_ok()
                && named("manifests", &digest, Bound::NONE).is_ok()
        );
        assert!(named("blobs", &digest, Bound::NONE).is_ok() && named("blobs", "1.0", Bound::NONE).is_err());
        let unverifiable = format!("blake3:{}", "0a".repeat(32));
        for name in [unverifiable.as_str(), "../x", "a/b", "a?b", "", "sha256:zz", "1.0\r\nX: y"] {
            assert!(named("manifests", name, Bound::NONE).is_err(), "{name}");
        }
    }
}
