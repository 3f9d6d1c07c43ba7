//! What a host allows to one account. Hosts count by account, and anonymous requests by address.

use std::time::Duration;

use parking_lot::Mutex;
use tokio::time::Instant;

use super::shared_cool_down::SharedCoolDown;

/// The times until which one account leaves one host alone, with all requests or with pulls.
#[derive(Debug, Default)]
pub(crate) struct Allowance {
    state: Mutex<State>,
    /// When other processes were last asked about this host and account.
    pub(crate) heard: tokio::sync::Mutex<Option<Instant>>,
}

#[derive(Debug, Default)]
struct State {
    everything: SharedCoolDown,
    pulls: SharedCoolDown,
}

impl Allowance {
    /// Returns how long no request is allowed; for a pull, also how long no pull is.
    pub(crate) fn left(&self, is_pull: bool) -> Option<Duration> {
        let state = self.state.lock();
        let pulls = if is_pull { state.pulls.left() } else { None };
        state.everything.left().max(pulls)
    }

    /// Changes the time until which no request is allowed.
    pub(crate) fn everything<T>(&self, change: impl FnOnce(&mut SharedCoolDown) -> T) -> T {
        change(&mut self.state.lock().everything)
    }

    /// Changes the time until which no pull is allowed.
    pub(crate) fn pulls<T>(&self, change: impl FnOnce(&mut SharedCoolDown) -> T) -> T {
        change(&mut self.state.lock().pulls)
    }
}
