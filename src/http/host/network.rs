//! Whether there is a network at all, judged by all hosts together.
//!
//! Without a network, every host would cost a caller the full time for a connection. After several hosts in a row could
//! not be reached, with no answer in between, the next ones are given a short time only.

use std::time::Duration;

use parking_lot::Mutex;

use crate::cool_down::CoolDown;

/// Hosts in a row that could not be reached, after which the network is in doubt.
const DOUBT: u32 = 2;
/// Time for which the doubt lasts.
const DOUBTED_FOR: Duration = Duration::from_secs(60);
/// Time for a connection while the network is in doubt: enough for a host that is there.
const SHORT: Duration = Duration::from_secs(1);

/// The network of this process.
pub(crate) static NETWORK: Network = Network(Mutex::new(Seen { unreachable: 0, doubt: CoolDown::NONE }));

#[derive(Debug)]
pub(crate) struct Network(Mutex<Seen>);

#[derive(Debug)]
struct Seen {
    unreachable: u32,
    /// The doubt, counted from the last host that could not be reached.
    doubt: CoolDown,
}

impl Network {
    /// Notes that a host has answered.
    pub(crate) fn works(&self) {
        self.0.lock().unreachable = 0;
    }

    /// Notes that one more host could not be reached in time.
    pub(crate) fn failed(&self) {
        let mut seen = self.0.lock();
        seen.unreachable = seen.unreachable.saturating_add(1);
        seen.doubt = CoolDown::lasting(DOUBTED_FOR);
    }

    /// Returns the time for a connection; `usual` is the time without doubt.
    pub(crate) fn patience(&self, usual: Duration) -> Duration {
        let seen = self.0.lock();
        if seen.unreachable >= DOUBT && seen.doubt.is_on() { usual.min(SHORT) } else { usual }
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::advance;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn hosts_are_waited_for_less_where_nobody_answers() {
        let network = Network(Mutex::new(Seen { unreachable: 0, doubt: CoolDown::NONE }));
        let usual = Duration::from_secs(5);
        network.failed();
        assert_eq!(network.patience(usual), usual);
        network.failed();
        assert_eq!(network.patience(usual), SHORT);
        assert_eq!(network.patience(SHORT / 2), SHORT / 2);
        network.works();
        network.failed();
        assert_eq!(network.patience(usual), usual, "somebody has answered");
        network.failed();
        advance(DOUBTED_FOR).await;
        assert_eq!(network.patience(usual), usual, "long ago");
    }
}
