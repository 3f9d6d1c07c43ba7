//! Which hosts are to be left alone, told to all machines that share a Redis server.

use std::sync::Arc;

use futures_util::future::{BoxFuture, FutureExt};

use crate::{
    cache::Cache,
    http::host::{notices::Notices, rest::Rest},
};

/// Cool-downs of hosts as flags of a cache.
#[derive(Debug)]
pub(crate) struct CoolDowns(Arc<Cache>);

impl CoolDowns {
    /// Those in a cache; `None` where nobody else would see them.
    pub(crate) fn shared_in(cache: &Arc<Cache>) -> Option<Arc<dyn Notices>> {
        cache.has_flags().then(|| Arc::new(Self(cache.clone())) as Arc<dyn Notices>)
    }
}

impl Notices for CoolDowns {
    fn post<'a>(&'a self, host: &'a str, account: &'a str, rest: Rest) -> BoxFuture<'a, ()> {
        let [all, used_up, drained] = flags(host, account);
        let (flag, time) = match rest {
            Rest::All(time) => (all, time),
            Rest::Account(time) => (used_up, time),
            Rest::Counted(time) => (drained, time),
        };
        async move { self.0.raise(&flag, time).await }.boxed()
    }

    fn read<'a>(&'a self, host: &'a str, account: &'a str) -> BoxFuture<'a, Vec<Rest>> {
        let [all, used_up, drained] = flags(host, account);
        async move {
            let [all, used_up, drained] = self.0.flags([&all, &used_up, &drained]).await;
            [all.map(Rest::All), used_up.map(Rest::Account), drained.map(Rest::Counted)]
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
