//! Those who read a tag list while its pages arrive.

use std::{
    collections::HashMap,
    sync::{Arc, Weak},
};

use futures_util::{
    FutureExt,
    future::{BoxFuture, Shared, WeakShared},
};
use parking_lot::Mutex;

use super::list::TagList;
use crate::error::Result;

/// Takes the tags of a list one by one, in its order, and keeps what it needs of them.
pub trait ReadTags: Send + 'static {
    /// Takes a tag.
    fn read(&mut self, tag: &str);
}

impl ReadTags for TagList {
    fn read(&mut self, tag: &str) {
        self.push(tag);
    }
}

/// Keeps the tags for which a rule holds.
pub(crate) struct Kept<F> {
    /// Those that were kept.
    pub tags: TagList,
    keep: F,
}

impl<F: FnMut(&str) -> bool + Send + 'static> Kept<F> {
    /// Keeps the tags for which `keep` holds.
    pub(crate) fn by(keep: F) -> Self {
        Self { tags: TagList::default(), keep }
    }
}

impl<F: FnMut(&str) -> bool + Send + 'static> ReadTags for Kept<F> {
    fn read(&mut self, tag: &str) {
        if (self.keep)(tag) {
            self.tags.push(tag);
        }
    }
}

type Flight = Shared<BoxFuture<'static, Result<()>>>;
type WeakFlight = WeakShared<BoxFuture<'static, Result<()>>>;

/// Those who read one list. Who comes before its first page reads along; a list whose beginning is gone is not for those who
/// come later.
#[derive(Default)]
pub(crate) struct Readers(Mutex<Reading>);

#[derive(Default)]
struct Reading {
    has_begun: bool,
    /// Who has given up is not there any more.
    readers: Vec<Weak<Mutex<dyn ReadTags>>>,
}

impl Readers {
    /// Lets all of them read a page.
    pub(crate) fn read<'a>(&self, page: impl Iterator<Item = &'a str> + Clone) {
        let mut reading = self.0.lock();
        reading.has_begun = true;
        for reader in reading.readers.iter().filter_map(Weak::upgrade) {
            let mut reader = reader.lock();
            page.clone().for_each(|tag| reader.read(tag));
        }
    }

    fn admit(&self, reader: &Weak<Mutex<dyn ReadTags>>) -> bool {
        let mut reading = self.0.lock();
        if !reading.has_begun {
            reading.readers.push(reader.clone());
        }
        !reading.has_begun
    }
}

/// Tag lists under way, by repository.
#[derive(Default)]
pub(crate) struct TagFlights(Mutex<HashMap<String, (Arc<Readers>, WeakFlight)>>);

impl TagFlights {
    /// Reads the list under way for `key`, if its first page is still to come, or else the one that `work` asks for.
    ///
    /// # Errors
    /// What kept the list from being complete.
    pub(crate) async fn join<R: ReadTags, W>(
        &self,
        key: String,
        reader: R,
        work: impl FnOnce(Arc<Readers>) -> W,
    ) -> Result<Option<R>>
    where
        W: Future<Output = Result<()>> + Send + 'static,
    {
        let reader = Arc::new(Mutex::new(reader));
        let weak: Weak<Mutex<R>> = Arc::downgrade(&reader);
        self.board(key, &(weak as Weak<Mutex<dyn ReadTags>>), work).await?;
        // Nobody else holds it for longer than a page takes.
        Ok(Arc::into_inner(reader).map(|reader| reader.into_inner()))
    }

    fn board<W>(
        &self,
        key: String,
        reader: &Weak<Mutex<dyn ReadTags>>,
        work: impl FnOnce(Arc<Readers>) -> W,
    ) -> Flight
    where
        W: Future<Output = Result<()>> + Send + 'static,
    {
        let mut flights = self.0.lock();
        let running =
            |flight: &WeakShared<_>| flight.upgrade().filter(|flight: &Flight| flight.peek().is_none());
        if let Some((readers, flight)) = flights.get(&key)
            && let Some(flight) = running(flight)
            && readers.admit(reader)
        {
            return flight;
        }
        flights.retain(|_, (_, flight)| running(flight).is_some());
        let readers = Arc::new(Readers::default());
        readers.admit(reader);
        let flight = work(readers.clone()).boxed().shared();
        if let Some(weak) = flight.downgrade() {
            flights.insert(key, (readers, weak));
        }
        flight
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use tokio::sync::Notify;

    use super::*;

    /// A list of two pages, whose second one waits.
    struct World {
        flights: TagFlights,
        asked: Arc<AtomicUsize>,
        gate: Arc<Notify>,
    }

    impl World {
        fn new() -> Self {
            Self { flights: TagFlights::default(), asked: Arc::default(), gate: Arc::default() }
        }

        async fn read<R: ReadTags>(&self, reader: R) -> R {
            let (asked, gate) = (self.asked.clone(), self.gate.clone());
            let work = |readers: Arc<Readers>| async move {
                asked.fetch_add(1, Ordering::SeqCst);
                tokio::task::yield_now().await;
                readers.read(["1", "2"].into_iter());
                gate.notified().await;
                readers.read(["3"].into_iter());
                Ok(())
            };
            self.flights.join("list".to_owned(), reader, work).await.expect("a list").expect("its reader")
        }
    }

    fn even() -> Kept<impl FnMut(&str) -> bool + Send + 'static> {
        Kept::by(|tag| tag == "2")
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
