//! Error documents: the body that a server sends with an error status, or in place of an answer.
//!
//! Its form is that of the OCI distribution specification ("Error Codes"), `{"errors": [{"code": …, "message": …}]}`,
//! or that of an API beside a registry: `{"message": …}`, `{"details": …}`, `{"error": …}`.

use super::response::Response;
use crate::{
    error::{Error, ErrorKind},
    text::json::{Object, Scalar},
};

/// Characters at which the server's words are cut.
const MAX_DETAIL: usize = 200;

/// Errors of one document that are read.
const MAX_ERRORS: usize = 16;

/// The specification's code for too many requests.
const TOO_MANY_REQUESTS: &str = "TOOMANYREQUESTS";

/// Returns the error of an answer with an error status. The caller chooses its message.
pub(crate) fn refusal(response: &Response, message: impl Into<String>) -> Error {
    let status = response.status();
    let document = ErrorDocument::read(response.body());
    let words = match &document {
        Some(document) => document.words(),
        None => Some(String::from_utf8_lossy(response.body()).into_owned()),
    };
    let is_rate_limit = status == 403 && says(response, &RATE_LIMITS);
    let kind = if is_rate_limit { ErrorKind::RateLimited } else { ErrorKind::of_status(status) };
    of_kind(kind, response, message.into(), words)
}

/// Words by which GHCR ("secondary rate limit") and Docker Hub limit the rate with status 403.
const RATE_LIMITS: [&str; 3] = ["rate limit", "toomanyrequests", "too many requests"];

/// Words by which registries say with status 403 that a token or a password is out of date.
const OUT_OF_DATE: [&str; 10] = [
    "expired",
    "no longer valid",
    "jwt",
    "authorization token",
    "reauthenticate",
    "invalid_token",
    "invalid token",
    "unauthorized",
    "not authorized",
    "authentication required",
];

/// Whether a refusal says that authorization is missing or out of date, rather than that access is forbidden.
pub(crate) fn speaks_of_authorization(response: &Response) -> bool {
    let challenges = response.all("www-authenticate").any(|challenge| challenge.contains("invalid_token"));
    challenges || says(response, &OUT_OF_DATE)
}

fn says(response: &Response, words: &[&str]) -> bool {
    let text = String::from_utf8_lossy(response.body()).to_lowercase();
    words.iter().any(|word| text.contains(word))
}

/// Returns the error of an answer whose status is good and whose body is not what was asked for. An error document in
/// the body becomes the detail, and one that limits the rate changes the kind to `RateLimited`.
pub(crate) fn explained(response: &Response, error: Error) -> Error {
    let Some(document) = ErrorDocument::read(response.body()) else {
        return error.with_status(response.status()).with_host(response.host());
    };
    if document.asks_for_fewer_requests() {
        let message = error.message().to_owned();
        return of_kind(ErrorKind::RateLimited, response, message, document.words());
    }
    error
        .with_status(response.status())
        .with_host(response.host())
        .with_detail(cleaned(response, document.words()))
}

fn of_kind(kind: ErrorKind, response: &Response, message: String, words: Option<String>) -> Error {
    Error::new(kind, message)
        .with_status(response.status())
        .with_host(response.host())
        .with_detail(cleaned(response, words))
}

/// Returns the server's words in a form that may be shown.
fn cleaned(response: &Response, words: Option<String>) -> Option<String> {
    words.map(|text| shortened(&response.without_secrets(text))).filter(|words| !words.is_empty())
}

#[derive(Debug, Default, serde::Deserialize)]
struct ErrorDocument {
    #[serde(default)]
    errors: Errors,
    code: Option<Scalar>,
    message: Option<Scalar>,
    details: Option<Scalar>,
    #[serde(default)]
    error: Errors,
}

/// The errors, each with its code and message: of a list, or of what stands in its place.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(from = "serde_json::Value")]
struct Errors(Vec<(Option<String>, Option<String>)>);

impl From<serde_json::Value> for Errors {
    fn from(value: serde_json::Value) -> Self {
        let stated =
            |text: &serde_json::Value| text.as_str().filter(|text| !text.is_empty()).map(str::to_owned);
        let one = |error: &serde_json::Value| match error {
            serde_json::Value::String(_) => (stated(error), None),
            _ => (error.get("code").and_then(stated), error.get("message").and_then(stated)),
        };
        Self(match &value {
            serde_json::Value::Array(errors) => errors.iter().take(MAX_ERRORS).map(one).collect(),
            serde_json::Value::Object(_) | serde_json::Value::String(_) => vec![one(&value)],
            _ => Vec::new(),
        })
    }
}

impl ErrorDocument {
    fn read(body: &[u8]) -> Option<Self> {
        // An error document is short. A long body is something else.
        let is_short = body.len() <= 256 * 1024;
        if !is_short {
            return Some(Self::default());
        }
        match serde_json::from_slice::<Object<Self>>(body) {
            Ok(Object(document)) => Some(document),
            // JSON of another shape says nothing about an error.
            Err(error) if error.is_data() => Some(Self::default()),
            Err(_) => None,
        }
    }

    fn asks_for_fewer_requests(&self) -> bool {
        let own = match &self.code {
            Some(Scalar::Text(code)) => Some(code.as_str()),
            _ => None,
        };
        let codes = self.errors.0.iter().chain(&self.error.0).filter_map(|(code, _)| code.as_deref());
        codes.chain(own).any(|code| code.eq_ignore_ascii_case(TOO_MANY_REQUESTS))
    }

    fn words(&self) -> Option<String> {
        let text = |scalar: &Option<Scalar>| scalar.clone().and_then(Scalar::text);
        let (code, message) = match self.errors.0.first() {
            Some(first) => first.clone(),
            None => (text(&self.code), text(&self.message)),
        };
        match (code, message) {
            (Some(code), Some(message)) => Some(format!("{code}: {message}")),
            (one, other) => one.or(other).or_else(|| text(&self.details)).or_else(|| {
                match self.error.0.first()?.clone() {
                    (Some(code), Some(message)) => Some(format!("{code}: {message}")),
                    (one, other) => one.or(other),
                }
            }),
        }
    }
}

/// Returns one line without control characters, cut at [`MAX_DETAIL`].
fn shortened(text: &str) -> String {
    let words = text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ").chars().take(MAX_DETAIL).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(body: &str) -> Option<String> {
        let text = match ErrorDocument::read(body.as_bytes()) {
            Some(document) => document.words(),
            None => Some(body.to_owned()),
        };
        text.map(|text| shortened(&text))
    }

    #[test]
    fn the_servers_own_words_are_kept_short_and_clean() {
        let cases = [
            (
                r#"{"errors":[{"code":"NAME_UNKNOWN","message":"repository name not known"}]}"#,
                Some("NAME_UNKNOWN: repository name not known"),
            ),
            (r#"{"errors":[{"code":"DENIED"}]}"#, Some("DENIED")),
            (r#"{"message":"API rate limit exceeded"}"#, Some("API rate limit exceeded")),
            (r#"{"details":"incorrect username"}"#, Some("incorrect username")),
            (r#"{"error":"invalid_grant"}"#, Some("invalid_grant")),
            ("<html>\r\n\u{1b}[31mBad gateway\u{0}</html>", Some("<html> [31mBad gateway </html>")),
            ("", Some("")),
            ("[]", None),
            (r#"{"errors":{"code":"x"},"message":[1]}"#, Some("x")),
            (r#"{"errors":["DENIED"]}"#, Some("DENIED")),
            (r#"{"error":{"code":"DENIED","message":"no"}}"#, Some("DENIED: no")),
            (r#"{"errors":7}"#, None),
        ];
        for (body, expected) in cases {
            assert_eq!(words(body).as_deref(), expected, "{body}");
        }
        assert_eq!(words(&"é".repeat(500)).map(|text| text.chars().count()), Some(200));
    }

    #[test]
    fn a_server_may_ask_for_fewer_requests_with_any_status() {
        let asks = |body: &str| {
            ErrorDocument::read(body.as_bytes()).is_some_and(|document| document.asks_for_fewer_requests())
        };
        assert!(asks(r#"{"errors":[{"code":"TOOMANYREQUESTS","message":"slow down"}]}"#));
        assert!(asks(r#"{"code":"toomanyrequests"}"#));
        assert!(!asks(r#"{"errors":[{"code":"DENIED"}]}"#) && !asks("[]") && !asks("<html>"));
    }
}
