//! What a caller may set, with its defaults.

mod limits;
mod registries;
mod urls;

use std::{
    collections::{BTreeMap, HashMap},
    path::PathBuf,
    time::Duration,
};

use url::Url;

pub use self::{
    limits::Limits,
    registries::{Credential, DockerConfig, RegistryOptions},
    urls::{authorities, http_url, is_loopback, server_url},
};
use crate::http::connect::tls::Pem;
pub use crate::secret::Secret;

/// What kind of host serves a repository, as far as release pages go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HostKind {
    /// GitHub or GitHub Enterprise.
    GitHub,
    /// GitLab.
    GitLab,
    /// Gitea or Forgejo.
    Gitea,
}

/// Settings of a [`crate::service::ContainerRegistryService`].
#[derive(Debug, Clone, PartialEq)]
pub struct Options {
    /// `User-Agent` of every request. Default `ProjectNomad`.
    pub user_agent: String,
    /// Time for a whole attempt. Default 15 s.
    pub timeout: Duration,
    /// Time for a connection, TLS included. Default 5 s.
    pub connect_timeout: Duration,
    /// Time for a call as a whole, and for each image of a batch. Default: 5 minutes, and the waits that the retries allow.
    pub deadline: Option<Duration>,
    /// Attempts after the first one, be it for a 429 or a fault; GitHub is asked again once at most. Default 3.
    pub max_retries: u32,
    /// Attempts after the first one when a connection breaks or a server answers 502, 503 or 504. Default 2.
    pub max_fault_retries: u32,
    /// The longest single wait for a retry; a server that asks for a longer one is not asked again. Default 30 s.
    pub max_retry_delay: Duration,
    /// Proxy for all requests. Default: what `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` say.
    pub proxy: Option<Url>,
    /// Certificate authorities that are trusted beside the system's. Default none.
    pub ca: Option<Pem>,
    /// Registries that are reached in a special way, by host. Keys are [`crate::image::reference::canonical_registry`] names.
    pub registries: HashMap<String, RegistryOptions>,
    /// Docker's configuration, with its credentials. Default: not looked at.
    pub docker_config: Option<DockerConfig>,
    /// Pages of one tag list. Default 10,000.
    pub max_tag_pages: usize,
    /// Tags of one tag list. Default 2,000,000.
    pub max_tags: usize,
    /// Bounds of single answers.
    pub limits: Limits,
    /// Follow servers' words to private, loopback and link-local addresses. Default `false`.
    pub allow_private_addresses: bool,
    /// Requests to one host at once. Default 16: twenty images at once then take a twenty-fifth of the time that they take
    /// one after the other in the replaced class; 8 costs half as much time again, and what more would save, 0.3 s, a burst
    /// of 64 would pay for, which registries answer with 429. `npm run bench -- --concurrency` measures it.
    pub concurrency: usize,
    /// Time for which a tag is taken to point to the same digest. Default 60 s.
    pub tag_ttl: Duration,
    /// Docker Hub's own API. Default: used.
    pub hub_api: HubApi,
    /// Where facts are kept beside memory. Default: nowhere.
    pub cache: CacheOptions,
    /// Answer a check that fails for now with what the last one found. Default `false`.
    pub stale_if_error: bool,
    /// Where GitHub's API is. Default `https://api.github.com`.
    pub github_api_url: Option<Url>,
    /// Token for GitHub's API. Default none.
    pub github_token: Option<Secret>,
    /// What kind of host serves release pages, by host name. Default: the hosts that are known.
    pub release_hosts: BTreeMap<String, HostKind>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            user_agent: "ProjectNomad".to_owned(),
            timeout: Duration::from_secs(15),
            connect_timeout: Duration::from_secs(5),
            deadline: None,
            max_retries: 3,
            max_fault_retries: 2,
            max_retry_delay: Duration::from_secs(30),
            proxy: None,
            ca: None,
            registries: HashMap::new(),
            docker_config: None,
            max_tag_pages: 10_000,
            max_tags: 2_000_000,
            limits: Limits::default(),
            allow_private_addresses: false,
            concurrency: 16,
            tag_ttl: Duration::from_secs(60),
            hub_api: HubApi::Default,
            cache: CacheOptions::default(),
            stale_if_error: false,
            github_api_url: None,
            github_token: None,
            release_hosts: BTreeMap::new(),
        }
    }
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

/// Where facts are kept beside memory.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CacheOptions {
    /// A folder, shared by any number of processes.
    pub directory: Option<PathBuf>,
    /// Bytes that the folder may hold. Default 64 MiB.
    pub max_bytes: Option<u64>,
    /// A Redis or Valkey server, shared by any number of machines.
    pub redis: Option<Secret>,
    /// What its keys start with. Default `container-registry-service:`.
    pub prefix: Option<String>,
}

/// Time for a call besides the waits before retries.
const USUAL_DEADLINE: Duration = Duration::from_secs(5 * 60);

impl Options {
    /// Time for a call as a whole.
    pub fn deadline(&self) -> Duration {
        let waits = || self.max_retry_delay.saturating_mul(self.max_retries);
        self.deadline.unwrap_or_else(|| USUAL_DEADLINE.saturating_add(waits()))
    }
}
