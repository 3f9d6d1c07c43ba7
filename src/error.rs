//! The one error type of the crate.
//!
//! [`Error`] is opaque: ask it what went wrong ([`Error::kind`], [`Error::code`], `is_*`), never its text.
//! Its message is for the person who reads it: what was asked, of whom, what came back.

use std::{error::Error as StdError, fmt, sync::Arc};

/// A result with the crate's [`Error`].
pub type Result<T> = std::result::Result<T, Error>;

/// What went wrong, in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A text that is no image reference.
    InvalidReference,
    /// An argument or an option of the wrong type or out of its range.
    InvalidArgument,
    /// The registry wants credentials, or refuses those it was given (401, 403).
    AuthFailed,
    /// No such repository, tag, manifest or blob (404).
    NotFound,
    /// The server asks for fewer requests (429).
    RateLimited,
    /// No answer in time.
    Timeout,
    /// No connection, or one that broke.
    Network,
    /// An answer that is not what the protocol promises.
    BadResponse,
    /// An answer beyond one of the documented bounds.
    TooLarge,
    /// The caller gave up.
    Aborted,
    /// Any other refusal by a server.
    Registry,
}

impl ErrorKind {
    /// The name under which JavaScript sees this kind, as `error.code`.
    pub fn code(self) -> &'static str {
        match self {
            Self::InvalidReference => "INVALID_REFERENCE",
            Self::InvalidArgument => "INVALID_ARGUMENT",
            Self::AuthFailed => "AUTH_FAILED",
            Self::NotFound => "NOT_FOUND",
            Self::RateLimited => "RATE_LIMITED",
            Self::Timeout => "TIMEOUT",
            Self::Network => "NETWORK",
            Self::BadResponse => "BAD_RESPONSE",
            Self::TooLarge => "TOO_LARGE",
            Self::Aborted => "ABORTED",
            Self::Registry => "REGISTRY_ERROR",
        }
    }

    /// The kind that an HTTP status stands for when it is the final answer.
    pub fn of_status(status: u16) -> Self {
        match status {
            401 | 403 => Self::AuthFailed,
            404 => Self::NotFound,
            429 => Self::RateLimited,
            _ => Self::Registry,
        }
    }
}

/// An error of this crate. Cloning is cheap, so callers that share one request can share its failure.
#[derive(Clone)]
pub struct Error(Arc<Inner>);

#[derive(Clone)]
struct Inner {
    kind: ErrorKind,
    message: String,
    status: Option<u16>,
    host: Option<String>,
    detail: Option<String>,
    source: Option<Arc<dyn StdError + Send + Sync>>,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self(Arc::new(Inner {
            kind,
            message: message.into(),
            status: None,
            host: None,
            detail: None,
            source: None,
        }))
    }

    pub(crate) fn invalid_argument(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::InvalidArgument, message)
    }

    pub(crate) fn bad_response(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::BadResponse, message)
    }

    fn with(mut self, change: impl FnOnce(&mut Inner)) -> Self {
        change(Arc::make_mut(&mut self.0));
        self
    }

    pub(crate) fn with_message(self, message: impl Into<String>) -> Self {
        self.with(|inner| inner.message = message.into())
    }

    pub(crate) fn with_status(self, status: u16) -> Self {
        self.with(|inner| inner.status = Some(status))
    }

    pub(crate) fn with_host(self, host: impl Into<String>) -> Self {
        self.with(|inner| inner.host = Some(host.into()))
    }

    pub(crate) fn with_detail(self, detail: Option<String>) -> Self {
        self.with(|inner| inner.detail = detail)
    }

    pub(crate) fn with_source(self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.with(|inner| inner.source = Some(Arc::from(source.into())))
    }

    /// What went wrong, in one word.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// [`ErrorKind::code`] of this error's kind.
    pub fn code(&self) -> &'static str {
        self.0.kind.code()
    }

    /// What happened, for a person.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The HTTP status that was the final answer, if a server answered.
    pub fn status(&self) -> Option<u16> {
        self.0.status
    }

    /// The host that was asked, as `host` or `host:port`, where one was.
    pub fn host(&self) -> Option<&str> {
        self.0.host.as_deref()
    }

    /// The server's own words, at most 200 characters.
    pub fn detail(&self) -> Option<&str> {
        self.0.detail.as_deref()
    }

    /// Whether no answer came in time.
    pub fn is_timeout(&self) -> bool {
        self.kind() == ErrorKind::Timeout
    }

    /// Whether the server could not be reached, or the connection broke.
    pub fn is_network(&self) -> bool {
        self.kind() == ErrorKind::Network
    }

    /// Whether the thing asked for does not exist.
    pub fn is_not_found(&self) -> bool {
        self.kind() == ErrorKind::NotFound
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("code", &self.code())
            .field("message", &self.0.message)
            .field("status", &self.0.status)
            .field("host", &self.0.host)
            .field("detail", &self.0.detail)
            .finish()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(|source| source as &(dyn StdError + 'static))
    }
}

/// What is wrong with a JSON text, without a word of the text itself: it may repeat what a server was sent.
pub(crate) fn json_fault(error: &serde_json::Error) -> String {
    let what = if error.is_data() { "it is JSON of another shape" } else { "it is not JSON" };
    format!("{what} (line {}, column {})", error.line(), error.column())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statuses_have_the_codes_that_the_readme_promises() {
        for status in 100..600 {
            let expected = match status {
                401 | 403 => "AUTH_FAILED",
                404 => "NOT_FOUND",
                429 => "RATE_LIMITED",
                _ => "REGISTRY_ERROR",
            };
            assert_eq!(ErrorKind::of_status(status).code(), expected, "status {status}");
        }
    }

    #[test]
    fn an_error_keeps_what_it_was_told() {
        let error = Error::new(ErrorKind::NotFound, "no such tag")
            .with_status(404)
            .with_host("ghcr.io")
            .with_detail(Some("MANIFEST_UNKNOWN".into()))
            .with_source("cause");
        assert_eq!(error.to_string(), "no such tag");
        assert_eq!(error.status(), Some(404));
        assert_eq!(error.host(), Some("ghcr.io"));
        assert_eq!(error.detail(), Some("MANIFEST_UNKNOWN"));
        assert_eq!(error.source().map(ToString::to_string).as_deref(), Some("cause"));
        assert!(error.clone().is_not_found() && !error.is_timeout() && !error.is_network());
    }
}
