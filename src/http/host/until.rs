//! Times until which something holds, as they are known here and elsewhere.

use std::time::Duration;

use tokio::time::Instant;

/// The longest time for which a host is left alone, whatever it says.
pub(crate) const LONGEST_REST: Duration = Duration::from_secs(60 * 60);
/// Time by which a rest must be longer than others know, to be worth telling them.
pub(crate) const NEWSWORTHY: Duration = Duration::from_secs(1);

/// Until when something holds.
#[derive(Debug, Default)]
pub(crate) struct Until {
    /// As it is known here.
    here: Option<Instant>,
    /// As others know it.
    elsewhere: Option<Instant>,
}

impl Until {
    /// How long it still holds.
    pub(crate) fn left(&self) -> Option<Duration> {
        self.here?.checked_duration_since(Instant::now()).filter(|left| !left.is_zero())
    }

    /// It holds for so long from now on; whether that is news for others.
    pub(crate) fn begin(&mut self, time: Duration) -> bool {
        let end = end_of(time);
        self.here = self.here.max(Some(end));
        let is_news = self.elsewhere.is_none_or(|known| end > known + NEWSWORTHY);
        if is_news {
            self.elsewhere = Some(end);
        }
        is_news
    }

    /// Others say that it holds for so long from now on.
    pub(crate) fn hear(&mut self, time: Duration) {
        let end = end_of(time);
        self.here = self.here.max(Some(end));
        self.elsewhere = self.elsewhere.max(Some(end));
    }
}

fn end_of(time: Duration) -> Instant {
    Instant::now() + time.min(LONGEST_REST)
}

#[cfg(test)]
mod tests {
    use tokio::time::advance;

    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);

    #[tokio::test(start_paused = true)]
    async fn the_longer_time_holds_and_only_what_is_longer_is_news() {
        let mut until = Until::default();
        assert_eq!(until.left(), None);
        assert_eq!([until.begin(MINUTE), until.begin(MINUTE), until.begin(MINUTE / 2)], [true, false, false]);
        assert_eq!(until.left(), Some(MINUTE));
        advance(NEWSWORTHY * 2).await;
        assert!(until.begin(MINUTE));
        until.hear(MINUTE * 2);
        assert!(!until.begin(MINUTE * 2), "it comes from them");
        assert_eq!(until.left(), Some(MINUTE * 2));
        advance(MINUTE * 2).await;
        assert_eq!(until.left(), None);
        assert!(until.begin(Duration::from_secs(3600 * 24)));
        assert_eq!(until.left(), Some(LONGEST_REST));
    }
}
