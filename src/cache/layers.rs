//! The order in which stores are asked for an entry.

use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, SystemTime},
};

use super::{
    disk::Disk,
    entry::Entry,
    memory::Memory,
    redis::Redis,
    seal::Seal,
    store::{Behind, Fact},
};
use crate::{error::Result, text::secret::Secret};

/// Settings of a [`Cache`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CacheOptions {
    /// Bytes in memory. Default 24 MiB, which hold what is known of a thousand images.
    pub memory_bytes: u64,
    /// A folder that any number of processes may share, on one machine or on several. Default none.
    pub directory: Option<PathBuf>,
    /// Bytes in the folder, counted in blocks of 4 KiB. One entry may take an eighth of them. Every process that writes
    /// at the same time may exceed the bound by another eighth. Default 64 MiB.
    pub max_bytes: u64,
    /// URL of a Redis or Valkey server: `redis://`, or `rediss://` for TLS, checked against the system's certificate
    /// authorities. Default none.
    pub redis: Option<Secret>,
    /// Beginning of the keys in Redis. Default `container-registry-service:`.
    pub prefix: String,
    /// The longest wait for an answer from Redis, connecting included. Default 250 ms.
    pub redis_timeout: Duration,
    /// What entries in the folder and in Redis are signed with (HMAC, RFC 2104). All who share them need the same one; with it the
    /// owners of files do not matter. Default none.
    pub secret: Option<Secret>,
    /// Time within which [`Cache::clear`] and [`Cache::close`] end, whatever a store does. Default 3 s.
    pub close_timeout: Duration,
}

impl Default for CacheOptions {
    fn default() -> Self {
        Self {
            memory_bytes: 24 * 1024 * 1024,
            directory: None,
            max_bytes: 64 * 1024 * 1024,
            redis: None,
            prefix: "container-registry-service:".to_owned(),
            redis_timeout: Duration::from_millis(250),
            secret: None,
            close_timeout: Duration::from_secs(3),
        }
    }
}

/// Entries by key: in memory first, then in a folder, then in Redis. A hit in a store behind memory fills memory.
///
/// A cache may always forget, so nothing here fails. A store that does not work counts as a miss and logs a line. An
/// entry is believed only if its tag confirms it and its time has not passed. A store is not secret, and without
/// [`CacheOptions::secret`] anyone who can write to it can forge entries. So **no token and no credential belongs here**,
/// and content that has a digest should be verified again.
#[derive(Debug)]
pub(crate) struct Cache {
    memory: Memory,
    disk: Option<Behind<Disk>>,
    redis: Option<Behind<Redis>>,
    hits: AtomicU64,
    close_timeout: Duration,
}

/// In memory only.
impl Default for Cache {
    fn default() -> Self {
        Self::in_memory(CacheOptions::default().memory_bytes)
    }
}

impl Cache {
    /// Makes a cache with these stores. Nothing is opened yet.
    ///
    /// # Errors
    /// `InvalidArgument` for a `redis` that is no URL of a server, and for a `prefix` that is empty beside it.
    pub(crate) fn new(settings: CacheOptions) -> Result<Self> {
        let seal = Seal::new(settings.secret.as_ref());
        let disk = settings.directory.map(|path| Disk::new(path, settings.max_bytes, seal.clone()));
        let redis =
            settings.redis.map(|url| Redis::new(url.reveal(), settings.prefix, settings.redis_timeout, seal));
        Ok(Self {
            disk: disk.map(Behind::new),
            redis: redis.transpose()?.map(Behind::new),
            close_timeout: settings.close_timeout,
            ..Self::in_memory(settings.memory_bytes)
        })
    }

    fn in_memory(bytes: u64) -> Self {
        Self {
            memory: Memory::new(bytes),
            disk: None,
            redis: None,
            hits: AtomicU64::new(0),
            close_timeout: CacheOptions::default().close_timeout,
        }
    }

    /// Returns the entry under a key.
    pub(crate) async fn get(&self, key: &str) -> Option<Entry> {
        let memory = self.memory.current();
        let found = match memory.get(key) {
            Some(entry) => entry,
            None => memory.fill(key, self.look_behind(key).await?),
        };
        self.hits.fetch_add(1, Ordering::Relaxed);
        Some(found)
    }

    async fn look_behind(&self, key: &str) -> Option<Entry> {
        if let Some(disk) = &self.disk
            && let Some(entry) = disk.get(key).await
        {
            return Some(entry);
        }
        self.redis.as_ref()?.get(key).await
    }

    /// Remembers a value for `time_to_live`; `None` is for ever. Memory has it at once, the stores behind it soon
    /// after.
    pub(crate) async fn put(&self, key: &str, value: impl Into<Arc<[u8]>>, time_to_live: Option<Duration>) {
        let entry = Entry::new(value.into(), SystemTime::now(), time_to_live);
        self.memory.current().put(key, entry.clone());
        let fact = Fact { key: key.into(), entry };
        if let Some(disk) = &self.disk {
            disk.put(fact.clone());
        }
        if let Some(redis) = &self.redis {
            redis.put(fact);
        }
    }

    /// Forgets everything except flags. The folder and Redis forget it for every process that shares them.
    pub(crate) async fn clear(&self) {
        self.memory.clear();
        tokio::join!(
            async {
                if let Some(disk) = &self.disk {
                    disk.clear(self.close_timeout).await;
                }
            },
            async {
                if let Some(redis) = &self.redis {
                    redis.clear(self.close_timeout).await;
                }
            }
        );
    }

    /// Waits until everything is written, and closes the connection. The cache may be used again.
    pub(crate) async fn close(&self) {
        tokio::join!(
            async {
                if let Some(disk) = &self.disk {
                    disk.close(self.close_timeout).await;
                }
            },
            async {
                if let Some(redis) = &self.redis {
                    redis.close(self.close_timeout).await;
                }
            }
        );
    }

    /// Whether flags can be raised, which takes Redis.
    pub(crate) fn has_flags(&self) -> bool {
        self.redis.is_some()
    }

    /// Raises a flag for all that share the Redis server. It ends by itself after `time`, and [`Cache::clear`] leaves
    /// it.
    pub(crate) async fn raise(&self, flag: &str, time: Duration) {
        if let Some(redis) = &self.redis {
            redis.store().raise(flag, time).await;
        }
    }

    /// Returns how long each flag stays up; `None` for a flag that is not up.
    pub(crate) async fn flags<const N: usize>(&self, flags: [&str; N]) -> [Option<Duration>; N] {
        match &self.redis {
            Some(redis) => redis.store().flags(flags).await,
            None => [None; N],
        }
    }

    /// Returns how often [`Cache::get`] found an entry.
    pub(crate) fn hits(&self) -> u64 {
        self.hits.load(Ordering::Relaxed)
    }
}
