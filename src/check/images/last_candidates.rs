//! The candidates that the last check of an image looked at, which the next one asks for at once.

use std::collections::HashMap;

use parking_lot::Mutex;

use crate::image::reference::Repository;

/// The most images whose candidates are remembered.
const MAX_REMEMBERED: usize = 1024;

/// The candidates whose manifests were looked at in the last check of an image.
#[derive(Default)]
pub(crate) struct LastCandidates(Mutex<HashMap<(Repository, String), Vec<String>>>);

impl LastCandidates {
    pub(crate) fn of(&self, repository: &Repository, current: &str) -> Vec<String> {
        self.0.lock().get(&(repository.clone(), current.to_owned())).cloned().unwrap_or_default()
    }

    pub(crate) fn remember(&self, repository: &Repository, current: &str, candidates: Vec<String>) {
        let mut candidates_of = self.0.lock();
        if candidates_of.len() >= MAX_REMEMBERED {
            candidates_of.clear();
        }
        candidates_of.insert((repository.clone(), current.to_owned()), candidates);
    }

    pub(crate) fn forget(&self) {
        self.0.lock().clear();
    }
}
