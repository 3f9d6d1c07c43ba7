//! Which servers are asked about a repository, and in which order.

use std::{collections::HashMap, sync::Arc};

use parking_lot::Mutex;

use super::{endpoint::Endpoint, settings::RegistrySettings};
use crate::{
    error::Result,
    http::{redact::authority, retry::RetryPolicy},
    image::reference::{Repository, canonical_registry},
};

/// The servers of a registry in the order in which they are asked: mirrors, then the registry itself.
pub(crate) type Route = Arc<[Arc<Endpoint>]>;

/// The routes to registries that have been asked.
#[derive(Debug, Default)]
pub(crate) struct Routes(Mutex<HashMap<String, Route>>);

impl Routes {
    /// The servers that are asked about a repository.
    ///
    /// # Errors
    /// `InvalidReference` if no URL can be made of its registry.
    pub(crate) fn of(&self, repository: &Repository, settings: &RegistrySettings) -> Result<Route> {
        let mut routes = self.0.lock();
        let registry = canonical_registry(repository.registry());
        if let Some(route) = routes.get(&registry) {
            return Ok(route.clone());
        }
        let docker_config = settings.docker_config.as_ref();
        let options_of = |name: &str| settings.registries.get(name).cloned().unwrap_or_default();
        let options = options_of(&registry);
        let mut endpoints = Vec::new();
        for url in &options.mirrors {
            let own = options_of(&canonical_registry(&authority(url)));
            endpoints.push(Arc::new(Endpoint::mirror(url, &own, docker_config)));
        }
        endpoints.push(Arc::new(Endpoint::registry(&registry, &options, docker_config)?));
        let route: Route = endpoints.into();
        routes.insert(registry, route.clone());
        Ok(route)
    }
}

/// How often a server of a route is asked. A mirror that asks for patience is passed over: the registry itself is next.
pub(crate) fn patience(endpoint: &Endpoint, usual: RetryPolicy) -> RetryPolicy {
    if endpoint.is_mirror { RetryPolicy { max_retries: 0, ..usual } } else { usual }
}
