//! The credentials for a registry: those of the options, else those of the caller's provider, else those of Docker's
//! files. They are looked up when they are first needed, and again after the registry refused them: passwords of cloud
//! registries last for hours, and a process lives for months.

use std::{
    collections::{HashMap, HashSet},
    error::Error as StdError,
    fmt,
    hash::{BuildHasher, Hasher, RandomState},
    sync::Arc,
    time::{Duration, Instant},
};

use futures_util::future::BoxFuture;
use parking_lot::Mutex;
use tokio::task::spawn_blocking;

use super::{
    credential_helper::{self, HelperAnswer},
    docker_config::DockerConfigFiles,
    docker_config::contents::Found,
};
use crate::{
    cache::single_flight::SingleFlight,
    error::{Error, ErrorKind, Result},
    image::reference::Repository,
    registry::settings::{Credential, DockerConfig},
};

/// Stands for the account of anonymous requests.
const ANONYMOUS: &str = "anonymous";

/// Repositories whose credentials are remembered for one registry.
const MAX_REMEMBERED: usize = 4096;

/// Time for the answer of a provider.
const PROVIDER_LIMIT: Duration = Duration::from_secs(30);
/// Time for which a provider that has failed is not asked the same again: one call asks several times.
const FAILURE_LASTS: Duration = Duration::from_secs(2);

/// Gives credentials when a registry wants them, and again after it has refused them.
pub trait CredentialProvider: Send + Sync + fmt::Debug {
    /// Returns the credentials for a repository of the registry at `host`; `None` if there are none.
    fn credential<'a>(&'a self, host: &'a str, repository: &'a str) -> BoxFuture<'a, ProvidedCredential>;
}

/// The answer of a provider.
pub type ProvidedCredential = std::result::Result<Option<Credential>, Box<dyn StdError + Send + Sync>>;

/// The credentials of a request, and the account that they stand for.
#[derive(Debug, Clone)]
pub(crate) struct Login {
    pub(crate) credential: Option<Credential>,
    /// The account, in a word that does not give the credentials away. What one account may see is not shown to
    /// another.
    pub(crate) account: Arc<str>,
}

/// The credentials for one registry.
#[derive(Debug)]
pub(crate) struct Credentials {
    registry: String,
    own: Option<Credential>,
    provider: Option<Arc<dyn CredentialProvider>>,
    docker: Option<DockerConfigFiles>,
    remembered: Arc<Mutex<Remembered>>,
    lookups: SingleFlight<String, Result<Option<Credential>>>,
    logins: Mutex<Vec<Login>>,
    /// How the provider failed lately, by what it was asked.
    failures: Mutex<HashMap<String, (Instant, Error)>>,
    /// What was said of helpers, which is said once.
    warned: Arc<Mutex<HashSet<String>>>,
}

fn warn_once(said: &Mutex<HashSet<String>>, line: String) {
    let mut said = said.lock();
    if said.len() < MAX_REMEMBERED && !said.contains(&line) {
        tracing::warn!("{line}");
        said.insert(line);
    }
}

/// Credentials that were looked up, by whom they were asked of.
#[derive(Debug, Default)]
struct Remembered(HashMap<String, Option<Credential>>);

impl Remembered {
    fn keep(&mut self, key: String, credential: Option<Credential>) {
        if self.0.len() >= MAX_REMEMBERED {
            self.0.clear();
        }
        self.0.insert(key, credential);
    }
}

impl Credentials {
    pub(crate) fn new(
        registry: String,
        own: Option<Credential>,
        provider: Option<Arc<dyn CredentialProvider>>,
        docker_config: Option<&DockerConfig>,
    ) -> Self {
        Self {
            registry,
            own,
            provider,
            docker: docker_config.cloned().map(DockerConfigFiles::new),
            remembered: Arc::default(),
            lookups: SingleFlight::default(),
            logins: Mutex::default(),
            failures: Mutex::default(),
            warned: Arc::default(),
        }
    }

    /// Returns the login for a repository.
    ///
    /// # Errors
    /// `AuthFailed` if the provider or a helper fails, `InvalidArgument` for a configuration that cannot be used.
    pub(crate) async fn login(&self, repository: &Repository) -> Result<Login> {
        let credential = self.look_up(repository).await?;
        self.login_of(credential).await
    }

    /// Returns the account that asks about a repository.
    pub(crate) async fn account(&self, repository: &Repository) -> Arc<str> {
        match self.login(repository).await {
            Ok(login) => login.account,
            // The account is unknown, so no other account may share what it sees.
            Err(_) => format!("unknown {:x}", RandomState::new().build_hasher().finish()).into(),
        }
    }

    /// Returns the account by which the server counts requests; empty for anonymous ones, which it counts by address.
    pub(crate) async fn counted_as(&self, repository: &Repository) -> Arc<str> {
        let account = self.account(repository).await;
        if &*account == ANONYMOUS { Arc::from("") } else { account }
    }

    /// Looks up credentials again that were refused. Returns whether there are others by now. The same ones are not
    /// tried again, because a registry may lock an account out.
    ///
    /// # Errors
    /// Those of [`Self::login`].
    pub(crate) async fn renew(&self, repository: &Repository, refused: &Login) -> Result<bool> {
        if self.own.is_some() || (self.provider.is_none() && self.docker.is_none()) {
            return Ok(false);
        }
        if self.look_up(repository).await? != refused.credential {
            return Ok(true);
        }
        self.remembered.lock().0.retain(|_, credential| *credential != refused.credential);
        if let Some(docker) = &self.docker {
            docker.forget();
        }
        Ok(self.look_up(repository).await? != refused.credential)
    }

    /// Forgets what was looked up.
    pub(crate) fn forget(&self) {
        self.remembered.lock().0.clear();
        self.logins.lock().clear();
        self.failures.lock().clear();
        if let Some(docker) = &self.docker {
            docker.forget();
        }
    }

    async fn look_up(&self, repository: &Repository) -> Result<Option<Credential>> {
        if self.own.is_some() {
            return Ok(self.own.clone());
        }
        if let Some(given) = self.ask_provider(repository).await? {
            return Ok(Some(given));
        }
        let Some(docker) = &self.docker else { return Ok(None) };
        for file in docker.read().await?.iter() {
            // A place that cannot be used matters only if none before it knows the registry.
            let file = file.as_ref().map_err(Clone::clone)?;
            match file.find(&self.registry, repository.name()) {
                Found::Credential(credential) => return Ok(Some(credential)),
                Found::Helper { name, key } => {
                    if let Some(credential) = self.ask_helper(name, key).await? {
                        return Ok(Some(credential));
                    }
                }
                Found::Broken(why) => {
                    let message = format!(
                        "The entry for {} in Docker's configuration cannot be used: {why}",
                        self.registry
                    );
                    return Err(Error::invalid_argument(message));
                }
                Found::Nothing => {}
            }
        }
        Ok(None)
    }

    async fn ask_provider(&self, repository: &Repository) -> Result<Option<Credential>> {
        let Some(provider) = self.provider.clone() else { return Ok(None) };
        let (host, name) = (self.registry.clone(), repository.name().to_owned());
        let failed = move |error: Box<dyn StdError + Send + Sync>| {
            let message = format!("The credentials for {host} could not be had: {error}");
            Error::new(ErrorKind::AuthFailed, message).with_host(host.clone()).with_source(error)
        };
        let host = self.registry.clone();
        let work = async move {
            let given = tokio::time::timeout(PROVIDER_LIMIT, provider.credential(&host, &name)).await;
            let given = given.unwrap_or_else(|_| {
                let limit = PROVIDER_LIMIT.as_secs();
                Err(format!("the function that gives them has not answered within {limit} s").into())
            });
            given.map_err(failed)
        };
        let key = format!("provider {}", repository.name());
        if let Some(failure) = self.failure_of(&key) {
            return Err(failure);
        }
        let given = self.once(key.clone(), work).await;
        if let Err(failure) = &given {
            self.failures.lock().insert(key, (Instant::now(), failure.clone()));
        }
        given
    }

    /// How the provider failed a moment ago. One call asks several times, and is told the same.
    fn failure_of(&self, key: &str) -> Option<Error> {
        let mut failures = self.failures.lock();
        failures.retain(|_, (when, _)| when.elapsed() < FAILURE_LASTS);
        failures.get(key).map(|(_, failure)| failure.clone())
    }

    async fn ask_helper(&self, name: String, key: String) -> Result<Option<Credential>> {
        let registry = self.registry.clone();
        let remembered = format!("helper {name} {key}");
        let warned = self.warned.clone();
        let work = async move {
            Ok(match credential_helper::get(&name, &key).await? {
                HelperAnswer::Credential(credential) => Some(credential),
                HelperAnswer::Nothing => {
                    warn_once(
                        &warned,
                        format!(
                            "The credential helper {name} knows no user for {registry}, which is asked without"
                        ),
                    );
                    None
                }
                HelperAnswer::Missing(why) => {
                    warn_once(&warned, format!("{why}; {registry} is asked anonymously"));
                    None
                }
            })
        };
        self.once(remembered, work).await
    }

    /// Returns what is remembered under a key, or else what `work` finds.
    async fn once(
        &self,
        key: String,
        work: impl Future<Output = Result<Option<Credential>>> + Send + 'static,
    ) -> Result<Option<Credential>> {
        if let Some(known) = self.remembered.lock().0.get(&key) {
            return Ok(known.clone());
        }
        let (remembered, name) = (self.remembered.clone(), key.clone());
        let work = async move {
            // Another caller's answer may have arrived since the first look.
            if let Some(known) = remembered.lock().0.get(&name) {
                return Ok(known.clone());
            }
            let credential = work.await?;
            remembered.lock().keep(name, credential.clone());
            Ok(credential)
        };
        self.lookups.join(key, work).await
    }

    async fn login_of(&self, credential: Option<Credential>) -> Result<Login> {
        if let Some(known) = self.logins.lock().iter().find(|login| login.credential == credential) {
            return Ok(known.clone());
        }
        let account: Arc<str> = match &credential {
            None => ANONYMOUS.into(),
            Some(Credential::Token(token) | Credential::Identity(token)) => {
                format!("token {}", token.digest()).into()
            }
            Some(Credential::Password { username, password }) => {
                // Many services accept any user name with an access token, so the name alone does not identify the account.
                let (salt, password) = (format!("{} {username}", self.registry), password.clone());
                let digest = spawn_blocking(move || password.slow_digest(&salt)).await;
                let digest = digest.map_err(|error| {
                    Error::new(ErrorKind::AuthFailed, format!("The password could not be digested: {error}"))
                })?;
                format!("user {digest}").into()
            }
        };
        let login = Login { credential, account };
        let mut logins = self.logins.lock();
        if logins.len() >= MAX_REMEMBERED {
            logins.clear();
        }
        logins.push(login.clone());
        Ok(login)
    }
}
