//! The option `scope: 'process'`: services of one process with equal options, credentials included, are one in the core.
//!
//! They share caches, tokens, requests under way and counts. Each instance keeps its own logger, default policy and
//! closing. Connections and the pace of hosts are shared in any scope.

use std::sync::Arc;

use parking_lot::Mutex;

use crate::{error::Result, options::Options, service::ContainerRegistryService};

/// Options that are remembered. Beyond them, those that were used least recently start anew.
const MAX_SHARED: usize = 16;

static SHARED: Mutex<Vec<(Options, Arc<ContainerRegistryService>)>> = Mutex::new(Vec::new());

/// Returns the service with these options, and makes it if there is none.
pub(crate) fn service(options: Options) -> Result<Arc<ContainerRegistryService>> {
    let mut shared = SHARED.lock();
    let known = shared.iter().position(|(known, _)| *known == options);
    let entry = match known {
        Some(position) => shared.remove(position),
        None => (options.clone(), Arc::new(ContainerRegistryService::new(options)?)),
    };
    let service = entry.1.clone();
    shared.insert(0, entry);
    shared.truncate(MAX_SHARED);
    Ok(service)
}
