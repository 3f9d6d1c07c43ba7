//! Counts requests, pulls and bytes, by host.

use std::{
    collections::BTreeMap,
    sync::atomic::{AtomicU64, Ordering},
};

use parking_lot::Mutex;

/// Hosts that are counted apart. Servers may name any number of hosts; further ones are counted as `others`.
const MAX_HOSTS: usize = 1024;

/// Counts the requests of a client.
#[derive(Debug, Default)]
pub(crate) struct Meter {
    retries: AtomicU64,
    bytes: AtomicU64,
    hosts: Mutex<BTreeMap<String, HostCount>>,
}

/// The counts of one host.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct HostCount {
    /// Requests sent, redirects and retries included.
    pub requests: u64,
    /// Pulls among the requests, as `registry::client` marks them. Registries count these, and JavaScript knows them as
    /// `manifestGets`.
    pub pulls: u64,
    /// The last `ratelimit-remaining` or `x-ratelimit-remaining`.
    pub rate_limit_remaining: Option<u64>,
}

/// Counts up to now.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    /// Counts by host, which has its port unless that is the scheme's own.
    pub hosts: BTreeMap<String, HostCount>,
    /// Requests that were sent again.
    pub retries: u64,
    /// Bytes of bodies, after decompression.
    pub bytes: u64,
}

impl Meter {
    pub(crate) fn request(&self, host: &str, is_pull: bool) {
        let mut hosts = self.hosts.lock();
        let count = count_of(&mut hosts, host);
        count.requests += 1;
        count.pulls += u64::from(is_pull);
    }

    pub(crate) fn retry(&self) {
        self.retries.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn body(&self, bytes: usize) {
        self.bytes.fetch_add(bytes as u64, Ordering::Relaxed);
    }

    pub(crate) fn remaining(&self, host: &str, remaining: Option<u64>) {
        if remaining.is_some() {
            let mut hosts = self.hosts.lock();
            count_of(&mut hosts, host).rate_limit_remaining = remaining;
        }
    }

    /// Returns the counts up to now.
    pub(crate) fn counts(&self) -> Counts {
        Counts {
            hosts: self.hosts.lock().clone(),
            retries: self.retries.load(Ordering::Relaxed),
            bytes: self.bytes.load(Ordering::Relaxed),
        }
    }
}

fn count_of<'a>(hosts: &'a mut BTreeMap<String, HostCount>, host: &str) -> &'a mut HostCount {
    let name = if hosts.len() < MAX_HOSTS || hosts.contains_key(host) { host } else { "others" };
    hosts.entry(name.to_owned()).or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_without_number_are_counted_together() {
        let meter = Meter::default();
        (0..MAX_HOSTS + 10).for_each(|number| meter.request(&format!("{number}.example"), false));
        meter.request("0.example", false);
        let hosts = meter.counts().hosts;
        assert_eq!(hosts.len(), MAX_HOSTS + 1);
        assert_eq!((hosts["0.example"].requests, hosts["others"].requests), (2, 10));
    }
}
