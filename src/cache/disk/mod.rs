//! Stores entries on disk for asynchronous code.

mod evict;
mod folder;

use std::{
    io,
    path::PathBuf,
    sync::Arc,
    time::{Duration, SystemTime},
};

use tokio::{sync::Semaphore, task::spawn_blocking};

use self::folder::Folder;
use super::{
    entry::Entry,
    outage::Outage,
    seal::Seal,
    store::{Fact, Store},
};
use crate::observe::heard_here;

/// Files that may be read at the same time. Each read takes a thread, and a disk gains nothing from hundreds of them.
const READERS: usize = 4;
/// Time for which a folder that cannot be written is left alone.
const PAUSE: Duration = Duration::from_secs(60);

/// A folder, seen from asynchronous code. A failed write is logged once per outage; a failed read counts as a miss.
#[derive(Debug)]
pub(crate) struct Disk {
    folder: Arc<Folder>,
    readers: Semaphore,
    outage: Outage,
}

impl Disk {
    /// Uses the folder at `path`, which may hold `max_bytes`.
    pub(crate) fn new(path: PathBuf, max_bytes: u64, seal: Seal) -> Self {
        let folder = Arc::new(Folder::new(path, max_bytes, seal));
        let outage = Outage::new(format!("the cache in {}", folder.path().display()), PAUSE);
        Self { folder, readers: Semaphore::new(READERS), outage }
    }

    /// Runs `work` where it may block, and notes how it went.
    async fn write(&self, work: impl FnOnce(&Folder) -> io::Result<()> + Send + 'static) {
        let folder = self.folder.clone();
        match spawn_blocking(move || work(&folder)).await {
            Ok(Ok(())) => self.outage.ends(),
            Ok(Err(error)) => self.outage.begins(error),
            // The runtime is ending.
            Err(_) => (),
        }
    }
}

impl Store for Disk {
    async fn get(&self, key: &str) -> Option<Entry> {
        let _turn = self.readers.acquire().await.ok()?;
        let (folder, key) = (self.folder.clone(), key.to_owned());
        spawn_blocking(heard_here(move || folder.read(&key, SystemTime::now()))).await.ok().flatten()
    }

    async fn put(&self, facts: Vec<Fact>) {
        if !self.outage.allows_use() {
            return;
        }
        self.write(move |folder| {
            facts.iter().try_for_each(|fact| folder.write(&fact.key, &fact.entry, SystemTime::now()))
        })
        .await;
    }

    async fn clear(&self) {
        self.write(Folder::clear).await;
    }
}
