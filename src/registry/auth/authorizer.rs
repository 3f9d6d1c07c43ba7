//! What requests carry to be let in, and tokens for many repositories at once.

use std::{collections::HashMap, sync::Arc};

use futures_util::future::join_all;

use super::{
    token_exchange::TokenExchange,
    tokens::{Token, Tokens},
};
use crate::registry::{
    endpoint::{Endpoint, Scheme},
    route::patience,
};
use crate::{
    error::{Bound, Limit, Result},
    http::{client::Client, options::HttpOptions, retry::RetryPolicy},
    image::reference::Repository,
    registry::settings::Credential,
};

/// Repositories whose scopes go into one request for a token: with names of the longest kind its URL stays below 8 KiB.
const BATCH: usize = 25;

/// What a request carries to be let in.
pub(crate) enum Authorization {
    Nothing,
    /// A token as it was given by the caller.
    RegistryToken(String),
    Token(Token),
    Password(String, String),
}

/// Lets requests in: it has the tokens of one client.
pub(crate) struct Authorizer {
    http: Client,
    retry: RetryPolicy,
    /// What a token service's answer may have.
    bound: Bound,
    tokens: Tokens,
}

impl Authorizer {
    pub(crate) fn new(http: Client) -> Self {
        let HttpOptions { retry, limits, .. } = http.options();
        let (retry, bound) = (*retry, limits.bound(Limit::TokenBytes));
        Self { http, retry, bound, tokens: Tokens::default() }
    }

    /// What to ask with: nothing where the server has not said that it wants something.
    pub(crate) async fn authorize(
        &self,
        endpoint: &Endpoint,
        repository: &Repository,
    ) -> Result<Authorization> {
        if let Some(token) = endpoint.ready_token() {
            return Ok(Authorization::RegistryToken(token.to_owned()));
        }
        let Some(scheme) = endpoint.scheme() else { return Ok(Authorization::Nothing) };
        if let Scheme::Bearer(_) = scheme
            && let Some(token) = self.tokens.get(&token_name(endpoint, repository))
        {
            return Ok(Authorization::Token(token));
        }
        let credential = endpoint.credential().await?.cloned();
        Ok(match (scheme, credential) {
            (_, Some(Credential::Token(token))) => Authorization::RegistryToken(token.reveal().to_owned()),
            (Scheme::Basic, Some(Credential::Password { username, password })) => {
                Authorization::Password(username, password.reveal().to_owned())
            }
            (Scheme::Basic, _) => Authorization::Nothing,
            (Scheme::Bearer(realm), credential) => {
                let exchange = TokenExchange {
                    http: self.http.clone(),
                    retry: patience(endpoint, self.retry),
                    realm,
                    insecure: endpoint.insecure,
                    ca: endpoint.ca.clone(),
                    client_certificate: endpoint.client_certificate.clone(),
                    proxy: endpoint.proxy.clone(),
                    credential,
                    bound: self.bound,
                    repositories: vec![repository.clone()],
                };
                Authorization::Token(self.tokens.obtain(&token_name(endpoint, repository), exchange).await?)
            }
        })
    }

    /// Drops a token that was refused, unless somebody has renewed it already.
    pub(crate) fn forget(&self, endpoint: &Endpoint, repository: &Repository, refused: &Token) {
        self.tokens.forget(&token_name(endpoint, repository), refused);
    }

    /// Forgets all tokens.
    pub(crate) fn clear(&self) {
        self.tokens.clear();
    }

    /// Asks for one token for many repositories, where the token service is known to give such tokens: Docker Hub and GHCR.
    /// Whatever comes of it, each repository asks for its own where it has none.
    pub(crate) async fn gather(&self, repositories: impl Iterator<Item = (Arc<Endpoint>, Repository)>) {
        let mut by_server: HashMap<String, (Arc<Endpoint>, Vec<Repository>)> = HashMap::new();
        for (endpoint, repository) in repositories {
            if endpoint.gives_batches() && self.tokens.get(&token_name(&endpoint, &repository)).is_none() {
                let (_, batch) =
                    by_server.entry(endpoint.name.clone()).or_insert_with(|| (endpoint, Vec::new()));
                if !batch.contains(&repository) {
                    batch.push(repository);
                }
            }
        }
        let batches = by_server.values().flat_map(|(endpoint, batch)| {
            let chunks = batch.chunks(BATCH).filter(|chunk| chunk.len() > 1);
            chunks.map(move |chunk| self.gather_from(endpoint, chunk))
        });
        join_all(batches).await;
    }

    async fn gather_from(&self, endpoint: &Endpoint, batch: &[Repository]) {
        let Ok(credential) = endpoint.credential().await.map(Option::<&_>::cloned) else { return };
        let Some(Scheme::Bearer(realm)) = endpoint.scheme() else { return };
        let exchange = TokenExchange {
            http: self.http.clone(),
            retry: RetryPolicy { max_retries: 0, ..self.retry },
            realm,
            insecure: endpoint.insecure,
            ca: endpoint.ca.clone(),
            client_certificate: endpoint.client_certificate.clone(),
            proxy: endpoint.proxy.clone(),
            credential,
            bound: self.bound,
            repositories: batch.to_vec(),
        };
        let keys = batch.iter().map(|repository| token_name(endpoint, repository)).collect();
        if let Err(error) = self.tokens.obtain_for_all(keys, exchange).await {
            tracing::debug!("No token for {} repositories at once: {error}", batch.len());
        }
    }
}

/// The name of a token: it is good for one repository of one server.
fn token_name(endpoint: &Endpoint, repository: &Repository) -> String {
    format!("{}/{}", endpoint.name, repository.name())
}
