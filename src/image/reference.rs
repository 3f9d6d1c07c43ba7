//! Image references: `[registry/]repository[:tag][@digest]`.
//!
//! The grammar is that of the OCI distribution specification (section "Pulling manifests") and of Docker's references:
//!
//! ```text
//! reference  = name [ ":" tag ] [ "@" digest ]
//! name       = [ host "/" ] component *( "/" component )      at most 255 characters
//! host       = ( label *( "." label ) / "[" IPv6 "]" ) [ ":" port ]
//! component  = alnum *( separator alnum )                     lower case
//! separator  = "." / "_" / "__" / 1*"-"
//! tag        = ( ALPHA / DIGIT / "_" ) *127( ALPHA / DIGIT / "_" / "." / "-" )
//! digest     = algorithm ":" encoded                          sha256: 64 lower-case hexadecimal digits
//! ```
//!
//! The first part of a name is a host if it has a dot or a colon, or is `localhost`. Every other name belongs to Docker
//! Hub, below `library/` if it has one part only.

use super::digest::is_digest;
use std::fmt;

use serde::Serialize;

use crate::error::{Error, ErrorKind, Result};

/// The host that serves Docker Hub's images.
pub const DOCKER_HUB: &str = "registry-1.docker.io";

const DEFAULT_TAG: &str = "latest";
const MAX_NAME: usize = 255;
const TAG_RULE: &str = "a tag has 1 to 128 letters, digits, _, . and -, and starts with none of . and -";

/// A parsed image reference with Docker's defaults filled in.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ImageReference {
    /// Registry host, with its port if one was written. Docker Hub is [`DOCKER_HUB`].
    pub registry: String,
    /// Repository path without its last part; empty if it has one part only.
    pub namespace: String,
    /// Last part of the repository path.
    pub repo: String,
    /// Tag; `latest` if none was written.
    pub tag: String,
    /// Whole repository path, `namespace/repo`.
    pub full_name: String,
    /// Digest after `@`, as `algorithm:encoded`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub digest: Option<String>,
    /// Whether the text had a tag.
    #[serde(skip)]
    pub(crate) written: Written,
}

/// Whether a part of a reference was written. References compare equal whether it was or not.
#[derive(Debug, Clone, Copy, Default, Eq)]
pub(crate) struct Written(bool);

impl PartialEq for Written {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl std::hash::Hash for Written {
    fn hash<H: std::hash::Hasher>(&self, _: &mut H) {}
}

impl ImageReference {
    /// Parses a reference as a person writes it, such as `nginx:1.27` or `ghcr.io/kiwix/kiwix-serve@sha256:…`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidReference`] for a text that the grammar above does not allow.
    pub fn parse(text: &str) -> Result<Self> {
        let invalid = |why: &str| {
            let shown: String = text.chars().take(200).collect();
            Error::new(ErrorKind::InvalidReference, format!("Invalid image reference {shown:?}: {why}"))
        };
        if let Some(slip) = slip(text) {
            return Err(invalid(slip));
        }
        let (name_and_tag, digest) = match text.split_once('@') {
            Some((_, digest)) if !is_digest(digest) => {
                return Err(invalid(
                    "what follows the @ is no digest such as sha256:<64 hexadecimal digits>",
                ));
            }
            Some((name, digest)) => (name, Some(digest.to_owned())),
            None => (text, None),
        };
        let (name, tag) = match name_and_tag.rsplit_once(':') {
            Some((name, tag)) if !tag.contains('/') => (name, Some(tag)),
            _ => (name_and_tag, None),
        };
        let (tag, is_tagged) = (tag.unwrap_or(DEFAULT_TAG), tag.is_some());
        if !is_tag(tag) {
            return Err(invalid(TAG_RULE));
        }
        let (registry, full_name) = match name.split_once('/') {
            None => (DOCKER_HUB.to_owned(), format!("library/{name}")),
            Some((host, path)) if is_hub_alias(host) => {
                let path = if path.contains('/') { path.to_owned() } else { format!("library/{path}") };
                (DOCKER_HUB.to_owned(), path)
            }
            Some((host, path)) if host.contains(['.', ':']) || host == "localhost" => {
                (host.to_owned(), path.to_owned())
            }
            Some(_) => (DOCKER_HUB.to_owned(), name.to_owned()),
        };
        if !is_host(&registry) {
            return Err(invalid("the part before the first / is no host name"));
        }
        if !is_repository(&full_name) {
            return Err(invalid(
                "a repository path has lower-case letters and digits, separated by / or by ., _, __ or dashes",
            ));
        }
        let (namespace, repo) = full_name.rsplit_once('/').unwrap_or(("", &full_name));
        Ok(Self {
            namespace: namespace.to_owned(),
            repo: repo.to_owned(),
            tag: tag.to_owned(),
            digest,
            written: Written(is_tagged),
            registry,
            full_name,
        })
    }

    /// The repository of this reference.
    pub fn repository(&self) -> Repository {
        Repository { registry: self.registry.clone(), name: self.full_name.clone() }
    }

    /// Writes the reference as a person does and Docker accepts it: without Docker Hub's host and its `library/`.
    pub fn familiar(&self) -> String {
        let short = match self.registry.as_str() {
            DOCKER_HUB => self.full_name.strip_prefix("library/").unwrap_or(&self.full_name).to_owned(),
            registry => format!("{registry}/{}", self.full_name),
        };
        // A path on Docker Hub may begin like a host, so its host has to be written.
        let means_this =
            |name: &str| Self::parse(name).is_ok_and(|read| read.repository() == self.repository());
        let name = if means_this(&short) { short } else { format!("{}/{}", self.registry, self.full_name) };
        match &self.digest {
            Some(digest) => format!("{name}:{}@{digest}", self.tag),
            None => format!("{name}:{}", self.tag),
        }
    }

    /// Whether it has a digest and no tag, so that its version is unknown.
    pub fn is_digest_alone(&self) -> bool {
        self.digest.is_some() && !self.written.0
    }

    /// The reference by which its manifest is requested: the digest if there is one, else the tag.
    pub fn tag_or_digest(&self) -> &str {
        self.digest.as_deref().unwrap_or(&self.tag)
    }
}

impl fmt::Display for ImageReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}:{}", self.registry, self.full_name, self.tag)?;
        match &self.digest {
            Some(digest) => write!(f, "@{digest}"),
            None => Ok(()),
        }
    }
}

/// Replaces the tag of an image. The name stays as it is written, and a digest is removed because it belongs to the old
/// tag.
///
/// # Errors
/// [`ErrorKind::InvalidReference`] for an invalid image or tag.
pub fn with_tag(image: &str, tag: &str) -> Result<String> {
    ImageReference::parse(image)?;
    if !is_tag(tag) {
        return Err(Error::new(ErrorKind::InvalidReference, format!("{tag:?} is no tag: {TAG_RULE}")));
    }
    let name = image.split_once('@').map_or(image, |(name, _)| name);
    let name = match name.rsplit_once(':') {
        Some((name, tag)) if !tag.contains('/') => name,
        _ => name,
    };
    Ok(format!("{name}:{tag}"))
}

/// A repository on a registry: its host and its path.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Repository {
    registry: String,
    name: String,
}

impl Repository {
    /// Creates a repository from a registry host and a repository path.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidReference`] if either is not in the grammar.
    pub fn new(registry: &str, name: &str) -> Result<Self> {
        if !is_host(registry) {
            return Err(Error::new(
                ErrorKind::InvalidReference,
                format!("Invalid registry host {registry:?}"),
            ));
        }
        if !is_repository(name) {
            return Err(Error::new(ErrorKind::InvalidReference, format!("Invalid repository path {name:?}")));
        }
        Ok(Self { registry: registry.to_owned(), name: name.to_owned() })
    }

    /// The registry host as it was written.
    pub fn registry(&self) -> &str {
        &self.registry
    }

    /// The repository path on the registry.
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl fmt::Display for Repository {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.registry, self.name)
    }
}

/// The canonical name of a registry: lower case, and [`DOCKER_HUB`] for each of Docker Hub's names.
pub fn canonical_registry(host: &str) -> String {
    if is_hub_alias(host) || host.eq_ignore_ascii_case(DOCKER_HUB) {
        DOCKER_HUB.to_owned()
    } else {
        host.to_ascii_lowercase()
    }
}

/// Describes a common mistake in a reference.
fn slip(text: &str) -> Option<&'static str> {
    if text.is_empty() {
        return Some("it is empty");
    }
    if text.trim() != text {
        return Some("it begins or ends with a blank");
    }
    text.contains("://")
        .then_some("it is a URL; leave out what stands before the host, as in ghcr.io/a/b:1.0")
}

fn is_hub_alias(host: &str) -> bool {
    host.eq_ignore_ascii_case("docker.io") || host.eq_ignore_ascii_case("index.docker.io")
}

/// Whether a text is a host name or an address, with or without a port.
pub fn is_host(text: &str) -> bool {
    let (host, port) = match text.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
        _ => (text, None),
    };
    let port_is_valid = port.is_none_or(|port| {
        port.bytes().all(|byte| byte.is_ascii_digit()) && port.parse::<u16>().is_ok_and(|port| port > 0)
    });
    let address = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    let host_is_valid = match address {
        Some(address) => address.parse::<std::net::Ipv6Addr>().is_ok(),
        None => {
            host.len() <= MAX_NAME
                && host.split('.').all(|label| {
                    !label.is_empty()
                        && !label.starts_with('-')
                        && !label.ends_with('-')
                        && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
                })
        }
    };
    port_is_valid && host_is_valid
}

/// Whether a text can be the path of a repository on a registry.
pub fn is_repository(name: &str) -> bool {
    name.len() <= MAX_NAME && name.split('/').all(is_component)
}

fn is_component(component: &str) -> bool {
    let is_alnum = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let is_separator = |run: &str| matches!(run, "." | "_" | "__") || run.bytes().all(|byte| byte == b'-');
    component.bytes().next().is_some_and(is_alnum)
        && component.bytes().next_back().is_some_and(is_alnum)
        && component
            .split(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit())
            .filter(|run| !run.is_empty())
            .all(is_separator)
}

/// Whether a text can be a tag (OCI distribution specification: `[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}`).
pub fn is_tag(text: &str) -> bool {
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    (1..=128).contains(&text.len())
        && text.bytes().next().is_some_and(is_word)
        && text.bytes().all(|byte| is_word(byte) || byte == b'.' || byte == b'-')
}

#[cfg(test)]
#[path = "reference_tests.rs"]
mod tests;
