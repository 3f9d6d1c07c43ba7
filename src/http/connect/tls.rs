//! Certificate authorities and client certificates.

use std::sync::Arc;

use reqwest::Identity;
use rustls::{
    ClientConfig, RootCertStore,
    crypto::ring,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
};

use super::{cause::root_cause, roots::Verifier};
use crate::{
    error::{Error, Result},
    text::secret::Secret,
};

/// Certificates as PEM text.
pub(crate) type Pem = Arc<str>;

/// What a client offers, the preferred one first (RFC 7301).
const PROTOCOLS: [&[u8]; 2] = [b"h2", b"http/1.1"];

/// Makes the TLS implementation known to rustls. Further calls do no harm.
pub(crate) fn install_provider() {
    // An error only says that a provider is installed already.
    let _ = rustls::crypto::ring::default_provider().install_default();
}

/// Returns the settings of connections. Servers are trusted by the authorities of the machine and by these.
///
/// # Errors
/// `InvalidArgument` for certificates that cannot be used.
pub(super) fn config(authorities: &[Pem], client: Option<&ClientCertificate>) -> Result<ClientConfig> {
    let provider = Arc::new(ring::default_provider());
    let own = authorities.iter().map(|pem| certificates(pem)).collect::<Result<Vec<_>>>()?.concat();
    let unusable = |error: rustls::Error| Error::invalid_argument(error.to_string());
    let builder = ClientConfig::builder_with_provider(provider.clone())
        .with_safe_default_protocol_versions()
        .map_err(unusable)?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(Verifier::new(own, provider)));
    let mut config = match client {
        None => builder.with_no_client_auth(),
        Some(client) => {
            let (chain, key) = client.parts()?;
            builder.with_client_auth_cert(chain, key).map_err(unusable)?
        }
    };
    config.alpn_protocols = PROTOCOLS.map(<[u8]>::to_vec).to_vec();
    Ok(config)
}

/// A client certificate and its key, both as PEM text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientCertificate {
    cert: Pem,
    key: Secret,
}

impl ClientCertificate {
    /// Takes a certificate, followed by the intermediate ones that lead to its authority, and its private key.
    ///
    /// # Errors
    /// `InvalidArgument` for a text without a certificate or a key, and for a key that does not belong to the
    /// certificate.
    pub fn new(cert: &str, key: Secret) -> Result<Self> {
        let refused = |why: &str| Err(Error::invalid_argument(why));
        let chain: Vec<_> =
            CertificateDer::pem_slice_iter(cert.as_bytes()).filter_map(|it| it.ok()).collect();
        if chain.is_empty() {
            return refused("cert holds no certificate in PEM form");
        }
        let Ok(private) = PrivateKeyDer::from_pem_slice(key.reveal().as_bytes()) else {
            return refused("key holds no private key in PEM form; one with a passphrase cannot be used");
        };
        let Ok(private) = rustls::crypto::ring::sign::any_supported_type(&private) else {
            return refused("key is of a kind that cannot be used");
        };
        match rustls::sign::CertifiedKey::new(chain, private).keys_match() {
            Err(rustls::Error::InconsistentKeys(rustls::InconsistentKeys::KeyMismatch)) => {
                refused("key is not the certificate's")
            }
            _ => Ok(Self { cert: cert.into(), key }),
        }
    }

    /// Returns both as rustls takes them.
    ///
    /// # Errors
    /// `InvalidArgument` for a key that rustls does not understand.
    fn parts(&self) -> Result<(Vec<CertificateDer<'static>>, PrivateKeyDer<'static>)> {
        let chain = CertificateDer::pem_slice_iter(self.cert.as_bytes()).filter_map(|it| it.ok()).collect();
        let key = PrivateKeyDer::from_pem_slice(self.key.reveal().as_bytes());
        Ok((chain, key.map_err(|error| Error::invalid_argument(error.to_string()))?))
    }

    /// Returns both as reqwest takes them.
    ///
    /// # Errors
    /// `InvalidArgument` for a text that reqwest does not understand.
    pub(crate) fn identity(&self) -> Result<Identity> {
        let both = format!("{}\n{}", self.key.reveal(), self.cert);
        Identity::from_pem(both.as_bytes()).map_err(|error| Error::invalid_argument(root_cause(&error)))
    }
}

/// Reads the certificates of an authority.
///
/// # Errors
/// `InvalidArgument` if there is none, or one that does not parse.
pub(crate) fn certificates(pem: &str) -> Result<Vec<CertificateDer<'static>>> {
    let unusable = |why: String| Error::invalid_argument(why);
    let certificates =
        CertificateDer::pem_slice_iter(pem.as_bytes()).collect::<std::result::Result<Vec<_>, _>>();
    let certificates = certificates.map_err(|error| unusable(error.to_string()))?;
    let mut store = RootCertStore::empty();
    for certificate in &certificates {
        store.add(certificate.clone()).map_err(|error| unusable(error.to_string()))?;
    }
    if certificates.is_empty() { Err(Error::invalid_argument("it holds none")) } else { Ok(certificates) }
}
