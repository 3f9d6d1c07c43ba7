//! Settings of registries.

use std::{borrow::Cow, collections::HashMap, path::PathBuf, sync::Arc, time::Duration};

use url::Url;

pub use super::auth::credentials::{CredentialProvider, ProvidedCredential};
use crate::{
    http::connect::{
        proxy::RegistryProxy,
        tls::{ClientCertificate, Pem},
    },
    image::reference::{ImageReference, Repository, canonical_registry},
    text::secret::Secret,
};

/// How registries are reached, and what is remembered of them.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct RegistrySettings {
    /// Options of registries, by host, or by host and the beginning of a repository's path. Hosts have the names of
    /// [`crate::image::canonical_registry`].
    pub registries: HashMap<String, RegistryOptions>,
    /// Proxy caches and their upstreams, such as `harbor.example/dockerhub-proxy/` and `docker.io/`. An image named by
    /// a cache is looked up at its upstream.
    pub aliases: Vec<Alias>,
    /// Provides credentials for registries whose options have none. Default none.
    pub credentials: Option<Arc<dyn CredentialProvider>>,
    /// Docker's configuration, which has credentials for registries that got none otherwise. Default: not read.
    pub docker_config: Option<DockerConfig>,
    /// Time for which a tag is taken to point to the same digest. Default 60 s.
    pub tag_ttl: Duration,
    /// Use of Docker Hub's own API. Default: used.
    pub hub_api: HubApi,
}

impl PartialEq for RegistrySettings {
    /// Two providers are equal if they are the same object.
    fn eq(&self, other: &Self) -> bool {
        let is_same_provider = match (&self.credentials, &other.credentials) {
            (Some(own), Some(other)) => Arc::ptr_eq(own, other),
            (None, None) => true,
            _ => false,
        };
        is_same_provider
            && self.registries == other.registries
            && self.aliases == other.aliases
            && self.docker_config == other.docker_config
            && self.tag_ttl == other.tag_ttl
            && self.hub_api == other.hub_api
    }
}

impl Default for RegistrySettings {
    fn default() -> Self {
        Self {
            registries: HashMap::new(),
            aliases: Vec::new(),
            credentials: None,
            docker_config: None,
            tag_ttl: Duration::from_secs(60),
            hub_api: HubApi::Default,
        }
    }
}

/// Options of one registry.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct RegistryOptions {
    /// URL of the registry; `None` is `https://<host>`.
    pub url: Option<Url>,
    /// Text before the names of repositories on the server, if `url` does not contain it.
    pub repository_prefix: Option<String>,
    /// Tags per page that are asked for. Default 1000, or fewer where the server refuses that.
    pub page_size: Option<usize>,
    /// Allow plain http, and https with any certificate.
    pub insecure: bool,
    /// Mirrors that are asked before the registry itself, in order.
    pub mirrors: Vec<Url>,
    /// Credentials; `None` is anonymous, or those of a provider or of Docker's configuration.
    pub credential: Option<Credential>,
    /// A token service that gets the credentials although its name does not show that it belongs to the registry.
    pub token_service: Option<Url>,
    /// Certificate authorities of this registry, trusted beside the system's.
    pub ca: Option<Pem>,
    /// The certificate that is shown to this registry. Default none.
    pub client_certificate: Option<ClientCertificate>,
    /// The proxy for this registry and its token service. Default: that for all requests.
    pub proxy: Option<RegistryProxy>,
}

impl RegistrySettings {
    /// Returns the options for a repository, and the longest key that covers it. Shorter keys fill in what a longer one
    /// leaves open.
    pub(crate) fn options_for(&self, registry: &str, repository: &str) -> (String, RegistryOptions) {
        let (mut key, mut options) =
            (registry.to_owned(), self.registries.get(registry).cloned().unwrap_or_default());
        let ends = repository.match_indices('/').map(|(end, _)| end).chain([repository.len()]);
        for path in ends.filter_map(|end| repository.get(..end)).filter(|path| !path.is_empty()) {
            let longer = format!("{registry}/{path}");
            if let Some(own) = self.registries.get(&longer) {
                options = own.over(options);
                key = longer;
            }
        }
        (key, options)
    }

    /// Returns the upstream of a repository that is named by a proxy cache, and the repository itself otherwise.
    pub(crate) fn upstream<'a>(&self, repository: &'a Repository) -> Cow<'a, Repository> {
        let upstreams =
            self.aliases.iter().filter_map(|alias| Some((alias.cache.len(), alias.upstream(repository)?)));
        let longest = upstreams.max_by_key(|(length, _)| *length);
        longest.map_or(Cow::Borrowed(repository), |(_, upstream)| Cow::Owned(upstream))
    }
}

/// A proxy cache and its upstream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alias {
    cache: String,
    upstream: String,
}

impl Alias {
    /// Maps images below `cache` to images below `upstream`. Both are a host, with or without a path.
    pub fn new(cache: &str, upstream: &str) -> Self {
        let closed = |text: &str| format!("{}/", text.trim_end_matches('/'));
        let (host, path) = cache.split_once('/').unwrap_or((cache, ""));
        Self { cache: closed(&format!("{}/{path}", canonical_registry(host))), upstream: closed(upstream) }
    }

    fn upstream(&self, repository: &Repository) -> Option<Repository> {
        let written = format!("{}/{}", canonical_registry(repository.registry()), repository.name());
        let rest = written.strip_prefix(&self.cache)?;
        Some(ImageReference::parse(&format!("{}{rest}", self.upstream)).ok()?.repository())
    }
}

impl RegistryOptions {
    /// Returns these options, filled in with the `less` specific ones.
    fn over(&self, less: Self) -> Self {
        let own = self.clone();
        Self {
            url: own.url.or(less.url),
            repository_prefix: own.repository_prefix.or(less.repository_prefix),
            page_size: own.page_size.or(less.page_size),
            insecure: own.insecure || less.insecure,
            mirrors: if own.mirrors.is_empty() { less.mirrors } else { own.mirrors },
            credential: own.credential.or(less.credential),
            token_service: own.token_service.or(less.token_service),
            ca: own.ca.or(less.ca),
            client_certificate: own.client_certificate.or(less.client_certificate),
            proxy: own.proxy.or(less.proxy),
        }
    }

    /// Returns the options of a registry at `url`.
    pub fn at(url: Url) -> Self {
        Self { url: Some(url), ..Self::default() }
    }
}

/// Credentials for a registry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Credential {
    /// User name and password. They go to the token service, or to a registry that asks for Basic.
    Password {
        /// User name.
        username: String,
        /// Password, or an access token that stands for one.
        password: Secret,
    },
    /// A token that is sent to the registry as it is.
    Token(Secret),
    /// A refresh token, exchanged at the token service (Distribution, "Docker Registry v2 authentication using OAuth2").
    Identity(Secret),
}

/// The place of Docker's configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DockerConfig {
    /// `$DOCKER_CONFIG`, or else `~/.docker`. It may be missing.
    Default,
    /// This file, or `config.json` in this folder.
    Path(PathBuf),
}

/// Whether Docker Hub's own API is asked about tags, which saves pulls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HubApi {
    /// It is asked if Docker Hub is reached at its own address and anonymously.
    Default,
    /// It is not asked.
    Off,
    /// It is asked at this URL, even if Docker Hub is reached elsewhere.
    At(Url),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_key_counts_and_shorter_ones_fill_its_gaps() {
        let mut settings = RegistrySettings::default();
        let page_of = |page_size, insecure| RegistryOptions {
            page_size: Some(page_size),
            insecure,
            ..RegistryOptions::default()
        };
        for (key, options) in [
            ("r.example", page_of(1, true)),
            ("r.example/a", page_of(2, false)),
            ("r.example/a/b", page_of(3, false)),
        ] {
            settings.registries.insert(key.to_owned(), options);
        }
        for (repository, key, page_size) in [
            ("x", "r.example", 1),
            ("a", "r.example/a", 2),
            ("a/x", "r.example/a", 2),
            ("ab/b", "r.example", 1),
            ("a/b/c", "r.example/a/b", 3),
        ] {
            let (found, options) = settings.options_for("r.example", repository);
            assert_eq!(
                (found.as_str(), options.page_size, options.insecure),
                (key, Some(page_size), true),
                "{repository}"
            );
        }
    }

    #[test]
    fn a_proxy_cache_stands_for_what_it_is_a_cache_of() {
        let aliases = vec![
            Alias::new("harbor.example/dockerhub-proxy/", "docker.io/"),
            Alias::new("ecr.example/ghcr", "ghcr.io/org"),
        ];
        let settings = RegistrySettings { aliases, ..RegistrySettings::default() };
        let upstream =
            |registry, name| settings.upstream(&Repository::new(registry, name).expect(name)).to_string();
        assert_eq!(upstream("harbor.example", "dockerhub-proxy/nginx"), "registry-1.docker.io/library/nginx");
        assert_eq!(upstream("Harbor.example", "dockerhub-proxy/team/app"), "registry-1.docker.io/team/app");
        assert_eq!(upstream("ecr.example", "ghcr/app"), "ghcr.io/org/app");
        for (registry, name) in [
            ("harbor.example", "dockerhub-proxy"),
            ("harbor.example", "other/nginx"),
            ("ecr.example", "ghcrs/app"),
        ] {
            assert_eq!(upstream(registry, name), format!("{registry}/{name}"));
        }
    }
}
