//! What is asked of a repository, and the URLs of it.

use url::Url;

use super::refusal::refusal;
use crate::{
    error::{Bound, Error, Result},
    http::{connect::address::Reach, response::Response},
    image::reference::{Repository, is_digest, is_tag},
};

/// What is asked of a repository.
#[derive(Debug, Clone)]
pub(crate) struct Resource {
    /// What it is: `tags`, `manifests` or `blobs`.
    pub(crate) kind: &'static str,
    /// Path and query below `/v2/<name>/`.
    pub(crate) path: String,
    /// Media types for `Accept`.
    pub(crate) accept: Option<&'static str>,
    /// What the answer may have.
    pub(crate) limit: Bound,
    /// Ask for the headers only.
    pub(crate) head: bool,
    /// Ask for an answer only if it is another one than that with this `ETag`.
    pub(crate) unless: Option<String>,
}

/// A URL that a server named.
pub(crate) enum Next {
    /// On the server's own origin.
    Own(Url),
    /// On another one, to which a redirect had led; it may lead no further inwards than this.
    Elsewhere(Url, Reach),
}

impl Next {
    pub(crate) fn url(&self) -> &Url {
        match self {
            Self::Own(url) | Self::Elsewhere(url, _) => url,
        }
    }
}

/// The URL of something below `/v2/<name>/`.
pub(crate) fn resource_url(base: &Url, repository: &Repository, path: &str) -> Result<Url> {
    let path = format!("v2/{}/{path}", repository.name());
    base.join(&path).map_err(|error| Error::bad_response(format!("{path} is no path of a URL: {error}")))
}

/// A resource whose last part comes from a caller or a server, and is therefore looked at.
pub(crate) fn named(kind: &'static str, name: &str, limit: Bound) -> Result<Resource> {
    let is_valid = is_digest(name) || (kind == "manifests" && is_tag(name));
    if !is_valid {
        return Err(Error::bad_response(format!("{name:?} names no {}", kind.trim_end_matches('s'))));
    }
    Ok(Resource { kind, path: format!("{kind}/{name}"), accept: None, limit, head: false, unless: None })
}

pub(crate) fn refused(response: &Response, repository: &Repository, resource: &Resource) -> Error {
    let status = response.status();
    refusal(response, format!("Failed to get {} of {}: {status}", resource.path, repository.name()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_from_outside_are_looked_at() {
        let digest = format!("sha256:{}", "0a".repeat(32));
        assert!(
            named("manifests", "1.0", Bound::NONE).is_ok()
                && named("manifests", &digest, Bound::NONE).is_ok()
        );
        assert!(named("blobs", &digest, Bound::NONE).is_ok() && named("blobs", "1.0", Bound::NONE).is_err());
        for name in ["../x", "a/b", "a?b", "", "sha256:zz", "1.0\r\nX: y"] {
            assert!(named("manifests", name, Bound::NONE).is_err(), "{name}");
        }
    }
}
