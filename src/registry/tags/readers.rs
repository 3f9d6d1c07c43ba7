//! Readers of a tag list. Each keeps what it needs while pages arrive, and callers at the same time share one list.

use std::sync::{Arc, Weak};

use parking_lot::Mutex;

use super::list::TagList;
use crate::{cache::single_flight::SingleFlight, error::Result};

/// Reads the tags of a list one by one, in its order, and keeps what it needs.
pub(crate) trait ReadTags: Send + 'static {
    /// Takes a tag.
    fn read(&mut self, tag: &str);
}

impl ReadTags for TagList {
    fn read(&mut self, tag: &str) {
        self.push(tag);
    }
}

/// Keeps the tags that match a rule.
pub(crate) struct TagFilter<F> {
    /// The tags that were kept.
    pub tags: TagList,
    keep: F,
}

impl<F: FnMut(&str) -> bool + Send + 'static> TagFilter<F> {
    /// Keeps the tags for which `keep` returns `true`.
    pub(crate) fn by(keep: F) -> Self {
        Self { tags: TagList::default(), keep }
    }
}

impl<F: FnMut(&str) -> bool + Send + 'static> ReadTags for TagFilter<F> {
    fn read(&mut self, tag: &str) {
        if (self.keep)(tag) {
            self.tags.push(tag);
        }
    }
}

/// The readers of one list. A caller that comes before the first page reads along. For a later one the beginning of the
/// list is gone.
#[derive(Default)]
pub(crate) struct TagReaders(Mutex<Audience>);

#[derive(Default)]
struct Audience {
    has_begun: bool,
    /// The references are weak, because a caller that gives up drops its reader.
    readers: Vec<Weak<Mutex<dyn ReadTags>>>,
}

impl TagReaders {
    /// Gives a page to all readers.
    pub(crate) fn read<'a>(&self, page: impl Iterator<Item = &'a str> + Clone) {
        let mut audience = self.0.lock();
        audience.has_begun = true;
        for reader in audience.readers.iter().filter_map(Weak::upgrade) {
            let mut reader = reader.lock();
            page.clone().for_each(|tag| reader.read(tag));
        }
    }

    /// Adds a reader, unless the first page has been read.
    fn admits(&self, reader: &Weak<Mutex<dyn ReadTags>>) -> bool {
        let mut audience = self.0.lock();
        if !audience.has_begun {
            audience.readers.push(reader.clone());
        }
        !audience.has_begun
    }
}

/// Tag lists under way, by repository.
pub(crate) type TagRequests = SingleFlight<String, Result<()>, Arc<TagReaders>>;

/// Joins the list under way for `key` if its first page is still to come, or else starts the one that `work` requests.
///
/// # Errors
/// The error that kept the list from being complete.
pub(crate) async fn read_along<R: ReadTags, W>(
    requests: &TagRequests,
    key: String,
    reader: R,
    work: impl FnOnce(Arc<TagReaders>) -> W,
) -> Result<Option<R>>
where
    W: Future<Output = Result<()>> + Send + 'static,
{
    let reader = Arc::new(Mutex::new(reader));
    let weak: Weak<Mutex<R>> = Arc::downgrade(&reader);
    let weak: Weak<Mutex<dyn ReadTags>> = weak;
    let start = || {
        let readers = Arc::new(TagReaders::default());
        readers.admits(&weak);
        (readers.clone(), work(readers))
    };
    requests.join_where(key, |readers| readers.admits(&weak), start).await?;
    // A page holds the other references only while it is being read.
    Ok(Arc::into_inner(reader).map(Mutex::into_inner))
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use futures_util::FutureExt;
    use tokio::sync::Notify;

    use super::*;

    /// A list of two pages, whose second one waits.
    struct World {
        requests: TagRequests,
        asked: Arc<AtomicUsize>,
        gate: Arc<Notify>,
    }

    impl World {
        fn new() -> Self {
            Self { requests: TagRequests::default(), asked: Arc::default(), gate: Arc::default() }
        }

        async fn read<R: ReadTags>(&self, reader: R) -> R {
            let (asked, gate) = (self.asked.clone(), self.gate.clone());
            let work = |readers: Arc<TagReaders>| async move {
                asked.fetch_add(1, Ordering::SeqCst);
                tokio::task::yield_now().await;
                readers.read(["1", "2"].into_iter());
                gate.notified().await;
                readers.read(["3"].into_iter());
                Ok(())
            };
            read_along(&self.requests, "list".to_owned(), reader, work)
                .await
                .expect("a list")
                .expect("its reader")
        }
    }

    fn even() -> TagFilter<impl FnMut(&str) -> bool + Send + 'static> {
        TagFilter::by(|tag| tag == "2")
    }

    fn tags(list: &TagList) -> Vec<&str> {
        list.iter().collect()
    }

    #[tokio::test]
    async fn those_who_come_in_time_read_along_and_each_keeps_its_own() {
        let world = World::new();
        world.gate.notify_one();
        let (all, some) = tokio::join!(world.read(TagList::default()), world.read(even()));
        assert_eq!((tags(&all), tags(&some.tags)), (vec!["1", "2", "3"], vec!["2"]));
        assert_eq!(world.asked.load(Ordering::SeqCst), 1);
    }

    #[tokio::test]
    async fn who_comes_late_reads_a_list_of_its_own_from_the_beginning() {
        let world = World::new();
        let mut first = Box::pin(world.read(TagList::default()));
        for _ in 0..2 {
            assert!((&mut first).now_or_never().is_none(), "the second page waits");
        }
        let mut second = Box::pin(world.read(TagList::default()));
        assert!((&mut second).now_or_never().is_none());
        world.gate.notify_one();
        let first = first.await;
        world.gate.notify_one();
        assert_eq!((tags(&first), tags(&second.await)), (vec!["1", "2", "3"], vec!["1", "2", "3"]));
        assert_eq!(world.asked.load(Ordering::SeqCst), 2);
    }

    #[tokio::test]
    async fn who_gives_up_takes_nothing_from_the_others() {
        let world = World::new();
        let mut first = Box::pin(world.read(TagList::default()));
        assert!((&mut first).now_or_never().is_none());
        let mut second = Box::pin(world.read(even()));
        assert!((&mut second).now_or_never().is_none());
        drop(first);
        world.gate.notify_one();
        assert_eq!(tags(&second.await.tags), ["2"]);
        assert_eq!(world.asked.load(Ordering::SeqCst), 1);
    }
}
