//! One shared client: time bounds, body bounds, redirects, retries.

use std::{
    error::Error as StdError,
    net::IpAddr,
    sync::Arc,
    time::{Duration, SystemTime},
};

use futures_util::future::BoxFuture;
use url::Url;

use super::{
    address::{AddressClass, OutOfReach, Reach, refusal},
    meter::Meter,
    notices::{Notices, listen},
    pace::{Host, Rest, Resting, jitter, remaining, rest_asked_for},
    pool::{Pem, Settings},
    redact::{authority, shown},
    redirect::{self, MAX_REDIRECTS},
    request::Request,
    response::Response,
    retry::{Decision, RetryPolicy, decide},
};
use crate::error::{Error, ErrorKind, Result};

/// Settings of a [`Client`].
#[derive(Debug, Clone)]
pub struct ClientOptions {
    /// How the client names itself.
    pub user_agent: String,
    /// Time for a connection, TLS included.
    pub connect_timeout: Duration,
    /// Time for a whole attempt, from connecting to the last byte.
    pub timeout: Duration,
    /// The proxy for all requests; `None` is what the environment says.
    pub proxy: Option<Url>,
    /// Certificate authorities that are trusted beside the system's.
    pub ca: Option<Pem>,
    /// Follow servers' words to private, loopback and link-local addresses.
    pub allow_private_addresses: bool,
    /// Requests to one host at once.
    pub concurrency: usize,
}

/// Sends requests. Cheap to make: connections belong to the process.
#[derive(Debug, Clone)]
pub struct Client {
    options: Arc<ClientOptions>,
    meter: Arc<Meter>,
    notices: Option<Arc<dyn Notices>>,
}

impl Client {
    /// A client with these settings.
    pub fn new(options: ClientOptions) -> Self {
        Self { options: Arc::new(options), meter: Arc::default(), notices: None }
    }

    /// Tells other processes, and hears from them, which hosts are to be left alone.
    pub fn with_notices(self, notices: Option<Arc<dyn Notices>>) -> Self {
        Self { notices, ..self }
    }

    /// What this client and its clones have asked.
    pub fn meter(&self) -> &Meter {
        &self.meter
    }

    /// The answer to a request, after redirects and after the retries that `policy` allows. Any status is an answer.
    ///
    /// # Errors
    /// `Timeout` and `Network` if no answer came, `TooLarge` for a body beyond the request's bound or too many
    /// redirects, `BadResponse` for a redirect that may not be followed.
    pub fn send<'a>(&'a self, request: Request, policy: &'a RetryPolicy) -> BoxFuture<'a, Result<Response>> {
        // Boxed, so that what is built on it is not one type of a hundred layers.
        Box::pin(self.send_and_redirect(request, policy))
    }

    async fn send_and_redirect(&self, request: Request, policy: &RetryPolicy) -> Result<Response> {
        let mut request = request;
        for _ in 0..=MAX_REDIRECTS {
            let response = self.persist(&request, policy).await?;
            let target = match request.is_redirectable() {
                true => redirect::target(&request.url, response.status(), response.header("location"))?,
                false => None,
            };
            match target {
                Some(to) => request = request.redirected(to, response.server()),
                None => return Ok(response),
            }
        }
        let message = format!("{} redirects more than {MAX_REDIRECTS} times", shown(&request.url));
        Err(Error::new(ErrorKind::TooLarge, message).with_host(authority(&request.url)))
    }

    /// Asks until the answer is one to keep.
    async fn persist(&self, request: &Request, policy: &RetryPolicy) -> Result<Response> {
        let name = authority(&request.url);
        // A proxy is another address to the server, which counts requests by address.
        let proxy = self.options.proxy.as_ref().map(authority).unwrap_or_default();
        let full_name = format!("{name} {proxy}");
        let host = Host::named(&full_name);
        let mut attempt = 0;
        loop {
            if let Some(notices) = &self.notices {
                listen(&host, &full_name, notices).await;
            }
            let permit = host.enter(self.options.concurrency, request.is_counted, policy.max_delay).await;
            let permit = permit.map_err(|Resting(rest)| resting(request, rest))?;
            self.meter.request(&name, request.is_counted);
            let response = self.attempt(request).await?;
            drop(permit);
            self.meter.body(response.body().len());

            let (now, header) = (SystemTime::now(), |name| response.header(name));
            let left = header("x-ratelimit-remaining").or_else(|| header("ratelimit-remaining"));
            self.meter.remaining(&name, left.and_then(remaining));
            let rest = rest_asked_for(response.status(), header, now);
            match decide(response.status(), header("retry-after"), attempt, policy, now) {
                Decision::Answer => {
                    self.spread(&full_name, host.answered(response.status(), rest)).await;
                    return Ok(response);
                }
                Decision::RetryAfter(delay) => {
                    tracing::warn!(
                        "[ContainerRegistryService] Rate limited on {}, retrying in {}ms",
                        shown(&request.url),
                        delay.as_millis()
                    );
                    let news = host.answered(response.status(), Some(rest.unwrap_or(Rest::All(delay))));
                    self.meter.retry();
                    let wait = tokio::time::sleep(delay + jitter(delay));
                    tokio::join!(self.spread(&full_name, news), wait);
                }
            }
            attempt += 1;
        }
    }

    /// Tells others how long a host is to be left alone.
    async fn spread(&self, host: &str, news: Option<Rest>) {
        if let (Some(notices), Some(rest)) = (&self.notices, news) {
            notices.post(host, rest).await;
        }
    }

    async fn attempt(&self, request: &Request) -> Result<Response> {
        let settings = self.settings(request);
        settings.reach.check(&request.url)?;
        let is_proxied = settings.is_proxied(&request.url);
        let settings = if is_proxied { Settings { reach: Reach::Anywhere, ..settings } } else { settings };
        let explain = |error: reqwest::Error| self.explain(&error, request);

        let mut outgoing = settings
            .pool()?
            .request(request.method.clone(), request.url.clone())
            .header(reqwest::header::USER_AGENT, &self.options.user_agent)
            .headers(request.headers.clone())
            .timeout(self.time_for(request));
        if let Some(form) = &request.form {
            outgoing = outgoing
                .header(reqwest::header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                .body(form.clone());
        }
        let mut answer = outgoing.send().await.map_err(explain)?;
        let remote = answer.remote_addr().filter(|_| !is_proxied).map(|address| address.ip());
        let server = class_of(remote, &request.url);
        let mut response =
            Response::new(request, answer.status().as_u16(), std::mem::take(answer.headers_mut()), server);
        while let Some(chunk) = answer.chunk().await.map_err(explain)? {
            response.push(&chunk, request.limit)?;
        }
        Ok(response)
    }

    fn settings(&self, request: &Request) -> Settings {
        let options = &self.options;
        Settings {
            connect_timeout: options.connect_timeout,
            proxy: options.proxy.clone(),
            authorities: options.ca.iter().chain(&request.ca).cloned().collect(),
            insecure: request.insecure,
            reach: if options.allow_private_addresses { Reach::Anywhere } else { request.reach },
        }
    }

    fn time_for(&self, request: &Request) -> Duration {
        request.within.unwrap_or(self.options.timeout).min(self.options.timeout)
    }

    /// What a transport failure means for the caller.
    fn explain(&self, error: &reqwest::Error, request: &Request) -> Error {
        if let Some(out_of_reach) = find::<OutOfReach>(error) {
            return refusal(&request.url, out_of_reach);
        }
        let (method, url, host) = (&request.method, shown(&request.url), authority(&request.url));
        let cause = root_cause(error);
        let error = if error.is_timeout() {
            let (what, limit) = match error.is_connect() {
                true => ("No connection to", self.options.connect_timeout),
                false => ("No complete answer from", self.time_for(request)),
            };
            let message = format!("{what} {host} within {} ms ({method} {url})", limit.as_millis());
            Error::new(ErrorKind::Timeout, message)
        } else if error.is_connect() {
            Error::new(ErrorKind::Network, format!("Could not connect to {host}: {cause} ({method} {url})"))
        } else if error.is_decode() && is_undecodable(error) {
            Error::bad_response(format!(
                "{host} sent a body that cannot be decoded: {cause} ({method} {url})"
            ))
        } else {
            Error::new(
                ErrorKind::Network,
                format!("The connection to {host} broke: {cause} ({method} {url})"),
            )
        };
        error.with_host(host).with_source(cause)
    }
}

/// The answer that a resting host would give, without asking it.
fn resting(request: &Request, rest: Duration) -> Error {
    let host = authority(&request.url);
    let message = format!(
        "{host} has asked for patience and is not asked again for {} s (GET {})",
        rest.as_secs().saturating_add(1),
        shown(&request.url)
    );
    Error::new(ErrorKind::RateLimited, message).with_status(429).with_host(host)
}

/// How far inwards a server lies: by its address, or by its name alone where a proxy hides the address.
fn class_of(remote: Option<IpAddr>, url: &Url) -> AddressClass {
    remote.map(AddressClass::of).or_else(|| AddressClass::of_url(url)).unwrap_or(AddressClass::Public)
}

/// The innermost error: the outer ones repeat the URL, query and all.
pub(super) fn root_cause(error: &(dyn StdError + 'static)) -> String {
    chain(error).last().map(ToString::to_string).unwrap_or_default()
}

/// Whether the bytes make no sense, as against bytes that stopped coming: reqwest reports both as failures of the body, of
/// which a decoder's is an I/O error by itself and a connection's is one of hyper's.
fn is_undecodable(error: &reqwest::Error) -> bool {
    let innermost = chain(error).filter_map(|error| error.downcast_ref::<reqwest::Error>()).last();
    innermost.and_then(StdError::source).is_some_and(|source| source.is::<std::io::Error>())
}

fn find<'a, T: StdError + 'static>(error: &'a (dyn StdError + 'static)) -> Option<&'a T> {
    chain(error).find_map(|error| error.downcast_ref::<T>())
}

fn chain<'a>(error: &'a (dyn StdError + 'static)) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    let mut next = Some(error);
    std::iter::from_fn(move || {
        let current = next?;
        next = current.source();
        Some(current)
    })
}
