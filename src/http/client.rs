//! The client of the process: time bounds, body bounds, redirects, retries.

use std::{
    collections::HashSet,
    net::IpAddr,
    sync::Arc,
    time::{Duration, SystemTime},
};

use futures_util::future::BoxFuture;
use parking_lot::Mutex;
use tokio::time::Instant;
use url::Url;

use super::{
    ahead::send_once_or_again,
    connect::{
        address::{AddressClass, Reach},
        ahead::InUse,
        flood,
        pool::Settings,
        proxy::{RegistryProxy, SYSTEM},
        resolver::LED_BY,
        tls::load_roots,
    },
    failure::{Bounds, Failed, crowded, explain, left_alone, paused, refused_by_proxy},
    host::{
        https::SPEAKERS,
        network::NETWORK,
        pace::{Host, Permit, Refused},
        pause::{Pause, pause_asked_for, remaining},
        peer::Peer,
        shared_pauses::{SharedPauses, listen},
    },
    jitter::{jitter, spread},
    meter::Meter,
    options::HttpOptions,
    redirect,
    request::Request,
    response::Response,
    retry::{Decision, Fault, RetryPolicy, Tried, after_fault, decide},
};
use crate::{
    error::{Error, Limit, Result, Setting},
    observe::{self, RequestEvent},
    text::redact::{authority, shown},
};

/// Time to read the body of an error status. Without the body the status still says what is wrong.
const WORDS: Duration = Duration::from_secs(2);

/// Sends requests. It is cheap to make, because connections belong to the process.
#[derive(Debug, Clone)]
pub(crate) struct Client {
    options: Arc<HttpOptions>,
    meter: Arc<Meter>,
    pauses: Option<Arc<dyn SharedPauses>>,
    /// The moves of servers that were told, from where to where. Each is told once.
    told_moves: Arc<Mutex<HashSet<(String, String)>>>,
}

/// Moves that are remembered as told.
const MAX_MOVES: usize = 1000;

impl Client {
    /// Makes a client with these settings.
    pub(crate) fn new(options: HttpOptions) -> Self {
        Self { options: Arc::new(options), meter: Arc::default(), pauses: None, told_moves: Arc::default() }
    }

    /// Shares with other processes which hosts are to be left alone.
    pub(crate) fn with_shared_pauses(self, pauses: Option<Arc<dyn SharedPauses>>) -> Self {
        Self { pauses, ..self }
    }

    /// Returns the settings.
    pub(crate) fn options(&self) -> &HttpOptions {
        &self.options
    }

    /// Returns the counts of this client and its clones.
    pub(crate) fn meter(&self) -> &Meter {
        &self.meter
    }

    /// Sends a request and returns its answer, after redirects and after the retries that `policy` allows. Any status
    /// is an answer.
    ///
    /// # Errors
    /// `Timeout` and `Network` if no answer came, `TooLarge` for a body beyond the request's bound or too many
    /// redirects, `BadResponse` for a redirect that may not be followed.
    pub(crate) fn send<'a>(
        &'a self,
        request: Request,
        policy: &'a RetryPolicy,
    ) -> BoxFuture<'a, Result<Response>> {
        // The box keeps the futures that are built on this one from nesting a hundred types deep.
        Box::pin(self.send_and_redirect(request, policy))
    }

    async fn send_and_redirect(&self, request: Request, policy: &RetryPolicy) -> Result<Response> {
        // An image's label may name any kind of URL. Redirects are checked where they are followed.
        if !matches!(request.url.scheme(), "http" | "https") {
            return Err(Error::invalid_argument(format!("{} is no http or https URL", shown(&request.url))));
        }
        let mut request = request;
        let bound = self.options.limits.redirects;
        let mut is_moved = false;
        for _ in 0..=bound {
            let response = self.persist(&request, policy).await?;
            let target = match request.is_redirectable() {
                true => {
                    let location = response.header("location");
                    redirect::target(&request.url, response.status(), location, request.insecure)?
                }
                false => None,
            };
            let moves = request.may_move && matches!(response.status(), 301 | 308);
            match target {
                Some(_) if moves && is_moved => return Ok(response.moved(true)),
                Some(to) if moves => {
                    self.tell_move(&request.url, &to);
                    is_moved = true;
                    request = request.moved(to, response.server());
                }
                Some(to) => request = request.redirected(to, response.server()),
                None => return Ok(response.moved(is_moved)),
            }
        }
        let message = format!("{} redirects more than {bound} times", shown(&request.url));
        Err(Error::too_large(message, Some(Limit::Redirects)).with_host(authority(&request.url)))
    }

    fn tell_move(&self, from: &Url, to: &Url) {
        let mut told = self.told_moves.lock();
        let hosts = (authority(from), authority(to));
        if told.len() < MAX_MOVES && told.insert(hosts) {
            tracing::warn!("{} has moved to {}", shown(from), shown(to));
        }
    }

    /// Asks until the answer is one to keep, or no retry is left.
    async fn persist(&self, request: &Request, policy: &RetryPolicy) -> Result<Response> {
        let peer = self.peer(request);
        let host = &peer.host;
        let (began, mut tried) = (Instant::now(), Tried::default());
        loop {
            if let Some(pauses) = &self.pauses {
                listen(&peer, pauses).await;
            }
            let permit = self.enter(&peer, request, policy).await?;
            let attempt = Instant::now();
            let in_flight = flood::Attempt::begin();
            let outcome = self.attempt(request, host).await;
            drop((permit, in_flight));
            observed(request, &outcome, &tried, attempt.elapsed());
            tried.time = began.elapsed();
            let wait = match outcome {
                Ok(response) => {
                    let (wait, news) = self.decide(&peer, &response, request, &tried, policy);
                    self.tell(&peer, news).await;
                    match wait {
                        None => return Ok(response),
                        Some(wait) if response.status() == 429 => {
                            tried.refusals += 1;
                            wait
                        }
                        Some(wait) => {
                            tried.faults += 1;
                            wait
                        }
                    }
                }
                Err(Failed { error, fault: None, is_heard }) => {
                    if is_heard {
                        host.health.answered();
                    }
                    return Err(error);
                }
                Err(Failed { error, fault: Some(fault), .. }) => {
                    if host.health.failed(fault, attempt, &error) && fault == Fault::Unreachable {
                        NETWORK.failed();
                    }
                    match after_fault(fault, host.health.is_alive(), &tried, policy) {
                        Some(wait)
                            if request.is_repeatable() && !host.health.is_down() && host.health.spend() =>
                        {
                            tracing::debug!("Trying again: {error}");
                            tried.faults += 1;
                            wait + spread(wait)
                        }
                        _ => return Err(error),
                    }
                }
            };
            self.meter.retry();
            tokio::time::sleep(wait).await;
        }
    }

    /// Tells other processes how long a host is to be left alone.
    async fn tell(&self, peer: &Peer, news: Option<Pause>) {
        if let (Some(pauses), Some(pause)) = (&self.pauses, news) {
            pauses.announce(&peer.name, &peer.account, pause).await;
        }
    }

    /// Returns the state that the process keeps for the request's host and account.
    pub(super) fn peer(&self, request: &Request) -> Peer {
        // A server sees the address of the proxy and counts by address, and a failing proxy says nothing of the direct
        // way. So the proxy is part of the name.
        let proxy = self.proxy(request).as_ref().map(authority).unwrap_or_default();
        let name = format!("{}://{} {proxy}", request.url.scheme(), authority(&request.url));
        Peer::of(name, &request.account)
    }

    /// Waits for the request's turn. Fails at once if the host is left alone for too long.
    async fn enter(&self, peer: &Peer, request: &Request, policy: &RetryPolicy) -> Result<Permit> {
        let HttpOptions { concurrency, limits, .. } = &*self.options;
        let Peer { host, allowance, .. } = peer;
        let (bounds, order) = ((*concurrency, limits.waiting), (request.rank, request.is_pull));
        let entering = host.enter(allowance, bounds, order, policy.max_delay);
        let permit = entering.await.map_err(|refused| match refused {
            Refused::Paused(left) => paused(request, left),
            Refused::Crowded => crowded(request, limits.waiting),
        })?;
        host.health.allows_use().map_err(|down| left_alone(request, &down))?;
        self.meter.request(&authority(&request.url), request.is_pull);
        Ok(permit)
    }

    /// Notes an answer. Returns the wait before a retry, if there is to be one, and the pause that other processes
    /// should hear of.
    fn decide(
        &self,
        peer: &Peer,
        response: &Response,
        request: &Request,
        tried: &Tried,
        policy: &RetryPolicy,
    ) -> (Option<Duration>, Option<Pause>) {
        self.meter.body(response.body().len());
        let (status, now, header) = (response.status(), SystemTime::now(), |name| response.header(name));
        let left = header("x-ratelimit-remaining").or_else(|| header("ratelimit-remaining"));
        self.meter.remaining(&authority(&request.url), left.and_then(remaining));
        let host = &peer.host;
        host.health.completed(status < 500);
        let pause = pause_asked_for(status, request.is_pull, header, now);
        match decide(status, header("retry-after"), tried, policy, now) {
            Decision::RetryAfter(delay) => {
                tracing::warn!(
                    "Rate limited on {}, retrying in {}ms",
                    shown(&request.url),
                    delay.as_millis()
                );
                let news = peer.answered(status, Some(pause.unwrap_or(Pause::Everybody(delay))));
                (Some(delay + jitter(delay)), news)
            }
            Decision::TryAgain(delay) if request.is_repeatable() && host.health.spend() => {
                tracing::debug!("{} answered {status}, trying again", shown(&request.url));
                (Some(delay + spread(delay)), peer.answered(status, pause))
            }
            Decision::Answer | Decision::TryAgain(_) => (None, peer.answered(status, pause)),
        }
    }

    async fn attempt(&self, request: &Request, host: &Host) -> std::result::Result<Response, Failed> {
        let settings = self.settings(request)?;
        let is_proxied = settings.proxy.is_some();
        let limits = &self.options.limits;
        let bounds = Bounds {
            connect: named(settings.connect_timeout, self.options.connect_timeout, Setting::ConnectTimeout),
            attempt: named(self.time_for(request), self.options.timeout, Setting::Timeout),
            header_bytes: limits.header_bytes,
        };
        let proxy = settings.proxy.clone();
        let explain = |error: reqwest::Error| {
            let failed = explain(&error, request, proxy.as_ref(), &bounds);
            // Over HTTP/2 a connection outlives its requests. One that brings nothing may be dead, or say nothing of use.
            if failed.fault == Some(Fault::Silent) {
                settings.drop_pool();
            }
            failed
        };

        load_roots().await;
        let pool = settings.pool()?;
        let mut outgoing = pool
            .client
            .request(request.method.clone(), request.url.clone())
            .header(reqwest::header::USER_AGENT, &self.options.user_agent)
            .headers(request.headers.clone())
            .timeout(bounds.attempt.0);
        if let Some(form) = &request.form {
            outgoing = outgoing
                .header(reqwest::header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                .body(form.clone());
        }
        // The look-up of a name counts for the host whose answer led to it.
        let led_by = request.led_by.clone().unwrap_or_else(|| authority(&request.url));
        let using = InUse(pool.hosts.begin(&request.url.origin().ascii_serialization()));
        let sent = LED_BY.scope(led_by, send_once_or_again(outgoing, &using, request)).await;
        let mut answer = sent.map_err(explain)?;
        using.answered();
        host.health.answered();
        if request.insecure {
            SPEAKERS.answered(&request.url);
        }
        NETWORK.works();
        let remote = answer.remote_addr().filter(|_| !is_proxied).map(|address| address.ip());
        let server = class_of(remote, &request.url);
        let mut response =
            Response::new(request, answer.status().as_u16(), std::mem::take(answer.headers_mut()), server);
        response.check_headers(limits.header_bytes)?;
        if let (407, Some(proxy)) = (response.status(), &proxy) {
            return Err(refused_by_proxy(request, proxy).into());
        }
        if response.status() >= 300 {
            // The body of an error status is useful, and its absence is no reason to fail.
            let _ = tokio::time::timeout(WORDS, async {
                while let Ok(Some(chunk)) = answer.chunk().await
                    && response.push_some(&chunk, limits.error_bytes)
                {}
            })
            .await;
            return Ok(response);
        }
        while let Some(chunk) = answer.chunk().await.map_err(explain)? {
            response.push(&chunk, request.limit)?;
        }
        Ok(response)
    }

    /// Returns the proxy through which a request goes.
    fn proxy(&self, request: &Request) -> Option<Url> {
        match (&request.proxy, &self.options.proxy) {
            (Some(RegistryProxy::Direct), _) => None,
            (Some(RegistryProxy::At(proxy)), _) | (None, Some(proxy)) => Some(proxy.clone()),
            (None, None) => SYSTEM.of(&request.url),
        }
    }

    pub(super) fn settings(&self, request: &Request) -> Result<Settings> {
        let options = &self.options;
        let reach = if options.allow_private_addresses { Reach::Anywhere } else { request.reach };
        reach.check(&request.url)?;
        let proxy = self.proxy(request);
        Ok(Settings {
            connect_timeout: NETWORK.patience(options.connect_timeout),
            client_certificate: request.client_certificate.clone(),
            authorities: options.ca.iter().chain(&request.ca).cloned().collect(),
            insecure: request.insecure,
            // Behind a proxy, only the proxy's own address is looked up here.
            reach: if proxy.is_some() { Reach::Anywhere } else { reach },
            proxy,
        })
    }

    fn time_for(&self, request: &Request) -> Duration {
        request.within.unwrap_or(self.options.timeout).min(self.options.timeout)
    }
}

/// Returns a time, with the name of its option if the option set it.
fn named(time: Duration, said: Duration, setting: Setting) -> (Duration, Option<Setting>) {
    (time, (time == said).then_some(setting))
}

/// Publishes an attempt to those who observe requests.
fn observed(
    request: &Request,
    outcome: &std::result::Result<Response, Failed>,
    tried: &Tried,
    time: Duration,
) {
    if !observe::is_observed() {
        return;
    }
    let answer = outcome.as_ref();
    observe::request(&RequestEvent {
        host: &authority(&request.url),
        method: request.method.as_str(),
        kind: request.kind,
        status: answer.ok().map(Response::status),
        error: answer.err().map(|failed| failed.error.code()),
        attempt: tried.refusals + tried.faults + 1,
        milliseconds: time.as_secs_f64() * 1000.0,
        cache: if answer.is_ok_and(|response| response.status() == 304) { "revalidated" } else { "miss" },
        bytes: answer.map_or(0, |response| response.body().len()),
    });
}

/// Returns how far inwards a server lies: by its address, or by its name alone where a proxy hides the address.
fn class_of(remote: Option<IpAddr>, url: &Url) -> AddressClass {
    remote.map(AddressClass::of).or_else(|| AddressClass::of_url(url)).unwrap_or(AddressClass::Public)
}
