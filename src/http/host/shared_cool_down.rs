//! A cool-down that other processes share.

use std::time::Duration;

use crate::cool_down::CoolDown;

/// The longest time for which a host is left alone, whatever it says.
pub(crate) const LONGEST_PAUSE: Duration = Duration::from_secs(60 * 60);
/// A pause must be longer than other processes know by this much to be worth telling.
pub(crate) const NEWSWORTHY: Duration = Duration::from_secs(1);

/// A cool-down that others may have been told of.
#[derive(Debug, Default)]
pub(crate) struct SharedCoolDown {
    /// What this process knows.
    here: CoolDown,
    /// What other processes know.
    elsewhere: CoolDown,
}

impl SharedCoolDown {
    /// Returns how long it still lasts.
    pub(crate) fn left(&self) -> Option<Duration> {
        self.here.left()
    }

    /// Lasts for `time` from now on, if that is longer. Returns whether that is news for other processes.
    pub(crate) fn begin(&mut self, time: Duration) -> bool {
        let time = time.min(LONGEST_PAUSE);
        self.here = self.here.max(CoolDown::lasting(time));
        let is_news = self.elsewhere.left().is_none_or(|left| time > left + NEWSWORTHY);
        if is_news {
            self.elsewhere = CoolDown::lasting(time);
        }
        is_news
    }

    /// Notes that other processes let it last for `time` from now on.
    pub(crate) fn hear(&mut self, time: Duration) {
        let told = CoolDown::lasting(time.min(LONGEST_PAUSE));
        self.here = self.here.max(told);
        self.elsewhere = self.elsewhere.max(told);
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::advance;

    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);

    #[tokio::test(start_paused = true)]
    async fn the_longer_time_holds_and_only_what_is_longer_is_news() {
        let mut shared = SharedCoolDown::default();
        assert_eq!(shared.left(), None);
        assert_eq!(
            [shared.begin(MINUTE), shared.begin(MINUTE), shared.begin(MINUTE / 2)],
            [true, false, false]
        );
        assert_eq!(shared.left(), Some(MINUTE));
        advance(NEWSWORTHY * 2).await;
        assert!(shared.begin(MINUTE));
        shared.hear(MINUTE * 2);
        assert!(!shared.begin(MINUTE * 2), "it comes from them");
        assert_eq!(shared.left(), Some(MINUTE * 2));
        advance(MINUTE * 2).await;
        assert_eq!(shared.left(), None);
        assert!(shared.begin(Duration::from_secs(3600 * 24)));
        assert_eq!(shared.left(), Some(LONGEST_PAUSE));
    }
}
