//! One request for many callers.

use std::{collections::HashMap, hash::Hash};

use futures_util::{
    FutureExt,
    future::{BoxFuture, Shared, WeakShared},
};
use parking_lot::Mutex;

type Flight<T> = Shared<BoxFuture<'static, T>>;

/// Work under way, by key. Callers that ask for the same key while it runs get the same result.
///
/// The callers that wait drive the work. One that leaves takes nothing from the others; when the last one has left, the
/// work is dropped. Each work has a value of type `S` beside it, by which a caller may decide whether it comes too late
/// to join.
#[derive(Debug)]
pub(crate) struct SingleFlight<K, T: Clone, S = ()>(Mutex<HashMap<K, UnderWay<T, S>>>);

#[derive(Debug)]
struct UnderWay<T: Clone, S> {
    work: WeakShared<BoxFuture<'static, T>>,
    shared: S,
}

impl<T: Clone, S> UnderWay<T, S> {
    fn running(&self) -> Option<Flight<T>> {
        self.work.upgrade().filter(|work: &Flight<T>| work.peek().is_none())
    }
}

impl<K, T: Clone, S> Default for SingleFlight<K, T, S> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K: Eq + Hash, T: Clone> SingleFlight<K, T> {
    /// Joins the work under way for `key`, or starts `work`.
    pub(crate) fn join(&self, key: K, work: impl Future<Output = T> + Send + 'static) -> Flight<T> {
        self.join_where(key, |()| true, || ((), work))
    }
}

impl<K: Eq + Hash, T: Clone, S> SingleFlight<K, T, S> {
    /// Joins the work under way for `key` if the value beside it admits the caller, or else starts other work.
    pub(crate) fn join_where<W: Future<Output = T> + Send + 'static>(
        &self,
        key: K,
        admits: impl FnOnce(&S) -> bool,
        start: impl FnOnce() -> (S, W),
    ) -> Flight<T> {
        let mut flights = self.0.lock();
        if let Some(under_way) = flights.get(&key)
            && let Some(work) = under_way.running()
            && admits(&under_way.shared)
        {
            return work;
        }
        flights.retain(|_, under_way| under_way.running().is_some());
        let (shared, work) = start();
        let work = work.boxed().shared();
        if let Some(weak) = work.downgrade() {
            flights.insert(key, UnderWay { work: weak, shared });
        }
        work
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    };

    use tokio::sync::Notify;

    use super::*;

    #[tokio::test]
    async fn callers_share_one_flight_and_a_later_one_starts_another() {
        let flights = SingleFlight::default();
        let started = Arc::new(AtomicUsize::new(0));
        let work = || {
            let started = started.clone();
            async move {
                tokio::task::yield_now().await;
                started.fetch_add(1, Ordering::SeqCst) + 1
            }
        };
        let all = (0..100).map(|_| flights.join("key", work()));
        assert_eq!(futures_util::future::join_all(all).await, vec![1; 100]);
        assert_eq!(flights.join("key", work()).await, 2);
    }

    #[tokio::test]
    async fn a_caller_that_leaves_takes_nothing_from_the_others() {
        let flights = SingleFlight::default();
        let gate = Arc::new(Notify::new());
        let waiting = gate.clone();
        let first = flights.join(1, async move {
            waiting.notified().await;
            "done"
        });
        let second = flights.join(1, async { "never started" });
        let mut first = Box::pin(first);
        assert!((&mut first).now_or_never().is_none());
        drop(first);
        gate.notify_one();
        assert_eq!(second.await, "done");
    }

    #[tokio::test]
    async fn work_without_callers_is_dropped() {
        let flights = SingleFlight::<_, ()>::default();
        let alive = Arc::new(());
        let held = alive.clone();
        let flight = flights.join((), async move {
            let _held = held;
            std::future::pending().await
        });
        assert_eq!(Arc::strong_count(&alive), 2);
        drop(flight);
        assert_eq!(Arc::strong_count(&alive), 1);
    }
}
