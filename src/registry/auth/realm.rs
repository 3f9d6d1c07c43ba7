//! Token services: the well-known ones, and those that a registry names.

use url::Url;

use super::trust::may_have_credentials;
use crate::{
    error::{Error, Result, Setting},
    http::{
        connect::address::{AddressClass, Reach},
        redirect::{same_host, same_origin},
        response::Response,
    },
    image::reference::DOCKER_HUB,
    text::redact::shown,
};

/// A token service.
#[derive(Debug, Clone)]
pub(crate) struct Realm {
    pub(crate) url: Url,
    pub(crate) service: Option<String>,
    /// How far inwards the service may lie.
    pub(crate) reach: Reach,
    /// Whether credentials may be shown to it.
    pub(crate) is_trusted: bool,
    /// Whether exceptions from checking certificates apply to it, because it is on the registry's own host.
    pub(crate) is_own_host: bool,
}

impl Realm {
    /// Returns the token service of a registry where it never changes. Asking it first saves a request that would be
    /// refused.
    pub(crate) fn well_known(registry: &str) -> Option<Self> {
        let (url, service) = match registry {
            DOCKER_HUB => ("https://auth.docker.io/token", "registry.docker.io"),
            "ghcr.io" => ("https://ghcr.io/token", "ghcr.io"),
            _ => return None,
        };
        Some(Self {
            url: Url::parse(url).ok()?,
            service: Some(service.to_owned()),
            reach: Reach::Anywhere,
            is_trusted: true,
            is_own_host: false,
        })
    }

    /// Returns the token service that a server names in its challenge.
    ///
    /// # Errors
    /// `BadResponse` if the realm is no https URL. Plain http is allowed if the server itself was reached by it, or if
    /// the caller marks the registry as insecure.
    pub(crate) fn named(
        realm: &str,
        service: Option<String>,
        response: &Response,
        trust: &Trust<'_>,
    ) -> Result<Self> {
        Self::of(realm, service, response.url(), response.server(), trust)
    }

    fn of(
        realm: &str,
        service: Option<String>,
        asked: &Url,
        server: AddressClass,
        trust: &Trust<'_>,
    ) -> Result<Self> {
        let url = asked.join(realm).ok().filter(|url| {
            let plain_is_fine = url.scheme() == "http" && (asked.scheme() == "http" || trust.insecure);
            (url.scheme() == "https" || plain_is_fine)
                && url.username().is_empty()
                && url.password().is_none()
        });
        let Some(url) = url else {
            let is_plain = asked.join(realm).is_ok_and(|url| url.scheme() == "http");
            let realm =
                asked.join(realm).map_or_else(|_| "something that is no URL".to_owned(), |url| shown(&url));
            let registry = trust.registry;
            let message = format!(
                "{registry} asks for a token from {realm}, which is no https URL without a user name"
            );
            let error = Error::bad_response(message).with_host(registry.to_owned());
            return Err(if is_plain { error.with_setting(Setting::Insecure) } else { error });
        };
        let is_own_host = same_host(asked, &url);
        let is_named_by_caller = trust.token_service.is_some_and(|named| same_origin(named, &url));
        Ok(Self {
            reach: if same_origin(asked, &url) || is_named_by_caller {
                Reach::Anywhere
            } else {
                Reach::of_server(server)
            },
            is_trusted: is_named_by_caller
                || may_have_credentials(asked, &url)
                // Plain http that the caller allows changes nothing in whose service it is.
                || (trust.insecure && (is_own_host || may_have_credentials(asked, &over_https(&url)))),
            is_own_host,
            url,
            service,
        })
    }
}

/// The same URL over https.
fn over_https(url: &Url) -> Url {
    let mut url = url.clone();
    // Setting one http scheme in place of the other cannot fail.
    let _ = url.set_scheme("https");
    url
}

/// The caller's options about a registry's token service.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Trust<'a> {
    pub(crate) registry: &'a str,
    /// Whether plain http is allowed.
    pub(crate) insecure: bool,
    /// The service that may have the credentials although its name does not show that it belongs to the registry.
    pub(crate) token_service: Option<&'a Url>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn realms_are_https_unless_the_registry_is_not() {
        let realm = |from: &str, realm: &str| {
            let asked = Url::parse(from).expect(from);
            let trust = Trust { registry: "r.example", insecure: false, token_service: None };
            Realm::of(realm, None, &asked, AddressClass::Public, &trust)
        };
        let url = |from, to| realm(from, to).ok().map(|realm| realm.url.to_string());
        assert_eq!(url("https://r.example/v2/", "/token").as_deref(), Some("https://r.example/token"));
        assert_eq!(
            url("https://r.example/v2/", "https://a.example/t").as_deref(),
            Some("https://a.example/t")
        );
        assert_eq!(url("http://r.example/v2/", "http://a.example/t").as_deref(), Some("http://a.example/t"));
        for text in
            ["http://a.example/t", "ftp://a.example/", "https://u:p@a.example/", "file:///x", "https://["]
        {
            assert!(realm("https://r.example/v2/", text).is_err(), "{text}");
        }
        let own = realm("https://r.example/v2/", "https://r.example:8443/t").expect("a realm");
        assert!(own.is_trusted && own.is_own_host && own.reach == Reach::UpTo(AddressClass::Public));
        let same = realm("https://r.example/v2/", "https://r.example/t").expect("a realm");
        assert!(same.reach == Reach::Anywhere, "the registry itself may move");
        let other = realm("https://r.example/v2/", "https://evil.net/t").expect("a realm");
        assert!(!other.is_trusted && !other.is_own_host && other.reach == Reach::UpTo(AddressClass::Public));
    }

    #[test]
    fn the_caller_may_trust_another_service_and_plain_http() {
        let asked = Url::parse("https://r.example/v2/").expect("a URL");
        let service = Url::parse("https://auth.other.net/any").expect("a URL");
        let realm = |realm: &str, insecure, token_service| {
            let trust = Trust { registry: "r.example", insecure, token_service };
            Realm::of(realm, None, &asked, AddressClass::Public, &trust)
        };
        let named = realm("https://auth.other.net/token", false, Some(&service)).expect("a realm");
        assert!(named.is_trusted && !named.is_own_host && named.reach == Reach::Anywhere);
        for other in ["https://auth.other.net:8443/token", "https://evil.net/token"] {
            assert!(!realm(other, false, Some(&service)).expect(other).is_trusted, "{other}");
        }
        assert!(realm("http://r.example/token", false, None).is_err());
        assert!(realm("http://r.example/token", true, None).is_ok_and(|realm| realm.is_trusted));
        assert!(realm("http://evil.net/token", true, None).is_ok_and(|realm| !realm.is_trusted));
    }
}
