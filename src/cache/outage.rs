//! Does without a store that fails.

use std::{fmt::Display, time::Duration};

use parking_lot::Mutex;

use crate::cool_down::CoolDown;

/// Whether a store works. While it does not, one caller in every pause tries it again. The log has one line when the
/// outage begins and one when it ends.
#[derive(Debug)]
pub(crate) struct Outage {
    /// Name of the store for log lines.
    name: String,
    pause: Duration,
    /// Until when it is left alone; `None` while it works.
    cool_down: Mutex<Option<CoolDown>>,
}

impl Outage {
    /// Starts with a store that is taken to work.
    pub(crate) fn new(name: String, pause: Duration) -> Self {
        Self { name, pause, cool_down: Mutex::default() }
    }

    /// Whether the store may be used. During an outage one caller is let through in every pause.
    pub(crate) fn allows_use(&self) -> bool {
        self.cool_down.lock().as_mut().is_none_or(|cool_down| cool_down.admits_one(self.pause))
    }

    /// Notes that the store failed.
    pub(crate) fn begins(&self, why: impl Display) {
        if self.cool_down.lock().replace(CoolDown::lasting(self.pause)).is_none() {
            tracing::warn!("Going on without {}: {why}", self.name);
        }
    }

    /// Notes that the store did its work.
    pub(crate) fn ends(&self) {
        if self.cool_down.lock().take().is_some() {
            tracing::info!("Back to using {}", self.name);
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::advance;

    use super::*;

    const PAUSE: Duration = Duration::from_secs(5);

    #[tokio::test(start_paused = true)]
    async fn one_caller_tries_again_after_each_pause() {
        let outage = Outage::new("a store".into(), PAUSE);
        assert!(outage.allows_use() && outage.allows_use());
        outage.begins("gone");
        assert!(!outage.allows_use());
        advance(PAUSE - Duration::from_millis(1)).await;
        assert!(!outage.allows_use());
        advance(Duration::from_millis(1)).await;
        assert_eq!([outage.allows_use(), outage.allows_use()], [true, false]);
        outage.begins("still gone");
        advance(PAUSE).await;
        assert_eq!([outage.allows_use(), outage.allows_use()], [true, false]);
        outage.ends();
        assert!(outage.allows_use() && outage.allows_use());
    }
}
