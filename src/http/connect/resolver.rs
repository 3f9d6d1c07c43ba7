//! Resolves names to the addresses that may be reached.
//!
//! The system's look-up blocks a thread for as long as a silent name server lets it. So each look-up has a thread of
//! its own, apart from those that read files. All names to which a host leads share a few look-ups at once.

use std::{
    collections::HashMap,
    fmt, io,
    net::{SocketAddr, ToSocketAddrs as _},
    sync::{Arc, LazyLock},
    thread,
};

use futures_util::future::{BoxFuture, FutureExt};
use parking_lot::Mutex;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

use super::address::{AddressClass, OutOfReach, Reach};

/// Names that are looked up at once.
const LOOKUPS: usize = 64;
/// Look-ups at once on behalf of one host.
const LOOKUPS_OF_ONE: usize = 4;
/// Bytes of the stack of a thread that looks a name up.
const STACK: usize = 512 * 1024;

tokio::task_local! {
    /// The host whose answer led to the request. A name that is looked up without one counts for itself.
    pub(crate) static LED_BY: String;
}

/// A look-up: it is given the name, and the host that led to it.
type Lookup = fn(String, String) -> BoxFuture<'static, Result<Vec<SocketAddr>, NotResolved>>;

/// A name that could not be looked up.
#[derive(Debug)]
pub(crate) struct NotResolved(io::Error);

impl NotResolved {
    /// Whether a later look-up may succeed.
    pub(crate) fn may_pass(&self) -> bool {
        let words = self.0.to_string();
        self.0.raw_os_error().is_some() || words.contains("Temporary failure") || words.contains("Try again")
    }
}

impl fmt::Display for NotResolved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for NotResolved {}

/// The look-ups that may still begin, in all and for each host.
struct Lookups {
    all: Arc<Semaphore>,
    of_one: usize,
    by_host: Mutex<HashMap<String, Arc<Semaphore>>>,
}

static TURNS: LazyLock<Lookups> = LazyLock::new(|| Lookups::new(LOOKUPS, LOOKUPS_OF_ONE));

/// Permission for one look-up. It ends when it is dropped.
type Turn = (OwnedSemaphorePermit, OwnedSemaphorePermit);

impl Lookups {
    fn new(all: usize, of_one: usize) -> Self {
        Self { all: Arc::new(Semaphore::new(all)), of_one, by_host: Mutex::default() }
    }

    /// Waits for a turn on behalf of a host.
    async fn turn(&self, host: &str) -> Option<Turn> {
        let own = {
            let mut by_host = self.by_host.lock();
            by_host.retain(|_, turns| Arc::strong_count(turns) > 1);
            by_host.entry(host.to_owned()).or_insert_with(|| Arc::new(Semaphore::new(self.of_one))).clone()
        };
        let own = own.acquire_owned().await.ok()?;
        Some((own, self.all.clone().acquire_owned().await.ok()?))
    }
}

/// Looks a name up by the system. The permission lasts until the system has answered, even if nobody waits any more.
fn system(name: String, host: String) -> BoxFuture<'static, Result<Vec<SocketAddr>, NotResolved>> {
    async move {
        let gone = || NotResolved(io::Error::other("the look-up was given up"));
        let turn = TURNS.turn(&host).await.ok_or_else(gone)?;
        let (tell, told) = oneshot::channel();
        let look_up = move || {
            let found = (name.as_str(), 0).to_socket_addrs().map(|found| found.collect::<Vec<_>>());
            // The caller may have gone away.
            let _ = tell.send(found);
            drop(turn);
        };
        let thread = thread::Builder::new().name("container-registry-dns".to_owned()).stack_size(STACK);
        thread.spawn(look_up).map_err(NotResolved)?;
        told.await.map_err(|_| gone())?.map_err(NotResolved)
    }
    .boxed()
}

/// Resolves names and leaves out the addresses that are out of reach. A connection is made to the addresses that were
/// checked, so a name that changes its address later is checked again.
#[derive(Debug)]
pub(crate) struct Resolver {
    reach: Reach,
    lookup: Lookup,
}

impl Resolver {
    /// Resolves by the system.
    pub(crate) fn new(reach: Reach) -> Self {
        Self { reach, lookup: system }
    }
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let name = name.as_str().to_owned();
        let host = LED_BY.try_with(Clone::clone).unwrap_or_else(|_| name.clone());
        let (reach, looking) = (self.reach, (self.lookup)(name, host));
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
        // The first answer is an address for documentation (RFC 5737), the second one this machine.
        let lookup: Lookup = |_, _| {
            let address: [u8; 4] =
                if LOOKUPS.fetch_add(1, Ordering::SeqCst) == 0 { [203, 0, 113, 1] } else { [127, 0, 0, 1] };
            async move { Ok(vec![SocketAddr::from((address, 0))]) }.boxed()
        };
        crate::http::connect::tls::install_provider();
        let inside = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let port = inside.local_addr().expect("an address").port();
        let client = reqwest::Client::builder()
            .no_proxy()
            .connect_timeout(std::time::Duration::from_millis(100))
            .dns_resolver(Resolver { reach: Reach::of_server(AddressClass::Private), lookup })
            .build()
            .expect("a client");
        let ask = async || {
            client.get(format!("http://rebound.example:{port}/")).send().await.expect_err("out of reach")
        };
        let is_refused = |error: &reqwest::Error| find::<OutOfReach>(error).is_some();
        assert!(!is_refused(&ask().await), "an address of the same class may be asked, and does not answer");
        assert_eq!(LOOKUPS.load(Ordering::SeqCst), 1, "what was checked is what is connected to");
        assert!(is_refused(&ask().await), "it has become another one");
        assert!(inside.accept().now_or_never().is_none(), "nobody came");
    }

    #[tokio::test]
    async fn a_host_that_leads_to_silent_names_keeps_only_itself_waiting() {
        let lookups = Lookups::new(4, 2);
        let first = lookups.turn("silent.example").await.expect("a turn");
        let _second = lookups.turn("silent.example").await.expect("a turn");
        let mut third = Box::pin(lookups.turn("silent.example"));
        assert!((&mut third).now_or_never().is_none(), "it waits for its own");
        let other = lookups.turn("other.example").now_or_never().flatten();
        assert!(other.is_some(), "another host does not");
        drop(first);
        assert!(third.await.is_some());
    }

    #[tokio::test]
    async fn a_name_that_is_unknown_says_so() {
        let error = system("no-such-host.invalid".into(), String::new()).await.expect_err("no such host");
        assert!(error.to_string().contains("lookup"), "{error}");
    }
}
