//! Whom a request asks: a host, and the account with which it is asked.

use std::sync::Arc;

use super::{allowance::Allowance, pace::Host, pause::Pause};

/// The host that a request goes to and the account with which it is asked.
#[derive(Debug, Clone)]
pub(crate) struct Peer {
    pub(crate) host: Arc<Host>,
    pub(crate) allowance: Arc<Allowance>,
    /// The host, as other processes know it too.
    pub(crate) name: String,
    /// The account; empty for nobody's.
    pub(crate) account: String,
}

impl Peer {
    /// What is known of a host by its name, and of an account there.
    pub(crate) fn of(name: String, account: &str) -> Self {
        let host = Host::named(&name);
        Self { allowance: host.allowance(account), host, name, account: account.to_owned() }
    }

    /// Takes note of an answer; gives how long the host is to be left alone, if that is news for others.
    pub(crate) fn answered(&self, status: u16, pause: Option<Pause>) -> Option<Pause> {
        self.host.answered(&self.allowance, status, pause)
    }

    /// Takes note of what others say.
    pub(crate) fn hear(&self, pauses: Vec<Pause>) {
        self.host.hear(&self.allowance, pauses);
    }
}
