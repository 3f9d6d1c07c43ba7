//! Authorizes requests, and obtains tokens for many repositories at once.

use std::{collections::HashMap, sync::Arc};

use futures_util::future::join_all;

use super::{
    credentials::Login,
    realm::Realm,
    token_exchange::{Token, TokenExchange},
    tokens::Tokens,
};
use crate::registry::{
    endpoint::{Endpoint, Scheme},
    route::patience,
};
use crate::{
    error::{Bound, Limit, Result},
    http::{client::Client, options::HttpOptions, redirect::same_origin, retry::RetryPolicy},
    image::reference::Repository,
    registry::settings::Credential,
};

/// Repositories whose scopes go into one request for a token. With names of the longest kind its URL stays below 8 KiB.
const BATCH: usize = 25;

/// What a request carries so that the registry lets it in.
pub(crate) enum Authorization {
    Nothing,
    /// A token that the caller gave for the registry.
    RegistryToken(String),
    Token(Token),
    Password(String, String),
}

/// Authorizes requests. It holds the tokens of one client.
pub(crate) struct Authorizer {
    http: Client,
    retry: RetryPolicy,
    /// The bound of a token service's answer.
    bound: Bound,
    tokens: Tokens,
}

impl Authorizer {
    pub(crate) fn new(http: Client) -> Self {
        let HttpOptions { retry, limits, .. } = http.options();
        let (retry, bound) = (*retry, limits.bound(Limit::TokenBytes));
        Self { http, retry, bound, tokens: Tokens::default() }
    }

    /// Returns the authorization of a request: none as long as the server has not asked for one.
    ///
    /// # Errors
    /// No token, or no credentials where they are wanted.
    pub(crate) async fn authorize(
        &self,
        endpoint: &Endpoint,
        repository: &Repository,
    ) -> Result<Authorization> {
        let login = endpoint.credentials.login(repository).await;
        if let Ok(Login { credential: Some(Credential::Token(token)), .. }) = &login {
            return Ok(Authorization::RegistryToken(token.reveal().to_owned()));
        }
        // A request without authorization does not fail for want of credentials.
        let Some(scheme) = endpoint.scheme() else { return Ok(Authorization::Nothing) };
        let login = login?;
        match (scheme, login.credential) {
            (Scheme::Basic, Some(Credential::Password { username, password })) => {
                Ok(Authorization::Password(username, password.reveal().to_owned()))
            }
            (Scheme::Basic, _) => Ok(Authorization::Nothing),
            (Scheme::Bearer(realm), credential) => {
                let exchange = TokenExchange {
                    retry: patience(endpoint, self.retry),
                    scopes: endpoint.scopes.of(&endpoint.name_of(repository)),
                    ..self.exchange(endpoint, realm, credential, std::slice::from_ref(repository)).await?
                };
                let name = token_name(endpoint, repository, &login.account);
                self.tokens.obtain(&name, exchange).await.map(Authorization::Token)
            }
        }
    }

    /// Whether a request has to wait for a token of another server.
    pub(crate) async fn waits_for_another(&self, endpoint: &Endpoint, repository: &Repository) -> bool {
        let Some(Scheme::Bearer(realm)) = endpoint.scheme() else { return false };
        let Ok(login) = endpoint.credentials.login(repository).await else { return false };
        let is_given = matches!(login.credential, Some(Credential::Token(_)));
        let is_here = endpoint.bases().iter().any(|base| same_origin(base, &realm.url));
        !is_given && !is_here && self.tokens.get(&token_name(endpoint, repository, &login.account)).is_none()
    }

    /// Returns an anonymous token for a server to which a registry has redirected, obtained by that server's own
    /// challenge. The registry's credentials are not shown to it.
    ///
    /// # Errors
    /// No token.
    pub(crate) async fn authorize_elsewhere(
        &self,
        endpoint: &Endpoint,
        realm: Realm,
        host: &str,
        scopes: Vec<String>,
        repository: &Repository,
    ) -> Result<Token> {
        let name = format!("{} by {} {repository} {}", host, endpoint.name, scopes.join(" "));
        let is_assumed = scopes.is_empty();
        let exchange = TokenExchange {
            retry: patience(endpoint, self.retry),
            scopes,
            ca: None,
            client_certificate: None,
            insecure: false,
            names: if is_assumed { vec![repository.name().to_owned()] } else { Vec::new() },
            ..self.exchange(endpoint, realm, None, std::slice::from_ref(repository)).await?
        };
        self.tokens.obtain(&name, exchange).await
    }

    async fn exchange(
        &self,
        endpoint: &Endpoint,
        realm: Realm,
        credential: Option<Credential>,
        repositories: &[Repository],
    ) -> Result<TokenExchange> {
        let certificates = endpoint.certificates().await?;
        Ok(TokenExchange {
            http: self.http.clone(),
            retry: self.retry,
            registry: repositories.first().map_or(endpoint.name.as_str(), Repository::registry).to_owned(),
            realm,
            insecure: endpoint.insecure,
            ca: certificates.authorities.clone(),
            client_certificate: certificates.client.clone(),
            proxy: endpoint.proxy.clone(),
            credential,
            bound: self.bound,
            names: repositories.iter().map(|repository| endpoint.name_of(repository)).collect(),
            scopes: Vec::new(),
        })
    }

    /// Drops a token that was refused, unless another caller has renewed it already.
    pub(crate) fn forget(&self, refused: &Token) {
        self.tokens.forget(refused);
    }

    /// Forgets all tokens.
    pub(crate) fn clear(&self) {
        self.tokens.clear();
    }

    /// Obtains one token for many repositories where the token service is known to give such tokens: Docker Hub and
    /// GHCR. If that fails, each repository obtains its own.
    pub(crate) async fn gather(&self, repositories: impl Iterator<Item = (Arc<Endpoint>, Repository)>) {
        let mut by_account: HashMap<(String, Arc<str>), Batch> = HashMap::new();
        for (endpoint, repository) in repositories {
            let Ok(login) = endpoint.credentials.login(&repository).await else { continue };
            let is_token = matches!(login.credential, Some(Credential::Token(_)));
            let name = token_name(&endpoint, &repository, &login.account);
            if endpoint.gives_batches() && !is_token && self.tokens.get(&name).is_none() {
                let key = (endpoint.name.clone(), login.account.clone());
                let batch = by_account.entry(key).or_insert_with(|| Batch {
                    endpoint,
                    login,
                    repositories: Vec::new(),
                });
                if !batch.repositories.contains(&repository) {
                    batch.repositories.push(repository);
                }
            }
        }
        let requests = by_account.values().flat_map(|batch| {
            let chunks = batch.repositories.chunks(BATCH).filter(|chunk| chunk.len() > 1);
            chunks.map(move |chunk| self.gather_from(&batch.endpoint, &batch.login, chunk))
        });
        join_all(requests).await;
    }

    async fn gather_from(&self, endpoint: &Endpoint, login: &Login, repositories: &[Repository]) {
        let Some(Scheme::Bearer(realm)) = endpoint.scheme() else { return };
        // Each repository meets the same failure by itself, and tells it.
        let Ok(exchange) = self.exchange(endpoint, realm, login.credential.clone(), repositories).await
        else {
            return;
        };
        let exchange = TokenExchange { retry: RetryPolicy { max_retries: 0, ..self.retry }, ..exchange };
        let name = |repository| token_name(endpoint, repository, &login.account);
        let names = repositories.iter().map(name).collect();
        if let Err(error) = self.tokens.obtain_for_all(names, exchange).await {
            tracing::debug!("No token for {} repositories at once: {error}", repositories.len());
        }
    }
}

/// Repositories about which one account asks one server.
struct Batch {
    endpoint: Arc<Endpoint>,
    login: Login,
    repositories: Vec<Repository>,
}

/// Returns the name under which a token is kept. A token serves one repository of one server, for one account and for
/// the scopes that the server has named.
fn token_name(endpoint: &Endpoint, repository: &Repository, account: &str) -> String {
    let scopes = endpoint.scopes.of(&endpoint.name_of(repository)).join(" ");
    format!("{}/{} {account} {scopes}", endpoint.name, repository.name())
}
