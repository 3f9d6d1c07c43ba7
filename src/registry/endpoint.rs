//! One server of a registry: its address, its credentials, and what was learnt about it.

use std::{
    sync::{
        OnceLock,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use parking_lot::Mutex;
use tokio::sync::OnceCell;
use url::Url;

use super::{
    auth::{
        challenge::Challenge,
        credentials::Credentials,
        docker_config::certs_d::Certificates,
        realm::{Realm, Trust},
        scopes::Scopes,
    },
    head_support::HeadSupport,
};
use crate::{
    cool_down::CoolDown,
    error::{Error, ErrorKind, Result},
    http::{
        connect::{address::is_loopback, proxy::RegistryProxy},
        response::Response,
    },
    image::reference::{DOCKER_HUB, Repository, canonical_registry},
    registry::settings::{DockerConfig, RegistryOptions, RegistrySettings},
    text::redact::authority,
};

/// Time for which a mirror that could not be reached is left alone.
const MIRROR_PAUSE: Duration = Duration::from_secs(60);

/// A server that speaks the distribution API.
#[derive(Debug)]
pub(crate) struct Endpoint {
    /// The host in its canonical spelling, as references name it. A mirror has its own.
    pub(crate) name: String,
    /// URLs at which it may be reached, the first choice first, each with a slash at the end.
    candidates: Vec<Url>,
    /// Text before the names of repositories in its URLs.
    repository_prefix: Option<String>,
    /// Tags per page that the caller wants.
    pub(crate) page_size: Option<usize>,
    /// Whether any TLS certificate is accepted.
    pub(crate) insecure: bool,
    /// The certificates that the caller gave.
    given: Certificates,
    /// Docker's configuration, which may have certificates of its own.
    docker_config: Option<DockerConfig>,
    /// All certificates, once they have been looked for.
    certificates: OnceCell<Certificates>,
    pub(crate) proxy: Option<RegistryProxy>,
    pub(crate) is_mirror: bool,
    pub(crate) credentials: Credentials,
    /// The token service that may have the credentials although its name does not show that it belongs to the registry.
    token_service: Option<Url>,
    /// Scopes that it wants of tokens.
    pub(crate) scopes: Scopes,
    /// The candidate that answered.
    reached: OnceLock<Url>,
    /// Whether its token service is well known, so that challenges do not change it.
    is_fixed: bool,
    /// The scheme by which it wants to be asked; `None` until it has said so.
    scheme: Mutex<Option<Scheme>>,
    cool_down: Mutex<CoolDown>,
    /// Number of page sizes that it has refused.
    refused_page_sizes: AtomicUsize,
    pub(crate) head_support: HeadSupport,
}

/// The scheme by which a server wants to be asked.
#[derive(Debug, Clone)]
pub(crate) enum Scheme {
    Basic,
    Bearer(Realm),
}

impl Endpoint {
    /// Makes the endpoint of a registry. It uses `https`. Loopback registries and those marked as insecure are tried
    /// over plain http too, as Docker does.
    ///
    /// # Errors
    /// `InvalidReference` if the host makes no URL.
    pub(crate) fn registry(
        registry: &str,
        options: &RegistryOptions,
        settings: &RegistrySettings,
    ) -> Result<Self> {
        let name = canonical_registry(registry);
        if let Some(url) = &options.url {
            return Ok(Self::new(name, vec![with_slash(url.clone())], options, settings));
        }
        let url = Url::parse(&format!("https://{name}/")).map_err(|error| {
            Error::new(ErrorKind::InvalidReference, format!("Invalid registry host {registry:?}: {error}"))
        })?;
        let mut candidates = vec![url.clone()];
        if options.insecure || is_loopback(&url) {
            let mut plain = url;
            // Replacing one http scheme by the other cannot fail.
            let _ = plain.set_scheme("http");
            candidates.push(plain);
        }
        Ok(Self::new(name, candidates, options, settings))
    }

    /// Makes the endpoint of a mirror. It is a registry of its own: `options` are those of its host, and it sees no
    /// credentials but its own.
    pub(crate) fn mirror(url: &Url, options: &RegistryOptions, settings: &RegistrySettings) -> Self {
        let name = canonical_registry(&authority(url));
        Self { is_mirror: true, ..Self::new(name, vec![with_slash(url.clone())], options, settings) }
    }

    fn new(
        name: String,
        candidates: Vec<Url>,
        options: &RegistryOptions,
        settings: &RegistrySettings,
    ) -> Self {
        let is_at_home = |url: &Url| url.as_str() == format!("https://{name}/");
        let known = if candidates.first().is_some_and(is_at_home) { Realm::well_known(&name) } else { None };
        Self {
            insecure: options.insecure || candidates.iter().any(is_loopback),
            credentials: Credentials::new(
                name.clone(),
                options.credential.clone(),
                settings.credentials.clone(),
                settings.docker_config.as_ref(),
            ),
            token_service: options.token_service.clone(),
            repository_prefix: options.repository_prefix.clone(),
            page_size: options.page_size,
            scopes: Scopes::default(),
            name,
            candidates,
            given: Certificates {
                authorities: options.ca.clone(),
                client: options.client_certificate.clone(),
            },
            docker_config: settings.docker_config.clone(),
            certificates: OnceCell::new(),
            proxy: options.proxy.clone(),
            is_mirror: false,
            reached: OnceLock::new(),
            is_fixed: known.is_some(),
            scheme: Mutex::new(known.map(Scheme::Bearer)),
            cool_down: Mutex::default(),
            refused_page_sizes: AtomicUsize::new(0),
            head_support: HeadSupport::default(),
        }
    }

    /// The certificates that concern the server: those that the caller gave, else those in Docker's folder for its host.
    ///
    /// # Errors
    /// `InvalidArgument` for a file in that folder that cannot be used.
    pub(crate) async fn certificates(&self) -> Result<&Certificates> {
        let look = async {
            let found = match &self.docker_config {
                Some(config) => Certificates::find(config, self.folder_names()).await?,
                None => Certificates::default(),
            };
            Ok(Certificates {
                authorities: self.given.authorities.clone().or(found.authorities),
                client: self.given.client.clone().or(found.client),
            })
        };
        self.certificates.get_or_try_init(|| look).await
    }

    /// The names by which Docker's folder of certificates may know the server.
    fn folder_names(&self) -> Vec<String> {
        let familiar = (self.name == DOCKER_HUB).then(|| "docker.io".to_owned());
        familiar.into_iter().chain([self.name.clone()]).collect()
    }

    /// Whether one token may cover many repositories.
    pub(crate) fn gives_batches(&self) -> bool {
        self.is_fixed
    }

    /// Returns the origin to which GHCR redirects requests for blobs (GitHub Docs, "Working with the Container registry" and the
    /// hosts that runners need). That of Docker Hub changes, and that of any other registry is known once it was seen.
    pub(crate) fn usual_blob_host(&self) -> Option<&'static str> {
        (self.is_fixed && self.name == "ghcr.io").then_some("https://pkg-containers.githubusercontent.com")
    }

    /// Returns the URLs to try, in order: the one that answered before, or all candidates.
    pub(crate) fn bases(&self) -> Vec<Url> {
        self.reached.get().map_or_else(|| self.candidates.clone(), |reached| vec![reached.clone()])
    }

    /// Returns the path of a repository in the server's URLs.
    pub(crate) fn path_of(&self, repository: &Repository) -> String {
        match &self.repository_prefix {
            Some(prefix) => format!("{}/{}", prefix.trim_matches('/'), repository.name()),
            None => repository.name().to_owned(),
        }
    }

    /// Returns the name by which the server knows a repository. Tokens are requested for this name.
    pub(crate) fn name_of(&self, repository: &Repository) -> String {
        let path = self.candidates.first().map_or("", Url::path);
        let in_url = path.split_once("/v2/").map_or("", |(_, prefix)| prefix);
        format!("{in_url}{}", self.path_of(repository))
    }

    /// Whether a URL has the host by which references name the registry, with any scheme and port.
    pub(crate) fn is_named(&self, url: &Url) -> bool {
        let host = self.name.rsplit_once(':').map_or(self.name.as_str(), |(host, _)| host);
        url.host_str().is_some_and(|named| named.eq_ignore_ascii_case(host))
    }

    /// Remembers the candidate that answered.
    pub(crate) fn answered(&self, base: &Url) {
        let _ = self.reached.set(base.clone());
    }

    /// Whether the server is left alone because it could not be reached.
    pub(crate) fn is_left_alone(&self) -> bool {
        self.cool_down.lock().is_on()
    }

    /// Leaves the server alone for a while.
    pub(crate) fn leave_alone(&self) {
        *self.cool_down.lock() = CoolDown::lasting(MIRROR_PAUSE);
    }

    /// Returns a text that identifies the server: its name, and its address if that differs.
    pub(crate) fn place(&self) -> String {
        let url = self.candidates.first().map_or("", Url::as_str);
        format!("{} {url}", self.name)
    }

    /// Returns the scheme by which the server wants to be asked, if it is known.
    pub(crate) fn scheme(&self) -> Option<Scheme> {
        self.lock_scheme().clone()
    }

    fn lock_scheme(&self) -> parking_lot::MutexGuard<'_, Option<Scheme>> {
        self.scheme.lock()
    }

    /// Remembers a challenge. Returns whether tokens need a new scope. The well-known token services of Docker Hub and
    /// GHCR stay. A Bearer challenge stays when Basic follows it, because Harbor answers so to a token that it refuses.
    ///
    /// # Errors
    /// `BadResponse` if the realm is no https URL. Plain http is allowed if the server itself is reached by it.
    pub(crate) fn learn(
        &self,
        challenge: Challenge,
        response: &Response,
        repository: &Repository,
    ) -> Result<bool> {
        let mut scheme = self.lock_scheme();
        match challenge {
            Challenge::Bearer { realm, service, scope } => {
                if !self.is_fixed {
                    *scheme = Some(Scheme::Bearer(Realm::named(&realm, service, response, &self.trust())?));
                }
                Ok(scope.is_some_and(|scope| self.scopes.learn(&self.name_of(repository), &scope)))
            }
            Challenge::Basic => {
                scheme.get_or_insert(Scheme::Basic);
                Ok(false)
            }
        }
    }

    /// Returns the caller's options about the token service.
    pub(crate) fn trust(&self) -> Trust<'_> {
        Trust { registry: &self.name, insecure: self.insecure, token_service: self.token_service.as_ref() }
    }

    /// Returns the number of page sizes that the server has refused.
    pub(crate) fn refused_page_sizes(&self) -> usize {
        self.refused_page_sizes.load(Ordering::Relaxed)
    }

    /// Sets the number of page sizes that the server has refused.
    pub(crate) fn set_refused_page_sizes(&self, count: usize) {
        self.refused_page_sizes.store(count, Ordering::Relaxed);
    }
}

fn with_slash(mut url: Url) -> Url {
    if !url.path().ends_with('/') {
        let path = format!("{}/", url.path());
        url.set_path(&path);
    }
    url
}

#[cfg(test)]
mod tests {
    use super::*;

    fn endpoint(registry: &str, url: Option<&str>, insecure: bool) -> Endpoint {
        let url = url.map(|url| Url::parse(url).expect(url));
        let options = RegistryOptions { url, insecure, ..RegistryOptions::default() };
        Endpoint::registry(registry, &options, &RegistrySettings::default()).expect(registry)
    }

    fn bases(endpoint: &Endpoint) -> Vec<String> {
        endpoint.bases().into_iter().map(String::from).collect()
    }

    #[test]
    fn https_except_where_docker_allows_http() {
        assert_eq!(bases(&endpoint("ghcr.io", None, false)), ["https://ghcr.io/"]);
        assert_eq!(bases(&endpoint("nas.lan:5000", None, false)), ["https://nas.lan:5000/"]);
        assert_eq!(bases(&endpoint("nas.lan", None, true)), ["https://nas.lan/", "http://nas.lan/"]);
        for host in ["localhost:5000", "127.0.0.1:5000", "127.9.9.9:5000", "[::1]:5000"] {
            let both = [format!("https://{host}/"), format!("http://{host}/")];
            assert_eq!(bases(&endpoint(host, None, false)), both);
        }
        assert_eq!(
            bases(&endpoint("ghcr.io", Some("http://127.0.0.1:1/x"), false)),
            ["http://127.0.0.1:1/x/"]
        );
    }

    #[test]
    fn what_answered_is_asked_again() {
        let endpoint = endpoint("localhost", None, false);
        let plain = endpoint.bases().remove(1);
        endpoint.answered(&plain);
        assert_eq!(bases(&endpoint), ["http://localhost/"]);
    }

    #[test]
    fn known_token_services_are_not_for_a_registry_elsewhere() {
        for host in ["docker.io", "index.docker.io", "registry-1.docker.io", "ghcr.io"] {
            let here = endpoint(host, None, false);
            assert!(matches!(here.scheme(), Some(Scheme::Bearer(_))) && here.is_fixed, "{host}");
            let elsewhere = endpoint(host, Some("https://mirror.lan"), false);
            assert!(elsewhere.scheme().is_none() && !elsewhere.is_fixed, "{host}");
        }
        assert!(endpoint("quay.io", None, false).scheme().is_none());
    }
}
