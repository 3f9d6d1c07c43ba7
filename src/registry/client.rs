//! Requests to a registry: to its mirrors or to itself, with the right token or password.

use std::sync::Arc;

use url::Url;

use super::{
    auth::{
        authorizer::{Authorization, Authorizer},
        challenge,
    },
    endpoint::Endpoint,
    hub::memory::HubMemory,
    repository_cache::RepositoryCache,
    resource::{Next, Resource, resource_url},
    route::{Route, Routes, patience},
    settings::RegistrySettings,
    shared_requests::SharedRequests,
};
use crate::{
    cache::Cache,
    error::{Bound, Error, Limit, Result},
    http::{client::Client, redirect::same_origin, request::Request, response::Response, retry::RetryPolicy},
    image::reference::Repository,
};

/// Speaks the OCI distribution API with any registry.
pub struct RegistryClient {
    pub(crate) http: Client,
    pub(crate) retry: RetryPolicy,
    pub(crate) settings: RegistrySettings,
    pub(crate) cache: Arc<Cache>,
    pub(crate) shared: SharedRequests,
    pub(crate) hub_memory: HubMemory,
    routes: Routes,
    authorizer: Authorizer,
}

impl RegistryClient {
    /// A client with these settings.
    pub fn new(http: Client, settings: RegistrySettings, cache: Arc<Cache>) -> Self {
        Self {
            authorizer: Authorizer::new(http.clone()),
            retry: http.options().retry,
            http,
            settings,
            cache,
            shared: SharedRequests::default(),
            hub_memory: HubMemory::default(),
            routes: Routes::default(),
        }
    }

    /// A limit of bytes as the bound of a body.
    pub(crate) fn bound(&self, limit: Limit) -> Bound {
        self.http.options().limits.bound(limit)
    }

    /// Who sees what: the registry, where it really is, and the account that asks, anonymous or not.
    pub async fn viewer(&self, repository: &Repository) -> String {
        match self.route(repository).ok().as_deref().and_then(<[_]>::last) {
            Some(endpoint) => format!("{} {}", endpoint.place(), endpoint.account().await),
            None => repository.registry().to_owned(),
        }
    }

    /// Forgets tokens, and what Docker Hub's API said.
    pub fn forget(&self) {
        self.authorizer.clear();
        self.hub_memory.clear();
    }

    /// Asks for one token for many repositories where that is known to work, and for none where it is not.
    pub async fn gather_tokens(&self, repositories: &[Repository]) {
        let last = |repository: &Repository| {
            let endpoint = self.route(repository).ok()?.last()?.clone();
            Some((endpoint, repository.clone()))
        };
        self.authorizer.gather(repositories.iter().filter_map(last)).await;
    }

    /// What is known of a repository.
    pub(crate) async fn cache_of<'a>(&'a self, repository: &'a Repository) -> RepositoryCache<'a> {
        RepositoryCache { cache: &self.cache, viewer: self.viewer(repository).await, repository }
    }

    /// The answer to a request below `/v2/<name>/`, whatever its status.
    ///
    /// # Errors
    /// No answer, or no token from the registry's token service.
    pub(crate) async fn get(&self, repository: &Repository, resource: &Resource) -> Result<Response> {
        self.ask(repository, |_| resource.clone()).await.map(|(_, response)| response)
    }

    /// The answer to a request, and the server that gave it. A mirror that fails or refuses is passed over.
    pub(crate) async fn ask(
        &self,
        repository: &Repository,
        resource: impl Fn(&Endpoint) -> Resource,
    ) -> Result<(Arc<Endpoint>, Response)> {
        let route = self.route(repository)?;
        for endpoint in route.iter().filter(|endpoint| !endpoint.is_left_alone()) {
            let answer = self.ask_endpoint(endpoint, repository, &resource(endpoint)).await;
            let is_usable = answer.as_ref().is_ok_and(|response| response.status() < 400);
            if is_usable || !endpoint.is_mirror {
                return answer.map(|response| (endpoint.clone(), response));
            }
            match answer {
                Ok(response) => tracing::debug!(
                    "The mirror {} answered {} for {repository}; asking on",
                    endpoint.name,
                    response.status()
                ),
                Err(error) => {
                    endpoint.leave_alone();
                    tracing::warn!(
                        "The mirror {} failed and is left alone for a minute: {error}",
                        endpoint.name
                    );
                }
            }
        }
        // A route ends with the registry itself, which is never left alone.
        Err(Error::invalid_argument(format!("{repository} has no server")))
    }

    /// The answer to a request of a URL that a server named as one of its own. Only where that is the server's own origin is
    /// anything sent along that lets it in: a redirect may have led elsewhere before.
    pub(crate) async fn follow(
        &self,
        endpoint: &Endpoint,
        repository: &Repository,
        resource: &Resource,
        next: Next,
    ) -> Result<Response> {
        match next {
            Next::Own(url) => {
                self.ask_url(endpoint, repository, resource, url, &patience(endpoint, self.retry)).await
            }
            Next::Elsewhere(url, reach) => {
                let request = self.request(endpoint, resource, url).insecure(false).reach(reach);
                self.http.send(request, &patience(endpoint, self.retry)).await
            }
        }
    }

    async fn ask_url(
        &self,
        endpoint: &Endpoint,
        repository: &Repository,
        resource: &Resource,
        url: Url,
        retry: &RetryPolicy,
    ) -> Result<Response> {
        let authorization = self.authorizer.authorize(endpoint, repository).await?;
        let response = self.send(endpoint, resource, url.clone(), &authorization, retry).await?;
        if response.status() != 401 || !same_origin(response.url(), &url) {
            return Ok(response);
        }
        match &authorization {
            Authorization::Nothing => {}
            Authorization::Token(token) if !token.is_fresh => {
                self.authorizer.forget(endpoint, repository, token)
            }
            _ => return Ok(response),
        }
        if response.all("www-authenticate").next().is_some() {
            learn_from(endpoint, &response)?;
        } else if let Some(response) = self.version_check(endpoint, &url, retry).await? {
            learn_from(endpoint, &response)?;
        }
        match self.authorizer.authorize(endpoint, repository).await? {
            Authorization::Nothing => Ok(response),
            authorization => self.send(endpoint, resource, url, &authorization, retry).await,
        }
    }

    /// The answer of the server's version check, for who has something to answer a challenge with. Docker's client asks it
    /// before anything else, so that some registries state their challenge there alone. Where it fails, the refusal that led
    /// here stands.
    async fn version_check(
        &self,
        endpoint: &Endpoint,
        url: &Url,
        retry: &RetryPolicy,
    ) -> Result<Option<Response>> {
        let Some((path, _)) = url.path().split_once("/v2/") else { return Ok(None) };
        if endpoint.credential().await?.is_none() {
            return Ok(None);
        }
        let mut check = url.clone();
        check.set_path(&format!("{path}/v2/"));
        check.set_query(None);
        let answer =
            self.send(endpoint, &self.version(), check.clone(), &Authorization::Nothing, retry).await;
        match answer {
            Ok(response) => Ok(same_origin(response.url(), &check).then_some(response)),
            Err(error) => {
                tracing::debug!("{} states no challenge: {error}", endpoint.name);
                Ok(None)
            }
        }
    }

    async fn ask_endpoint(
        &self,
        endpoint: &Endpoint,
        repository: &Repository,
        resource: &Resource,
    ) -> Result<Response> {
        let mut failure = None;
        let bases = endpoint.bases();
        for (position, base) in bases.iter().enumerate() {
            let url = resource_url(base, repository, &resource.path)?;
            // Where there is another way to the server, that is tried rather than the same one again.
            let retry = match position + 1 < bases.len() {
                true => RetryPolicy { max_fault_retries: 0, ..patience(endpoint, self.retry) },
                false => patience(endpoint, self.retry),
            };
            match self.ask_url(endpoint, repository, resource, url, &retry).await {
                Ok(response) => {
                    endpoint.answered(base);
                    return Ok(response);
                }
                Err(error) if error.is_network() || error.is_timeout() => failure = Some(error),
                Err(error) => return Err(error),
            }
        }
        Err(failure.unwrap_or_else(|| Error::invalid_argument(format!("{} has no address", endpoint.name))))
    }

    async fn send(
        &self,
        endpoint: &Endpoint,
        resource: &Resource,
        url: Url,
        authorization: &Authorization,
        retry: &RetryPolicy,
    ) -> Result<Response> {
        let mut request = self.request(endpoint, resource, url);
        if !matches!(authorization, Authorization::Nothing) {
            request = request.account(endpoint.counted_as().await);
        }
        let request = match authorization {
            Authorization::Nothing => request,
            Authorization::RegistryToken(token) => request.bearer(token)?,
            Authorization::Token(token) => request.bearer(&token.value)?,
            Authorization::Password(username, password) => request.basic(username, password)?,
        };
        self.http.send(request, retry).await
    }

    /// A request with nothing in it that would let it in.
    fn request(&self, endpoint: &Endpoint, resource: &Resource, url: Url) -> Request {
        let request = if resource.head { Request::head(url) } else { Request::get(url) };
        // A pull is the GET of a manifest (Docker Hub, "Usage and limits"); manifests alone are asked for by media type.
        let is_pull = !resource.head && resource.accept.is_some();
        let mut request = request
            .kind(resource.kind)
            .bound(resource.limit)
            .pull(is_pull)
            .insecure(endpoint.insecure)
            .ca(endpoint.ca.clone())
            .client_certificate(endpoint.client_certificate.clone())
            .proxy(endpoint.proxy.clone());
        if let Some(media_types) = resource.accept {
            request = request.accept(media_types);
        }
        if let Some(etag) = &resource.unless {
            request = request.unless(etag);
        }
        request
    }

    /// The version check, which takes part in getting a token and counts as that.
    fn version(&self) -> Resource {
        let limit = self.bound(Limit::TokenBytes);
        Resource { kind: "token", path: String::new(), accept: None, limit, head: false, unless: None }
    }

    /// The servers that are asked about a repository.
    fn route(&self, repository: &Repository) -> Result<Route> {
        self.routes.of(repository, &self.settings)
    }
}

/// Remembers how the server wants to be asked, by the challenge of its answer if there is one.
fn learn_from(endpoint: &Endpoint, response: &Response) -> Result<()> {
    challenge::choose(response.all("www-authenticate"))
        .map_or(Ok(()), |challenge| endpoint.learn(challenge, response))
}
