//! URLs in the form in which logs and errors may show them.

use url::Url;

use super::clean::clean;

/// Query keys whose values are harmless. The value of any other key may be a signature or a token.
const SHOWN_KEYS: [&str; 5] = ["n", "last", "page", "service", "scope"];

/// Returns a URL for people: without user and password, and with the values of unknown query keys replaced.
pub(crate) fn shown(url: &Url) -> String {
    let mut shown = format!("{}://{}{}", url.scheme(), authority(url), url.path());
    for (index, pair) in url.query().into_iter().flat_map(|query| query.split('&')).enumerate() {
        shown.push(if index == 0 { '?' } else { '&' });
        match pair.split_once('=') {
            Some((key, _)) if !is_shown(key) => {
                shown.push_str(key);
                shown.push_str("=REDACTED");
            }
            None if !is_shown(pair) => shown.push_str("REDACTED"),
            _ => shown.push_str(pair),
        }
    }
    clean(&shown).into_owned()
}

/// Whether the values of a query key are harmless.
pub(crate) fn is_shown(key: &str) -> bool {
    SHOWN_KEYS.contains(&key)
}

/// Returns the host, with the port unless that is the scheme's own.
pub(crate) fn authority(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_left_out() {
        let cases = [
            (
                "https://auth.docker.io/token?service=registry.docker.io&scope=repository:library/nginx:pull",
                "https://auth.docker.io/token?service=registry.docker.io&scope=repository:library/nginx:pull",
            ),
            (
                "https://u:p@ghcr.io:444/v2/a/tags/list?n=1000&last=x",
                "https://ghcr.io:444/v2/a/tags/list?n=1000&last=x",
            ),
            (
                "https://s3.example/blob?X-Amz-Signature=abc&n=1#frag",
                "https://s3.example/blob?X-Amz-Signature=REDACTED&n=1",
            ),
            ("https://x.example/?secret", "https://x.example/?REDACTED"),
            ("http://[::1]:5000/v2/", "http://[::1]:5000/v2/"),
        ];
        for (url, expected) in cases {
            assert_eq!(shown(&Url::parse(url).expect(url)), expected);
        }
    }
}
