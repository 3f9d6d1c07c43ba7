//! The one error type of the crate.
//!
//! [`Error`] is opaque: programs distinguish errors by [`Error::kind`], [`Error::code`] and `is_*`, never by the text.
//! The message is for people. It says what was requested, of which server, and what it answered.

mod kind;
mod limits;
mod printable;

use std::{borrow::Cow, error::Error as StdError, fmt, sync::Arc};

use crate::text::clean::clean;

pub(crate) use self::limits::Bound;
pub(crate) use self::printable::printable;
pub use self::{
    kind::ErrorKind,
    limits::{Limit, Limits, Setting},
};

/// A result with the crate's [`Error`].
pub type Result<T> = std::result::Result<T, Error>;

/// A text of an error, without secrets.
fn cleaned(text: impl Into<String>) -> String {
    let text = text.into();
    match clean(&text) {
        Cow::Owned(cleaned) => cleaned,
        Cow::Borrowed(_) => text,
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
    setting: Option<Setting>,
    source: Option<Arc<dyn StdError + Send + Sync>>,
    system_code: Option<&'static str>,
    /// Whether the failure is transient, where kind and status do not decide.
    is_transient: Option<bool>,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self(Arc::new(Inner {
            kind,
            message: cleaned(message),
            status: None,
            host: None,
            detail: None,
            setting: None,
            source: None,
            system_code: None,
            is_transient: None,
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
        self.with(|inner| inner.message = cleaned(message))
    }

    pub(crate) fn with_kind(self, kind: ErrorKind) -> Self {
        self.with(|inner| inner.kind = kind)
    }

    pub(crate) fn with_status(self, status: u16) -> Self {
        self.with(|inner| inner.status = Some(status))
    }

    pub(crate) fn with_host(self, host: impl Into<String>) -> Self {
        self.with(|inner| inner.host = Some(cleaned(host)))
    }

    pub(crate) fn with_detail(self, detail: Option<String>) -> Self {
        self.with(|inner| inner.detail = detail.map(cleaned))
    }

    /// Names the setting that ended the call.
    pub(crate) fn with_setting(self, setting: Setting) -> Self {
        self.with(|inner| inner.setting = Some(setting))
    }

    /// Creates the error of an answer beyond a limit.
    pub(crate) fn too_large(message: impl Into<String>, limit: Option<Limit>) -> Self {
        Self::new(ErrorKind::TooLarge, message).with(|inner| inner.setting = limit.map(Setting::Limit))
    }

    pub(crate) fn with_source(self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        let source = source.into();
        let source: Box<dyn StdError + Send + Sync> = match clean(&source.to_string()) {
            Cow::Owned(cleaned) => cleaned.into(),
            Cow::Borrowed(_) => source,
        };
        self.with(|inner| inner.source = Some(Arc::from(source)))
    }

    /// Adds the code of the operating system or of OpenSSL.
    pub(crate) fn with_system_code(self, code: Option<&'static str>) -> Self {
        self.with(|inner| inner.system_code = code)
    }

    /// Marks a failure as transient although its kind is not.
    pub(crate) fn passing(self) -> Self {
        self.with(|inner| inner.is_transient = Some(true))
    }

    /// The kind of the error.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// [`ErrorKind::code`] of this error's kind.
    pub fn code(&self) -> &'static str {
        self.0.kind.code()
    }

    /// The message for people.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The HTTP status of the final answer, if a server answered.
    pub fn status(&self) -> Option<u16> {
        self.0.status
    }

    /// The host of the request, as `host` or `host:port`, if there was one.
    pub fn host(&self) -> Option<&str> {
        self.0.host.as_deref()
    }

    /// The server's own words, at most 200 characters.
    pub fn detail(&self) -> Option<&str> {
        self.0.detail.as_deref()
    }

    /// The setting because of which the call failed, such as a limit that was exceeded or a time that ran out.
    pub fn setting(&self) -> Option<Setting> {
        self.0.setting
    }

    /// The code of the operating system or of OpenSSL, such as `ECONNREFUSED` or `CERT_HAS_EXPIRED`.
    pub fn system_code(&self) -> Option<&'static str> {
        self.0.system_code
    }

    /// Whether the same call may succeed later without any change. The network or the server failed, the server asked
    /// for fewer requests, or something in between answered in its place, as a captive portal does.
    pub fn is_transient(&self) -> bool {
        self.0.is_transient.unwrap_or(match self.0.kind {
            ErrorKind::Timeout | ErrorKind::Network | ErrorKind::RateLimited => true,
            ErrorKind::Registry => self.0.status.is_some_and(may_pass),
            _ => false,
        })
    }

    /// Whether no answer came in time.
    pub fn is_timeout(&self) -> bool {
        self.kind() == ErrorKind::Timeout
    }

    /// Whether the server could not be reached, or the connection broke.
    pub fn is_network(&self) -> bool {
        self.kind() == ErrorKind::Network
    }

    /// Whether the requested object does not exist.
    pub fn is_not_found(&self) -> bool {
        self.kind() == ErrorKind::NotFound
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)?;
        self.0.setting.map_or(Ok(()), |setting| write!(f, " ({})", setting.name()))
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
            .field("transient", &self.is_transient())
            .finish()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(|source| source as &(dyn StdError + 'static))
    }
}

/// Whether a status is that of a server that is overloaded or failing for now, or of something in front of it (RFC
/// 9110, section 15; RFC 6585, section 6).
fn may_pass(status: u16) -> bool {
    matches!(status, 408 | 425 | 500 | 502 | 503 | 504 | 511 | 520..=530)
}

/// Creates the error of a body that should be JSON of some shape. A body that is no JSON may come from something in
/// front of the server, so the error is transient. JSON of another shape comes from the server itself.
pub(crate) fn not_json(message: String, error: &serde_json::Error) -> Error {
    let refused = Error::bad_response(message);
    if error.is_data() { refused } else { refused.passing() }
}

/// Describes the fault of a JSON text without quoting it, because the text may repeat what was sent to the server.
pub(crate) fn json_fault(error: &serde_json::Error) -> String {
    let what = if error.is_data() { "it is JSON of another shape" } else { "it is not JSON" };
    format!("{what} (line {}, column {})", error.line(), error.column())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_keeps_its_details() {
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

    #[test]
    fn failures_that_may_pass_are_transient() {
        let of = |kind| Error::new(kind, "x");
        let refused = |status| of(ErrorKind::of_status(status)).with_status(status).is_transient();
        for status in 400..600 {
            let expected = matches!(status, 408 | 425 | 429 | 500 | 502 | 503 | 504 | 511 | 520..=530);
            assert_eq!(refused(status), expected, "{status}");
        }
        for kind in [ErrorKind::Timeout, ErrorKind::Network, ErrorKind::RateLimited] {
            assert!(of(kind).is_transient(), "{kind:?}");
        }
        for kind in [
            ErrorKind::InvalidReference,
            ErrorKind::InvalidArgument,
            ErrorKind::AuthFailed,
            ErrorKind::NotFound,
            ErrorKind::BadResponse,
            ErrorKind::TooLarge,
            ErrorKind::Aborted,
            ErrorKind::Registry,
        ] {
            assert!(!of(kind).is_transient() && of(kind).passing().is_transient(), "{kind:?}");
        }
    }

    #[test]
    fn a_captive_portals_page_is_transient_and_an_odd_document_is_not() {
        let read = |text: &str| serde_json::from_str::<Vec<String>>(text).expect_err("no list");
        for (text, passes) in [("<html>", true), ("", true), ("[\"", true), ("{}", false), ("[1]", false)] {
            assert_eq!(not_json(String::new(), &read(text)).is_transient(), passes, "{text}");
        }
    }
}
