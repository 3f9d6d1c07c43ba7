//! Connects to a registry while a token is asked for elsewhere.

use std::sync::Arc;

use url::Url;

use crate::{
    error::Result,
    http::request::Request,
    image::reference::Repository,
    registry::{client::RegistryClient, endpoint::Endpoint},
};

impl RegistryClient {
    /// Whether a repository is at Docker Hub or GHCR itself, where most images name a source on GitHub.
    pub(crate) fn is_at_public_registry(&self, repository: &Repository) -> bool {
        let repository = self.settings.upstream(repository);
        self.route(&repository).is_ok_and(|route| route.iter().all(|endpoint| endpoint.gives_batches()))
    }

    /// Opens a connection to a server if a request to it has to wait for a token of another server.
    ///
    /// # Errors
    /// `InvalidArgument` for a certificate that cannot be used.
    pub(crate) async fn connect_before_token(
        &self,
        endpoint: &Endpoint,
        repository: &Repository,
        url: &Url,
    ) -> Result<()> {
        if self.authorizer.waits_for_another(endpoint, repository).await {
            self.http.connect_ahead(trusting(Request::get(url.clone()), endpoint).await?);
        }
        Ok(())
    }

    /// Opens connections to the servers of some repositories, likewise. A failure is met by the requests themselves.
    pub(crate) async fn connect_before_tokens(&self, asked: &[(Arc<Endpoint>, Repository)]) {
        let mut seen: Vec<&str> = Vec::new();
        for (endpoint, repository) in asked {
            if seen.contains(&endpoint.name.as_str()) {
                continue;
            }
            seen.push(&endpoint.name);
            if let Some(base) = endpoint.bases().first()
                && let Err(error) = self.connect_before_token(endpoint, repository, base).await
            {
                tracing::debug!("No connection to {} beforehand: {error}", endpoint.name);
            }
        }
    }
}

/// Gives a request the certificates and the proxy of a server.
///
/// # Errors
/// `InvalidArgument` for a certificate that cannot be used.
pub(crate) async fn trusting(request: Request, endpoint: &Endpoint) -> Result<Request> {
    let certificates = endpoint.certificates().await?;
    Ok(request
        .insecure(endpoint.insecure)
        .ca(certificates.authorities.clone())
        .client_certificate(certificates.client.clone())
        .proxy(endpoint.proxy.clone()))
}
