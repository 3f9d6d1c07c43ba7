//! Stores entries within the process.

use std::{
    sync::Arc,
    time::{Duration, Instant, SystemTime},
};

use moka::{Expiry, sync::Cache};
use parking_lot::{Mutex, RwLock};

use super::entry::Entry;

/// Rough size of an entry, in bytes, beside its key and its value: two places in queues, one in the wheel of times, one in the
/// table, and what the allocator adds to each.
const OVERHEAD: usize = 600;

/// Entries in memory, bounded by their bytes. Entries that are asked for rarely are evicted first (TinyLFU), and
/// expired ones are gone.
#[derive(Debug)]
pub(crate) struct Memory {
    max_bytes: u64,
    current: RwLock<Generation>,
}

impl Memory {
    /// Makes a store for `max_bytes`.
    pub(crate) fn new(max_bytes: u64) -> Self {
        Self { max_bytes, current: RwLock::new(Generation::new(max_bytes)) }
    }

    /// Returns the entries since the last [`Memory::clear`]. A caller that reads another store in order to fill memory
    /// keeps them, so that what it read before a clearing is not remembered after it.
    pub(crate) fn current(&self) -> Generation {
        self.current.read().clone()
    }

    /// Forgets everything.
    pub(crate) fn clear(&self) {
        *self.current.write() = Generation::new(self.max_bytes);
    }
}

/// The entries between one clearing and the next. Clones share them.
#[derive(Debug, Clone)]
pub(crate) struct Generation {
    entries: Cache<String, Entry>,
    writing: Arc<Mutex<()>>,
}

impl Generation {
    fn new(max_bytes: u64) -> Self {
        let entries = Cache::builder()
            .max_capacity(max_bytes)
            .weigher(|key: &String, entry: &Entry| {
                let bytes = key.len().saturating_add(entry.value.len()).saturating_add(OVERHEAD);
                u32::try_from(bytes).unwrap_or(u32::MAX)
            })
            .expire_after(ByEntry)
            .build();
        Self { entries, writing: Arc::default() }
    }

    /// Returns the entry under a key.
    pub(crate) fn get(&self, key: &str) -> Option<Entry> {
        self.entries.get(key)
    }

    /// Remembers an entry.
    pub(crate) fn put(&self, key: &str, entry: Entry) {
        let _alone = self.writing.lock();
        self.entries.insert(key.to_owned(), entry);
    }

    /// Remembers an entry of another store, unless there is one under the key already. Returns the entry that is
    /// remembered.
    pub(crate) fn fill(&self, key: &str, entry: Entry) -> Entry {
        let _alone = self.writing.lock();
        if let Some(newer) = self.entries.get(key) {
            return newer;
        }
        self.entries.insert(key.to_owned(), entry.clone());
        entry
    }
}

/// Takes the time to live from each entry.
struct ByEntry;

impl Expiry<String, Entry> for ByEntry {
    fn expire_after_create(&self, _: &String, entry: &Entry, _: Instant) -> Option<Duration> {
        entry.time_left(SystemTime::now())
    }

    fn expire_after_update(
        &self,
        _: &String,
        entry: &Entry,
        _: Instant,
        _: Option<Duration>,
    ) -> Option<Duration> {
        entry.time_left(SystemTime::now())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Duration = Duration::from_secs(3600);

    fn entry(value: impl Into<Arc<[u8]>>) -> Entry {
        Entry::new(value.into(), SystemTime::now(), Some(HOUR))
    }

    fn over() -> Entry {
        Entry::new(Arc::default(), SystemTime::now(), Some(Duration::ZERO))
    }

    #[test]
    fn the_last_value_is_remembered() {
        let memory = Memory::new(1 << 20).current();
        assert_eq!(memory.get("a"), None);
        memory.put("a", entry(*b"1"));
        memory.put("a", entry(*b"2"));
        memory.put("b", entry(*b"3"));
        assert_eq!(memory.get("a").expect("remembered").value[..], *b"2");
        assert_eq!(memory.get("b").expect("remembered").value[..], *b"3");
    }

    #[test]
    fn the_bytes_are_bounded() {
        let memory = Memory::new(100_000).current();
        for number in 0..1000 {
            memory.put(&number.to_string(), entry(vec![0; 1000]));
        }
        memory.entries.run_pending_tasks();
        assert!((50_000..=100_000).contains(&memory.entries.weighted_size()));
        assert!((50..=80).contains(&memory.entries.entry_count()));
    }

    #[test]
    fn what_does_not_fit_is_not_remembered() {
        let memory = Memory::new(1000).current();
        memory.put("large", entry(vec![0; 1000]));
        memory.put("small", entry(vec![0; 100]));
        memory.entries.run_pending_tasks();
        assert_eq!(memory.get("large"), None);
        assert!(memory.get("small").is_some());
    }

    #[test]
    fn every_value_has_its_own_time() {
        let memory = Memory::new(1 << 20).current();
        memory.put("a", over());
        assert_eq!(memory.get("a"), None);
        memory.put("a", entry(*b"1"));
        assert!(memory.get("a").is_some());
        memory.put("a", over());
        assert_eq!(memory.get("a"), None);
        memory.put("a", Entry::new(Arc::default(), SystemTime::now(), Some(100_000_000 * HOUR)));
        memory.put("b", Entry::new(Arc::default(), SystemTime::now(), None));
        assert!(memory.get("a").is_some() && memory.get("b").is_some());
    }

    #[test]
    fn filling_never_replaces_what_was_put() {
        let memory = Memory::new(1 << 20).current();
        assert_eq!(memory.fill("a", entry(*b"old")).value[..], *b"old");
        memory.put("a", entry(*b"new"));
        assert_eq!(memory.fill("a", entry(*b"old")).value[..], *b"new");
        assert_eq!(memory.get("a").expect("remembered").value[..], *b"new");
        memory.put("a", over());
        assert_eq!(memory.fill("a", entry(*b"again")).value[..], *b"again");
    }

    #[test]
    fn what_was_read_before_a_clearing_is_not_remembered_after_it() {
        let memory = Memory::new(1 << 20);
        let before = memory.current();
        before.put("a", entry(*b"1"));
        memory.clear();
        assert_eq!(memory.current().get("a"), None);
        before.fill("b", entry(*b"2"));
        assert_eq!(memory.current().get("b"), None);
    }
}
