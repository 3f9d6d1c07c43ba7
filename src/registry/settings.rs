//! How registries are reached.

use std::{collections::HashMap, path::PathBuf, time::Duration};

use url::Url;

use crate::{
    http::connect::{
        proxy::RegistryProxy,
        tls::{ClientCertificate, Pem},
    },
    secret::Secret,
};

/// How registries are reached, and what is remembered of them.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct RegistrySettings {
    /// Registries that are reached in a special way, by host. Keys are [`crate::image::canonical_registry`] names.
    pub registries: HashMap<String, RegistryOptions>,
    /// Docker's configuration, with its credentials. Default: not looked at.
    pub docker_config: Option<DockerConfig>,
    /// Time for which a tag is taken to point to the same digest. Default 60 s.
    pub tag_ttl: Duration,
    /// Docker Hub's own API. Default: used.
    pub hub_api: HubApi,
}

impl Default for RegistrySettings {
    fn default() -> Self {
        Self {
            registries: HashMap::new(),
            docker_config: None,
            tag_ttl: Duration::from_secs(60),
            hub_api: HubApi::Default,
        }
    }
}

/// How one registry is reached.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct RegistryOptions {
    /// Where the registry really is; `None` is `https://<host>`.
    pub url: Option<Url>,
    /// Allow plain http, and https with any certificate.
    pub insecure: bool,
    /// What is asked before the registry itself, in order.
    pub mirrors: Vec<Url>,
    /// Who asks; `None` is anonymous, or what Docker's configuration says.
    pub credential: Option<Credential>,
    /// Certificate authorities of this registry, trusted beside the system's.
    pub ca: Option<Pem>,
    /// The certificate that is shown to this registry. Default none.
    pub client_certificate: Option<ClientCertificate>,
    /// The proxy for this registry, and for its token service. Default: that for all requests.
    pub proxy: Option<RegistryProxy>,
}

impl RegistryOptions {
    /// A registry that really is at `url`.
    pub fn at(url: Url) -> Self {
        Self { url: Some(url), ..Self::default() }
    }
}

/// Who asks a registry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Credential {
    /// User name and password: to the token service, or to a registry that asks for Basic.
    Password {
        /// User name.
        username: String,
        /// Password, or an access token that stands for one.
        password: Secret,
    },
    /// A token that the registry takes as it is.
    Token(Secret),
    /// A refresh token, exchanged at the token service (Distribution, "Docker Registry v2 authentication using OAuth2").
    Identity(Secret),
}

/// Where Docker's configuration is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DockerConfig {
    /// In `$DOCKER_CONFIG`, or else in `~/.docker`; there may be none.
    Default,
    /// In this file, or in this folder as `config.json`.
    Path(PathBuf),
}

/// Whether Docker Hub's own API is asked for platforms, which spares pulls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HubApi {
    /// It is, for Docker Hub where it is reached as itself and anonymously.
    Default,
    /// It is not.
    Off,
    /// It is, at this URL, also where Docker Hub is reached elsewhere.
    At(Url),
}
