//! Which hosts have answered over https: nobody falls back to plain http for them, as long as the process lives.
//!
//! A registry on loopback, or one that is marked as insecure, may be asked over plain http where https does not work. Whoever
//! sits in between could break https on purpose to read the password; a host that is known to speak https gives no reason
//! to try anything else.

use std::collections::HashSet;

use parking_lot::Mutex;
use url::Url;

use crate::text::redact::authority;

/// Hosts that are remembered. Beyond that all hosts are taken to speak https, which is the safe side.
const MAX_HOSTS: usize = 10_000;

/// The hosts of this process.
pub(crate) static SPEAKERS: Speakers = Speakers(Mutex::new(None));

/// Hosts and ports that have answered over https, with any status.
#[derive(Debug)]
pub(crate) struct Speakers(Mutex<Option<HashSet<String>>>);

impl Speakers {
    /// Remembers that a host has answered at a URL.
    pub(crate) fn answered(&self, url: &Url) {
        let mut hosts = self.0.lock();
        let hosts = hosts.get_or_insert_default();
        if url.scheme() == "https" && hosts.len() < MAX_HOSTS {
            hosts.insert(authority(url));
        }
    }

    /// Whether the host of a URL has answered over https.
    pub(crate) fn has(&self, url: &Url) -> bool {
        let hosts = self.0.lock();
        let is_full = |hosts: &HashSet<String>| hosts.len() >= MAX_HOSTS;
        url.scheme() == "https"
            && hosts.as_ref().is_some_and(|hosts| is_full(hosts) || hosts.contains(&authority(url)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_known_by_its_name_and_port() {
        let speakers = Speakers(Mutex::new(None));
        let url = |text: &str| Url::parse(text).expect(text);
        speakers.answered(&url("https://127.0.0.1:5000/v2/"));
        speakers.answered(&url("http://127.0.0.1:5001/v2/"));
        for (text, expected) in [
            ("https://127.0.0.1:5000/", true),
            ("http://127.0.0.1:5000/", false),
            ("https://127.0.0.1:5001/", false),
            ("https://127.0.0.2:5000/", false),
        ] {
            assert_eq!(speakers.has(&url(text)), expected, "{text}");
        }
    }
}
