//! What a host allows to one of those who ask it. Hosts count by account, and those without one by address.

use std::time::Duration;

use parking_lot::Mutex;
use tokio::time::Instant;

use super::until::Until;

/// What one account is allowed at one host.
#[derive(Debug, Default)]
pub(crate) struct Quota {
    state: Mutex<State>,
    /// When others were last asked what they know of it, and of the host.
    pub(crate) heard: tokio::sync::Mutex<Option<Instant>>,
}

#[derive(Debug, Default)]
struct State {
    is_used_up: Until,
    /// Nothing is left of what the host counts.
    is_drained: Until,
}

impl Quota {
    /// How long nothing is allowed; nothing that is counted, if that is what is to be asked.
    pub(crate) fn rest(&self, is_counted: bool) -> Option<Duration> {
        let state = self.lock();
        let drained = if is_counted { state.is_drained.left() } else { None };
        state.is_used_up.left().max(drained)
    }

    /// Changes until when everything is used up.
    pub(crate) fn used_up<T>(&self, change: impl FnOnce(&mut Until) -> T) -> T {
        change(&mut self.lock().is_used_up)
    }

    /// Changes until when what is counted is used up.
    pub(crate) fn drained<T>(&self, change: impl FnOnce(&mut Until) -> T) -> T {
        change(&mut self.lock().is_drained)
    }

    fn lock(&self) -> parking_lot::MutexGuard<'_, State> {
        self.state.lock()
    }
}
