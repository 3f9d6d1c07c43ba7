//! The peer of a request: a host, and the account that asks it.

use std::sync::Arc;

use super::{allowance::Allowance, pace::Host, pause::Pause};

/// The host that a request goes to, and the account that asks it.
#[derive(Debug, Clone)]
pub(crate) struct Peer {
    pub(crate) host: Arc<Host>,
    pub(crate) allowance: Arc<Allowance>,
    /// Name of the host, which other processes use too.
    pub(crate) name: String,
    /// The account; empty for anonymous requests.
    pub(crate) account: String,
}

impl Peer {
    /// Returns the state of a host and of an account there.
    pub(crate) fn of(name: String, account: &str) -> Self {
        let host = Host::named(&name);
        Self { allowance: host.allowance(account), host, name, account: account.to_owned() }
    }

    /// Notes an answer. Returns the pause that it asks for, if that is news for other processes.
    pub(crate) fn answered(&self, status: u16, pause: Option<Pause>) -> Option<Pause> {
        self.host.answered(&self.allowance, status, pause)
    }

    /// Notes the pauses that other processes have told.
    pub(crate) fn hear(&self, pauses: Vec<Pause>) {
        self.host.hear(&self.allowance, pauses);
    }
}
