//! Connections that are opened before a request needs them.
//!
//! reqwest opens a connection when a request asks for one, and in no other way. So a request that is never sent asks for it: the
//! layer here keeps the connection and fails that request. The next request to the same host gets the connection as its own. All
//! that a pool knows of proxies, addresses and certificates holds for it, because the pool itself has opened it.
//!
//! Nobody reads a connection while it is kept. What its server sends fills the socket's buffer and no more.

use std::{
    any::Any,
    collections::HashMap,
    mem,
    sync::{
        Arc, Weak,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};

use futures_util::future::{BoxFuture, FutureExt};
use hyper_util::client::legacy::connect::Connection;
use parking_lot::Mutex;
use tokio::{sync::watch, time::Instant};
use tower_layer::Layer;
use tower_service::Service;

/// Time for which a connection is kept for a request. Servers close connections on which nothing is asked, after a minute or more.
const KEPT: Duration = Duration::from_secs(10);
/// Time after an answer for which the pool is believed to have a connection to the host still.
const POOLED: Duration = Duration::from_secs(60);
/// Time that a connection over HTTP/2 takes at most, once it is open, until requests share it.
const SHARED: Duration = Duration::from_secs(1);
/// Connections of the process that are being opened ahead, or kept.
const MOST: usize = 16;
/// Hosts of one pool that are remembered.
const MAX_HOSTS: usize = 256;

static COUNT: AtomicUsize = AtomicUsize::new(0);

tokio::task_local! {
    /// What becomes of a connection that a request of this task asks for.
    pub(crate) static PURPOSE: Purpose;
}

/// What becomes of a connection.
#[derive(Debug, Clone)]
pub(crate) enum Purpose {
    /// It is kept for a later request to this origin.
    Later(String),
    /// The request is sent on it.
    Now(Use),
}

/// The use of a host by one attempt of a request.
#[derive(Debug, Clone)]
pub(crate) struct Use {
    origin: String,
    hosts: Hosts,
    /// Whether the attempt was given a connection that had been opened before.
    was_given: Arc<AtomicBool>,
}

/// The hosts of a pool.
#[derive(Debug, Clone, Default)]
pub(crate) struct Hosts(Arc<Mutex<HashMap<String, Host>>>);

#[derive(Debug, Default)]
struct Host {
    ahead: Ahead,
    /// Attempts in flight.
    uses: usize,
    answered: Option<Instant>,
    /// A request is opening a connection. The channel closes when that has come to an end.
    leading: Option<watch::Sender<()>>,
    /// When a request got a connection over HTTP/2. Others share it.
    shared: Option<Instant>,
    /// Whether it speaks HTTP/1.1 alone, whose connections nobody shares.
    is_alone: bool,
}

/// The connection that was opened ahead.
#[derive(Default)]
enum Ahead {
    #[default]
    Nothing,
    /// It is being opened. The channel closes when that has come to an end.
    Opening(Place, watch::Sender<()>),
    Kept {
        connection: Box<dyn Any + Send>,
        is_h2: bool,
        since: Instant,
        _place: Place,
    },
}

impl std::fmt::Debug for Ahead {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Nothing => "Nothing",
            Self::Opening(..) => "Opening",
            Self::Kept { .. } => "Kept",
        })
    }
}

/// One of the places for connections that are opened ahead.
#[derive(Debug)]
struct Place(());

impl Place {
    fn take() -> Option<Self> {
        let place = COUNT
            .fetch_update(Ordering::AcqRel, Ordering::Acquire, |count| (count < MOST).then_some(count + 1));
        place.ok().map(|_| Self(()))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        COUNT.fetch_sub(1, Ordering::AcqRel);
    }
}

/// What a request finds that needs a connection.
enum Given<C> {
    Connection(C),
    /// One is being opened.
    Soon(watch::Receiver<()>),
    /// Another request has got one just now, which the pool is about to share.
    Shared,
    /// There is none, and others wait for the one that this request opens.
    Lead(Lead),
    /// There is none.
    Nothing,
}

/// The request whose connection others wait for.
struct Lead {
    hosts: Hosts,
    origin: String,
}

impl Lead {
    /// Notes that the connection is open.
    fn opened(self, is_h2: bool) {
        if let Some(host) = self.hosts.0.lock().get_mut(&self.origin) {
            host.shared = is_h2.then(Instant::now);
            host.is_alone = !is_h2;
        }
    }
}

impl Drop for Lead {
    fn drop(&mut self) {
        if let Some(host) = self.hosts.0.lock().get_mut(&self.origin) {
            host.leading = None;
        }
    }
}

impl Hosts {
    /// Begins to open a connection ahead. Returns `None` where there is one, or soon will be.
    pub(crate) fn open(&self, origin: &str) -> Option<Opening> {
        let mut hosts = self.0.lock();
        let host = host(&mut hosts, origin);
        if host.uses > 0 || host.is_pooled() || !matches!(host.ahead, Ahead::Nothing) {
            return None;
        }
        host.ahead = Ahead::Opening(Place::take()?, watch::channel(()).0);
        Some(Opening { hosts: Arc::downgrade(&self.0), origin: origin.to_owned() })
    }

    /// Notes that an attempt uses a host.
    pub(crate) fn begin(&self, origin: &str) -> Use {
        host(&mut self.0.lock(), origin).uses += 1;
        Use { origin: origin.to_owned(), hosts: self.clone(), was_given: Arc::default() }
    }

    fn keep(&self, origin: &str, connection: Box<dyn Any + Send>, is_h2: bool) {
        let mut hosts = self.0.lock();
        let Some(host) = hosts.get_mut(origin) else { return };
        host.ahead = match mem::take(&mut host.ahead) {
            Ahead::Opening(place, _) => {
                Ahead::Kept { connection, is_h2, since: Instant::now(), _place: place }
            }
            other => other,
        };
    }

    fn take<C: 'static>(&self, origin: &str) -> Given<C> {
        let mut hosts = self.0.lock();
        let Some(host) = hosts.get_mut(origin) else { return Given::Nothing };
        if let Ahead::Opening(_, opened) = &host.ahead {
            return Given::Soon(opened.subscribe());
        }
        if let Ahead::Kept { connection, is_h2, .. } = mem::take(&mut host.ahead)
            && let Ok(connection) = connection.downcast()
        {
            host.shared = is_h2.then(Instant::now);
            host.is_alone = !is_h2;
            return Given::Connection(*connection);
        }
        match (&host.leading, host.shared) {
            (Some(leading), _) => Given::Soon(leading.subscribe()),
            (None, Some(shared)) if shared.elapsed() < SHARED => Given::Shared,
            _ if host.is_alone || !origin.starts_with("https:") => Given::Nothing,
            _ => {
                host.leading = Some(watch::channel(()).0);
                Given::Lead(Lead { hosts: self.clone(), origin: origin.to_owned() })
            }
        }
    }
}

/// Returns what is known of a host. Servers may name any number of hosts, so those that nothing concerns are forgotten.
fn host<'a>(hosts: &'a mut HashMap<String, Host>, origin: &str) -> &'a mut Host {
    if hosts.len() >= MAX_HOSTS {
        hosts.retain(|_, host| host.uses > 0 || !matches!(host.ahead, Ahead::Nothing));
    }
    hosts.entry(origin.to_owned()).or_default()
}

impl Host {
    fn is_pooled(&self) -> bool {
        self.answered.is_some_and(|answered| answered.elapsed() < POOLED)
    }
}

impl Use {
    /// Whether the attempt was given a connection that had been opened before. Its server may have closed it since.
    pub(crate) fn was_given(&self) -> bool {
        self.was_given.load(Ordering::Relaxed)
    }
}

/// An attempt in flight.
#[derive(Debug)]
pub(crate) struct InUse(pub(crate) Use);

impl InUse {
    /// Notes that the host has answered.
    pub(crate) fn answered(&self) {
        if let Some(host) = self.0.hosts.0.lock().get_mut(&self.0.origin) {
            host.answered = Some(Instant::now());
        }
    }
}

impl Drop for InUse {
    fn drop(&mut self) {
        if let Some(host) = self.0.hosts.0.lock().get_mut(&self.0.origin) {
            host.uses = host.uses.saturating_sub(1);
        }
    }
}

/// A connection that is opened ahead, and closed if nobody takes it.
#[derive(Debug)]
pub(crate) struct Opening {
    hosts: Weak<Mutex<HashMap<String, Host>>>,
    origin: String,
}

impl Opening {
    /// Waits until the connection, if there is one, has been kept for long enough.
    pub(crate) async fn kept(self) {
        let is_kept = || {
            let hosts = self.hosts.upgrade()?;
            let hosts = hosts.lock();
            Some(matches!(hosts.get(&self.origin)?.ahead, Ahead::Kept { .. }))
        };
        if is_kept() == Some(true) {
            tokio::time::sleep(KEPT).await;
        }
    }
}

impl Drop for Opening {
    fn drop(&mut self) {
        let Some(hosts) = self.hosts.upgrade() else { return };
        let mut hosts = hosts.lock();
        if let Some(host) = hosts.get_mut(&self.origin) {
            // One that was taken may have been followed by another, whose own time has only begun.
            let is_older = match &host.ahead {
                Ahead::Kept { since, .. } => since.elapsed() >= KEPT,
                Ahead::Opening(..) | Ahead::Nothing => true,
            };
            if is_older {
                host.ahead = Ahead::Nothing;
            }
        }
    }
}

/// Keeps connections for later requests, and gives them to those.
#[derive(Debug, Clone)]
pub(crate) struct Keeper(pub(crate) Hosts);

impl<S> Layer<S> for Keeper {
    type Service = Keeping<S>;

    fn layer(&self, inner: S) -> Keeping<S> {
        Keeping { inner, hosts: self.0.clone() }
    }
}

/// The connector of a pool.
#[derive(Debug, Clone)]
pub(crate) struct Keeping<S> {
    inner: S,
    hosts: Hosts,
}

type BoxError = Box<dyn std::error::Error + Send + Sync>;

impl<S, R> Service<R> for Keeping<S>
where
    S: Service<R, Error = BoxError, Future: Send> + Clone + Send + 'static,
    S::Response: Connection + Send + 'static,
    R: Send + 'static,
{
    type Response = S::Response;
    type Error = BoxError;
    type Future = BoxFuture<'static, Result<S::Response, BoxError>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, target: R) -> Self::Future {
        let mut inner = self.inner.clone();
        // The clone has not been asked whether it is ready.
        mem::swap(&mut self.inner, &mut inner);
        let hosts = self.hosts.clone();
        match PURPOSE.try_with(Clone::clone) {
            Err(_) => inner.call(target).boxed(),
            Ok(Purpose::Later(origin)) => async move {
                let connection = inner.call(target).await?;
                let is_h2 = connection.connected().is_negotiated_h2();
                hosts.keep(&origin, Box::new(connection), is_h2);
                Err("The connection is kept for a later request".into())
            }
            .boxed(),
            // The pool goes on to connect when it has had another connection for the request by then, and the answer is there.
            Ok(Purpose::Now(Use { origin, was_given, .. })) => {
                connect_now(inner, target, hosts, origin, Arc::downgrade(&was_given)).boxed()
            }
        }
    }
}

/// Returns the connection that was opened ahead, or opens one.
async fn connect_now<S, R>(
    mut inner: S,
    target: R,
    hosts: Hosts,
    origin: String,
    request: Weak<AtomicBool>,
) -> Result<S::Response, BoxError>
where
    S: Service<R, Error = BoxError>,
    S::Response: Connection + 'static,
{
    let mut has_waited = false;
    loop {
        match hosts.take(&origin) {
            Given::Connection(connection) => {
                if let Some(was_given) = request.upgrade() {
                    was_given.store(true, Ordering::Relaxed);
                }
                return Ok(connection);
            }
            Given::Soon(mut opened) => {
                // The channel never carries anything: it closes.
                while opened.changed().await.is_ok() {}
                has_waited = true;
            }
            Given::Shared => {
                tokio::time::sleep(SHARED).await;
                if request.strong_count() == 0 {
                    return Err("The request has got another connection".into());
                }
                break;
            }
            // Where a connection has failed, those that waited for it fail beside each other and not one after the other.
            Given::Lead(_) if has_waited => break,
            Given::Lead(lead) => {
                let connection = inner.call(target).await?;
                lead.opened(connection.connected().is_negotiated_h2());
                return Ok(connection);
            }
            Given::Nothing => break,
        }
    }
    inner.call(target).await
}

#[cfg(test)]
#[path = "ahead_tests.rs"]
mod tests;
