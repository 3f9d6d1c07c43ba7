//! Sends requests to a registry or to its mirrors, with the right token or password.

use std::sync::Arc;

use url::Url;

use super::{
    auth::{
        ahead::trusting,
        authorizer::{Authorization, Authorizer},
        challenge::{self, Challenge, reading_scopes},
        realm::{Realm, Trust},
        refusal::{is_elsewhere, is_refused, may_be_out_of_date, not_shown, speaks_https},
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
    error::{Bound, Error, ErrorKind, Limit, Result},
    http::{
        client::Client, connect::address::Reach, redirect::same_origin, request::Request, response::Response,
        retry::RetryPolicy,
    },
    image::reference::Repository,
};

/// Speaks the OCI distribution API with any registry.
pub(crate) struct RegistryClient {
    pub(crate) http: Client,
    pub(crate) retry: RetryPolicy,
    pub(crate) settings: RegistrySettings,
    pub(crate) cache: Arc<Cache>,
    pub(crate) shared: SharedRequests,
    pub(crate) hub_memory: HubMemory,
    routes: Routes,
    pub(crate) authorizer: Authorizer,
}

impl RegistryClient {
    /// Makes a client with these settings.
    pub(crate) fn new(http: Client, settings: RegistrySettings, cache: Arc<Cache>) -> Self {
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

    /// Returns one of the limits.
    pub(crate) fn limit(&self, limit: Limit) -> usize {
        self.http.options().limits.get(limit)
    }

    /// Returns a limit of bytes as the bound of a body.
    pub(crate) fn bound(&self, limit: Limit) -> Bound {
        self.http.options().limits.bound(limit)
    }

    /// Returns a text that identifies a view of a registry: the registry, its real address, and the account that asks,
    /// which may be anonymous.
    pub(crate) async fn viewer(&self, repository: &Repository) -> String {
        let repository = &*self.settings.upstream(repository);
        match self.route(repository).ok().as_deref().and_then(<[_]>::last) {
            Some(endpoint) => {
                format!("{} {}", endpoint.place(), endpoint.credentials.account(repository).await)
            }
            None => repository.registry().to_owned(),
        }
    }

    /// Forgets tokens, credentials that were looked up, and what Docker Hub's API said.
    pub(crate) fn forget(&self) {
        self.authorizer.clear();
        self.routes.forget_credentials();
        self.hub_memory.clear();
    }

    /// Requests one token for many repositories where the token service is known to give such tokens.
    pub(crate) async fn gather_tokens(&self, repositories: &[Repository]) {
        let last = |repository: &Repository| {
            let repository = self.settings.upstream(repository).into_owned();
            let endpoint = self.route(&repository).ok()?.last()?.clone();
            Some((endpoint, repository))
        };
        let asked: Vec<_> = repositories.iter().filter_map(last).collect();
        self.connect_to_hub(repositories);
        self.connect_before_tokens(&asked).await;
        self.authorizer.gather(asked.into_iter()).await;
    }

    /// Returns the cache of a repository.
    pub(crate) async fn cache_of<'a>(&'a self, repository: &'a Repository) -> RepositoryCache<'a> {
        RepositoryCache { cache: &self.cache, viewer: self.viewer(repository).await, repository }
    }

    /// Sends a request below `/v2/<name>/`. Returns what `read` makes of the answer, whatever its status, and the
    /// server that gave it.
    ///
    /// A mirror is skipped if it cannot be reached, refuses, or gives an answer that `read` rejects.
    ///
    /// # Errors
    /// No answer, no token from the registry's token service, or the error of `read`.
    pub(crate) async fn ask<T>(
        &self,
        repository: &Repository,
        resource: impl Fn(&Endpoint) -> Resource,
        read: impl Fn(Response) -> Result<T>,
    ) -> Result<(Arc<Endpoint>, T)> {
        let route = self.route(repository)?;
        for endpoint in route.iter().filter(|endpoint| !endpoint.is_left_alone()) {
            let answer = self.ask_endpoint(endpoint, repository, &resource(endpoint)).await;
            if !endpoint.is_mirror {
                return Ok((endpoint.clone(), read(answer?)?));
            }
            let name = &endpoint.name;
            match answer {
                Ok(response) if response.status() < 400 => match read(response) {
                    Ok(answer) => return Ok((endpoint.clone(), answer)),
                    Err(error) => tracing::warn!(
                        "The mirror {name} gave an answer for {repository} that is none; asking on: {error}"
                    ),
                },
                Ok(response) => {
                    tracing::debug!(
                        "The mirror {name} answered {} for {repository}; asking on",
                        response.status()
                    );
                }
                Err(error) => {
                    endpoint.leave_alone();
                    tracing::warn!("The mirror {name} failed and is left alone for a minute: {error}");
                }
            }
        }
        // A route ends with the registry itself, which is never left alone.
        Err(Error::invalid_argument(format!("{repository} has no server")))
    }

    /// Sends a request to a URL that a server named. Authorization goes along only if the URL has the server's own
    /// origin, because a redirect may have led elsewhere before.
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
                let request = self.request(endpoint, resource, url).await?;
                // What shows who asks is for the registry alone.
                let request = request.insecure(false).client_certificate(None).reach(reach);
                self.http.send(request, &patience(endpoint, self.retry)).await
            }
        }
    }

    /// Sends a request to one URL of a server. If its credentials are refused, they are looked up again, and other ones
    /// are tried.
    async fn ask_url(
        &self,
        endpoint: &Endpoint,
        repository: &Repository,
        resource: &Resource,
        url: Url,
        retry: &RetryPolicy,
    ) -> Result<Response> {
        let login = endpoint.credentials.login(repository).await;
        let outcome = self.ask_once(endpoint, repository, resource, url.clone(), retry).await;
        let is_refused = match &outcome {
            Ok(response) => is_refused(response),
            Err(error) => error.kind() == ErrorKind::AuthFailed && matches!(error.status(), Some(401 | 403)),
        };
        let is_forbidden = outcome.as_ref().is_ok_and(|response| response.status() == 403);
        match login {
            Ok(login) if is_refused && endpoint.credentials.renew(repository, &login).await? => {
                self.ask_once(endpoint, repository, resource, url, retry).await
            }
            Ok(login) if is_refused || is_forbidden => not_shown(endpoint, &login).map_or(outcome, Err),
            _ => outcome,
        }
    }

    /// Sends a request with the present credentials. A challenge is answered and a refused token is renewed, once.
    async fn ask_once(
        &self,
        endpoint: &Endpoint,
        repository: &Repository,
        resource: &Resource,
        url: Url,
        retry: &RetryPolicy,
    ) -> Result<Response> {
        self.connect_before_token(endpoint, repository, &url).await?;
        let authorization = self.authorizer.authorize(endpoint, repository).await?;
        let response = self.send(endpoint, repository, resource, url.clone(), &authorization, retry).await?;
        if is_elsewhere(&response, &url) {
            return self.ask_elsewhere(endpoint, repository, resource, response, retry).await;
        }
        if !is_refused(&response) && !may_be_out_of_date(&response, &authorization) {
            return Ok(response);
        }
        let is_news = learn_from(endpoint, repository, &response)?;
        match &authorization {
            Authorization::Nothing => {}
            Authorization::Token(token) if !token.is_fresh || is_news => self.authorizer.forget(token),
            _ => return Ok(response),
        }
        if response.status() == 401
            && response.all_bytes("www-authenticate").next().is_none()
            && let Some(response) = self.version_check(endpoint, repository, &url, retry).await?
        {
            learn_from(endpoint, repository, &response)?;
        }
        match self.authorizer.authorize(endpoint, repository).await? {
            Authorization::Nothing => Ok(response),
            authorization => {
                let response =
                    self.send(endpoint, repository, resource, url.clone(), &authorization, retry).await?;
                match is_elsewhere(&response, &url) {
                    true => self.ask_elsewhere(endpoint, repository, resource, response, retry).await,
                    false => Ok(response),
                }
            }
        }
    }

    /// Asks a server to which the registry has redirected and which wants a token. It gets an anonymous token:
    /// credentials never follow a redirect.
    async fn ask_elsewhere(
        &self,
        endpoint: &Endpoint,
        repository: &Repository,
        resource: &Resource,
        response: Response,
        retry: &RetryPolicy,
    ) -> Result<Response> {
        let challenge = challenge::choose(response.all_bytes("www-authenticate"));
        let Some(Challenge::Bearer { realm, service, scope }) = challenge else { return Ok(response) };
        let host = response.host();
        let trust = Trust { registry: &host, insecure: false, token_service: None };
        let realm = Realm::named(&realm, service, &response, &trust)?;
        let scopes = scope.map(|scope| reading_scopes(&scope)).unwrap_or_default();
        let token = self.authorizer.authorize_elsewhere(endpoint, realm, &host, scopes, repository).await?;
        let reach = Reach::of_server(response.server());
        // What shows who asks is for the registry alone.
        let request =
            self.request(endpoint, resource, response.url().clone()).await?.client_certificate(None);
        let request = request.bearer(&token.value)?;
        let request = if response.is_moved() { request } else { request.insecure(false).reach(reach) };
        self.http.send(request, retry).await
    }

    /// Asks for the server's version check (`GET /v2/`) after a refusal without a challenge. Docker's client starts
    /// with it, so some registries state their challenge there only. If it fails, the first refusal stands.
    async fn version_check(
        &self,
        endpoint: &Endpoint,
        repository: &Repository,
        url: &Url,
        retry: &RetryPolicy,
    ) -> Result<Option<Response>> {
        let Some((path, _)) = url.path().split_once("/v2/") else { return Ok(None) };
        if endpoint.credentials.login(repository).await?.credential.is_none() {
            return Ok(None);
        }
        let mut check = url.clone();
        check.set_path(&format!("{path}/v2/"));
        check.set_query(None);
        let answer = self
            .send(endpoint, repository, &self.version(), check.clone(), &Authorization::Nothing, retry)
            .await;
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
            let url = resource_url(base, &endpoint.path_of(repository), &resource.path)?;
            // Another way to the server is tried rather than the same one again.
            let retry = match position + 1 < bases.len() {
                true => RetryPolicy { max_fault_retries: 0, ..patience(endpoint, self.retry) },
                false => patience(endpoint, self.retry),
            };
            match self.ask_url(endpoint, repository, resource, url, &retry).await {
                Ok(response) => {
                    endpoint.answered(base);
                    return Ok(response);
                }
                Err(error) if speaks_https(base, &error) => return Err(error),
                Err(error) if error.is_network() || error.is_timeout() => failure = Some(error),
                Err(error) => return Err(error),
            }
        }
        Err(failure.unwrap_or_else(|| Error::invalid_argument(format!("{} has no address", endpoint.name))))
    }

    async fn send(
        &self,
        endpoint: &Endpoint,
        repository: &Repository,
        resource: &Resource,
        url: Url,
        authorization: &Authorization,
        retry: &RetryPolicy,
    ) -> Result<Response> {
        let mut request = self.request(endpoint, resource, url).await?;
        if !matches!(authorization, Authorization::Nothing) {
            request = request.account(&endpoint.credentials.counted_as(repository).await);
        }
        let request = match authorization {
            Authorization::Nothing => request,
            Authorization::RegistryToken(token) => request.bearer(token)?,
            Authorization::Token(token) => request.bearer(&token.value)?,
            Authorization::Password(username, password) => request.basic(username, password)?,
        };
        self.http.send(request, retry).await
    }

    /// Builds a request without authorization.
    async fn request(&self, endpoint: &Endpoint, resource: &Resource, url: Url) -> Result<Request> {
        let request = if resource.head { Request::head(url) } else { Request::get(url) };
        // A pull is the GET of a manifest (Docker Hub, "Usage and limits"). Only requests for manifests name media
        // types.
        let is_pull = !resource.head && resource.accept.is_some();
        let mut request = trusting(request, endpoint)
            .await?
            .kind(resource.kind)
            .bound(resource.limit)
            .pull(is_pull)
            .rank(resource.rank)
            .may_move(resource.kind != "blobs");
        if let Some(media_types) = resource.accept {
            request = request.accept(media_types);
        }
        if let Some(etag) = &resource.unless {
            request = request.unless(etag);
        }
        Ok(request)
    }

    /// The resource of the version check. It helps to get a token, and is counted as that.
    fn version(&self) -> Resource {
        let limit = self.bound(Limit::TokenBytes);
        Resource::new("token", String::new(), limit)
    }

    /// Returns the registry itself, which is asked after its mirrors.
    pub(crate) fn registry_of(&self, repository: &Repository) -> Result<Arc<Endpoint>> {
        let route = self.route(repository)?;
        route.last().cloned().ok_or_else(|| Error::invalid_argument(format!("{repository} has no server")))
    }

    /// Returns the servers that are asked about a repository.
    pub(crate) fn route(&self, repository: &Repository) -> Result<Route> {
        self.routes.of(repository, &self.settings)
    }
}

/// Remembers the challenge of an answer, if it has one. Returns whether tokens need a new scope.
fn learn_from(endpoint: &Endpoint, repository: &Repository, response: &Response) -> Result<bool> {
    challenge::choose(response.all_bytes("www-authenticate"))
        .map_or(Ok(false), |challenge| endpoint.learn(challenge, response, repository))
}
