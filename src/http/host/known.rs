//! What the process knows of those it asks, gathered for one request.

use std::sync::Arc;

use super::{pace::Host, pull_quota::Quota, rest::Rest};

/// The host that a request goes to and the account with which it is asked.
#[derive(Debug, Clone)]
pub(crate) struct Known {
    pub(crate) host: Arc<Host>,
    pub(crate) quota: Arc<Quota>,
    /// The host, as other processes know it too.
    pub(crate) name: String,
    /// The account; empty for nobody's.
    pub(crate) account: String,
}

impl Known {
    /// What is known of a host by its name, and of an account there.
    pub(crate) fn of(name: String, account: &str) -> Self {
        let host = Host::named(&name);
        Self { quota: host.quota(account), host, name, account: account.to_owned() }
    }

    /// Takes note of an answer; gives how long the host is to be left alone, if that is news for others.
    pub(crate) fn answered(&self, status: u16, rest: Option<Rest>) -> Option<Rest> {
        self.host.answered(&self.quota, status, rest)
    }

    /// Takes note of what others say.
    pub(crate) fn hear(&self, rests: Vec<Rest>) {
        self.host.hear(&self.quota, rests);
    }
}
