//! The servers that are asked about a repository, in order.

use std::{collections::HashMap, sync::Arc};

use parking_lot::Mutex;

use super::{endpoint::Endpoint, settings::RegistrySettings};
use crate::{
    error::Result,
    http::retry::RetryPolicy,
    image::reference::{Repository, canonical_registry},
    text::redact::authority,
};

/// The servers of a registry, in the order in which they are asked: the mirrors, then the registry itself.
pub(crate) type Route = Arc<[Arc<Endpoint>]>;

/// The routes of registries that have been asked.
#[derive(Debug, Default)]
pub(crate) struct Routes(Mutex<HashMap<String, Route>>);

impl Routes {
    /// Returns the servers that are asked about a repository.
    ///
    /// # Errors
    /// `InvalidReference` if no URL can be made of its registry.
    pub(crate) fn of(&self, repository: &Repository, settings: &RegistrySettings) -> Result<Route> {
        let registry = canonical_registry(repository.registry());
        let (key, options) = settings.options_for(&registry, repository.name());
        let mut routes = self.0.lock();
        if let Some(route) = routes.get(&key) {
            return Ok(route.clone());
        }
        let mut endpoints = Vec::new();
        for url in &options.mirrors {
            let (_, own) = settings.options_for(&canonical_registry(&authority(url)), "");
            endpoints.push(Arc::new(Endpoint::mirror(url, &own, settings)));
        }
        endpoints.push(Arc::new(Endpoint::registry(&registry, &options, settings)?));
        let route: Route = endpoints.into();
        routes.insert(key, route.clone());
        Ok(route)
    }

    /// Forgets the credentials that were looked up.
    pub(crate) fn forget_credentials(&self) {
        for endpoint in self.0.lock().values().flat_map(|route| route.iter()) {
            endpoint.credentials.forget();
        }
    }
}

/// Returns the retries of a server in a route. A mirror that limits the rate is skipped, because the registry itself is
/// next.
pub(crate) fn patience(endpoint: &Endpoint, usual: RetryPolicy) -> RetryPolicy {
    if endpoint.is_mirror { RetryPolicy { max_retries: 0, ..usual } } else { usual }
}
