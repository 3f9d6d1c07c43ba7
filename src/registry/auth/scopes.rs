//! The scopes that a server wants of tokens, by repository, beside the usual one.

use std::collections::{BTreeSet, HashMap};

use parking_lot::Mutex;

use super::challenge::reading_scopes;

/// Scopes that are remembered for one repository. A server may name another one in every challenge.
const MAX_SCOPES: usize = 4;
/// Repositories whose scopes are remembered.
const MAX_REPOSITORIES: usize = 4096;

/// The scopes that a server has named in its challenges.
#[derive(Debug, Default)]
pub(crate) struct Scopes(Mutex<HashMap<String, BTreeSet<String>>>);

impl Scopes {
    /// Remembers the scope of a challenge. Returns whether it has something new.
    pub(crate) fn learn(&self, name: &str, scope: &str) -> bool {
        let assumed = format!("repository:{}:pull", name);
        let named = reading_scopes(scope).into_iter().filter(|scope| *scope != assumed);
        let mut scopes = self.0.lock();
        if scopes.len() >= MAX_REPOSITORIES {
            scopes.clear();
        }
        let known = scopes.entry(name.to_owned()).or_default();
        let mut is_new = false;
        for scope in named {
            is_new |= known.len() < MAX_SCOPES && known.insert(scope);
        }
        if known.is_empty() {
            scopes.remove(name);
        }
        is_new
    }

    /// Returns the scopes that tokens for a repository must have beside the usual one.
    pub(crate) fn of(&self, name: &str) -> Vec<String> {
        self.0.lock().get(name).into_iter().flatten().cloned().collect()
    }
}
