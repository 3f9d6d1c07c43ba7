//! A clock that a model moves, and cool-downs by it.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

/// Seconds since a model began. No task is switched where it is read: time does not wait for anybody.
static NOW: AtomicU64 = AtomicU64::new(0);

/// Sets the clock back, at the beginning of a model.
pub(crate) fn reset() {
    NOW.store(1, Ordering::SeqCst);
}

/// Lets time pass.
pub(crate) fn pass(time: Duration) {
    NOW.fetch_add(time.as_secs(), Ordering::SeqCst);
}

/// A cool-down as the service has it, by this clock.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct CoolDown(Option<u64>);

impl CoolDown {
    pub(crate) const NONE: Self = Self(None);

    pub(crate) fn lasting(time: Duration) -> Self {
        Self(Some(NOW.load(Ordering::SeqCst) + time.as_secs()))
    }

    pub(crate) fn left(self) -> Option<Duration> {
        let left = self.0?.saturating_sub(NOW.load(Ordering::SeqCst));
        (left > 0).then(|| Duration::from_secs(left))
    }

    pub(crate) fn is_on(self) -> bool {
        self.left().is_some()
    }

    pub(crate) fn admits_one(&mut self, pause: Duration) -> bool {
        let is_over = !self.is_on();
        if is_over {
            *self = Self::lasting(pause);
        }
        is_over
    }
}
