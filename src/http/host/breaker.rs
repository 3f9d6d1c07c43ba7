//! The health of a host, as everybody in the process has found it.
//!
//! A host that cannot be reached is left alone for a while, so that twenty callers do not each wait for it. After that,
//! one of them tries again, and its success opens the way for all. Retries take from a budget that answers fill, so a
//! host that fails often is not asked more often for it.

use std::time::Duration;

use parking_lot::Mutex;
use tokio::time::Instant;

use crate::{cool_down::CoolDown, error::Error, http::retry::Fault};

/// First time for which a host that could not be reached is left alone.
const FIRST_PAUSE: Duration = Duration::from_secs(10);
/// The longest such time. Each pause is twice the one before.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);
/// Time for which an answer shows that a host is alive.
const ALIVE: Duration = Duration::from_secs(60);
/// Weight of failures, with no answer in between, at which a host counts as down.
const LIMIT: u32 = 3;
/// The most retries that may be made with no answer in between.
const FULL_BUDGET: f64 = 20.0;
/// What an answer adds to the budget.
const EARNED: f64 = 0.1;

/// The health of a host.
#[derive(Debug, Default)]
pub(crate) struct Health(Mutex<State>);

#[derive(Debug)]
struct State {
    /// Weight of the failures since the last answer.
    weight: u32,
    /// When an answer last began to arrive.
    answered: Option<Instant>,
    /// When an answer was last complete.
    completed: Option<Instant>,
    outage: Option<Outage>,
    budget: f64,
}

#[derive(Debug)]
struct Outage {
    last_failure: Instant,
    cool_down: CoolDown,
    pause: Duration,
    why: Error,
}

/// Why a host is not asked.
#[derive(Debug)]
pub(crate) struct Down {
    /// The last failure.
    pub(crate) why: Error,
    /// Time since that failure.
    pub(crate) since: Duration,
    /// Time until the host is asked again.
    pub(crate) remaining: Duration,
}

impl Default for State {
    fn default() -> Self {
        Self { weight: 0, answered: None, completed: None, outage: None, budget: FULL_BUDGET }
    }
}

impl Health {
    fn lock(&self) -> parking_lot::MutexGuard<'_, State> {
        self.0.lock()
    }

    /// Whether the host may be asked. During an outage, one caller is let through after every pause.
    pub(crate) fn allows_use(&self) -> Result<(), Down> {
        let mut state = self.lock();
        let now = Instant::now();
        let Some(outage) = &mut state.outage else { return Ok(()) };
        let Some(remaining) = outage.cool_down.left() else {
            outage.cool_down = CoolDown::lasting(outage.pause);
            return Ok(());
        };
        Err(Down { why: outage.why.clone(), since: now.duration_since(outage.last_failure), remaining })
    }

    /// Whether the host could not be reached when it was last asked.
    pub(crate) fn is_down(&self) -> bool {
        self.lock().outage.is_some()
    }

    /// Whether it has completed an answer lately.
    pub(crate) fn is_alive(&self) -> bool {
        self.lock().is_alive(Instant::now())
    }

    /// Notes that an answer, of whatever status, begins to arrive.
    pub(crate) fn answered(&self) {
        let mut state = self.lock();
        state.weight = 0;
        state.outage = None;
        state.answered = Some(Instant::now());
    }

    /// Notes that an answer is complete. A useful one fills the budget for retries.
    pub(crate) fn completed(&self, is_of_use: bool) {
        let mut state = self.lock();
        state.completed = Some(Instant::now());
        if is_of_use {
            state.budget = (state.budget + EARNED).min(FULL_BUDGET);
        }
    }

    /// Takes one retry from the budget. Returns `false` if none is left.
    pub(crate) fn spend(&self) -> bool {
        let mut state = self.lock();
        let is_enough = state.budget >= 1.0;
        if is_enough {
            state.budget -= 1.0;
        }
        is_enough
    }

    /// Notes that an attempt, begun at `began`, has ended without an answer. It does not count if the host has answered
    /// others since. Returns whether the host went down by it.
    pub(crate) fn failed(&self, fault: Fault, began: Instant, why: &Error) -> bool {
        let mut state = self.lock();
        let now = Instant::now();
        if state.answered.is_some_and(|answered| answered >= began) {
            return false;
        }
        state.weight = state.weight.saturating_add(match fault {
            Fault::Refused => 1,
            Fault::Unreachable => LIMIT,
            // One slow answer does not make a host dead that answers other requests.
            Fault::Silent if state.is_alive(now) => 0,
            Fault::Silent => 2,
            Fault::Broken => 0,
        });
        let was_down = state.outage.is_some();
        if state.weight >= LIMIT {
            let pause = match &state.outage {
                None => FIRST_PAUSE,
                // Only the caller that was let through doubles the pause: the other attempts began before the outage.
                Some(outage) if began > outage.last_failure => (outage.pause * 2).min(LONGEST_PAUSE),
                Some(outage) => outage.pause,
            };
            state.outage = Some(Outage {
                last_failure: now,
                cool_down: CoolDown::lasting(pause),
                pause,
                why: why.clone(),
            });
        }
        !was_down && state.outage.is_some()
    }
}

impl State {
    fn is_alive(&self, now: Instant) -> bool {
        self.completed.is_some_and(|completed| now.duration_since(completed) < ALIVE)
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::advance;

    use super::*;
    use crate::error::ErrorKind;

    const SECOND: Duration = Duration::from_secs(1);

    fn why() -> Error {
        Error::new(ErrorKind::Network, "gone")
    }

    async fn fail(health: &Health, fault: Fault) {
        let began = Instant::now();
        advance(Duration::from_millis(1)).await;
        health.failed(fault, began, &why());
    }

    #[tokio::test(start_paused = true)]
    async fn a_host_that_cannot_be_reached_is_left_alone() {
        for (fault, failures) in [(Fault::Unreachable, 1), (Fault::Silent, 2), (Fault::Refused, 3)] {
            let health = Health::default();
            for _ in 0..failures {
                assert!(health.allows_use().is_ok(), "{fault:?}");
                fail(&health, fault).await;
            }
            advance(4 * SECOND).await;
            let down = health.allows_use().expect_err("left alone");
            assert_eq!((down.since, down.remaining), (4 * SECOND, 6 * SECOND), "{fault:?}");
            assert_eq!(down.why.message(), "gone");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn one_caller_tries_again_after_a_pause_that_grows() {
        let health = Health::default();
        fail(&health, Fault::Unreachable).await;
        for pause in [10, 20, 40, 60, 60] {
            advance(pause * SECOND - Duration::from_millis(1)).await;
            assert!(health.allows_use().is_err(), "{pause}");
            advance(Duration::from_millis(1)).await;
            assert!(health.allows_use().is_ok() && health.allows_use().is_err(), "one of them, {pause}");
            fail(&health, Fault::Unreachable).await;
        }
        advance(60 * SECOND).await;
        assert!(health.allows_use().is_ok());
        health.answered();
        assert!(health.allows_use().is_ok() && health.allows_use().is_ok() && !health.is_down());
        fail(&health, Fault::Unreachable).await;
        advance(10 * SECOND).await;
        assert!(health.allows_use().is_ok(), "the pause is a short one again");
    }

    #[tokio::test(start_paused = true)]
    async fn a_caller_that_tries_and_leaves_does_not_keep_the_others_out() {
        let health = Health::default();
        fail(&health, Fault::Unreachable).await;
        advance(10 * SECOND).await;
        assert!(health.allows_use().is_ok() && health.allows_use().is_err());
        advance(10 * SECOND).await;
        assert!(health.allows_use().is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn callers_that_fail_together_are_one_failure() {
        let health = Health::default();
        let began = Instant::now();
        for _ in 0..20 {
            advance(Duration::from_millis(1)).await;
            health.failed(Fault::Unreachable, began, &why());
        }
        assert!(health.allows_use().expect_err("left alone").remaining <= FIRST_PAUSE);
    }

    #[tokio::test(start_paused = true)]
    async fn what_has_answered_since_is_not_down() {
        let health = Health::default();
        let began = Instant::now();
        advance(SECOND).await;
        health.answered();
        assert!(!health.is_alive(), "the answer is not there yet");
        health.completed(true);
        for fault in [Fault::Unreachable, Fault::Silent, Fault::Refused, Fault::Broken] {
            health.failed(fault, began, &why());
            health.failed(fault, began, &why());
        }
        assert!(health.allows_use().is_ok());
        for _ in 0..10 {
            fail(&health, Fault::Broken).await;
            fail(&health, Fault::Silent).await;
        }
        assert!(health.allows_use().is_ok() && health.is_alive(), "others work");
        advance(ALIVE).await;
        assert!(!health.is_alive());
    }

    #[test]
    fn retries_are_paid_for_by_answers() {
        let health = Health::default();
        assert_eq!((0..100).filter(|_| health.spend()).count(), 20);
        (0..100).for_each(|_| health.completed(false));
        assert!(!health.spend());
        (0..11).for_each(|_| health.completed(true));
        assert!(health.spend() && !health.spend());
        (0..1000).for_each(|_| health.completed(true));
        assert_eq!((0..100).filter(|_| health.spend()).count(), 20);
    }
}
