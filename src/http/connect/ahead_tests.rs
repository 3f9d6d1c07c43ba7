use std::{
    io,
    pin::Pin,
    sync::atomic::{AtomicUsize, Ordering},
};

use hyper_util::client::legacy::connect::Connected;
use tokio::{sync::Semaphore, task::JoinHandle};

use super::*;

const ORIGIN: &str = "https://registry.example";

/// A connection that was opened as the `number`th.
#[derive(Debug)]
struct Wire {
    number: usize,
    is_h2: bool,
    open: Arc<AtomicUsize>,
}

impl Connection for Wire {
    fn connected(&self) -> Connected {
        if self.is_h2 { Connected::new().negotiated_h2() } else { Connected::new() }
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        self.open.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Opens a connection whenever the test lets it, and fails where the test says so.
#[derive(Clone)]
struct Network {
    is_h2: bool,
    begun: Arc<AtomicUsize>,
    open: Arc<AtomicUsize>,
    turns: Arc<Semaphore>,
    fails: Arc<AtomicBool>,
}

impl Network {
    fn new(is_h2: bool) -> Self {
        let turns = Arc::new(Semaphore::new(0));
        Self { is_h2, begun: Arc::default(), open: Arc::default(), turns, fails: Arc::default() }
    }

    fn begun(&self) -> usize {
        self.begun.load(Ordering::SeqCst)
    }
}

impl Service<()> for Network {
    type Response = Wire;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Wire, BoxError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, (): ()) -> Self::Future {
        let (network, number) = (self.clone(), self.begun.fetch_add(1, Ordering::SeqCst) + 1);
        Box::pin(async move {
            network.turns.acquire().await?.forget();
            if network.fails.load(Ordering::SeqCst) {
                return Err(io::Error::from(io::ErrorKind::ConnectionRefused).into());
            }
            network.open.fetch_add(1, Ordering::SeqCst);
            Ok(Wire { number, is_h2: network.is_h2, open: network.open })
        })
    }
}

struct Bench {
    network: Network,
    hosts: Hosts,
    keeper: Keeping<Network>,
}

type Got = Result<Wire, BoxError>;

impl Bench {
    fn new(is_h2: bool) -> Self {
        let (network, hosts) = (Network::new(is_h2), Hosts::default());
        Self { keeper: Keeper(hosts.clone()).layer(network.clone()), network, hosts }
    }

    /// Opens a connection ahead, as the client does.
    fn ahead(&self) -> Option<JoinHandle<()>> {
        let opening = self.hosts.open(ORIGIN)?;
        let asking = self.keeper.clone().call_with(Purpose::Later(ORIGIN.to_owned()));
        Some(tokio::spawn(async move {
            assert!(asking.await.is_err(), "the request that asks for it is never sent");
            opening.kept().await;
        }))
    }

    /// Asks for a connection on behalf of a request, which is in flight as long as the first part lives.
    fn request(&self) -> (InUse, JoinHandle<Got>) {
        let using = InUse(self.hosts.begin(ORIGIN));
        let asking = self.keeper.clone().call_with(Purpose::Now(using.0.clone()));
        (using, tokio::spawn(asking))
    }

    async fn settle(&self) {
        for _ in 0..20 {
            tokio::task::yield_now().await;
        }
    }
}

impl Keeping<Network> {
    fn call_with(mut self, purpose: Purpose) -> BoxFuture<'static, Got> {
        PURPOSE.sync_scope(purpose, || self.call(()))
    }
}

async fn number(asked: JoinHandle<Got>) -> usize {
    asked.await.expect("no panic").expect("a connection").number
}

#[tokio::test(start_paused = true)]
async fn a_request_gets_the_connection_that_was_opened_before() {
    let bench = Bench::new(true);
    let _ahead = bench.ahead().expect("one is opened");
    assert!(bench.ahead().is_none(), "one is enough");
    bench.settle().await;
    let (using, asked) = bench.request();
    bench.settle().await;
    assert!(!asked.is_finished(), "it waits for the one that is being opened");
    bench.network.turns.add_permits(1);
    assert_eq!((number(asked).await, bench.network.begun()), (1, 1));
    assert!(using.0.was_given());
    using.answered();
    drop(using);
    assert!(bench.ahead().is_none(), "the pool has one");
    tokio::time::advance(POOLED).await;
    assert!(bench.ahead().is_some(), "the pool may have none any more");
}

#[tokio::test(start_paused = true)]
async fn a_connection_that_nobody_takes_is_closed() {
    let bench = Bench::new(true);
    let ahead = bench.ahead().expect("one is opened");
    bench.network.turns.add_permits(1);
    bench.settle().await;
    assert_eq!(bench.network.open.load(Ordering::SeqCst), 1);
    ahead.await.expect("it ends");
    assert_eq!(bench.network.open.load(Ordering::SeqCst), 0);
    let (using, asked) = bench.request();
    bench.network.turns.add_permits(1);
    assert_eq!(number(asked).await, 2);
    assert!(!using.0.was_given());
}

#[tokio::test(start_paused = true)]
async fn a_connection_that_fails_beforehand_is_opened_again_by_the_request() {
    let bench = Bench::new(true);
    let ahead = bench.ahead().expect("one is opened");
    let (_using, asked) = bench.request();
    bench.settle().await;
    bench.network.fails.store(true, Ordering::SeqCst);
    bench.network.turns.add_permits(1);
    ahead.await.expect("it ends at once");
    bench.network.fails.store(false, Ordering::SeqCst);
    bench.network.turns.add_permits(1);
    assert_eq!(number(asked).await, 2);
}

#[tokio::test(start_paused = true)]
async fn requests_share_a_connection_over_http_2() {
    for opened_ahead in [true, false] {
        let bench = Bench::new(true);
        let _ahead = opened_ahead.then(|| bench.ahead());
        let requests: Vec<_> = (0..5).map(|_| bench.request()).collect();
        bench.settle().await;
        bench.network.turns.add_permits(5);
        bench.settle().await;
        assert_eq!(bench.network.begun(), 1);
        assert_eq!(requests.iter().filter(|(_, asked)| asked.is_finished()).count(), 1);
        // The pool has served the others, whose attempts are over.
        let asked: Vec<_> = requests.into_iter().map(|(_, asked)| asked).collect();
        for asked in asked {
            let _ = asked.await;
        }
        assert_eq!(bench.network.begun(), 1, "nothing is opened behind them");
    }
}

#[tokio::test(start_paused = true)]
async fn a_shared_connection_that_never_comes_keeps_no_request_waiting() {
    let bench = Bench::new(true);
    let (_first, taken) = bench.request();
    let (_second, asked) = bench.request();
    bench.network.turns.add_permits(2);
    assert_eq!(number(taken).await, 1);
    assert_eq!(number(asked).await, 2);
}

#[tokio::test(start_paused = true)]
async fn connections_over_http_1_are_shared_by_nobody() {
    let bench = Bench::new(false);
    let requests: Vec<_> = (0..3).map(|_| bench.request()).collect();
    bench.settle().await;
    assert_eq!(bench.network.begun(), 1, "what the host speaks is not known yet");
    bench.network.turns.add_permits(1);
    bench.settle().await;
    assert_eq!(bench.network.begun(), 3);
    let _later = bench.request();
    bench.settle().await;
    assert_eq!(bench.network.begun(), 4, "now it is");
    drop(requests);
}

#[tokio::test(start_paused = true)]
async fn requests_that_waited_for_one_that_failed_connect_beside_each_other() {
    let bench = Bench::new(true);
    let requests: Vec<_> = (0..4).map(|_| bench.request()).collect();
    bench.settle().await;
    bench.network.fails.store(true, Ordering::SeqCst);
    bench.network.turns.add_permits(1);
    bench.settle().await;
    assert_eq!(bench.network.begun(), 4);
    drop(requests);
}

#[tokio::test(start_paused = true)]
async fn a_request_that_is_given_up_keeps_no_other_one_waiting() {
    let bench = Bench::new(true);
    let (_first, given_up) = bench.request();
    bench.settle().await;
    let (_second, asked) = bench.request();
    bench.settle().await;
    given_up.abort();
    bench.settle().await;
    bench.network.turns.add_permits(1);
    assert_eq!(number(asked).await, 2);
}

#[tokio::test(start_paused = true)]
async fn hosts_are_remembered_within_a_bound() {
    let hosts = Hosts::default();
    for number in 0..3 * MAX_HOSTS {
        drop(InUse(hosts.begin(&format!("https://{number}.example"))));
    }
    assert!(hosts.0.lock().len() <= MAX_HOSTS);
}
