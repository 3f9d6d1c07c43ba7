//! Answers, in this crate's own types.

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use url::Url;

use super::{connect::address::AddressClass, request::Request};
use crate::error::{Bound, Error, Limit, Result};
use crate::text::redact::{authority, shown};

/// An answer with its whole body.
#[derive(Clone)]
pub(crate) struct Response {
    status: u16,
    url: Url,
    headers: HeaderMap,
    body: Vec<u8>,
    server: AddressClass,
    secrets: Vec<String>,
    is_moved: bool,
}

impl Response {
    pub(crate) fn new(request: &Request, status: u16, headers: HeaderMap, server: AddressClass) -> Self {
        let (url, secrets) = (request.url.clone(), request.secrets.clone());
        Self { status, url, headers, body: Vec::new(), server, secrets, is_moved: false }
    }

    /// Refuses an answer whose header fields have more than `limit` bytes.
    pub(crate) fn check_headers(&self, limit: usize) -> Result<()> {
        let length: usize = self.headers.iter().map(|(name, value)| name.as_str().len() + value.len()).sum();
        if length > limit { Err(too_many_headers(&self.url, limit)) } else { Ok(()) }
    }

    /// Takes as much of a chunk of the body as there is room for. Returns whether there is room for more.
    pub(crate) fn push_some(&mut self, chunk: &[u8], limit: usize) -> bool {
        let room = limit.saturating_sub(self.body.len());
        self.body.extend(chunk.iter().take(room));
        chunk.len() < room
    }

    /// Takes a chunk of the body.
    ///
    /// # Errors
    /// `TooLarge` once the body exceeds its bound.
    pub(crate) fn push(&mut self, chunk: &[u8], Bound { bytes, limit }: Bound) -> Result<()> {
        if self.body.len().saturating_add(chunk.len()) > bytes {
            let message = format!("The answer to {} has more than {bytes} bytes", shown(&self.url));
            return Err(Error::too_large(message, limit).with_host(self.host()));
        }
        self.body.extend_from_slice(chunk);
        Ok(())
    }

    /// HTTP status.
    pub(crate) fn status(&self) -> u16 {
        self.status
    }

    /// Whether the status is 2xx.
    pub(crate) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The URL that answered, after redirects.
    pub(crate) fn url(&self) -> &Url {
        &self.url
    }

    /// Host that answered, with its port unless that is the scheme's own.
    pub(crate) fn host(&self) -> String {
        authority(&self.url)
    }

    /// How far inwards the server lies.
    pub(crate) fn server(&self) -> AddressClass {
        self.server
    }

    /// Whether the resource has moved for good.
    pub(crate) fn is_moved(&self) -> bool {
        self.is_moved
    }

    /// Returns the same answer, marked as one whose resource has moved.
    pub(crate) fn moved(self, is_moved: bool) -> Self {
        Self { is_moved, ..self }
    }

    /// The body, decompressed.
    pub(crate) fn body(&self) -> &[u8] {
        &self.body
    }

    /// The first header of a name; `None` if there is none or it is not text.
    pub(crate) fn header(&self, name: &'static str) -> Option<&str> {
        self.all(name).next()
    }

    /// Every header of a name that is text.
    pub(crate) fn all(&self, name: &'static str) -> impl Iterator<Item = &str> {
        self.headers.get_all(HeaderName::from_static(name)).iter().filter_map(|value| value.to_str().ok())
    }

    /// The bytes of every header of a name.
    pub(crate) fn all_bytes(&self, name: &'static str) -> impl Iterator<Item = &[u8]> {
        self.headers.get_all(HeaderName::from_static(name)).iter().map(HeaderValue::as_bytes)
    }

    /// Returns the body, decompressed.
    pub(crate) fn into_body(self) -> Vec<u8> {
        self.body
    }

    /// Returns the answer without its body.
    pub(crate) fn without_body(self) -> Self {
        Self { body: Vec::new(), ..self }
    }

    /// Replaces every secret of the request in a text of the server's.
    pub(crate) fn without_secrets(&self, text: String) -> String {
        self.secrets.iter().fold(text, |text, secret| text.replace(secret, "[redacted]"))
    }
}

/// The error of an answer whose header fields have more than `limit` bytes.
pub(crate) fn too_many_headers(url: &Url, limit: usize) -> Error {
    let message =
        format!("The header of the answer to {} has too many fields, or more than {limit} bytes", shown(url));
    Error::too_large(message, Some(Limit::HeaderBytes)).with_host(authority(url))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn response(status: u16, body: &str) -> Response {
        let url = Url::parse("https://r.example/v2/").expect("a URL");
        let request = Request::get(url).basic("somebody", "hunter2").expect("a request");
        let mut response = Response::new(&request, status, HeaderMap::new(), AddressClass::Public);
        response.push(body.as_bytes(), Bound::NONE).expect("room");
        response
    }

    #[test]
    fn a_server_that_repeats_a_secret_is_not_quoted() {
        let echo = response(401, "hunter2 is wrong, and so is c29tZWJvZHk6aHVudGVyMg==");
        let text = String::from_utf8_lossy(echo.body()).into_owned();
        assert_eq!(echo.without_secrets(text), "[redacted] is wrong, and so is [redacted]");
        let error = response(200, r#""hunter2""#).json::<Vec<u8>>().expect_err("no list");
        assert!(!error.message().contains("hunter2"), "{error}");
    }

    #[test]
    fn bodies_are_bounded() {
        let bound = Bound { bytes: 5, limit: Some(Limit::TokenBytes) };
        let mut response = response(200, "1234");
        assert!(response.push(b"5", bound).is_ok());
        let error = response.push(b"6", bound).expect_err("too much");
        assert_eq!(error.code(), "TOO_LARGE");
        assert!(error.to_string().ends_with("more than 5 bytes (limits.token_bytes)"), "{error}");
    }

    #[test]
    fn words_beside_an_error_are_cut_at_their_bound() {
        let mut response = response(500, "12");
        assert!(response.push_some(b"34", 5));
        assert!(!response.push_some(b"56", 5));
        assert_eq!(response.body(), b"12345");
        assert!(!response.push_some(b"7", 5));
    }

    #[test]
    fn headers_are_bounded() {
        let mut response = response(200, "");
        response.headers.insert("a", "1234".parse().expect("a value"));
        assert!(response.check_headers(5).is_ok());
        assert_eq!(response.check_headers(4).expect_err("too much").code(), "TOO_LARGE");
    }
}
