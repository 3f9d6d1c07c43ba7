//! Drops connections whose servers keep the process busy while nobody waits for them.
//!
//! A server may send HTTP/2 control frames without end (RFC 9113, section 10.5). Each is read and answered as long as the connection
//! is open, whether or not a request waits on it. reqwest shows neither frames nor connections, so the time that the runtime works
//! tells of them.

use std::{
    sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering},
    time::Duration,
};

use parking_lot::Mutex;
use tokio::runtime::{Handle, RuntimeMetrics};
use tracing::{
    Dispatch,
    dispatcher::{get_default, with_default},
};

use super::pool;

/// Attempts in flight.
static IN_FLIGHT: AtomicUsize = AtomicUsize::new(0);
/// Attempts that have begun.
static BEGUN: AtomicU64 = AtomicU64::new(0);
/// Whether a task watches the connections.
static IS_WATCHED: AtomicBool = AtomicBool::new(false);
/// Whether the runtime was as busy after connections were dropped as before: the work is somebody else's.
static IS_IN_VAIN: AtomicBool = AtomicBool::new(false);

/// Whoever made the last request is told of a flood.
static LISTENER: Mutex<Option<Dispatch>> = Mutex::new(None);

/// One look at the runtime.
const LOOK: Duration = Duration::from_secs(1);
/// Looks in a row at which the runtime is busy before connections are dropped.
const BUSY_LOOKS: u32 = 3;
/// Part of a look that counts as busy, as a divisor.
const BUSY_PART: u32 = 20;
/// Looks without any request before the watch ends. By then reqwest has closed idle connections itself (90 s).
const LOOKS: u32 = 100;

/// An attempt of a request, from its beginning to its answer.
#[derive(Debug)]
pub(crate) struct Attempt(());

impl Attempt {
    pub(crate) fn begin() -> Self {
        IN_FLIGHT.fetch_add(1, Ordering::Relaxed);
        BEGUN.fetch_add(1, Ordering::Relaxed);
        Self(())
    }
}

impl Drop for Attempt {
    fn drop(&mut self) {
        if IN_FLIGHT.fetch_sub(1, Ordering::Relaxed) != 1 {
            return;
        }
        *LISTENER.lock() = Some(get_default(Dispatch::clone));
        if let Ok(runtime) = Handle::try_current()
            && !IS_WATCHED.swap(true, Ordering::AcqRel)
        {
            let watched = Watched;
            runtime.spawn(async move {
                watch(&Handle::current().metrics()).await;
                drop(watched);
            });
        }
    }
}

/// A watch that is on. A runtime that shuts down drops it, so that another runtime can watch.
struct Watched;

impl Drop for Watched {
    fn drop(&mut self) {
        *LISTENER.lock() = None;
        IS_WATCHED.store(false, Ordering::Release);
    }
}

async fn watch(metrics: &RuntimeMetrics) {
    let (mut without_request, mut busy) = (0, 0);
    while without_request < LOOKS {
        let (begun, worked) = (BEGUN.load(Ordering::Relaxed), work(metrics));
        tokio::time::sleep(LOOK).await;
        if IN_FLIGHT.load(Ordering::Relaxed) > 0 || BEGUN.load(Ordering::Relaxed) != begun {
            (without_request, busy) = (0, 0);
            continue;
        }
        without_request += 1;
        if work(metrics).saturating_sub(worked) < LOOK / BUSY_PART {
            IS_IN_VAIN.store(false, Ordering::Relaxed);
            busy = 0;
            continue;
        }
        busy += 1;
        if busy == BUSY_LOOKS && !IS_IN_VAIN.swap(true, Ordering::Relaxed) {
            let listener = LISTENER.lock().clone().unwrap_or_default();
            with_default(&listener, || {
                tracing::warn!(
                    "Idle connections are dropped: a server on one of them sends without end, although nothing is asked of it"
                );
            });
            pool::drop_all();
        }
    }
}

/// Returns the time that the runtime's workers have worked.
fn work(metrics: &RuntimeMetrics) -> Duration {
    (0..metrics.num_workers()).map(|worker| metrics.worker_total_busy_duration(worker)).sum()
}
