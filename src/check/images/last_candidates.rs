//! Remembers which candidates the last check of an image looked at, so that the next one asks for them at once.

use std::{collections::HashMap, sync::Arc, time::Duration};

use parking_lot::Mutex;

use crate::{
    cache::Cache,
    image::reference::{Repository, is_tag},
    registry::client::RegistryClient,
};

/// The most images whose candidates are remembered in memory.
const MAX_REMEMBERED: usize = 1024;
/// The most candidates that are taken from the cache, which somebody else may have written.
const MAX_CANDIDATES: usize = 32;
/// The time for which candidates are kept in the cache.
const KEPT: Duration = Duration::from_secs(30 * 24 * 3600);

/// The candidates whose manifests were looked at in the last check of an image.
pub(crate) struct LastCandidates {
    registry: Arc<RegistryClient>,
    cache: Arc<Cache>,
    known: Mutex<HashMap<(Repository, String), Vec<String>>>,
}

impl LastCandidates {
    pub(crate) fn new(registry: Arc<RegistryClient>, cache: Arc<Cache>) -> Self {
        Self { registry, cache, known: Mutex::default() }
    }

    /// Returns the candidates of the last check, in this process or in another one that shares the cache. Those of another
    /// one are asked for only by their digests, which is no pull.
    pub(crate) async fn of(&self, repository: &Repository, current: &str) -> Vec<String> {
        if let Some(known) = self.in_memory(repository, current) {
            return known;
        }
        let Some(entry) = self.cache.get(&self.key(repository, current).await).await else {
            return Vec::new();
        };
        let tags = std::str::from_utf8(&entry.value).unwrap_or_default().lines();
        let mut candidates = Vec::new();
        for tag in tags.filter(|tag| is_tag(tag)).take(MAX_CANDIDATES) {
            if self.registry.knows_digest(repository, tag).await {
                candidates.push(tag.to_owned());
            }
        }
        candidates
    }

    /// Remembers the candidates of a check.
    pub(crate) async fn remember(&self, repository: &Repository, current: &str, candidates: Vec<String>) {
        if self.in_memory(repository, current).as_ref() == Some(&candidates) {
            return;
        }
        let value = candidates.join("\n").into_bytes();
        {
            let mut known = self.known.lock();
            if known.len() >= MAX_REMEMBERED {
                known.clear();
            }
            known.insert((repository.clone(), current.to_owned()), candidates);
        }
        if !value.is_empty() {
            self.cache.put(&self.key(repository, current).await, value, Some(KEPT)).await;
        }
    }

    /// Forgets those in memory.
    pub(crate) fn forget(&self) {
        self.known.lock().clear();
    }

    fn in_memory(&self, repository: &Repository, current: &str) -> Option<Vec<String>> {
        self.known.lock().get(&(repository.clone(), current.to_owned())).cloned()
    }

    async fn key(&self, repository: &Repository, current: &str) -> String {
        format!("candidates {} {} {current}", self.registry.viewer(repository).await, repository.name())
    }
}
