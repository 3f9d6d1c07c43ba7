//! Parses URLs and certificates of options.

use url::Url;

use crate::{
    error::{Error, Result},
    http::connect::tls::{Pem, certificates},
};

/// Parses the URL of a server.
///
/// # Errors
/// `InvalidArgument`, naming `option`, for anything but an http or https URL without user, query and fragment.
pub fn server_url(text: &str, option: &str) -> Result<Url> {
    let url = http_url(text, option)?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Error::invalid_argument(format!(
            "{option} must not have a user name or a password in it"
        )));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(Error::invalid_argument(format!("{option} must not have a query or a fragment")));
    }
    Ok(url)
}

/// Parses an http or https URL.
///
/// # Errors
/// `InvalidArgument`, naming `option`, for anything but an http or https URL.
pub fn http_url(text: &str, option: &str) -> Result<Url> {
    let url = Url::parse(text).map_err(|error| {
        Error::invalid_argument(format!("{option} must be a URL such as https://mirror.lan: {error}"))
    })?;
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
        return Err(Error::invalid_argument(format!("{option} must be an http or https URL")));
    }
    Ok(url)
}

/// Checks the certificates of an authority.
///
/// # Errors
/// `InvalidArgument`, naming `option`, for a text without certificates and for one that cannot be parsed.
pub fn authorities(pem: &str, option: &str) -> Result<Pem> {
    match certificates(pem) {
        Ok(_) => Ok(pem.into()),
        Err(error) => {
            Err(Error::invalid_argument(format!("{option} must be certificates in PEM form: {error}")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn server_urls_are_plain() {
        for text in [
            "ftp://x",
            "nas:5000",
            "https://u@x",
            "https://u:p@x",
            "https://x?y",
            "https://x#y",
            "",
            "data:,x",
        ] {
            let error = server_url(text, "registries[\"x\"].url").expect_err(text);
            assert!(error.message().starts_with("registries[\"x\"].url "), "{error}");
        }
        assert!(http_url("http://u:p@proxy:3128", "proxy").is_ok());
    }
}
