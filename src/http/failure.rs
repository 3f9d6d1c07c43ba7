//! The errors of requests without an answer, and what they say of the host.

use std::{error::Error as StdError, time::Duration};

use url::Url;

use super::{
    connect::{
        address::{OutOfReach, refusal},
        cause::{TlsRefusal, chain, find, root_cause, system_code, tls_refusal},
    },
    host::breaker::Down,
    request::Request,
    response::too_many_headers,
    retry::Fault,
};
use crate::error::{Error, ErrorKind, Limit, Setting, printable};
use crate::text::redact::{authority, shown};

/// An attempt without an answer, and what it shows of the host.
pub(crate) struct Failed {
    pub(crate) error: Error,
    pub(crate) fault: Option<Fault>,
    /// Whether the host, or the proxy on the way to it, has said something. So it is there.
    pub(crate) is_heard: bool,
}

impl Failed {
    /// An attempt in which the host, or its proxy, has said something of no use.
    pub(crate) fn heard(error: Error) -> Self {
        Self { error, fault: None, is_heard: true }
    }
}

impl From<Error> for Failed {
    fn from(error: Error) -> Self {
        Self { error, fault: None, is_heard: false }
    }
}

/// The bounds of an attempt. Each time comes with its option, if an option set it.
pub(crate) struct Bounds {
    /// Time for a connection.
    pub(crate) connect: (Duration, Option<Setting>),
    /// Time for all of it.
    pub(crate) attempt: (Duration, Option<Setting>),
    /// Bytes of all header fields of the answer.
    pub(crate) header_bytes: usize,
}

/// Turns a transport failure into the caller's error.
pub(crate) fn explain(
    error: &reqwest::Error,
    request: &Request,
    proxy: Option<&Url>,
    bounds: &Bounds,
) -> Failed {
    if let Some(out_of_reach) = find::<OutOfReach>(error) {
        return refusal(&request.url, out_of_reach).into();
    }
    let cause = printable(&root_cause(error)).into_owned();
    if let Some(proxy) = proxy.filter(|_| error.is_connect() && is_refusal_of_proxy(&cause)) {
        return Failed::heard(refused_by_proxy(request, proxy));
    }
    if let Some(proxy) = proxy.filter(|_| error.is_connect() && cause.contains(NO_TUNNEL)) {
        return Failed::heard(no_tunnel(request, proxy));
    }
    let (method, url, host) = (&request.method, shown(&request.url), authority(&request.url));
    let code = system_code(error).or_else(|| error.is_timeout().then_some("ETIMEDOUT"));
    let is_too_large = find::<hyper::Error>(error).is_some_and(hyper::Error::is_parse_too_large);
    let way = proxy.map_or_else(String::new, |proxy| format!(" through the proxy {}", authority(proxy)));
    let (error, fault) = if error.is_timeout() {
        let (what, (limit, setting), fault) = match error.is_connect() {
            true => ("No connection to", bounds.connect, Fault::Unreachable),
            false => ("No complete answer from", bounds.attempt, Fault::Silent),
        };
        let message = format!("{what} {host}{way} within {} ms: {method} {url}", limit.as_millis());
        let error = Error::new(ErrorKind::Timeout, message);
        (setting.map_or(error.clone(), |setting| error.with_setting(setting)), Some(fault))
    } else if let Some(refusal) = tls_refusal(error, request.client_certificate.is_some()) {
        (refused_certificate(refusal, &host, &format!("{method} {url}")), Some(Fault::Refused))
    } else if error.is_connect() && code.is_some_and(is_want_of_this_machine) {
        let message = format!(
            "This process has nothing left for a connection to {host}: {cause}; more open files (ulimit -n), or fewer \
             requests at once, let it connect ({method} {url})"
        );
        (Error::new(ErrorKind::Network, message), None)
    } else if error.is_connect() {
        let message = format!("Could not connect to {host}{way}: {cause} ({method} {url})");
        (Error::new(ErrorKind::Network, message), Some(Fault::Refused))
    } else if is_too_large {
        (too_many_headers(&request.url, bounds.header_bytes), None)
    } else if error.is_decode() && is_undecodable(error) {
        let message = format!("{host} sent a body that cannot be decoded: {cause} ({method} {url})");
        (Error::bad_response(message).passing(), None)
    } else {
        let message = format!("The connection to {host} broke: {cause} ({method} {url})");
        (Error::new(ErrorKind::Network, message), Some(Fault::Broken))
    };
    let error = error.with_host(host).with_source(cause).with_system_code(code);
    Failed { error, fault, is_heard: is_too_large }
}

/// Whether a code tells what this machine lacks, which is no fault of the host: descriptors, ports, memory.
fn is_want_of_this_machine(code: &str) -> bool {
    matches!(code, "EMFILE" | "ENFILE" | "EADDRNOTAVAIL" | "ENOBUFS" | "ENOMEM")
}

/// Returns the error of a handshake that failed over a certificate.
fn refused_certificate(refusal: TlsRefusal, host: &str, asked: &str) -> Error {
    match refusal {
        TlsRefusal::UnknownIssuer => Error::new(
            ErrorKind::Network,
            format!(
                "Could not connect to {host}: the issuer of its certificate is not trusted; NODE_EXTRA_CA_CERTS or an \
                 option can name it: {asked}"
            ),
        )
        .with_setting(Setting::CertificateAuthorities),
        TlsRefusal::WantsCertificate => Error::new(
            ErrorKind::AuthFailed,
            format!("{host} wants a client certificate, and there is none for it: {asked}"),
        )
        .with_setting(Setting::ClientCertificate),
        TlsRefusal::RefusedCertificate => Error::new(
            ErrorKind::AuthFailed,
            format!("{host} does not take the client certificate that it was shown: {asked}"),
        )
        .with_setting(Setting::ClientCertificate),
    }
}

/// Whether an error is the tunnel's for a proxy's 407. That error has no type, so its words are compared.
fn is_refusal_of_proxy(cause: &str) -> bool {
    cause.contains("proxy authorization required") || cause.contains("proxy authentication required")
}

/// The words of the tunnel for any other answer of a proxy than 200 and 407.
const NO_TUNNEL: &str = "tunnel error: unsuccessful";

/// The failure of a request for which the proxy did not open a tunnel.
fn no_tunnel(request: &Request, proxy: &Url) -> Error {
    let (host, proxy) = (authority(&request.url), authority(proxy));
    let message = format!(
        "The proxy {proxy} does not let this machine through to {host}; its log says why: {} {}",
        request.method,
        shown(&request.url)
    );
    Error::new(ErrorKind::Network, message).with_host(proxy).with_setting(Setting::Proxy)
}

/// Returns the error of a request that the proxy refused for want of credentials.
pub(crate) fn refused_by_proxy(request: &Request, proxy: &Url) -> Error {
    let proxy = authority(proxy);
    let message = format!(
        "The proxy {proxy} wants a user name and a password, or refuses those in its URL (407): {} {}",
        request.method,
        shown(&request.url)
    );
    Error::new(ErrorKind::AuthFailed, message).with_status(407).with_host(proxy).with_setting(Setting::Proxy)
}

/// Returns the error of a host that is left alone because it could not be reached a moment ago.
pub(crate) fn left_alone(request: &Request, down: &Down) -> Error {
    let host = authority(&request.url);
    let message = format!(
        "{host} could not be reached {} s ago and is left alone for another {} s ({} {}): {}",
        down.since.as_secs(),
        down.remaining.as_secs().saturating_add(1),
        request.method,
        shown(&request.url),
        down.why
    );
    Error::new(down.why.kind(), message)
        .with_host(host)
        .with_source(down.why.to_string())
        .with_system_code(down.why.system_code())
}

pub(crate) fn crowded(request: &Request, bound: usize) -> Error {
    let host = authority(&request.url);
    let message = format!("More than {bound} requests wait for {host}; {} was not sent", shown(&request.url));
    Error::too_large(message, Some(Limit::Waiting)).with_host(host).passing()
}

/// Returns the error of a host that has asked to be left alone. It is not asked.
pub(crate) fn paused(request: &Request, left: Duration) -> Error {
    let host = authority(&request.url);
    let message = format!(
        "{host} has asked for patience and is not asked again for {} s, longer than a retry may wait: {} {}",
        left.as_secs().saturating_add(1),
        request.method,
        shown(&request.url)
    );
    let error = Error::new(ErrorKind::RateLimited, message).with_status(429).with_host(host);
    error.with_setting(Setting::MaxRetryDelay)
}

/// Whether a body could not be decoded, rather than not read to its end. reqwest reports both as failures of the body,
/// but only a decoder's cause is a bare I/O error; a connection's is one of hyper's.
fn is_undecodable(error: &reqwest::Error) -> bool {
    let innermost = chain(error).filter_map(|error| error.downcast_ref::<reqwest::Error>()).last();
    innermost.and_then(StdError::source).is_some_and(|source| source.is::<std::io::Error>())
}
