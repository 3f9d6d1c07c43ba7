//! What a registry says when it refuses.

use crate::{
    error::{Error, ErrorKind},
    http::response::Response,
};

/// The server's own words are cut at this many characters.
const MAX_DETAIL: usize = 200;

/// The error that an answer is, with the message of the caller's choice.
pub(crate) fn refusal(response: &Response, message: impl Into<String>) -> Error {
    let status = response.status();
    let words = detail(response.body()).map(|text| shortened(&response.without_secrets(text)));
    Error::new(ErrorKind::of_status(status), message)
        .with_status(status)
        .with_host(response.host())
        .with_detail(words.filter(|words| !words.is_empty()))
}

/// Code and message of the first error (OCI distribution specification, "Error Codes"), or the beginning of a body that is
/// no such thing.
fn detail(body: &[u8]) -> Option<String> {
    let Ok(json) = serde_json::from_slice::<serde_json::Value>(body) else {
        return Some(String::from_utf8_lossy(body).into_owned());
    };
    let first = json.pointer("/errors/0").unwrap_or(&json);
    let text = |key| first.get(key).and_then(serde_json::Value::as_str).filter(|text| !text.is_empty());
    match (text("code"), text("message")) {
        (Some(code), Some(message)) => Some(format!("{code}: {message}")),
        (Some(one), None) | (None, Some(one)) => Some(one.to_owned()),
        (None, None) => text("details").or(text("error")).map(str::to_owned),
    }
}

/// One line of words without control characters.
fn shortened(text: &str) -> String {
    let words = text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ").chars().take(MAX_DETAIL).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_servers_own_words_are_kept_short_and_clean() {
        let words = |body: &str| detail(body.as_bytes()).map(|text| shortened(&text));
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
        ];
        for (body, expected) in cases {
            assert_eq!(words(body).as_deref(), expected, "{body}");
        }
        assert_eq!(words(&"é".repeat(500)).map(|text| text.chars().count()), Some(200));
    }
}
