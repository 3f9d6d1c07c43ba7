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

/// Routes that are remembered. Beyond them, those that no call uses are forgotten, and with them what their servers have said.
const MAX_ROUTES: usize = 1024;

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
        if routes.len() >= MAX_ROUTES {
            routes.retain(|_, route| Arc::strong_count(route) > 1);
        }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::image::reference::ImageReference;

    #[test]
    fn ever_new_registries_take_no_more_memory() {
        let (routes, settings) = (Routes::default(), RegistrySettings::default());
        let of = |number: usize| {
            let reference =
                ImageReference::parse(&format!("registry-{number}.example/team/app")).expect("a reference");
            routes.of(&reference.repository(), &settings).expect("a route")
        };
        let used = of(0);
        for number in 1..3 * MAX_ROUTES {
            of(number);
        }
        assert!(routes.0.lock().len() <= MAX_ROUTES + 1);
        assert!(Arc::ptr_eq(&used, &of(0)), "a route in use stays");
    }
}
