//! Where a redirect leads, and whether it may be followed. Pure.

use url::Url;

use crate::error::{Error, Result, Setting};
use crate::text::redact::{authority, shown};

/// Returns the URL to which an answer redirects a GET; `None` if it does not.
///
/// # Errors
/// [`crate::error::ErrorKind::BadResponse`] for a target that is no http or https URL, has a user or a password in it,
/// or would leave https for http unless `may_be_plain`.
pub(crate) fn target(
    from: &Url,
    status: u16,
    location: Option<&str>,
    may_be_plain: bool,
) -> Result<Option<Url>> {
    let location = match (status, location) {
        (301 | 302 | 303 | 307 | 308, Some(location)) => location,
        _ => return Ok(None),
    };
    let refused = |why: &str| {
        // A server in between may have sent the redirect.
        let message = format!("Refused a redirect of {}: {why}", shown(from));
        Err(Error::bad_response(message).with_status(status).with_host(authority(from)).passing())
    };
    match from.join(location) {
        Ok(to) if !matches!(to.scheme(), "http" | "https") => refused("it leads to no http or https URL"),
        Ok(to) if from.scheme() == "https" && to.scheme() == "http" && !may_be_plain => {
            refused("it leads from https to http").map_err(|error| error.with_setting(Setting::Insecure))
        }
        Ok(to) if !to.username().is_empty() || to.password().is_some() => refused("it has a user name in it"),
        Ok(to) => Ok(Some(to)),
        Err(_) => refused("its Location is no URL"),
    }
}

/// Whether two URLs have the same scheme, host and port, so that what may be sent to one may be sent to the other.
pub(crate) fn same_origin(a: &Url, b: &Url) -> bool {
    a.origin() == b.origin()
}

/// Whether two URLs lead to the same host, at whatever port.
pub(crate) fn same_host(a: &Url, b: &Url) -> bool {
    a.host() == b.host()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn redirects() {
        let from = Url::parse("https://r.example/v2/a/blobs/x?y=1").expect("a URL");
        let to = |status, location: &str| {
            target(&from, status, Some(location), false).map(|url| url.map(String::from))
        };
        assert_eq!(
            to(307, "https://cdn.example/x?sig=1").ok().flatten().as_deref(),
            Some("https://cdn.example/x?sig=1")
        );
        assert_eq!(to(301, "/v2/b").ok().flatten().as_deref(), Some("https://r.example/v2/b"));
        assert_eq!(to(308, "//other.example/z").ok().flatten().as_deref(), Some("https://other.example/z"));
        for status in [200, 300, 304, 305, 306, 400, 401] {
            assert_eq!(to(status, "/elsewhere").ok(), Some(None), "{status}");
        }
        assert_eq!(target(&from, 302, None, false).ok(), Some(None));
        for location in [
            "http://r.example/",
            "ftp://r.example/",
            "file:///etc/passwd",
            "https://u:p@r.example/",
            "https://[",
        ] {
            let error = to(302, location).expect_err(location);
            assert_eq!(error.code(), "BAD_RESPONSE");
        }
        let plain = "http://minio.lan/x";
        assert_eq!(to(307, plain).expect_err(plain).setting(), Some(Setting::Insecure));
        let allowed = target(&from, 307, Some(plain), true).ok().flatten();
        assert_eq!(allowed.map(String::from).as_deref(), Some(plain));
    }

    #[test]
    fn origins() {
        let same = |a: &str, b: &str| same_origin(&Url::parse(a).expect(a), &Url::parse(b).expect(b));
        assert!(same("https://a.example/x", "https://A.example:443/y"));
        assert!(!same("https://a.example", "https://a.example:444"));
        assert!(!same("https://a.example", "http://a.example"));
        assert!(!same("https://a.example", "https://b.a.example"));
    }
}
