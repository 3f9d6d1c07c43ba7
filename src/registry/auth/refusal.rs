//! What a failure or a refusal of a registry means for the next request.

use url::Url;

use super::{authorizer::Authorization, credentials::Login};
use crate::{
    error::{Error, ErrorKind, Setting},
    http::{
        error_document::speaks_of_authorization, host::https::SPEAKERS, redirect::same_origin,
        response::Response,
    },
    registry::endpoint::{Endpoint, Scheme},
    text::redact::authority,
};

/// Whether a failure at an https URL is no reason to try plain http: the host has answered over https before, or the failure
/// is about certificates or the proxy.
pub(crate) fn speaks_https(base: &Url, error: &Error) -> bool {
    let is_about_the_way = matches!(
        error.setting(),
        Some(Setting::CertificateAuthorities | Setting::ClientCertificate | Setting::Proxy)
    );
    base.scheme() == "https" && (is_about_the_way || SPEAKERS.has(base))
}

/// Whether a 403 to a token that was remembered may mean that the token is out of date, though nothing says so: the answer has no
/// words, as to a HEAD, or a challenge.
pub(crate) fn may_be_out_of_date(response: &Response, authorization: &Authorization) -> bool {
    let is_remembered = matches!(authorization, Authorization::Token(token) if !token.is_fresh);
    let is_silent = response.body().trim_ascii().is_empty();
    let has_challenge = response.all_bytes("www-authenticate").next().is_some();
    response.status() == 403 && is_remembered && (is_silent || has_challenge)
}

/// Whether an answer asks for other credentials or for a newer token. Most answers with 403 refuse a known account, so
/// a 403 counts only if its words speak of authorization.
pub(crate) fn is_refused(response: &Response) -> bool {
    match response.status() {
        401 => true,
        403 => speaks_of_authorization(response),
        _ => false,
    }
}

/// Why somebody with credentials was refused, where these were kept from the token service.
pub(crate) fn not_shown(endpoint: &Endpoint, login: &Login) -> Option<Error> {
    let Some(Scheme::Bearer(realm)) = endpoint.scheme() else { return None };
    if realm.is_trusted || login.credential.is_none() {
        return None;
    }
    let (registry, service) = (&endpoint.name, authority(&realm.url));
    let message = format!(
        "{registry} refuses the anonymous token of {service}, which it names as its token service: the credentials were not shown \
         there, as nothing says that {service} is the registry's; if it is, an option can say so"
    );
    let error = Error::new(ErrorKind::AuthFailed, message).with_status(401).with_host(registry.clone());
    Some(error.with_setting(Setting::TokenService))
}

/// Whether an answer is the challenge of a server to which a redirect led.
pub(crate) fn is_elsewhere(response: &Response, asked: &Url) -> bool {
    response.status() == 401 && (response.is_moved() || !same_origin(response.url(), asked))
}
