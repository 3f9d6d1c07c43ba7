//! Shares the pauses of hosts among all machines with the same Redis server.

use std::sync::Arc;

use futures_util::future::{BoxFuture, FutureExt};

use crate::{
    cache::Cache,
    http::host::{pause::Pause, shared_pauses::SharedPauses},
};

/// The pauses of hosts, stored as flags in a cache.
#[derive(Debug)]
pub(crate) struct FlaggedPauses(Arc<Cache>);

impl FlaggedPauses {
    /// Creates the shared pauses of a cache, or `None` if no other machine can see its flags.
    pub(crate) fn shared_in(cache: &Arc<Cache>) -> Option<Arc<dyn SharedPauses>> {
        cache.has_flags().then(|| Arc::new(Self(cache.clone())) as Arc<dyn SharedPauses>)
    }
}

impl SharedPauses for FlaggedPauses {
    fn announce<'a>(&'a self, host: &'a str, account: &'a str, pause: Pause) -> BoxFuture<'a, ()> {
        let [all, used_up, drained] = flags(host, account);
        let (flag, time) = match pause {
            Pause::Everybody(time) => (all, time),
            Pause::Account(time) => (used_up, time),
            Pause::Pulls(time) => (drained, time),
        };
        async move { self.0.raise(&flag, time).await }.boxed()
    }

    fn read<'a>(&'a self, host: &'a str, account: &'a str) -> BoxFuture<'a, Vec<Pause>> {
        let [all, used_up, drained] = flags(host, account);
        async move {
            let [all, used_up, drained] = self.0.flags([&all, &used_up, &drained]).await;
            [all.map(Pause::Everybody), used_up.map(Pause::Account), drained.map(Pause::Pulls)]
                .into_iter()
                .flatten()
                .collect()
        }
        .boxed()
    }
}

/// The names of a host's flags: for all requests, for an account's requests, and for an account's pulls.
fn flags(host: &str, account: &str) -> [String; 3] {
    let host = host.trim_end();
    [format!("rest {host}"), format!("used up {host} {account}"), format!("drained {host} {account}")]
        .map(|flag| flag.trim_end().to_owned())
}
