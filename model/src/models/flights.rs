//! Callers that share one piece of work.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use futures_util::FutureExt;
use shuttle::{future, rand::Rng};

use crate::single_flight::SingleFlight;

const CALLERS: usize = 4;

/// What is counted of the work. No task is switched where it counts.
#[derive(Default)]
struct Counts {
    started: AtomicUsize,
    running: AtomicUsize,
    finished: AtomicUsize,
}

struct Running(Arc<Counts>);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.running.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Work that takes two steps, and gives its number.
async fn work(counts: Arc<Counts>) -> usize {
    let number = counts.started.fetch_add(1, Ordering::SeqCst);
    assert_eq!(counts.running.fetch_add(1, Ordering::SeqCst), 0, "the same work runs twice at a time");
    let running = Running(counts.clone());
    future::yield_now().await;
    future::yield_now().await;
    counts.finished.fetch_add(1, Ordering::SeqCst);
    drop(running);
    number
}

/// Whoever stays gets a result, work that nobody waits for is dropped, and no work runs twice at a time.
pub(crate) fn callers_that_leave() {
    let (flights, counts) = (Arc::new(SingleFlight::default()), Arc::new(Counts::default()));
    let callers: Vec<_> = (0..CALLERS)
        .map(|_| {
            let (flights, counts) = (flights.clone(), counts.clone());
            future::spawn(async move {
                let mut flight = Box::pin(flights.join("key", work(counts)));
                for _ in 0..shuttle::rand::thread_rng().gen_range(0..3) {
                    if (&mut flight).now_or_never().is_some() {
                        return;
                    }
                    future::yield_now().await;
                }
                if shuttle::rand::thread_rng().gen_bool(0.5) {
                    flight.await;
                }
            })
        })
        .collect();
    future::block_on(async {
        for caller in callers {
            caller.await.expect("a caller ends");
        }
    });
    assert_eq!(counts.running.load(Ordering::SeqCst), 0, "work goes on that nobody waits for");
}

/// Who asks when some work has finished is answered by later work.
pub(crate) fn no_old_results() {
    let (flights, counts) = (Arc::new(SingleFlight::default()), Arc::new(Counts::default()));
    let callers: Vec<_> = (0..CALLERS)
        .map(|_| {
            let (flights, counts) = (flights.clone(), counts.clone());
            future::spawn(async move {
                let finished = counts.finished.load(Ordering::SeqCst);
                let number = flights.join("key", work(counts)).await;
                assert!(number >= finished, "number {number} is given after {finished} had finished");
            })
        })
        .collect();
    future::block_on(async {
        for caller in callers {
            caller.await.expect("a caller ends");
        }
    });
    assert!(counts.started.load(Ordering::SeqCst) <= CALLERS);
}
