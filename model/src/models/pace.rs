//! Callers that wait for their turn at a host.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use shuttle::{future, rand::Rng};

use crate::{
    clock,
    http::host::{allowance::Allowance, pace::Host, pause::Pause, places::Rank},
};

const CALLERS: usize = 4;
const CONCURRENCY: usize = 2;
const PATIENCE: Duration = Duration::from_secs(30);
/// Time that passes in a run: longer than its pause.
const SECONDS: usize = 5;
const SECOND: Duration = Duration::from_secs(1);

/// Lets every caller in, some of whom leave before or after, while `meanwhile` happens: no more than allowed are in at a time,
/// and whoever stays gets in.
fn let_in(concurrency: usize, meanwhile: impl Fn(&Host) + Send + 'static) {
    clock::reset();
    let host = Arc::new(Host::default());
    let inside = Arc::new(AtomicUsize::new(0));
    let callers: Vec<_> = (0..CALLERS)
        .map(|number| {
            let (host, inside) = (host.clone(), inside.clone());
            future::spawn(async move {
                let allowance = Allowance::default();
                let rank = if number % 2 == 0 { Rank::EndsChain } else { Rank::LeadsOn };
                let permit = host.enter(&allowance, (concurrency, CALLERS), (rank, false), PATIENCE).await;
                let permit = permit.ok().expect("nobody is refused");
                assert!(inside.fetch_add(1, Ordering::SeqCst) < concurrency, "more than are allowed");
                let leaves = Leaves(inside);
                future::yield_now().await;
                host.answered(&allowance, if number == 0 { 429 } else { 200 }, None);
                drop(leaves);
                drop(permit);
            })
        })
        .collect();
    let aborted: Vec<_> = callers.iter().map(|_| shuttle::rand::thread_rng().gen_bool(0.4)).collect();
    let other = future::spawn({
        let host = host.clone();
        async move {
            meanwhile(&host);
            for _ in 0..SECONDS {
                clock::pass(SECOND);
                future::yield_now().await;
            }
        }
    });
    future::block_on(async {
        for (caller, is_aborted) in callers.iter().zip(&aborted) {
            if *is_aborted {
                caller.abort();
            }
            future::yield_now().await;
        }
        for (caller, is_aborted) in callers.into_iter().zip(aborted) {
            let outcome = caller.await;
            assert!(is_aborted || outcome.is_ok(), "who stays gets in");
        }
        other.await.expect("it ends");
        let allowance = Allowance::default();
        assert!(
            host.enter(&allowance, (1, 0), (Rank::LeadsOn, false), PATIENCE).await.is_ok(),
            "nothing is held at the end"
        );
    });
    assert_eq!(inside.load(Ordering::SeqCst), 0);
}

struct Leaves(Arc<AtomicUsize>);

impl Drop for Leaves {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

pub(crate) fn callers_that_leave() {
    let_in(CONCURRENCY, |_| {});
}

pub(crate) fn callers_that_leave_during_a_pause() {
    let_in(1, |host| {
        host.answered(&Allowance::default(), 429, Some(Pause::Everybody(3 * SECOND)));
    });
}

/// Of many who are told of the same pause at a time, one passes it on.
pub(crate) fn one_tells_the_news() {
    clock::reset();
    let host = Arc::new(Host::default());
    let told = Arc::new(AtomicUsize::new(0));
    let callers: Vec<_> = (0..CALLERS)
        .map(|_| {
            let (host, told) = (host.clone(), told.clone());
            future::spawn(async move {
                let pause = Some(Pause::Everybody(10 * SECOND));
                if host.answered(&Allowance::default(), 429, pause).is_some() {
                    told.fetch_add(1, Ordering::SeqCst);
                }
                let refused = host
                    .enter(&Allowance::default(), (CALLERS, CALLERS), (Rank::LeadsOn, false), SECOND)
                    .await;
                assert!(refused.is_err(), "nobody gets in who has heard of it");
            })
        })
        .collect();
    future::block_on(async {
        for caller in callers {
            caller.await.expect("a caller ends");
        }
    });
    assert_eq!(told.load(Ordering::SeqCst), 1);
}
