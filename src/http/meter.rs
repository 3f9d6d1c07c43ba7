//! What has been asked, counted.

use std::{
    collections::BTreeMap,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

/// Counts the requests of a client.
#[derive(Debug, Default)]
pub struct Meter {
    retries: AtomicU64,
    bytes: AtomicU64,
    hosts: Mutex<BTreeMap<String, HostCount>>,
}

/// What is known of one host.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HostCount {
    /// Requests sent, redirects and retries included.
    pub requests: u64,
    /// Those among them that the host counts.
    pub counted: u64,
    /// The last `ratelimit-remaining` or `x-ratelimit-remaining`.
    pub rate_limit_remaining: Option<u64>,
}

/// Counts up to now.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counts {
    /// By host, with its port unless it is the usual one.
    pub hosts: BTreeMap<String, HostCount>,
    /// Requests that were sent again.
    pub retries: u64,
    /// Bytes of bodies, after decompression.
    pub bytes: u64,
}

impl Meter {
    pub(super) fn request(&self, host: &str, is_counted: bool) {
        let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        let count = hosts.entry(host.to_owned()).or_default();
        count.requests += 1;
        count.counted += u64::from(is_counted);
    }

    pub(super) fn retry(&self) {
        self.retries.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn body(&self, bytes: usize) {
        self.bytes.fetch_add(bytes as u64, Ordering::Relaxed);
    }

    pub(super) fn remaining(&self, host: &str, remaining: Option<u64>) {
        if remaining.is_some() {
            let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
            hosts.entry(host.to_owned()).or_default().rate_limit_remaining = remaining;
        }
    }

    /// The counts up to now.
    pub fn counts(&self) -> Counts {
        Counts {
            hosts: self.hosts.lock().unwrap_or_else(PoisonError::into_inner).clone(),
            retries: self.retries.load(Ordering::Relaxed),
            bytes: self.bytes.load(Ordering::Relaxed),
        }
    }
}
