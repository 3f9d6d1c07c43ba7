//! A time during which something is left alone.

use std::time::Duration;

use tokio::time::Instant;

/// The time until which something is left alone. By default it has never begun.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct CoolDown(Option<Instant>);

impl CoolDown {
    /// A cool-down that has never begun.
    pub(crate) const NONE: Self = Self(None);

    /// Starts a cool-down that lasts for `time`.
    pub(crate) fn lasting(time: Duration) -> Self {
        // A time that the clock cannot hold does not end while the process lives.
        let now = Instant::now();
        Self(now.checked_add(time).or_else(|| now.checked_add(FOR_EVER)))
    }

    /// Returns how long it still lasts; `None` if it is over.
    pub(crate) fn left(self) -> Option<Duration> {
        self.0?.checked_duration_since(Instant::now()).filter(|left| !left.is_zero())
    }

    /// Whether it still lasts.
    pub(crate) fn is_on(self) -> bool {
        self.left().is_some()
    }

    /// Lets one caller through when it is over, and begins again for `pause`. The other callers wait for what that one
    /// finds.
    pub(crate) fn admits_one(&mut self, pause: Duration) -> bool {
        let is_over = !self.is_on();
        if is_over {
            *self = Self::lasting(pause);
        }
        is_over
    }
}

/// Thirty years.
const FOR_EVER: Duration = Duration::from_secs(30 * 365 * 24 * 3600);

#[cfg(test)]
mod tests {
    use tokio::time::advance;

    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);

    #[tokio::test(start_paused = true)]
    async fn it_lasts_until_its_time_has_passed() {
        assert_eq!(CoolDown::NONE.left(), None);
        let cool_down = CoolDown::lasting(MINUTE);
        assert_eq!(cool_down.left(), Some(MINUTE));
        advance(MINUTE - Duration::from_millis(1)).await;
        assert!(cool_down.is_on());
        advance(Duration::from_millis(1)).await;
        assert!(!cool_down.is_on());
        assert!(CoolDown::lasting(Duration::MAX).is_on());
        assert!(CoolDown::lasting(MINUTE) > cool_down && cool_down > CoolDown::NONE);
    }

    #[tokio::test(start_paused = true)]
    async fn one_caller_is_let_through_after_each_pause() {
        let mut cool_down = CoolDown::lasting(MINUTE);
        assert!(!cool_down.admits_one(MINUTE));
        for _ in 0..3 {
            advance(MINUTE).await;
            assert_eq!([cool_down.admits_one(MINUTE), cool_down.admits_one(MINUTE)], [true, false]);
        }
    }
}
