//! From a name to the addresses that may be asked.

use std::{io, net::SocketAddr};

use futures_util::future::{BoxFuture, FutureExt};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::address::{AddressClass, OutOfReach, Reach};

/// How a name is looked up.
type Lookup = fn(String) -> BoxFuture<'static, io::Result<Vec<SocketAddr>>>;

/// Resolves names, and leaves out the addresses that are out of reach. What is checked is what is connected to: a name that
/// resolves to another address the next time is looked at again.
#[derive(Debug)]
pub(crate) struct Resolver {
    reach: Reach,
    lookup: Lookup,
}

impl Resolver {
    /// Asks the system.
    pub(crate) fn new(reach: Reach) -> Self {
        let lookup: Lookup = |name| {
            async move { tokio::net::lookup_host((name.as_str(), 0)).await.map(Iterator::collect) }.boxed()
        };
        Self { reach, lookup }
    }
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let (reach, looking) = (self.reach, (self.lookup)(name.as_str().to_owned()));
        Box::pin(async move {
            let found = looking.await?;
            let class = found.iter().map(|address| AddressClass::of(address.ip())).min();
            let within: Vec<SocketAddr> =
                found.into_iter().filter(|address| reach.covers(AddressClass::of(address.ip()))).collect();
            match class {
                Some(class) if within.is_empty() => Err(OutOfReach(class).into()),
                _ => Ok(Box::new(within.into_iter()) as Addrs),
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;
    use crate::http::connect::cause::find;

    #[tokio::test]
    async fn names_are_checked_by_what_they_resolve_to() {
        let resolve = |reach| Resolver::new(reach).resolve("localhost".parse().expect("a name"));
        assert!(resolve(Reach::of_server(AddressClass::Private)).await.is_err());
        assert!(
            resolve(Reach::of_server(AddressClass::Loopback))
                .await
                .is_ok_and(|mut found| found.next().is_some())
        );
    }

    #[tokio::test]
    async fn a_name_that_resolves_elsewhere_the_second_time_leads_nowhere_else() {
        static LOOKUPS: AtomicUsize = AtomicUsize::new(0);
        // RFC 5737, an address for documentation, and then this machine.
        let lookup: Lookup = |_| {
            let address: [u8; 4] =
                if LOOKUPS.fetch_add(1, Ordering::SeqCst) == 0 { [203, 0, 113, 1] } else { [127, 0, 0, 1] };
            async move { Ok(vec![SocketAddr::from((address, 0))]) }.boxed()
        };
        let inside = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let port = inside.local_addr().expect("an address").port();
        let client = reqwest::Client::builder()
            .no_proxy()
            .connect_timeout(std::time::Duration::from_millis(100))
            .dns_resolver(Resolver { reach: Reach::of_server(AddressClass::Public), lookup })
            .build()
            .expect("a client");
        let ask = async || {
            client.get(format!("http://rebound.example:{port}/")).send().await.expect_err("out of reach")
        };
        let is_refused = |error: &reqwest::Error| find::<OutOfReach>(error).is_some();
        assert!(!is_refused(&ask().await), "a public address may be asked, and does not answer");
        assert_eq!(LOOKUPS.load(Ordering::SeqCst), 1, "what was checked is what is connected to");
        assert!(is_refused(&ask().await), "it has become another one");
        assert!(inside.accept().now_or_never().is_none(), "nobody came");
    }
}
