//! The pace at which the process asks a host.
//!
//! A host is asked a limited number of things at once. After a 429, everybody leaves it alone until it has recovered,
//! and it is asked fewer things at once for a while. When a host says that an account has used up its allowance, only
//! that account stops: with all requests, as at GitHub, or with what the host counts. Docker Hub counts the GET of a
//! manifest, and goes on listing tags and telling digests.

use std::{
    collections::HashMap,
    sync::{Arc, LazyLock},
    time::Duration,
};

use parking_lot::Mutex;

use super::{
    allowance::Allowance,
    breaker::Health,
    pause::Pause,
    places::{Places, Rank, Turn},
    shared_cool_down::SharedCoolDown,
};
use crate::http::jitter::jitter;

/// Hosts that are remembered. Beyond them, hosts that are idle and not left alone are forgotten.
const MAX_HOSTS: usize = 1024;
/// Accounts that are remembered for one host, likewise.
const MAX_ACCOUNTS: usize = 1024;

static HOSTS: LazyLock<Mutex<HashMap<String, Arc<Host>>>> = LazyLock::new(Mutex::default);

/// The pace of one host.
#[derive(Debug, Default)]
pub(crate) struct Host {
    pub(crate) health: Health,
    state: Mutex<State>,
    allowances: Mutex<HashMap<String, Arc<Allowance>>>,
}

#[derive(Debug, Default)]
struct State {
    places: Places,
    cool_down: SharedCoolDown,
}

/// Permission for one request. It ends when it is dropped.
pub(crate) struct Permit(Arc<Host>);

impl Drop for Permit {
    fn drop(&mut self) {
        self.0.lock().places.give_back();
    }
}

/// Somebody who waits. Whoever leaves passes on the place that was given in the meantime.
struct Waiting<'a> {
    host: &'a Host,
    turn: Option<Turn>,
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.host.lock().places.left(self.turn.take());
    }
}

/// Why a request does not get a place.
#[derive(Debug)]
pub(crate) enum Refused {
    /// The host is left alone for longer than the caller is willing to wait.
    Paused(Duration),
    /// The queue is full.
    Crowded,
}

impl Host {
    /// Returns the pace of a host, by its name and port.
    pub(crate) fn named(authority: &str) -> Arc<Self> {
        let mut hosts = HOSTS.lock();
        if let Some(host) = hosts.get(authority) {
            return host.clone();
        }
        if hosts.len() >= MAX_HOSTS {
            hosts.retain(|_, host| Arc::strong_count(host) > 1 || host.is_paused() || host.health.is_down());
        }
        let host = Arc::new(Self::default());
        hosts.insert(authority.to_owned(), host.clone());
        host
    }

    fn lock(&self) -> parking_lot::MutexGuard<'_, State> {
        self.state.lock()
    }

    /// Returns what the host allows to an account. The empty name stands for anonymous requests.
    pub(crate) fn allowance(&self, account: &str) -> Arc<Allowance> {
        let mut allowances = self.allowances.lock();
        if let Some(allowance) = allowances.get(account) {
            return allowance.clone();
        }
        if allowances.len() >= MAX_ACCOUNTS {
            allowances
                .retain(|_, allowance| Arc::strong_count(allowance) > 1 || allowance.left(true).is_some());
        }
        allowances.entry(account.to_owned()).or_default().clone()
    }

    /// Waits until the host may be asked: with fewer than `concurrency` requests under way, and outside of every pause.
    /// Refuses at once if a pause is longer than `patience`, or if `max_waiting` requests wait already.
    pub(crate) async fn enter(
        self: &Arc<Self>,
        allowance: &Allowance,
        (concurrency, max_waiting): (usize, usize),
        (rank, is_pull): (Rank, bool),
        patience: Duration,
    ) -> Result<Permit, Refused> {
        let mut waiting = None;
        let mut permit = None;
        loop {
            let left = self.lock().cool_down.left().max(allowance.left(is_pull));
            if left.is_none()
                && let Some(permit) = permit.take()
            {
                return Ok(permit);
            }
            // A pause began while the place was waited for. Others may not have to heed it.
            drop(permit.take());
            if let Some(left) = left.filter(|left| *left > patience) {
                return Err(Refused::Paused(left));
            }
            let called = {
                let places = &mut self.lock().places;
                if left.is_none() && places.take(concurrency) {
                    return Ok(Permit(self.clone()));
                }
                if waiting.is_none() && !places.wait(max_waiting) {
                    return Err(Refused::Crowded);
                }
                let waiting = waiting.get_or_insert_with(|| Waiting { host: self, turn: None });
                left.is_none().then(|| {
                    let (turn, called) = places.queue(rank, concurrency);
                    waiting.turn = Some(turn);
                    called
                })
            };
            if let Some(called) = called {
                called.notified().await;
                permit = Some(Permit(self.clone()));
                if let Some(waiting) = &mut waiting {
                    waiting.turn = None;
                }
            } else if let Some(left) = left {
                tokio::time::sleep(left + jitter(left)).await;
            }
        }
    }

    /// Whether any account leaves the host alone.
    fn is_paused(&self) -> bool {
        let allowances = self.allowances.lock();
        self.lock().cool_down.left().is_some()
            || allowances.values().any(|allowance| allowance.left(true).is_some())
    }

    /// Notes an answer, and the pause that it asks for. Returns the pause if it is news for other processes.
    pub(crate) fn answered(&self, allowance: &Allowance, status: u16, pause: Option<Pause>) -> Option<Pause> {
        {
            let places = &mut self.lock().places;
            if status == 429 {
                places.share_less();
            } else {
                places.share_more();
            }
        }
        pause.filter(|pause| self.change(allowance, *pause, SharedCoolDown::begin))
    }

    /// Notes the pauses that other processes have told.
    pub(crate) fn hear(&self, allowance: &Allowance, pauses: Vec<Pause>) {
        for pause in pauses {
            self.change(allowance, pause, SharedCoolDown::hear);
        }
    }

    fn change<T>(
        &self,
        allowance: &Allowance,
        pause: Pause,
        change: fn(&mut SharedCoolDown, Duration) -> T,
    ) -> T {
        match pause {
            Pause::Everybody(time) => change(&mut self.lock().cool_down, time),
            Pause::Account(time) => allowance.everything(|cool_down| change(cool_down, time)),
            Pause::Pulls(time) => allowance.pulls(|cool_down| change(cool_down, time)),
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;
    use crate::http::host::shared_cool_down::LONGEST_PAUSE;

    const PATIENT: Duration = Duration::from_secs(30);
    const RANK: Rank = Rank::LeadsOn;
    const HOUR: Duration = Duration::from_secs(3600);

    fn nobody() -> Allowance {
        Allowance::default()
    }

    #[tokio::test]
    async fn no_more_than_allowed_at_once() {
        let host = Arc::new(Host::default());
        let first = host.enter(&nobody(), (2, 10), (RANK, true), PATIENT).await.ok();
        let second = host.enter(&nobody(), (2, 10), (RANK, true), PATIENT).await.ok();
        let third = tokio::spawn({
            let host = host.clone();
            async move { host.enter(&nobody(), (2, 10), (RANK, true), PATIENT).await.is_ok() }
        });
        tokio::task::yield_now().await;
        assert!(!third.is_finished());
        drop(first);
        assert!(third.await.expect("no panic"));
        drop(second);
        assert_eq!(host.lock().places.in_flight, 0);
    }

    #[tokio::test]
    async fn no_more_than_allowed_wait() {
        let host = Arc::new(Host::default());
        let held = host.enter(&nobody(), (1, 1), (RANK, false), PATIENT).await.ok();
        let allowance = nobody();
        let mut first = Box::pin(host.enter(&allowance, (1, 1), (RANK, false), PATIENT));
        assert!((&mut first).now_or_never().is_none(), "it waits");
        let second = host.enter(&nobody(), (1, 1), (RANK, false), PATIENT).now_or_never();
        assert!(matches!(second, Some(Err(Refused::Crowded))));
        drop(first);
        let mut third = Box::pin(host.enter(&allowance, (1, 1), (RANK, false), PATIENT));
        assert!((&mut third).now_or_never().is_none(), "who leaves gives the place back");
        drop(held);
        let held = third.await.ok();
        assert!(held.is_some() && host.lock().places.waiting == 0);
        assert!(matches!(host.enter(&nobody(), (1, 0), (RANK, false), PATIENT).await, Err(Refused::Crowded)));
    }

    #[tokio::test]
    async fn who_ends_a_chain_lets_others_go_first() {
        let host = Arc::new(Host::default());
        let held = host.enter(&nobody(), (1, 10), (RANK, false), PATIENT).await.ok();
        let order = Arc::new(Mutex::new(Vec::new()));
        let ranks = [Rank::EndsChain, Rank::LeadsOn, Rank::EndsChain, Rank::LeadsOn];
        let callers: Vec<_> = (0..)
            .zip(ranks)
            .map(|(number, rank)| {
                let (host, order) = (host.clone(), order.clone());
                tokio::spawn(async move {
                    let permit = host.enter(&nobody(), (1, 10), (rank, false), PATIENT).await;
                    order.lock().push(number);
                    drop(permit);
                })
            })
            .collect();
        while host.lock().places.waiting < 4 {
            tokio::task::yield_now().await;
        }
        drop(held);
        for caller in callers {
            caller.await.expect("no panic");
        }
        assert_eq!(*order.lock(), [1, 3, 0, 2]);
    }

    #[tokio::test]
    async fn a_place_is_nobody_elses_once_it_was_given() {
        let host = Arc::new(Host::default());
        let held = host.enter(&nobody(), (1, 10), (RANK, false), PATIENT).await.ok();
        let allowance = nobody();
        let mut first = Box::pin(host.enter(&allowance, (1, 10), (Rank::EndsChain, false), PATIENT));
        assert!((&mut first).now_or_never().is_none(), "it waits");
        drop(held);
        let mut late = Box::pin(host.enter(&allowance, (1, 10), (RANK, false), PATIENT));
        assert!((&mut late).now_or_never().is_none(), "the place is given");
        drop(first);
        assert!(late.now_or_never().is_some_and(|late| late.is_ok()), "who left has passed it on");
        assert_eq!(host.lock().places.in_flight, 0);
    }

    #[tokio::test]
    async fn a_429_halves_what_is_allowed_and_successes_give_it_back() {
        let host = Arc::new(Host::default());
        host.answered(&nobody(), 429, None);
        let permits = [
            host.enter(&nobody(), (4, 10), (RANK, true), PATIENT).await.ok(),
            host.enter(&nobody(), (4, 10), (RANK, true), PATIENT).await.ok(),
        ];
        assert!(
            tokio::time::timeout(Duration::ZERO, host.enter(&nobody(), (4, 10), (RANK, true), PATIENT))
                .await
                .is_err()
        );
        for _ in 0..20 {
            host.answered(&nobody(), 200, None);
        }
        assert!(host.enter(&nobody(), (4, 10), (RANK, true), PATIENT).await.is_ok());
        drop(permits);
        for _ in 0..100 {
            host.answered(&nobody(), 429, None);
        }
        assert!(
            host.enter(&nobody(), (1, 10), (RANK, true), PATIENT).await.is_ok(),
            "something is always allowed"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn everybody_leaves_a_host_alone_that_asked_for_it() {
        let host = Host::named("paused.example");
        host.answered(&nobody(), 429, Some(Pause::Everybody(Duration::from_secs(3600 * 24))));
        let again = Host::named("paused.example");
        match again.enter(&nobody(), (4, 10), (RANK, false), PATIENT).await {
            Err(Refused::Paused(left)) => assert!(left > PATIENT && left <= LONGEST_PAUSE),
            other => panic!("it is left alone: {:?}", other.err()),
        }
        assert!(Host::named("other.example").enter(&nobody(), (4, 10), (RANK, false), PATIENT).await.is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn who_leaves_during_a_pause_passes_the_turn_on() {
        let host = Arc::new(Host::default());
        let held = host.enter(&nobody(), (1, 10), (RANK, false), PATIENT).await.ok();
        let wait = || {
            let host = host.clone();
            tokio::spawn(async move { host.enter(&nobody(), (1, 10), (RANK, false), PATIENT).await.is_ok() })
        };
        let (first, second) = (wait(), wait());
        tokio::task::yield_now().await;
        host.answered(&nobody(), 429, Some(Pause::Everybody(Duration::from_secs(5))));
        drop(held);
        tokio::task::yield_now().await;
        first.abort();
        let outcome = tokio::time::timeout(PATIENT, second).await;
        assert!(outcome.expect("it does not wait for ever").expect("no panic"));
    }

    #[tokio::test]
    async fn an_account_without_pulls_goes_on_with_the_rest_and_others_with_everything() {
        let host = Arc::new(Host::default());
        let (ada, bob) = (host.allowance("ada"), host.allowance("bob"));
        let may = async |allowance: &Allowance, is_pull| {
            host.enter(allowance, (4, 10), (RANK, is_pull), PATIENT).await.is_ok()
        };
        host.answered(&ada, 200, Some(Pause::Pulls(HOUR)));
        assert_eq!([may(&ada, true).await, may(&ada, false).await], [false, true]);
        assert_eq!([may(&bob, true).await, may(&host.allowance(""), true).await], [true, true]);
        host.answered(&bob, 403, Some(Pause::Account(HOUR)));
        assert_eq!(
            [may(&bob, true).await, may(&bob, false).await, may(&ada, false).await],
            [false, false, true]
        );
        assert!(!may(&host.allowance("bob"), false).await, "whoever has the same account");
        host.answered(&nobody(), 429, Some(Pause::Everybody(HOUR)));
        assert!(!may(&ada, false).await && !may(&nobody(), false).await, "everybody");
    }

    #[tokio::test(start_paused = true)]
    async fn others_are_told_what_they_do_not_know() {
        let (host, allowance) = (Host::default(), nobody());
        assert_eq!(host.answered(&allowance, 200, None), None);
        for pause in [Pause::Pulls(HOUR), Pause::Everybody(HOUR / 2), Pause::Account(HOUR / 4)] {
            assert_eq!(
                [host.answered(&allowance, 200, Some(pause)), host.answered(&allowance, 200, Some(pause))],
                [Some(pause), None]
            );
        }
        let long = Pause::Everybody(HOUR);
        host.hear(&allowance, vec![long]);
        assert_eq!(host.answered(&allowance, 429, Some(long)), None, "it comes from them");
        assert_eq!(host.lock().cool_down.left(), Some(HOUR));
    }

    #[test]
    fn accounts_without_number_are_forgotten_unless_they_are_left_alone() {
        let host = Host::default();
        let paused = host.allowance("paused");
        paused.everything(|cool_down| cool_down.begin(HOUR));
        drop(paused);
        (0..MAX_ACCOUNTS * 2).for_each(|number| drop(host.allowance(&number.to_string())));
        assert!(host.allowances.lock().len() <= MAX_ACCOUNTS);
        assert!(host.is_paused() && host.allowance("paused").left(false).is_some());
    }
}
