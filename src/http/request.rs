//! Requests, in this crate's own types.

use std::time::Duration;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::{
    Method,
    header::{ACCEPT, AUTHORIZATION, HeaderMap, HeaderValue, IF_NONE_MATCH},
};
use url::Url;

use super::{
    connect::{
        address::{AddressClass, Reach},
        proxy::RegistryProxy,
        tls::{ClientCertificate, Pem},
    },
    host::places::Rank,
    redirect::{same_host, same_origin},
};
use crate::error::{Bound, Error, ErrorKind, Result};
use crate::text::redact::{authority, is_shown};

/// Least length of a query value that may be a signature.
const SHORTEST_SIGNATURE: usize = 8;

/// A request.
#[derive(Clone)]
pub(crate) struct Request {
    pub(crate) method: Method,
    pub(crate) url: Url,
    pub(crate) kind: &'static str,
    pub(crate) headers: HeaderMap,
    pub(crate) form: Option<String>,
    pub(crate) limit: Bound,
    pub(crate) within: Option<Duration>,
    pub(crate) is_pull: bool,
    /// Which requests to the host it lets go first while it waits for a place.
    pub(crate) rank: Rank,
    /// The account that asks, in words that give no credentials away; empty for anonymous requests.
    pub(crate) account: String,
    /// Whether a permanent redirect is followed once, without credentials.
    pub(crate) may_move: bool,
    pub(crate) insecure: bool,
    pub(crate) ca: Option<Pem>,
    pub(crate) client_certificate: Option<ClientCertificate>,
    pub(crate) proxy: Option<RegistryProxy>,
    pub(crate) reach: Reach,
    /// The host whose answer led here, if that is another one.
    pub(crate) led_by: Option<String>,
    /// Texts that must not appear in an error, even if the server repeats them.
    pub(crate) secrets: Vec<String>,
}

impl Request {
    fn new(method: Method, url: Url) -> Self {
        let request = Self {
            method,
            url: url.clone(),
            kind: "other",
            headers: HeaderMap::new(),
            form: None,
            limit: Bound::NONE,
            within: None,
            is_pull: false,
            rank: Rank::LeadsOn,
            account: String::new(),
            may_move: false,
            insecure: false,
            ca: None,
            client_certificate: None,
            proxy: None,
            reach: Reach::Anywhere,
            led_by: None,
            secrets: Vec::new(),
        };
        request.signature(&url)
    }

    /// Keeps the values of a URL's query, such as signatures, out of errors. Harmless values stay.
    fn signature(self, url: &Url) -> Self {
        let hidden =
            url.query_pairs().filter(|(key, value)| !is_shown(key) && value.len() >= SHORTEST_SIGNATURE);
        hidden.fold(self, |request, (_, value)| request.secret(&value))
    }

    /// A GET of `url`.
    pub(crate) fn get(url: Url) -> Self {
        Self::new(Method::GET, url)
    }

    /// A HEAD of `url`.
    pub(crate) fn head(url: Url) -> Self {
        Self::new(Method::HEAD, url)
    }

    /// A POST of a form (`application/x-www-form-urlencoded`). It is not redirected, because the forms of this crate
    /// hold secrets.
    pub(crate) fn post(url: Url, fields: &[(&str, &str)]) -> Self {
        let form = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        Self { form: Some(form), ..Self::new(Method::POST, url) }
    }

    /// Names the kind of what is asked for, for observers.
    pub(crate) fn kind(mut self, kind: &'static str) -> Self {
        self.kind = kind;
        self
    }

    /// Sets the media types that are acceptable as an answer.
    pub(crate) fn accept(mut self, media_types: &'static str) -> Self {
        self.headers.insert(ACCEPT, HeaderValue::from_static(media_types));
        self
    }

    /// Follows one permanent redirect, without credentials: the resource may have moved for good.
    pub(crate) fn may_move(mut self, may_move: bool) -> Self {
        self.may_move = may_move;
        self
    }

    /// Asks for an answer only if its `ETag` is another one (`If-None-Match`, RFC 9110, section 13.1.2).
    pub(crate) fn unless(mut self, etag: &str) -> Self {
        if let Ok(value) = HeaderValue::try_from(etag) {
            self.headers.insert(IF_NONE_MATCH, value);
        }
        self
    }

    /// Marks the request as a pull. Registries count pulls and limit them.
    pub(crate) fn pull(mut self, is_pull: bool) -> Self {
        self.is_pull = is_pull;
        self
    }

    /// Says whether other requests wait for the answer.
    pub(crate) fn rank(mut self, rank: Rank) -> Self {
        self.rank = rank;
        self
    }

    /// Names the account that asks, in words that give no credentials away. Servers count by account.
    pub(crate) fn account(mut self, account: &str) -> Self {
        account.clone_into(&mut self.account);
        self
    }

    /// Shortens the time for an attempt. The client's own bound holds as well.
    pub(crate) fn within(mut self, time: Duration) -> Self {
        self.within = Some(time);
        self
    }

    /// Bounds the bytes of the answer's body, after decompression. A longer body is [`ErrorKind::TooLarge`].
    pub(crate) fn bound(mut self, bound: Bound) -> Self {
        self.limit = bound;
        self
    }

    /// Accepts any TLS certificate, as Docker does for registries that are marked as insecure.
    pub(crate) fn insecure(mut self, insecure: bool) -> Self {
        self.insecure = insecure;
        self
    }

    /// Trusts a certificate authority beside the system's.
    pub(crate) fn ca(mut self, ca: Option<Pem>) -> Self {
        self.ca = ca;
        self
    }

    /// Shows a client certificate if the server asks for one. No other host sees it.
    pub(crate) fn client_certificate(mut self, certificate: Option<ClientCertificate>) -> Self {
        self.client_certificate = certificate;
        self
    }

    /// Sets the proxy; `None` is the client's own.
    pub(crate) fn proxy(mut self, proxy: Option<RegistryProxy>) -> Self {
        self.proxy = proxy;
        self
    }

    /// Sets how far inwards the request may go. The default is anywhere.
    pub(crate) fn reach(mut self, reach: Reach) -> Self {
        self.reach = reach;
        self
    }

    /// Keeps a text out of errors, even if the server repeats it, as it is or in the spelling of a form or a URL.
    pub(crate) fn secret(mut self, text: &str) -> Self {
        if !text.is_empty() {
            let spelt_for_forms = url::form_urlencoded::byte_serialize(text.as_bytes()).collect();
            let spelt_for_urls = utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
            self.secrets.extend([text.to_owned(), spelt_for_forms, spelt_for_urls]);
            self.secrets.dedup();
        }
        self
    }

    /// Sends a Bearer token (RFC 6750).
    ///
    /// # Errors
    /// [`ErrorKind::AuthFailed`] if the token has characters that no header may have.
    pub(crate) fn bearer(self, token: &str) -> Result<Self> {
        self.secret(token).authorization(&format!("Bearer {token}"))
    }

    /// Sends a user name and a password (RFC 7617).
    ///
    /// # Errors
    /// None in practice, because base64 has no characters that a header may not have.
    pub(crate) fn basic(self, username: &str, password: &str) -> Result<Self> {
        let encoded = STANDARD.encode(format!("{username}:{password}"));
        self.secret(password).secret(&encoded).authorization(&format!("Basic {encoded}"))
    }

    fn authorization(mut self, value: &str) -> Result<Self> {
        let mut value = HeaderValue::try_from(value).map_err(|_| {
            let message = "The token has characters that an HTTP header cannot carry";
            Error::new(ErrorKind::AuthFailed, message).with_host(authority(&self.url))
        })?;
        value.set_sensitive(true);
        self.headers.insert(AUTHORIZATION, value);
        Ok(self)
    }

    /// Whether the request is idempotent (RFC 9110, section 9.2.2).
    pub(crate) fn is_repeatable(&self) -> bool {
        self.form.is_none()
    }

    pub(crate) fn is_redirectable(&self) -> bool {
        self.form.is_none()
    }

    /// Returns the same request for the place to which its resource has moved.
    pub(crate) fn moved(self, to: Url, server: AddressClass) -> Self {
        let mut request = self.redirected(to, server);
        request.headers.remove(AUTHORIZATION);
        request.account.clear();
        request
    }

    /// Returns the same request for another URL, which a server at `server` named. Secrets stay behind when the origin
    /// changes. An exception from checking certificates stays behind when the host changes.
    pub(crate) fn redirected(mut self, to: Url, server: AddressClass) -> Self {
        if !same_origin(&self.url, &to) {
            self.headers.remove(AUTHORIZATION);
            self.account.clear();
            self.led_by.get_or_insert_with(|| authority(&self.url));
            self.client_certificate = None;
            // The caller's own origin may lie anywhere. What it leads to may lie no further inwards than the origin
            // itself.
            self.reach = Reach::of_server(server);
        }
        if !same_host(&self.url, &to) {
            self.insecure = false;
        }
        self.url = to.clone();
        self.signature(&to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).expect(text)
    }

    #[test]
    fn authorization_stays_with_its_origin() {
        let request = Request::get(url("https://r.example/a")).account("ada").bearer("t").expect("a token");
        let moved = |to| {
            let request = request.clone().redirected(url(to), AddressClass::Public);
            assert_eq!(request.headers.contains_key(AUTHORIZATION), request.account == "ada", "{to}");
            request.headers.contains_key(AUTHORIZATION)
        };
        assert!(moved("https://r.example/b"));
        assert!(
            !moved("https://cdn.example/b")
                && !moved("https://r.example:8443/b")
                && !moved("http://r.example/b")
        );
        assert!(Request::get(url("https://r.example/")).bearer("a\r\nX: y").is_err());
    }

    #[test]
    fn trust_ends_at_the_host_and_reach_at_the_origin() {
        let request = Request::get(url("https://nas.lan:5000/a")).insecure(true);
        let near = request.clone().redirected(url("https://nas.lan:9000/b"), AddressClass::Private);
        assert!(near.insecure && near.reach == Reach::UpTo(AddressClass::Private));
        let same = request.clone().redirected(url("https://nas.lan:5000/b"), AddressClass::Private);
        assert!(same.insecure && same.reach == Reach::Anywhere, "it may move");
        let far = request.redirected(url("https://s3.example/b"), AddressClass::Private);
        assert!(!far.insecure && far.reach == Reach::UpTo(AddressClass::Private));
    }
}
