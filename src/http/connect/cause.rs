//! Finds the cause behind an error.

use std::{error::Error as StdError, io};

use rustls::CertificateError;

use super::resolver::NotResolved;

/// Returns the message of the innermost error. The outer ones repeat the URL with its query.
pub(crate) fn root_cause(error: &(dyn StdError + 'static)) -> String {
    chain(error).last().map(ToString::to_string).unwrap_or_default()
}

/// Returns the first error of a type in the chain, which begins with the error itself.
pub(crate) fn find<'a, T: StdError + 'static>(error: &'a (dyn StdError + 'static)) -> Option<&'a T> {
    chain(error).find_map(|error| error.downcast_ref::<T>())
}

/// Iterates over an error and its sources, the innermost last.
pub(crate) fn chain<'a>(
    error: &'a (dyn StdError + 'static),
) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    let mut next = Some(error);
    std::iter::from_fn(move || {
        let current = next?;
        // `io::Error` does not return the error that it wraps as its source.
        let held = current.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        next = held.map(|held| held as &(dyn StdError + 'static)).or_else(|| current.source());
        Some(current)
    })
}

/// Why a TLS handshake failed over a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TlsRefusal {
    /// The authority of the server's certificate is not trusted.
    UnknownIssuer,
    /// The server asks for a client certificate.
    WantsCertificate,
    /// The server refuses the client's certificate.
    RefusedCertificate,
}

/// Returns why a handshake failed, if a certificate was the reason.
pub(crate) fn tls_refusal(error: &(dyn StdError + 'static), has_certificate: bool) -> Option<TlsRefusal> {
    if let Some(rustls::Error::InvalidCertificate(CertificateError::UnknownIssuer)) = find(error) {
        return Some(TlsRefusal::UnknownIssuer);
    }
    let alert = alert_received(error)?;
    if alert == "CertificateRequired" {
        return Some(TlsRefusal::WantsCertificate);
    }
    let is_refusal = REFUSALS.contains(&&*alert);
    is_refusal.then_some(if has_certificate {
        TlsRefusal::RefusedCertificate
    } else {
        TlsRefusal::WantsCertificate
    })
}

/// Alerts by which servers refuse a client's certificate, or that there is none (RFC 8446, section 6.2).
const REFUSALS: [&str; 8] = [
    "BadCertificate",
    "UnsupportedCertificate",
    "CertificateRevoked",
    "CertificateExpired",
    "CertificateUnknown",
    "UnknownCA",
    "AccessDenied",
    "NoCertificate",
];

/// The alert with which a server ended a connection. Under TLS 1.3 it comes behind the handshake, and what reads HTTP/2 keeps
/// of it no more than its words.
fn alert_received(error: &(dyn StdError + 'static)) -> Option<String> {
    match find::<rustls::Error>(error) {
        Some(rustls::Error::AlertReceived(alert)) => Some(format!("{alert:?}")),
        Some(_) => None,
        None => {
            let words = chain(error).last()?.to_string();
            words.split_once("received fatal alert: ").map(|(_, alert)| alert.trim().to_owned())
        }
    }
}

/// Returns the code that Node.js would give for an error: that of the operating system or of OpenSSL, where there is
/// one.
pub(crate) fn system_code(error: &(dyn StdError + 'static)) -> Option<&'static str> {
    if let Some(failure) = find::<rustls::Error>(error) {
        return tls_code(failure);
    }
    if let Some(failure) = find::<NotResolved>(error) {
        return Some(if failure.may_pass() { "EAI_AGAIN" } else { "ENOTFOUND" });
    }
    match chain(error).filter_map(|error| error.downcast_ref::<io::Error>()).last() {
        Some(failure) => io_code(failure),
        None => find::<hyper::Error>(error)
            .filter(|error| error.is_incomplete_message() || error.is_closed())
            .map(|_| "ECONNRESET"),
    }
}

fn io_code(error: &io::Error) -> Option<&'static str> {
    Some(match error.kind() {
        io::ErrorKind::ConnectionRefused => "ECONNREFUSED",
        io::ErrorKind::ConnectionReset | io::ErrorKind::UnexpectedEof => "ECONNRESET",
        io::ErrorKind::ConnectionAborted => "ECONNABORTED",
        io::ErrorKind::BrokenPipe => "EPIPE",
        io::ErrorKind::TimedOut => "ETIMEDOUT",
        io::ErrorKind::HostUnreachable => "EHOSTUNREACH",
        io::ErrorKind::NetworkUnreachable => "ENETUNREACH",
        io::ErrorKind::NetworkDown => "ENETDOWN",
        io::ErrorKind::AddrNotAvailable => "EADDRNOTAVAIL",
        io::ErrorKind::PermissionDenied => "EACCES",
        _ if cfg!(unix) && error.raw_os_error() == Some(24) => "EMFILE",
        _ if cfg!(unix) && error.raw_os_error() == Some(23) => "ENFILE",
        _ => return None,
    })
}

fn tls_code(error: &rustls::Error) -> Option<&'static str> {
    Some(match error {
        rustls::Error::InvalidCertificate(why) => match why {
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => "CERT_HAS_EXPIRED",
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
                "CERT_NOT_YET_VALID"
            }
            CertificateError::Revoked => "CERT_REVOKED",
            CertificateError::UnknownIssuer => "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
            CertificateError::BadSignature => "CERT_SIGNATURE_FAILURE",
            CertificateError::InvalidPurpose | CertificateError::InvalidPurposeContext { .. } => {
                "INVALID_PURPOSE"
            }
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                "ERR_TLS_CERT_ALTNAME_INVALID"
            }
            _ => "CERT_UNTRUSTED",
        },
        rustls::Error::NoCertificatesPresented => "CERT_UNTRUSTED",
        _ => "EPROTO",
    })
}

#[cfg(test)]
mod tests {
    use rustls::AlertDescription;

    use super::*;

    fn code(error: impl StdError + 'static) -> Option<&'static str> {
        system_code(&error)
    }

    #[test]
    fn failures_have_the_names_that_people_search_for() {
        assert_eq!(code(io::Error::from(io::ErrorKind::ConnectionRefused)), Some("ECONNREFUSED"));
        assert_eq!(code(io::Error::other("odd")), None);
        let wrapped =
            |why| io::Error::new(io::ErrorKind::InvalidData, rustls::Error::InvalidCertificate(why));
        assert_eq!(code(wrapped(CertificateError::Expired)), Some("CERT_HAS_EXPIRED"));
        assert_eq!(code(wrapped(CertificateError::UnknownIssuer)), Some("UNABLE_TO_VERIFY_LEAF_SIGNATURE"));
        let twice = io::Error::other(io::Error::from(io::ErrorKind::ConnectionReset));
        assert_eq!(code(twice), Some("ECONNRESET"));
    }

    #[test]
    fn a_server_says_that_it_wants_a_certificate() {
        let alert = |alert| io::Error::other(rustls::Error::AlertReceived(alert));
        let refusal = |alert_kind, has| tls_refusal(&alert(alert_kind), has);
        assert_eq!(refusal(AlertDescription::CertificateRequired, false), Some(TlsRefusal::WantsCertificate));
        assert_eq!(refusal(AlertDescription::UnknownCA, true), Some(TlsRefusal::RefusedCertificate));
        assert_eq!(refusal(AlertDescription::InternalError, true), None);
        // HTTP/2 keeps the words alone.
        let told = |words: &str| tls_refusal(&io::Error::other(words.to_owned()), false);
        assert_eq!(told("received fatal alert: BadCertificate"), Some(TlsRefusal::WantsCertificate));
        assert_eq!(told("received fatal alert: InternalError"), None);
        assert_eq!(told("connection reset"), None);
    }
}
