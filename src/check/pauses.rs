//! Which hosts are to be left alone, told to all machines that share a Redis server.

use std::sync::Arc;

use futures_util::future::{BoxFuture, FutureExt};

use crate::{
    cache::Cache,
    http::host::{pause::Pause, shared_pauses::SharedPauses},
};

/// Pauses of hosts as flags of a cache.
#[derive(Debug)]
pub(crate) struct FlaggedPauses(Arc<Cache>);

impl FlaggedPauses {
    /// Those in a cache; `None` where nobody else would see them.
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

/// The names of flags: of a host for everybody, and for an account with all that it asks and with what is counted.
fn flags(host: &str, account: &str) -> [String; 3] {
    let host = host.trim_end();
    [format!("rest {host}"), format!("used up {host} {account}"), format!("drained {host} {account}")]
        .map(|flag| flag.trim_end().to_owned())
}
