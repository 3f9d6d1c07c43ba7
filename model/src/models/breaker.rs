//! Callers of a host that fails.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use shuttle::future;
use tokio::time::Instant;

use crate::{
    clock,
    error::Error,
    http::{host::breaker::Health, retry::Fault},
};

const CALLERS: usize = 4;
/// Longer than the first pause.
const PAUSE: Duration = Duration::from_secs(11);

fn run(work: impl Fn(usize, Arc<Health>) + Clone + Send + 'static, health: &Arc<Health>) {
    let callers: Vec<_> = (0..CALLERS)
        .map(|number| {
            let (health, work) = (health.clone(), work.clone());
            future::spawn(async move { work(number, health) })
        })
        .collect();
    future::block_on(async {
        for caller in callers {
            caller.await.expect("a caller ends");
        }
    });
}

/// Callers that fail together are one outage, and one of them tries again when its pause is over.
pub(crate) fn one_caller_tries_again() {
    clock::reset();
    let health = Arc::new(Health::default());
    let (outages, tries) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let began = Instant::now();
    let counted = outages.clone();
    run(
        move |_, health| {
            if health.failed(Fault::Unreachable, began, &Error) {
                counted.fetch_add(1, Ordering::SeqCst);
            }
            assert!(health.allows_use().is_err(), "it is left alone at once");
        },
        &health,
    );
    assert_eq!(outages.load(Ordering::SeqCst), 1, "one of them says so");
    clock::pass(PAUSE);
    let counted = tries.clone();
    run(
        move |_, health| {
            if health.allows_use().is_ok() {
                counted.fetch_add(1, Ordering::SeqCst);
            }
        },
        &health,
    );
    assert_eq!(tries.load(Ordering::SeqCst), 1, "one of them tries");
    // The answer that one gets opens the way for all.
    health.answered();
    run(|_, health| assert!(health.allows_use().is_ok()), &health);
}

/// No more retries are made than there are in the budget, however many take from it at a time.
pub(crate) fn the_budget_for_retries() {
    let health = Arc::new(Health::default());
    // All but two of what the budget has at first.
    (0..18).for_each(|_| assert!(health.spend()));
    let spent = Arc::new(AtomicUsize::new(0));
    let counted = spent.clone();
    run(
        move |_, health| {
            if health.spend() {
                counted.fetch_add(1, Ordering::SeqCst);
            }
        },
        &health,
    );
    assert_eq!(spent.load(Ordering::SeqCst), 2);
}
