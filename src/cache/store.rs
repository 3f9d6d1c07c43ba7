//! A store outside of the process, and the task that writes to it in the background.

use std::{collections::VecDeque, sync::Arc, time::Duration};

use parking_lot::Mutex;
use tokio::{sync::oneshot, task::JoinHandle};
use tracing::instrument::WithSubscriber;

use super::entry::Entry;

/// Most bytes that wait to be written to one store. What exceeds them is dropped, because a slow store must not fill
/// the memory.
const MAX_WAITING: usize = 16 * 1024 * 1024;
/// Bytes that are written in one go, unless a single entry is larger.
const BATCH_BYTES: usize = 512 * 1024;
/// Rough size of a job, in bytes, beside its key and its value.
const OVERHEAD: usize = 256;

/// An entry and its key, on the way to a store.
#[derive(Debug, Clone)]
pub(crate) struct Fact {
    pub(crate) key: Arc<str>,
    pub(crate) entry: Entry,
}

impl Fact {
    fn bytes(&self) -> usize {
        self.key.len() + self.entry.value.len() + OVERHEAD
    }
}

/// A place that outlives the process and that others share. It reports no errors: a failure is a miss, and the store
/// logs that it is out of use.
pub(crate) trait Store: Send + Sync + 'static {
    /// Returns the entry under a key.
    fn get(&self, key: &str) -> impl Future<Output = Option<Entry>> + Send;

    /// Writes facts, in order.
    fn put(&self, facts: Vec<Fact>) -> impl Future<Output = ()> + Send;

    /// Forgets everything, for everybody who shares the store.
    fn clear(&self) -> impl Future<Output = ()> + Send;

    /// Closes what is held open. The store may be used again.
    fn close(&self) {}
}

/// A store that is read directly and written in the background, one batch after the other.
///
/// The task that writes lives only while there is something to write. It belongs to the runtime of the caller that woke
/// it, and logs to that caller's subscriber.
#[derive(Debug)]
pub(crate) struct Behind<S>(Arc<Shared<S>>);

#[derive(Debug)]
struct Shared<S> {
    store: S,
    waiting: Mutex<Waiting>,
}

/// The jobs that wait, in order, and the task that does them.
#[derive(Debug, Default)]
struct Waiting {
    jobs: VecDeque<Job>,
    bytes: usize,
    worker: Option<JoinHandle<()>>,
}

#[derive(Debug)]
enum Job {
    Put(Fact),
    Clear,
    /// Tells its receiver that all jobs before it are done.
    Tell(oneshot::Sender<()>),
}

/// The jobs that are done in one go.
enum Step {
    Put(Vec<Fact>),
    Clear,
    Tell(oneshot::Sender<()>),
}

impl<S: Store> Behind<S> {
    /// Wraps a store.
    pub(crate) fn new(store: S) -> Self {
        Self(Arc::new(Shared { store, waiting: Mutex::default() }))
    }

    /// Returns the store itself, which has nothing of what is still to be written.
    pub(crate) fn store(&self) -> &S {
        &self.0.store
    }

    /// Returns the entry that the store has under a key. An entry that is still to be written may be missing.
    pub(crate) async fn get(&self, key: &str) -> Option<Entry> {
        self.0.store.get(key).await
    }

    /// Queues a fact to be written. Must be called within a runtime.
    pub(crate) fn put(&self, fact: Fact) {
        self.push(Job::Put(fact));
    }

    /// Forgets everything, and waits until that is done, but no longer than `limit`.
    pub(crate) async fn clear(&self, limit: Duration) {
        self.push(Job::Clear);
        self.finish(limit).await;
    }

    /// Waits until everything is written, but no longer than `limit`, and closes what is held open.
    pub(crate) async fn close(&self, limit: Duration) {
        self.finish(limit).await;
        self.0.store.close();
    }

    async fn finish(&self, limit: Duration) {
        let (tell, told) = oneshot::channel();
        self.push(Job::Tell(tell));
        // An error says that the runtime of the task has ended, so that nothing more will be written.
        if tokio::time::timeout(limit, told).await.is_ok() {
            return;
        }
        // Whatever keeps the store busy ends here; what still waits is done when there is more to do.
        if let Some(worker) = self.0.lock().worker.take() {
            worker.abort();
        }
        tracing::warn!(
            "A cache was not done within {} ms; it may not know, or not have forgotten, all",
            limit.as_millis()
        );
    }

    fn push(&self, job: Job) {
        let mut waiting = self.0.lock();
        if let Job::Put(fact) = &job {
            let bytes = waiting.bytes.saturating_add(fact.bytes());
            if bytes > MAX_WAITING {
                return;
            }
            waiting.bytes = bytes;
        }
        waiting.jobs.push_back(job);
        if waiting.worker.as_ref().is_none_or(JoinHandle::is_finished) {
            waiting.worker = Some(tokio::spawn(self.0.clone().work().with_current_subscriber()));
        }
    }
}

impl<S: Store> Shared<S> {
    async fn work(self: Arc<Self>) {
        while let Some(step) = self.next() {
            match step {
                Step::Put(facts) => self.store.put(facts).await,
                Step::Clear => self.store.clear().await,
                Step::Tell(tell) => {
                    // The caller may have gone away.
                    let _ = tell.send(());
                }
            }
        }
    }

    /// Returns the next step. After `None` another task may become the writer, so this one ends.
    fn next(&self) -> Option<Step> {
        let mut waiting = self.lock();
        let mut facts = Vec::new();
        let mut bytes: usize = 0;
        while let Some(job) = waiting.jobs.pop_front() {
            let fact = match job {
                Job::Put(fact) if facts.is_empty() || bytes.saturating_add(fact.bytes()) <= BATCH_BYTES => {
                    fact
                }
                Job::Clear if facts.is_empty() => return Some(Step::Clear),
                Job::Tell(tell) if facts.is_empty() => return Some(Step::Tell(tell)),
                later => {
                    waiting.jobs.push_front(later);
                    break;
                }
            };
            bytes = bytes.saturating_add(fact.bytes());
            waiting.bytes = waiting.bytes.saturating_sub(fact.bytes());
            facts.push(fact);
        }
        if facts.is_empty() {
            waiting.worker = None;
            return None;
        }
        Some(Step::Put(facts))
    }

    fn lock(&self) -> parking_lot::MutexGuard<'_, Waiting> {
        self.waiting.lock()
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::HashMap, time::SystemTime};

    use tokio::sync::Semaphore;

    use super::*;

    const LIMIT: Duration = Duration::from_secs(3);

    /// A store that writes a batch for every permit, and counts them.
    struct Slow {
        permits: Semaphore,
        batches: Mutex<Vec<usize>>,
        known: Mutex<HashMap<Arc<str>, Entry>>,
    }

    impl Slow {
        fn new(permits: usize) -> Behind<Self> {
            Behind::new(Self {
                permits: Semaphore::new(permits),
                batches: Mutex::default(),
                known: Mutex::default(),
            })
        }
    }

    impl Store for Slow {
        async fn get(&self, key: &str) -> Option<Entry> {
            self.known.lock().get(key).cloned()
        }

        async fn put(&self, facts: Vec<Fact>) {
            self.permits.acquire().await.expect("never closed").forget();
            self.batches.lock().push(facts.len());
            self.known.lock().extend(facts.into_iter().map(|fact| (fact.key, fact.entry)));
        }

        async fn clear(&self) {
            self.known.lock().clear();
        }
    }

    fn fact(key: &str, value: &[u8]) -> Fact {
        Fact { key: key.into(), entry: Entry::new(value.into(), SystemTime::now(), None) }
    }

    async fn value(store: &Behind<Slow>, key: &str) -> Option<Vec<u8>> {
        store.get(key).await.map(|entry| entry.value.to_vec())
    }

    #[tokio::test]
    async fn what_is_put_is_written_in_order_and_in_batches() {
        let store = Slow::new(usize::MAX >> 4);
        for number in 0..1000_u32 {
            store.put(fact(&(number % 10).to_string(), &number.to_be_bytes()));
        }
        store.close(LIMIT).await;
        for last in 990..1000_u32 {
            assert_eq!(value(&store, &(last % 10).to_string()).await, Some(last.to_be_bytes().to_vec()));
        }
        assert_eq!(*store.0.store.batches.lock(), [1000]);
        store.put(fact("a", &[0; BATCH_BYTES]));
        store.put(fact("b", &[0; BATCH_BYTES / 2]));
        store.put(fact("c", &[0; BATCH_BYTES / 4]));
        store.put(fact("d", &[0; BATCH_BYTES / 4]));
        store.close(LIMIT).await;
        assert_eq!(*store.0.store.batches.lock(), [1000, 1, 2, 1]);
    }

    #[tokio::test]
    async fn a_clearing_takes_what_was_put_before_it_and_nothing_else() {
        let store = Slow::new(2);
        store.put(fact("before", b"1"));
        let clearing = store.clear(LIMIT);
        let putting = async { store.put(fact("after", b"2")) };
        tokio::join!(clearing, putting);
        store.close(LIMIT).await;
        assert_eq!(value(&store, "before").await, None);
        assert_eq!(value(&store, "after").await, Some(b"2".to_vec()));
    }

    #[tokio::test]
    async fn a_store_that_does_not_keep_up_is_spared() {
        let store = Slow::new(0);
        for number in 0..100 {
            store.put(fact(&number.to_string(), &[0; MAX_WAITING / 10]));
        }
        assert_eq!(store.0.lock().jobs.len(), 9);
        store.0.store.permits.add_permits(9);
        store.close(LIMIT).await;
        assert_eq!(store.0.lock().bytes, 0);
        assert!(value(&store, "8").await.is_some() && value(&store, "9").await.is_none());
        store.put(fact("later", b"1"));
        store.0.store.permits.add_permits(1);
        store.close(LIMIT).await;
        assert!(value(&store, "later").await.is_some());
    }

    #[test]
    fn a_runtime_that_ends_leaves_the_store_to_the_next() {
        let store = Slow::new(0);
        let run = |work| {
            tokio::runtime::Builder::new_current_thread()
                .enable_time()
                .build()
                .expect("a runtime")
                .block_on(work)
        };
        run(Box::pin(async {
            store.put(fact("lost", b"1"));
            tokio::task::yield_now().await;
        }) as std::pin::Pin<Box<dyn Future<Output = ()>>>);
        store.0.store.permits.add_permits(1);
        run(Box::pin(async {
            store.put(fact("a", b"2"));
            store.close(LIMIT).await;
            assert_eq!(value(&store, "lost").await, None);
            assert_eq!(value(&store, "a").await, Some(b"2".to_vec()));
        }));
    }

    #[tokio::test(start_paused = true)]
    async fn a_store_that_never_ends_is_not_waited_for_without_end() {
        let store = Slow::new(0);
        store.put(fact("a", b"1"));
        store.clear(LIMIT).await;
        store.put(fact("b", b"2"));
        store.close(LIMIT).await;
        store.0.store.permits.add_permits(10);
        store.put(fact("c", b"3"));
        store.close(LIMIT).await;
        assert!(value(&store, "c").await.is_some(), "it is used again");
    }
}
