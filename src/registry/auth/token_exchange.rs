//! Exchanges credentials for a token, at the token service that a registry names.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use serde::Deserialize;
use url::Url;

use super::realm::Realm;
use crate::{
    error::{Bound, Error, ErrorKind, Result, Setting},
    http::{
        client::Client,
        connect::{
            proxy::RegistryProxy,
            tls::{ClientCertificate, Pem},
        },
        error_document::{explained, refusal},
        request::Request,
        retry::RetryPolicy,
    },
    registry::settings::Credential,
    text::json::{Object, Scalar},
    text::redact::authority,
};

/// The longest time that a token is used, whatever lifetime its service states.
const MAX_LIFETIME: Duration = Duration::from_secs(5 * 60);
/// Lifetime of a token whose service states none (Distribution, "Token Authentication Specification").
const DEFAULT_LIFETIME: Duration = Duration::from_secs(60);
/// A token is used until this long before its expiry, because an answer takes time and clocks differ.
const MAX_MARGIN: Duration = Duration::from_secs(10);

/// A token that lets its bearer pull from one repository.
#[derive(Clone)]
pub(crate) struct Token {
    /// One text for all repositories that the token serves: it may have some KiB.
    pub(crate) value: Arc<str>,
    /// Whether it has just been issued. If a registry refuses a fresh token, it would refuse the next one too.
    pub(crate) is_fresh: bool,
    pub(crate) expires: Instant,
}

/// A request for a token.
pub(crate) struct TokenExchange {
    pub(crate) http: Client,
    pub(crate) retry: RetryPolicy,
    pub(crate) realm: Realm,
    /// Whether any TLS certificate of the registry is accepted. This applies to its realm too if that is on the same
    /// host.
    pub(crate) insecure: bool,
    pub(crate) ca: Option<Pem>,
    pub(crate) client_certificate: Option<ClientCertificate>,
    pub(crate) proxy: Option<RegistryProxy>,
    pub(crate) credential: Option<Credential>,
    /// The bound of the answer.
    pub(crate) bound: Bound,
    /// The registry that the token is for.
    pub(crate) registry: String,
    /// The names of the repositories that are to be read, as the registry knows them.
    pub(crate) names: Vec<String>,
    /// Further scopes that the registry wants of the token.
    pub(crate) scopes: Vec<String>,
}

/// Fields of any type are accepted, because an error about a type would quote the token.
#[derive(Deserialize)]
struct TokenAnswer {
    token: Option<Scalar>,
    access_token: Option<Scalar>,
    expires_in: Option<Scalar>,
}

impl TokenExchange {
    pub(crate) async fn run(self) -> Result<Token> {
        let registry = self.registry.clone();
        let asked = Instant::now();
        let mut response = self.http.send(self.request()?, &self.retry).await?;
        if response.status() == 405 {
            // The service accepts the OAuth2 form only.
            response = self.http.send(self.finished(self.form()), &self.retry).await?;
        }
        if !response.is_success() {
            let status = response.status();
            let error = refusal(&response, format!("Failed to get auth token from {registry}: {status}"));
            // That there is no token service does not say that there is no image.
            return Err(if error.is_not_found() { error.with_kind(ErrorKind::AuthFailed) } else { error });
        }
        let Object(answer): Object<TokenAnswer> = response.json()?;
        let is_given =
            |token: &Scalar| !matches!(token, Scalar::Null) && *token != Scalar::Text(String::new());
        match [answer.token, answer.access_token].into_iter().flatten().find(is_given) {
            Some(Scalar::Text(value)) => {
                let expires = asked + lifetime(answer.expires_in.as_ref());
                Ok(Token { value: value.into(), is_fresh: true, expires })
            }
            Some(_) => {
                Err(Error::bad_response(format!("{} answered with a token that is no text", response.host()))
                    .with_status(response.status())
                    .with_host(response.host()))
            }
            None => {
                let message = format!("No token returned from {registry}");
                let told = explained(&response, Error::bad_response(&message));
                // A service that states an error has failed. One that states none has no token for this caller.
                let kind = if told.detail().is_some() { told.kind() } else { ErrorKind::AuthFailed };
                let detail = told.detail().map(str::to_owned);
                Err(Error::new(kind, message)
                    .with_status(response.status())
                    .with_host(response.host())
                    .with_detail(detail))
            }
        }
    }

    /// Builds a GET, with user name and password if there are any, or a POST with the refresh token if there is one
    /// (Distribution, "Token Authentication Specification" and "Docker Registry v2 authentication using OAuth2"). A
    /// realm that is not trusted gets no credentials.
    fn request(&self) -> Result<Request> {
        let realm = &self.realm;
        let request = match &self.credential {
            Some(Credential::Password { username, password }) if realm.is_trusted => {
                Request::get(self.url()).basic(username, password.reveal())?
            }
            Some(Credential::Identity(_)) if realm.is_trusted => self.form(),
            other => {
                if other.is_some() {
                    tracing::warn!(
                        "{} names {} as its token service, which is not its own: asking it for an anonymous token, without \
                         the credentials; if it is the registry's, an option says so ({})",
                        self.registry,
                        authority(&realm.url),
                        Setting::TokenService.name()
                    );
                }
                Request::get(self.url())
            }
        };
        Ok(self.finished(request))
    }

    /// Builds a POST with the credentials: the refresh token, or user name and password.
    fn form(&self) -> Request {
        let realm = &self.realm;
        let scope = self.all_scopes().collect::<Vec<_>>().join(" ");
        let mut fields = vec![("client_id", "container-registry-service"), ("scope", scope.as_str())];
        fields.extend(realm.service.as_deref().map(|service| ("service", service)));
        match &self.credential {
            Some(Credential::Identity(token)) if realm.is_trusted => {
                fields.extend([("grant_type", "refresh_token"), ("refresh_token", token.reveal())]);
                Request::post(realm.url.clone(), &fields).secret(token.reveal())
            }
            Some(Credential::Password { username, password }) if realm.is_trusted => {
                fields.extend([
                    ("grant_type", "password"),
                    ("username", username.as_str()),
                    ("password", password.reveal()),
                ]);
                Request::post(realm.url.clone(), &fields).secret(password.reveal())
            }
            _ => {
                fields.push(("grant_type", "password"));
                Request::post(realm.url.clone(), &fields)
            }
        }
    }

    fn finished(&self, request: Request) -> Request {
        request
            .kind("token")
            .bound(self.bound)
            .insecure(self.insecure && self.realm.is_own_host)
            .ca(self.ca.clone())
            .client_certificate(self.client_certificate.clone().filter(|_| self.realm.is_own_host))
            .proxy(self.proxy.clone())
            .reach(self.realm.reach)
    }

    /// Returns the scopes of the token.
    fn all_scopes(&self) -> impl Iterator<Item = String> {
        let assumed: Vec<String> = self.names.iter().map(|name| format!("repository:{name}:pull")).collect();
        let more = self.scopes.iter().filter(|scope| !assumed.contains(scope)).cloned().collect::<Vec<_>>();
        assumed.into_iter().chain(more)
    }

    /// Returns the realm with service and scope in its query, in the spelling of registries: colons and slashes are not
    /// escaped (RFC 3986, section 3.4).
    fn url(&self) -> Url {
        let mut url = self.realm.url.clone();
        let service = self.realm.service.as_deref().map(|service| {
            let encoded: String = url::form_urlencoded::byte_serialize(service.as_bytes()).collect();
            format!("service={encoded}")
        });
        let scopes = self.all_scopes().map(|scope| format!("scope={scope}"));
        let parts = url.query().map(str::to_owned).into_iter().chain(service).chain(scopes);
        let query = parts.collect::<Vec<_>>().join("&");
        url.set_query(Some(&query));
        url
    }
}

/// Returns how long a token is used: the stated lifetime less a margin, and at most [`MAX_LIFETIME`].
fn lifetime(expires_in: Option<&Scalar>) -> Duration {
    let stated = match expires_in {
        Some(Scalar::Number(seconds)) => Duration::try_from_secs_f64(*seconds).unwrap_or(DEFAULT_LIFETIME),
        _ => DEFAULT_LIFETIME,
    };
    (stated - MAX_MARGIN.min(stated / 4)).min(MAX_LIFETIME)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn lifetimes_leave_a_margin_and_end_after_five_minutes() {
        let seconds =
            |value: serde_json::Value| lifetime(serde_json::from_value(value).ok().as_ref()).as_secs_f64();
        assert_eq!(lifetime(None).as_secs(), 50);
        assert_eq!(seconds(json!(300)), 290.0);
        assert_eq!(seconds(json!(3600)), 300.0);
        assert_eq!(seconds(json!(20)), 15.0);
        assert_eq!(seconds(json!(0)), 0.0);
        for odd in [json!(-1), json!("300"), json!(null), json!(1e300)] {
            assert_eq!(seconds(odd.clone()), 50.0, "{odd}");
        }
    }

    #[test]
    fn the_realm_keeps_its_own_query() {
        let exchange = |realm: &str, service: Option<&str>| TokenExchange {
            http: Client::new(crate::http::options::HttpOptions::default()),
            retry: RetryPolicy { max_retries: 0, max_fault_retries: 0, max_delay: MAX_MARGIN },
            bound: Bound::NONE,
            realm: Realm {
                url: Url::parse(realm).expect(realm),
                service: service.map(str::to_owned),
                reach: crate::http::connect::address::Reach::Anywhere,
                is_trusted: true,
                is_own_host: true,
            },
            insecure: false,
            ca: None,
            client_certificate: None,
            proxy: None,
            credential: None,
            registry: "r.example".to_owned(),
            scopes: Vec::new(),
            names: vec!["team/app".to_owned()],
        };
        let url = |realm, service| exchange(realm, service).url().to_string();
        let hub = "https://auth.docker.io/token?service=registry.docker.io&scope=repository:team/app:pull";
        assert_eq!(url("https://auth.docker.io/token", Some("registry.docker.io")), hub);
        assert_eq!(
            url("https://a.example/t?x=1", None),
            "https://a.example/t?x=1&scope=repository:team/app:pull"
        );
        assert_eq!(
            url("https://a.example/t", Some("a b&c")),
            "https://a.example/t?service=a+b%26c&scope=repository:team/app:pull"
        );
    }
}
