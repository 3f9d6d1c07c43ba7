//! How fast a host is asked, by everybody in the process.
//!
//! A host is asked a limited number of things at once. When it answers 429, everybody leaves it alone until it has
//! recovered, and it is asked less at once for a while. When it says that nothing is left of what it allows, it is not asked
//! for what it counts: Docker Hub counts the GET of a manifest, and goes on listing tags and telling digests.

use std::{
    collections::HashMap,
    pin::pin,
    sync::{Arc, LazyLock, Mutex, PoisonError},
    time::Duration,
};

use tokio::{sync::Notify, time::Instant};

use super::{breaker::Health, jitter::jitter, rest::Rest};

/// The longest time for which a host is left alone, whatever it says.
const LONGEST_REST: Duration = Duration::from_secs(60 * 60);
/// Time by which a rest must be longer than others know, to be worth telling them.
const NEWSWORTHY: Duration = Duration::from_secs(1);
/// Hosts that are remembered; beyond them, those that are idle and rested are forgotten.
const MAX_HOSTS: usize = 1024;
/// Share of the allowed requests that a host gains back with each success after a 429.
const RECOVERY: f64 = 0.05;

static HOSTS: LazyLock<Mutex<HashMap<String, Arc<Host>>>> = LazyLock::new(Mutex::default);

/// One host's pace.
#[derive(Debug, Default)]
pub(super) struct Host {
    pub(super) health: Health,
    state: Mutex<State>,
    freed: Notify,
    /// When others were last asked what they know of the host.
    pub(super) heard: tokio::sync::Mutex<Option<Instant>>,
}

#[derive(Debug)]
struct State {
    in_flight: usize,
    waiting: usize,
    /// Share of the allowed requests that the host is given, above 0 and at most 1.
    share: f64,
    rests: Until,
    /// Nothing is left of what the host counts.
    is_drained: Until,
}

impl Default for State {
    fn default() -> Self {
        Self { in_flight: 0, waiting: 0, share: 1.0, rests: Until::default(), is_drained: Until::default() }
    }
}

/// Until when something holds.
#[derive(Debug, Default)]
struct Until {
    /// As it is known here.
    here: Option<Instant>,
    /// As others know it.
    elsewhere: Option<Instant>,
}

impl State {
    fn until(&mut self, rest: Rest) -> (&mut Until, Instant) {
        let (until, time) = match rest {
            Rest::All(time) => (&mut self.rests, time),
            Rest::Counted(time) => (&mut self.is_drained, time),
        };
        (until, Instant::now() + time.min(LONGEST_REST))
    }
}

/// Permission for one request; given back when dropped.
pub(super) struct Permit(Arc<Host>);

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
pub(super) enum Refused {
    /// The host is left alone for longer than the caller is willing to wait.
    Resting(Duration),
    /// As many wait as may.
    Crowded,
}

impl Host {
    /// The pace of a host, by its name and port.
    pub(super) fn named(authority: &str) -> Arc<Self> {
        let mut hosts = HOSTS.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(host) = hosts.get(authority) {
            return host.clone();
        }
        if hosts.len() >= MAX_HOSTS {
            hosts.retain(|_, host| {
                Arc::strong_count(host) > 1 || host.rest(true).is_some() || host.health.is_down()
            });
        }
        let host = Arc::new(Self::default());
        hosts.insert(authority.to_owned(), host.clone());
        host
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until the host may be asked: no more than `concurrency` things at once, and not while it rests, or while nothing
    /// is left if the request is one that is counted. Refuses at once where that takes longer than `patience`, or where
    /// `max_waiting` wait already.
    pub(super) async fn enter(
        self: &Arc<Self>,
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
            let rest = self.rest(is_counted);
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

    /// How long the host is still to be left alone.
    fn rest(&self, is_counted: bool) -> Option<Duration> {
        let state = self.lock();
        let drained = if is_counted { state.is_drained.here } else { None };
        let until = state.rests.here.max(drained);
        until?.checked_duration_since(Instant::now()).filter(|rest| !rest.is_zero())
    }

    /// Takes note of an answer, and of how long the host is to be left alone; gives that back if it is news for others.
    pub(super) fn answered(&self, status: u16, rest: Option<Rest>) -> Option<Rest> {
        let mut state = self.lock();
        if status == 429 {
            state.share /= 2.0;
        } else if state.share < 1.0 {
            state.share = (state.share + RECOVERY).min(1.0);
            self.freed.notify_one();
        }
        let (until, time) = state.until(rest?);
        until.here = until.here.max(Some(time));
        let is_news = until.elsewhere.is_none_or(|known| time > known + NEWSWORTHY);
        if is_news {
            until.elsewhere = Some(time);
        }
        rest.filter(|_| is_news)
    }

    /// Takes note of what others say.
    pub(super) fn hear(&self, rests: Vec<Rest>) {
        let mut state = self.lock();
        for rest in rests {
            let (until, time) = state.until(rest);
            until.here = until.here.max(Some(time));
            until.elsewhere = until.elsewhere.max(Some(time));
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;
    use crate::http::rest::UNKNOWN_RESET;

    const PATIENT: Duration = Duration::from_secs(30);

    #[tokio::test]
    async fn no_more_than_allowed_at_once() {
        let host = Arc::new(Host::default());
        let first = host.enter(2, 10, true, PATIENT).await.ok();
        let second = host.enter(2, 10, true, PATIENT).await.ok();
        let third = tokio::spawn({
            let host = host.clone();
            async move { host.enter(2, 10, true, PATIENT).await.is_ok() }
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
        let held = host.enter(1, 1, false, PATIENT).await.ok();
        let mut first = Box::pin(host.enter(1, 1, false, PATIENT));
        assert!((&mut first).now_or_never().is_none(), "it waits");
        let second = host.enter(1, 1, false, PATIENT).now_or_never();
        assert!(matches!(second, Some(Err(Refused::Crowded))));
        drop(first);
        let mut third = Box::pin(host.enter(1, 1, false, PATIENT));
        assert!((&mut third).now_or_never().is_none(), "who leaves gives the place back");
        drop(held);
        let held = third.await.ok();
        assert!(held.is_some() && host.lock().waiting == 0);
        assert!(matches!(host.enter(1, 0, false, PATIENT).await, Err(Refused::Crowded)));
    }

    #[tokio::test]
    async fn a_429_halves_what_is_allowed_and_successes_give_it_back() {
        let host = Arc::new(Host::default());
        host.answered(429, None);
        let permits =
            [host.enter(4, 10, true, PATIENT).await.ok(), host.enter(4, 10, true, PATIENT).await.ok()];
        assert!(tokio::time::timeout(Duration::ZERO, host.enter(4, 10, true, PATIENT)).await.is_err());
        for _ in 0..20 {
            host.answered(200, None);
        }
        assert!(host.enter(4, 10, true, PATIENT).await.is_ok());
        drop(permits);
        for _ in 0..100 {
            host.answered(429, None);
        }
        assert!(host.enter(1, 10, true, PATIENT).await.is_ok(), "something is always allowed");
    }

    #[tokio::test(start_paused = true)]
    async fn everybody_leaves_a_resting_host_alone() {
        let host = Host::named("resting.example");
        host.answered(429, Some(Rest::All(Duration::from_secs(3600 * 24))));
        let again = Host::named("resting.example");
        match again.enter(4, 10, false, PATIENT).await {
            Err(Refused::Resting(rest)) => assert!(rest > PATIENT && rest <= LONGEST_REST),
            other => panic!("it rests: {:?}", other.err()),
        }
        assert!(Host::named("other.example").enter(4, 10, false, PATIENT).await.is_ok());
    }

    #[tokio::test]
    async fn a_host_with_nothing_left_is_asked_for_what_it_does_not_count() {
        let host = Arc::new(Host::default());
        host.answered(200, Some(Rest::Counted(UNKNOWN_RESET)));
        assert!(host.enter(4, 10, true, PATIENT).await.is_err());
        assert!(host.enter(4, 10, false, PATIENT).await.is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn others_are_told_what_they_do_not_know() {
        let host = Host::default();
        let minute = Some(Rest::Counted(UNKNOWN_RESET));
        assert_eq!(host.answered(200, None), None);
        assert_eq!([host.answered(200, minute), host.answered(200, minute)], [minute, None]);
        tokio::time::advance(NEWSWORTHY * 2).await;
        assert_eq!(host.answered(200, minute), minute);
        let short = Some(Rest::All(Duration::from_secs(5)));
        assert_eq!(host.answered(429, short), short, "another kind of rest");
        let long = Rest::All(UNKNOWN_RESET);
        host.hear(vec![long]);
        assert_eq!(host.answered(429, Some(long)), None, "it comes from them");
        assert!(host.rest(false) > Some(UNKNOWN_RESET / 2));
    }
}
