//! What a caller may set, with its defaults.

use std::{
    collections::{BTreeMap, HashMap},
    path::PathBuf,
    time::Duration,
};

use url::Url;

use crate::{
    error::{Error, Result},
    http::{
        address::AddressClass,
        pool::{Pem, certificates},
        redact::authority,
    },
    image::reference::{canonical_registry, is_host},
    release::page::HostKind,
};

pub use crate::secret::Secret;

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
    /// Registries that are reached in a special way, by host. Keys are [`canonical_registry`] names.
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
            github_api_url: None,
            github_token: None,
            release_hosts: BTreeMap::new(),
        }
    }
}

/// Bounds of single answers, and of the queue for a host. Bytes are counted after decompression.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a token service's answer. Default 64 KiB.
    pub token_bytes: usize,
    /// Bytes that are read of an answer with an error status. Default 64 KiB.
    pub error_bytes: usize,
    /// Bytes of a manifest or an index. Default 4 MiB (OCI distribution specification, "Pushing Manifests").
    pub manifest_bytes: usize,
    /// Bytes of an image config. Default 8 MiB.
    pub config_bytes: usize,
    /// Bytes of one page of tags. Default 32 MiB.
    pub tag_page_bytes: usize,
    /// Entries of an index, those of indexes within it included. Default 10,000.
    pub index_entries: usize,
    /// Bytes of all header fields of an answer. Default 64 KiB.
    pub header_bytes: usize,
    /// Redirects that one request follows. Default 5.
    pub redirects: usize,
    /// Requests that wait for one host. Default 20,000.
    pub waiting: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            token_bytes: 64 * 1024,
            error_bytes: 64 * 1024,
            manifest_bytes: 4 * 1024 * 1024,
            config_bytes: 8 * 1024 * 1024,
            tag_page_bytes: 32 * 1024 * 1024,
            index_entries: 10_000,
            header_bytes: 64 * 1024,
            redirects: 5,
            waiting: 20_000,
        }
    }
}

/// How one registry is reached.
#[derive(Debug, Clone, Default, PartialEq)]
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

/// Where Docker's configuration is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DockerConfig {
    /// In `$DOCKER_CONFIG`, or else in `~/.docker`; there may be none.
    Default,
    /// In this file, or in this folder as `config.json`.
    Path(PathBuf),
}

/// Time for a call besides the waits before retries.
const USUAL_DEADLINE: Duration = Duration::from_secs(5 * 60);

impl Options {
    /// Time for a call as a whole.
    pub fn deadline(&self) -> Duration {
        let waits = || self.max_retry_delay.saturating_mul(self.max_retries);
        self.deadline.unwrap_or_else(|| USUAL_DEADLINE.saturating_add(waits()))
    }

    /// Adds a registry under any of its names.
    ///
    /// # Errors
    /// `InvalidArgument` if `host` is no host name, if it is named twice, or if plain http would leave this machine without being marked as insecure.
    pub fn add_registry(&mut self, host: &str, options: RegistryOptions) -> Result<()> {
        let refused =
            |field: &str, why: &str| Error::invalid_argument(format!("registries[{host:?}]{field} {why}"));
        if !is_host(host) {
            return Err(refused(
                "",
                "must have a registry's host as its key, such as \"ghcr.io\" or \"nas.lan:5000\"",
            ));
        }
        if options.url.as_ref().is_some_and(|url| !options.insecure && leaves_in_plain(url)) {
            return Err(refused(
                ".url",
                "is plain http to another machine; set insecure: true if that is meant",
            ));
        }
        if self.registries.insert(canonical_registry(host), options).is_some() {
            return Err(refused("", "is named twice"));
        }
        Ok(())
    }

    /// Checks the mirrors of all registries, once every registry has been added.
    ///
    /// # Errors
    /// `InvalidArgument` if plain http would leave this machine for a mirror, and neither the registry nor the mirror's own
    /// host is marked as insecure.
    pub fn check_mirrors(&self) -> Result<()> {
        for (host, options) in self.registries.iter().filter(|(_, options)| !options.insecure) {
            for (index, url) in options.mirrors.iter().enumerate().filter(|(_, url)| leaves_in_plain(url)) {
                let mirror = authority(url);
                let is_marked =
                    self.registries.get(&canonical_registry(&mirror)).is_some_and(|own| own.insecure);
                if !is_marked {
                    return Err(Error::invalid_argument(format!(
                        "registries[{host:?}].mirrors[{index}] is plain http to another machine; \
                         set registries[{mirror:?}].insecure: true if that is meant"
                    )));
                }
            }
        }
        Ok(())
    }
}

/// Whether a URL is plain http to another machine.
fn leaves_in_plain(url: &Url) -> bool {
    url.scheme() == "http" && !is_loopback(url)
}

/// Reads the URL of a server that an option names.
///
/// # Errors
/// `InvalidArgument`, naming `option`, for anything but an http or https URL without user, query and fragment.
pub fn server_url(text: &str, option: &str) -> Result<Url> {
    let url = http_url(text, option)?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Error::invalid_argument(format!(
            "{option} must not have a user name or a password in it"
        )));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(Error::invalid_argument(format!("{option} must not have a query or a fragment")));
    }
    Ok(url)
}

/// Reads the URL of a proxy, which may have a user name and a password in it.
///
/// # Errors
/// `InvalidArgument`, naming `option`, for anything but an http or https URL.
pub fn http_url(text: &str, option: &str) -> Result<Url> {
    let url = Url::parse(text)
        .map_err(|error| Error::invalid_argument(format!("{option} must be a URL: {error}")))?;
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
        return Err(Error::invalid_argument(format!("{option} must be an http or https URL")));
    }
    Ok(url)
}

/// Reads the certificates of an authority.
///
/// # Errors
/// `InvalidArgument`, naming `option`, for a text that holds none, or one that does not parse.
pub fn authorities(pem: &str, option: &str) -> Result<Pem> {
    match certificates(pem) {
        Ok(_) => Ok(pem.into()),
        Err(error) => {
            Err(Error::invalid_argument(format!("{option} must be certificates in PEM form: {error}")))
        }
    }
}

/// Whether a URL leads to this machine by its very name: `localhost`, `127.0.0.0/8`, `[::1]`.
pub fn is_loopback(url: &Url) -> bool {
    AddressClass::of_url(url) == Some(AddressClass::Loopback)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn registry(url: &str, insecure: bool) -> RegistryOptions {
        RegistryOptions {
            url: Some(server_url(url, "url").expect(url)),
            insecure,
            ..RegistryOptions::default()
        }
    }

    #[test]
    fn loopback_by_name() {
        for url in [
            "http://localhost:1",
            "http://127.0.0.1",
            "http://127.8.9.1",
            "http://[::1]:2",
            "https://a.localhost",
        ] {
            assert!(is_loopback(&Url::parse(url).expect(url)), "{url}");
        }
        for url in ["http://localhost.example", "http://128.0.0.1", "http://[::2]", "http://10.0.0.1"] {
            assert!(!is_loopback(&Url::parse(url).expect(url)), "{url}");
        }
    }

    #[test]
    fn the_hub_is_one_key() {
        let mut options = Options::default();
        options.add_registry("docker.io", RegistryOptions::default()).expect("a registry");
        assert!(options.add_registry("index.docker.io", RegistryOptions::default()).is_err());
        assert!(options.registries.contains_key("registry-1.docker.io"));
    }

    #[test]
    fn plain_http_stays_on_this_machine_unless_marked() {
        let mut options = Options::default();
        assert!(options.add_registry("a.example", registry("http://127.0.0.1:5000", false)).is_ok());
        assert!(options.add_registry("b.example", registry("http://nas.lan:5000", false)).is_err());
        assert!(options.add_registry("b.example", registry("http://nas.lan:5000", true)).is_ok());
        assert!(options.add_registry("not a host", RegistryOptions::default()).is_err());
        let mirrors = vec![server_url("http://nas.lan", "mirror").expect("a URL")];
        let mirrored = RegistryOptions { mirrors, ..RegistryOptions::default() };
        options.add_registry("c.example", mirrored).expect("a registry");
        let error = options.check_mirrors().expect_err("plain http");
        assert!(error.message().contains("mirrors[0]"), "{error}");
        let marked = RegistryOptions { insecure: true, ..RegistryOptions::default() };
        options.add_registry("nas.lan", marked).expect("a registry");
        options.check_mirrors().expect("a mirror that is marked");
    }

    #[test]
    fn server_urls_are_plain() {
        for text in [
            "ftp://x",
            "nas:5000",
            "https://u@x",
            "https://u:p@x",
            "https://x?y",
            "https://x#y",
            "",
            "data:,x",
        ] {
            let error = server_url(text, "registries[\"x\"].url").expect_err(text);
            assert!(error.message().starts_with("registries[\"x\"].url "), "{error}");
        }
        assert!(http_url("http://u:p@proxy:3128", "proxy").is_ok());
    }
}
