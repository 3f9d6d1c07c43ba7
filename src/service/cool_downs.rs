//! Which hosts are to be left alone, told to all machines that share a Redis server.

use std::sync::Arc;

use futures_util::future::{BoxFuture, FutureExt};

use crate::{
    cache::Cache,
    http::{notices::Notices, rest::Rest},
};

/// Cool-downs of hosts as flags of a cache.
#[derive(Debug)]
pub(super) struct CoolDowns(Arc<Cache>);

impl CoolDowns {
    /// Those in a cache; `None` where nobody else would see them.
    pub(super) fn shared_in(cache: &Arc<Cache>) -> Option<Arc<dyn Notices>> {
        cache.has_flags().then(|| Arc::new(Self(cache.clone())) as Arc<dyn Notices>)
    }
}

impl Notices for CoolDowns {
    fn post<'a>(&'a self, host: &'a str, rest: Rest) -> BoxFuture<'a, ()> {
        let ([all, counted], cache) = (flags(host), &self.0);
        async move {
            match rest {
                Rest::All(time) => cache.raise(&all, time).await,
                Rest::Counted(time) => cache.raise(&counted, time).await,
            }
        }
        .boxed()
    }

    fn read<'a>(&'a self, host: &'a str) -> BoxFuture<'a, Vec<Rest>> {
        let [all, counted] = flags(host);
        async move {
            let [all, counted] = self.0.flags([&all, &counted]).await;
            all.map(Rest::All).into_iter().chain(counted.map(Rest::Counted)).collect()
        }
        .boxed()
    }
}

/// The names of a host's flags: for all that is asked of it, and for what it counts.
fn flags(host: &str) -> [String; 2] {
    let host = host.trim_end();
    [format!("rest {host}"), format!("drained {host}")]
}
