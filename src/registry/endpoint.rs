//! One server of a registry: where it is reached, who asks it, and what has been learnt of it.

use std::{
    hash::{BuildHasher, Hasher, RandomState},
    sync::{
        OnceLock,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use parking_lot::Mutex;
use tokio::{sync::OnceCell, task::spawn_blocking};
use url::Url;

use super::auth::{challenge::Challenge, credentials, realm::Realm};
use crate::{
    cool_down::CoolDown,
    error::{Error, ErrorKind, Result},
    http::{
        connect::{
            address::is_loopback,
            proxy::RegistryProxy,
            tls::{ClientCertificate, Pem},
        },
        redact::authority,
        response::Response,
    },
    image::reference::canonical_registry,
    registry::settings::{Credential, DockerConfig, RegistryOptions},
};

/// Time for which a mirror that could not be reached is not asked again.
const MIRROR_PAUSE: Duration = Duration::from_secs(60);

/// In place of an account where nobody in particular asks.
const ANONYMOUS: &str = "anonymous";

/// A server that speaks the distribution API.
#[derive(Debug)]
pub(crate) struct Endpoint {
    /// The host as references name it, in its canonical spelling; a mirror's is its own.
    pub(crate) name: String,
    /// Where it may be reached, the first choice first, each with a slash at the end.
    candidates: Vec<Url>,
    /// Whether any TLS certificate will do.
    pub(crate) insecure: bool,
    pub(crate) ca: Option<Pem>,
    pub(crate) client_certificate: Option<ClientCertificate>,
    pub(crate) proxy: Option<RegistryProxy>,
    pub(crate) is_mirror: bool,
    credential: OnceCell<Option<Credential>>,
    docker_config: Option<DockerConfig>,
    account: OnceCell<String>,
    /// The candidate that answered.
    reached: OnceLock<Url>,
    /// Whether its token service is known, so that its challenges teach nothing.
    is_fixed: bool,
    /// How it wants to be asked; `None` as long as it has not said.
    scheme: Mutex<Option<Scheme>>,
    cool_down: Mutex<CoolDown>,
    /// How many page sizes it has refused.
    refused_page_sizes: AtomicUsize,
}

/// How a server wants to be asked.
#[derive(Debug, Clone)]
pub(crate) enum Scheme {
    Basic,
    Bearer(Realm),
}

impl Endpoint {
    /// The registry with a host. `https` always, except that loopback registries and those marked as insecure are tried
    /// over plain http too, as Docker does it.
    ///
    /// # Errors
    /// `InvalidReference` if no URL can be made of the host.
    pub(crate) fn registry(
        registry: &str,
        options: &RegistryOptions,
        docker_config: Option<&DockerConfig>,
    ) -> Result<Self> {
        let name = canonical_registry(registry);
        if let Some(url) = &options.url {
            return Ok(Self::new(name, vec![with_slash(url.clone())], options, docker_config));
        }
        let url = Url::parse(&format!("https://{name}/")).map_err(|error| {
            Error::new(ErrorKind::InvalidReference, format!("Invalid registry host {registry:?}: {error}"))
        })?;
        let mut candidates = vec![url.clone()];
        if options.insecure || is_loopback(&url) {
            let mut plain = url;
            // Setting one http scheme in place of the other cannot fail.
            let _ = plain.set_scheme("http");
            candidates.push(plain);
        }
        Ok(Self::new(name, candidates, options, docker_config))
    }

    /// A mirror at a URL. It is a registry of its own: `options` are those of its host, and no credentials but its own
    /// are shown to it.
    pub(crate) fn mirror(url: &Url, options: &RegistryOptions, docker_config: Option<&DockerConfig>) -> Self {
        let name = canonical_registry(&authority(url));
        Self { is_mirror: true, ..Self::new(name, vec![with_slash(url.clone())], options, docker_config) }
    }

    fn new(
        name: String,
        candidates: Vec<Url>,
        options: &RegistryOptions,
        docker_config: Option<&DockerConfig>,
    ) -> Self {
        let credential = options.credential.clone();
        let is_at_home = |url: &Url| url.as_str() == format!("https://{name}/");
        let known = if candidates.first().is_some_and(is_at_home) { Realm::well_known(&name) } else { None };
        Self {
            insecure: options.insecure || candidates.iter().any(is_loopback),
            credential: credential
                .map_or_else(OnceCell::new, |credential| OnceCell::new_with(Some(Some(credential)))),
            docker_config: docker_config.cloned(),
            account: OnceCell::new(),
            name,
            candidates,
            ca: options.ca.clone(),
            client_certificate: options.client_certificate.clone(),
            proxy: options.proxy.clone(),
            is_mirror: false,
            reached: OnceLock::new(),
            is_fixed: known.is_some(),
            scheme: Mutex::new(known.map(Scheme::Bearer)),
            cool_down: Mutex::default(),
            refused_page_sizes: AtomicUsize::new(0),
        }
    }

    /// Whether one token may be had here for many repositories.
    pub(crate) fn gives_batches(&self) -> bool {
        self.is_fixed && self.ready_token().is_none()
    }

    /// The URLs to try, in order: the one that answered before, or all candidates.
    pub(crate) fn bases(&self) -> Vec<Url> {
        self.reached.get().map_or_else(|| self.candidates.clone(), |reached| vec![reached.clone()])
    }

    /// Remembers the candidate that answered.
    pub(crate) fn answered(&self, base: &Url) {
        let _ = self.reached.set(base.clone());
    }

    /// Whether a server that could not be reached is left alone for a while.
    pub(crate) fn is_left_alone(&self) -> bool {
        self.cool_down.lock().is_on()
    }

    /// Leaves the server alone for a while.
    pub(crate) fn leave_alone(&self) {
        *self.cool_down.lock() = CoolDown::lasting(MIRROR_PAUSE);
    }

    /// Who asks: what the options say, else what Docker's configuration says, looked up when it is first needed.
    pub(crate) async fn credential(&self) -> Result<Option<&Credential>> {
        let look_up = async || match &self.docker_config {
            Some(config) => credentials::from_docker(config, &self.name).await,
            None => Ok(None),
        };
        Ok(self.credential.get_or_try_init(look_up).await?.as_ref())
    }

    /// Who asks, in a word that does not give the credential away. What one account is shown is not for another.
    pub(crate) async fn account(&self) -> &str {
        let name = async || match self.credential().await {
            Ok(None) => ANONYMOUS.to_owned(),
            Ok(Some(Credential::Token(token) | Credential::Identity(token))) => {
                format!("token {}", token.digest())
            }
            Ok(Some(Credential::Password { username, password })) => {
                // Many services take any user name beside an access token.
                let (salt, password) = (format!("{} {username}", self.name), password.clone());
                spawn_blocking(move || format!("user {}", password.slow_digest(&salt)))
                    .await
                    .unwrap_or_else(|_| nobody_else())
            }
            Err(_) => nobody_else(),
        };
        self.account.get_or_init(name).await
    }

    /// The account by which the server counts what is asked with credentials; empty where it can only count by address.
    pub(crate) async fn counted_as(&self) -> &str {
        match self.account().await {
            ANONYMOUS => "",
            account => account,
        }
    }

    /// Which server it is: its name, and where it really is if that is elsewhere.
    pub(crate) fn place(&self) -> String {
        let url = self.candidates.first().map_or("", Url::as_str);
        format!("{} {url}", self.name)
    }

    /// A credential that goes to the server as it is, asked or unasked.
    pub(crate) fn ready_token(&self) -> Option<&str> {
        match self.credential.get() {
            Some(Some(Credential::Token(token))) => Some(token.reveal()),
            _ => None,
        }
    }

    /// How the server wants to be asked, as far as is known.
    pub(crate) fn scheme(&self) -> Option<Scheme> {
        self.lock_scheme().clone()
    }

    fn lock_scheme(&self) -> parking_lot::MutexGuard<'_, Option<Scheme>> {
        self.scheme.lock()
    }

    /// Takes a challenge to heart. The token services of Docker Hub and GHCR are fixed and stay, and so does a Bearer
    /// challenge when Basic follows it: Harbor answers so to a token that it refuses.
    ///
    /// # Errors
    /// `BadResponse` if the realm is no https URL; plain http is allowed where the server itself is reached by it.
    pub(crate) fn learn(&self, challenge: Challenge, response: &Response) -> Result<()> {
        let mut scheme = self.lock_scheme();
        match challenge {
            Challenge::Bearer { .. } if self.is_fixed => {}
            Challenge::Bearer { realm, service } => {
                *scheme = Some(Scheme::Bearer(Realm::named(&realm, service, &self.name, response)?));
            }
            Challenge::Basic if scheme.is_none() => *scheme = Some(Scheme::Basic),
            Challenge::Basic => {}
        }
        Ok(())
    }

    /// How many page sizes the server has refused.
    pub(crate) fn refused_page_sizes(&self) -> usize {
        self.refused_page_sizes.load(Ordering::Relaxed)
    }

    /// Remembers that the server has refused this many page sizes.
    pub(crate) fn set_refused_page_sizes(&self, count: usize) {
        self.refused_page_sizes.store(count, Ordering::Relaxed);
    }
}

/// An account of which nothing is known, and with which nobody shares.
fn nobody_else() -> String {
    format!("unknown {:x}", RandomState::new().build_hasher().finish())
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
        Endpoint::registry(registry, &options, None).expect(registry)
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
