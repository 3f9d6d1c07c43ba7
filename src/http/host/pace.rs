//! How fast a host is asked, by everybody in the process.
//!
//! A host is asked a limited number of things at once. When it answers 429, everybody leaves it alone until it has
//! recovered, and it is asked less at once for a while. When it says that nothing is left of what it allows, those are stopped
//! who ask with the same account, be it with everything, as at GitHub, or with what it counts: Docker Hub counts the GET of a
//! manifest, and goes on listing tags and telling digests.

use std::{
    collections::HashMap,
    pin::pin,
    sync::{Arc, LazyLock},
    time::Duration,
};

use parking_lot::Mutex;
use tokio::sync::Notify;

use super::{breaker::Health, pull_quota::Quota, rest::Rest, until::Until};
use crate::http::jitter::jitter;

/// Hosts that are remembered; beyond them, those that are idle and rested are forgotten.
const MAX_HOSTS: usize = 1024;
/// Accounts that are remembered of a host, likewise.
const MAX_ACCOUNTS: usize = 1024;
/// Share of the allowed requests that a host gains back with each success after a 429.
const RECOVERY: f64 = 0.05;

static HOSTS: LazyLock<Mutex<HashMap<String, Arc<Host>>>> = LazyLock::new(Mutex::default);

/// One host's pace.
#[derive(Debug, Default)]
pub(crate) struct Host {
    pub(crate) health: Health,
    state: Mutex<State>,
    freed: Notify,
    quotas: Mutex<HashMap<String, Arc<Quota>>>,
}

#[derive(Debug)]
struct State {
    in_flight: usize,
    waiting: usize,
    /// Share of the allowed requests that the host is given, above 0 and at most 1.
    share: f64,
    rests: Until,
}

impl Default for State {
    fn default() -> Self {
        Self { in_flight: 0, waiting: 0, share: 1.0, rests: Until::default() }
    }
}

/// Permission for one request; given back when dropped.
pub(crate) struct Permit(Arc<Host>);

impl Drop for Permit {
    fn drop(&mut self) {
        self.0.lock().in_flight -= 1;
        self.0.freed.notify_one();
    }
}

/// A place in the queue of those who wait for a host; given back when dropped.
struct Place<'a>(&'a Host);

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.lock().waiting -= 1;
    }
}

/// Why a request does not wait for its turn.
#[derive(Debug)]
pub(crate) enum Refused {
    /// The host is left alone for longer than the caller is willing to wait.
    Resting(Duration),
    /// As many wait as may.
    Crowded,
}

impl Host {
    /// The pace of a host, by its name and port.
    pub(crate) fn named(authority: &str) -> Arc<Self> {
        let mut hosts = HOSTS.lock();
        if let Some(host) = hosts.get(authority) {
            return host.clone();
        }
        if hosts.len() >= MAX_HOSTS {
            hosts.retain(|_, host| Arc::strong_count(host) > 1 || host.is_resting() || host.health.is_down());
        }
        let host = Arc::new(Self::default());
        hosts.insert(authority.to_owned(), host.clone());
        host
    }

    fn lock(&self) -> parking_lot::MutexGuard<'_, State> {
        self.state.lock()
    }

    /// What the host allows to an account; the empty one is nobody's.
    pub(crate) fn quota(&self, account: &str) -> Arc<Quota> {
        let mut quotas = self.quotas.lock();
        if let Some(quota) = quotas.get(account) {
            return quota.clone();
        }
        if quotas.len() >= MAX_ACCOUNTS {
            quotas.retain(|_, quota| Arc::strong_count(quota) > 1 || quota.rest(true).is_some());
        }
        quotas.entry(account.to_owned()).or_default().clone()
    }

    /// Waits until the host may be asked: no more than `concurrency` things at once, and not while it rests, or while nothing
    /// is left of what it allows. Refuses at once where that takes longer than `patience`, or where
    /// `max_waiting` wait already.
    pub(crate) async fn enter(
        self: &Arc<Self>,
        quota: &Quota,
        concurrency: usize,
        max_waiting: usize,
        is_counted: bool,
        patience: Duration,
    ) -> Result<Permit, Refused> {
        let mut place = None;
        loop {
            // Listens before it looks, so that nothing is freed unheard in between.
            let mut freed = pin!(self.freed.notified());
            freed.as_mut().enable();
            let rest = self.lock().rests.left().max(quota.rest(is_counted));
            if let Some(rest) = rest.filter(|rest| *rest > patience) {
                return Err(Refused::Resting(rest));
            }
            {
                let mut state = self.lock();
                // Rounded up, so that something is always allowed.
                let allowed = (concurrency as f64 * state.share).ceil().max(1.0) as usize;
                if rest.is_none() && state.in_flight < allowed {
                    state.in_flight += 1;
                    return Ok(Permit(self.clone()));
                }
                if place.is_none() {
                    if state.waiting >= max_waiting {
                        return Err(Refused::Crowded);
                    }
                    state.waiting += 1;
                    place = Some(Place(self));
                }
            }
            match rest {
                Some(rest) => tokio::time::sleep(rest + jitter(rest)).await,
                None => freed.await,
            }
        }
    }

    /// Whether somebody has to leave the host alone.
    fn is_resting(&self) -> bool {
        let quotas = self.quotas.lock();
        self.lock().rests.left().is_some() || quotas.values().any(|quota| quota.rest(true).is_some())
    }

    /// Takes note of an answer, and of how long the host is to be left alone; gives that back if it is news for others.
    pub(crate) fn answered(&self, quota: &Quota, status: u16, rest: Option<Rest>) -> Option<Rest> {
        {
            let mut state = self.lock();
            if status == 429 {
                state.share /= 2.0;
            } else if state.share < 1.0 {
                state.share = (state.share + RECOVERY).min(1.0);
                self.freed.notify_one();
            }
        }
        rest.filter(|rest| self.change(quota, *rest, Until::begin))
    }

    /// Takes note of what others say.
    pub(crate) fn hear(&self, quota: &Quota, rests: Vec<Rest>) {
        for rest in rests {
            self.change(quota, rest, Until::hear);
        }
    }

    fn change<T>(&self, quota: &Quota, rest: Rest, change: fn(&mut Until, Duration) -> T) -> T {
        match rest {
            Rest::All(time) => change(&mut self.lock().rests, time),
            Rest::Account(time) => quota.used_up(|until| change(until, time)),
            Rest::Counted(time) => quota.drained(|until| change(until, time)),
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;
    use crate::http::host::until::LONGEST_REST;

    const PATIENT: Duration = Duration::from_secs(30);
    const HOUR: Duration = Duration::from_secs(3600);

    fn nobody() -> Quota {
        Quota::default()
    }

    #[tokio::test]
    async fn no_more_than_allowed_at_once() {
        let host = Arc::new(Host::default());
        let first = host.enter(&nobody(), 2, 10, true, PATIENT).await.ok();
        let second = host.enter(&nobody(), 2, 10, true, PATIENT).await.ok();
        let third = tokio::spawn({
            let host = host.clone();
            async move { host.enter(&nobody(), 2, 10, true, PATIENT).await.is_ok() }
        });
        tokio::task::yield_now().await;
        assert!(!third.is_finished());
        drop(first);
        assert!(third.await.expect("no panic"));
        drop(second);
        assert_eq!(host.lock().in_flight, 0);
    }

    #[tokio::test]
    async fn no_more_than_allowed_wait() {
        let host = Arc::new(Host::default());
        let held = host.enter(&nobody(), 1, 1, false, PATIENT).await.ok();
        let quota = nobody();
        let mut first = Box::pin(host.enter(&quota, 1, 1, false, PATIENT));
        assert!((&mut first).now_or_never().is_none(), "it waits");
        let second = host.enter(&nobody(), 1, 1, false, PATIENT).now_or_never();
        assert!(matches!(second, Some(Err(Refused::Crowded))));
        drop(first);
        let mut third = Box::pin(host.enter(&quota, 1, 1, false, PATIENT));
        assert!((&mut third).now_or_never().is_none(), "who leaves gives the place back");
        drop(held);
        let held = third.await.ok();
        assert!(held.is_some() && host.lock().waiting == 0);
        assert!(matches!(host.enter(&nobody(), 1, 0, false, PATIENT).await, Err(Refused::Crowded)));
    }

    #[tokio::test]
    async fn a_429_halves_what_is_allowed_and_successes_give_it_back() {
        let host = Arc::new(Host::default());
        host.answered(&nobody(), 429, None);
        let permits = [
            host.enter(&nobody(), 4, 10, true, PATIENT).await.ok(),
            host.enter(&nobody(), 4, 10, true, PATIENT).await.ok(),
        ];
        assert!(
            tokio::time::timeout(Duration::ZERO, host.enter(&nobody(), 4, 10, true, PATIENT)).await.is_err()
        );
        for _ in 0..20 {
            host.answered(&nobody(), 200, None);
        }
        assert!(host.enter(&nobody(), 4, 10, true, PATIENT).await.is_ok());
        drop(permits);
        for _ in 0..100 {
            host.answered(&nobody(), 429, None);
        }
        assert!(host.enter(&nobody(), 1, 10, true, PATIENT).await.is_ok(), "something is always allowed");
    }

    #[tokio::test(start_paused = true)]
    async fn everybody_leaves_a_resting_host_alone() {
        let host = Host::named("resting.example");
        host.answered(&nobody(), 429, Some(Rest::All(Duration::from_secs(3600 * 24))));
        let again = Host::named("resting.example");
        match again.enter(&nobody(), 4, 10, false, PATIENT).await {
            Err(Refused::Resting(rest)) => assert!(rest > PATIENT && rest <= LONGEST_REST),
            other => panic!("it rests: {:?}", other.err()),
        }
        assert!(Host::named("other.example").enter(&nobody(), 4, 10, false, PATIENT).await.is_ok());
    }

    #[tokio::test]
    async fn who_has_nothing_left_asks_for_what_is_not_counted_and_others_for_everything() {
        let host = Arc::new(Host::default());
        let (ada, bob) = (host.quota("ada"), host.quota("bob"));
        let may =
            async |quota: &Quota, is_counted| host.enter(quota, 4, 10, is_counted, PATIENT).await.is_ok();
        host.answered(&ada, 200, Some(Rest::Counted(HOUR)));
        assert_eq!([may(&ada, true).await, may(&ada, false).await], [false, true]);
        assert_eq!([may(&bob, true).await, may(&host.quota(""), true).await], [true, true]);
        host.answered(&bob, 403, Some(Rest::Account(HOUR)));
        assert_eq!(
            [may(&bob, true).await, may(&bob, false).await, may(&ada, false).await],
            [false, false, true]
        );
        assert!(!may(&host.quota("bob"), false).await, "whoever has the same account");
        host.answered(&nobody(), 429, Some(Rest::All(HOUR)));
        assert!(!may(&ada, false).await && !may(&nobody(), false).await, "everybody");
    }

    #[tokio::test(start_paused = true)]
    async fn others_are_told_what_they_do_not_know() {
        let (host, quota) = (Host::default(), nobody());
        assert_eq!(host.answered(&quota, 200, None), None);
        for rest in [Rest::Counted(HOUR), Rest::All(HOUR / 2), Rest::Account(HOUR / 4)] {
            assert_eq!(
                [host.answered(&quota, 200, Some(rest)), host.answered(&quota, 200, Some(rest))],
                [Some(rest), None]
            );
        }
        let long = Rest::All(HOUR);
        host.hear(&quota, vec![long]);
        assert_eq!(host.answered(&quota, 429, Some(long)), None, "it comes from them");
        assert_eq!(host.lock().rests.left(), Some(HOUR));
    }

    #[test]
    fn accounts_without_number_are_forgotten_unless_they_rest() {
        let host = Host::default();
        let resting = host.quota("resting");
        resting.used_up(|until| until.begin(HOUR));
        drop(resting);
        (0..MAX_ACCOUNTS * 2).for_each(|number| drop(host.quota(&number.to_string())));
        assert!(host.quotas.lock().len() <= MAX_ACCOUNTS);
        assert!(host.is_resting() && host.quota("resting").rest(false).is_some());
    }
}
