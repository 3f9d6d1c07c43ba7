//! The option `scope: 'process'`: services of one process whose options are equal, credentials included, are one in the core.
//!
//! They share caches, tokens, requests under way and counts. Logger, default policy and closing stay each instance's own.
//! Connections and the pace of hosts are shared in any scope.

use std::sync::Arc;

use parking_lot::Mutex;

use crate::{error::Result, options::Options, service::ContainerRegistryService};

/// Different options that are remembered; beyond them the ones that were used least lately start anew.
const MAX_SHARED: usize = 16;

static SHARED: Mutex<Vec<(Options, Arc<ContainerRegistryService>)>> = Mutex::new(Vec::new());

/// The service with these options, a new one if there is none yet.
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
