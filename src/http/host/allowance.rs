//! What a host allows to one of those who ask it. Hosts count by account, and those without one by address.

use std::time::Duration;

use parking_lot::Mutex;
use tokio::time::Instant;

use super::shared_cool_down::SharedCoolDown;

/// Until when one account leaves one host alone, with everything or with pulls.
#[derive(Debug, Default)]
pub(crate) struct Allowance {
    state: Mutex<State>,
    /// When others were last asked what they know of it, and of the host.
    pub(crate) heard: tokio::sync::Mutex<Option<Instant>>,
}

#[derive(Debug, Default)]
struct State {
    everything: SharedCoolDown,
    pulls: SharedCoolDown,
}

impl Allowance {
    /// How long nothing is allowed; for a pull, also how long no pull is.
    pub(crate) fn left(&self, is_pull: bool) -> Option<Duration> {
        let state = self.state.lock();
        let pulls = if is_pull { state.pulls.left() } else { None };
        state.everything.left().max(pulls)
    }

    /// Changes until when nothing is allowed.
    pub(crate) fn everything<T>(&self, change: impl FnOnce(&mut SharedCoolDown) -> T) -> T {
        change(&mut self.state.lock().everything)
    }

    /// Changes until when no pull is allowed.
    pub(crate) fn pulls<T>(&self, change: impl FnOnce(&mut SharedCoolDown) -> T) -> T {
        change(&mut self.state.lock().pulls)
    }
}
