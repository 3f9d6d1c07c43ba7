//! Certificate authorities and client certificates.

use std::{
    env, mem,
    path::Path,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, Ordering},
    },
};

use parking_lot::Mutex;
use reqwest::{Certificate, Identity};
use rustls::{
    RootCertStore,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
};

use tokio::task::spawn_blocking;

use super::cause::root_cause;
use crate::{
    error::{Error, Result},
    text::{file::read_bounded, secret::Secret},
};

/// Certificates as PEM text.
pub(crate) type Pem = Arc<str>;

/// The authorities that are trusted: those of the system (or of `SSL_CERT_FILE` and `SSL_CERT_DIR`), Mozilla's where
/// the system has none, as in slim container images, and those of `NODE_EXTRA_CA_CERTS`. They are read once.
static ROOTS: OnceLock<Roots> = OnceLock::new();

struct Roots {
    certificates: Vec<Certificate>,
    /// What could not be used and why, until somebody has listened.
    complaints: Mutex<Vec<String>>,
}

/// A bundle of authorities has a few hundred kilobytes; anything larger is something else.
const MAX_BUNDLE: u64 = 16 * 1024 * 1024;

/// Begins to read the system's authorities where that may block. The first connection needs them, and a call has other things to
/// look at before.
pub(crate) fn begin_to_load_roots() {
    static HAS_BEGUN: AtomicBool = AtomicBool::new(false);
    if !HAS_BEGUN.swap(true, Ordering::Relaxed) {
        spawn_blocking(|| ROOTS.get_or_init(load));
    }
}

/// Waits for the system's authorities. The first caller with a logger is warned of what could not be used.
pub(crate) async fn load_roots() {
    if ROOTS.get().is_none() {
        // An error only says that the runtime is ending.
        let _ = spawn_blocking(|| ROOTS.get_or_init(load)).await;
    }
    if let Some(roots) = ROOTS.get()
        && tracing::event_enabled!(tracing::Level::WARN)
    {
        let complaints = mem::take(&mut *roots.complaints.lock());
        for complaint in complaints {
            tracing::warn!("{complaint}");
        }
    }
}

/// The system's authorities, which [`load_roots`] has read.
pub(crate) fn roots() -> &'static [Certificate] {
    &ROOTS.get_or_init(load).certificates
}

/// Makes the TLS implementation known to rustls. Further calls do no harm.
pub(crate) fn install_provider() {
    // An error only says that a provider is installed already.
    let _ = rustls::crypto::ring::default_provider().install_default();
}

fn load() -> Roots {
    let mut complaints = Vec::new();
    let mut certificates = usable(system(&mut complaints));
    if certificates.is_empty() {
        certificates = usable(webpki_root_certs::TLS_SERVER_ROOT_CERTS.to_vec());
    }
    certificates.extend(extra(&mut complaints));
    Roots { certificates, complaints: Mutex::new(complaints) }
}

fn system(complaints: &mut Vec<String>) -> Vec<CertificateDer<'static>> {
    let named = env::var_os("SSL_CERT_FILE").filter(|path| !path.is_empty());
    // A pipe or a device would keep its reader waiting for ever.
    if let Some(path) = named.as_deref().map(Path::new).filter(|path| path.exists() && !path.is_file()) {
        complaints.push(format!("Could not use SSL_CERT_FILE {}: it is no regular file", path.display()));
        return Vec::new();
    }
    let system = rustls_native_certs::load_native_certs();
    let unread =
        system.errors.iter().map(|error| format!("Could not read a certificate of the system: {error}"));
    complaints.extend(unread);
    system.certs
}

/// Keeps the certificates that rustls understands, so that one odd certificate does not spoil the others.
fn usable(certificates: Vec<CertificateDer<'static>>) -> Vec<Certificate> {
    let mut store = RootCertStore::empty();
    certificates
        .into_iter()
        .filter(|certificate| store.add(certificate.clone()).is_ok())
        .filter_map(|certificate| Certificate::from_der(&certificate).ok())
        .collect()
}

fn extra(complaints: &mut Vec<String>) -> Vec<Certificate> {
    let Some(path) = env::var_os("NODE_EXTRA_CA_CERTS").filter(|path| !path.is_empty()) else {
        return Vec::new();
    };
    let mut complain = |why: String| {
        complaints.push(format!("Could not use NODE_EXTRA_CA_CERTS {}: {why}", path.to_string_lossy()));
    };
    let given = read_bundle(Path::new(&path)).unwrap_or_else(|why| {
        complain(why);
        Vec::new()
    });
    let all = given.len();
    let usable = usable(given);
    if usable.len() < all {
        complain(format!("{} of its {all} certificates are none", all - usable.len()));
    }
    usable
}

fn read_bundle(path: &Path) -> std::result::Result<Vec<CertificateDer<'static>>, String> {
    let pem = read_bounded(path, MAX_BUNDLE).map_err(|error| error.to_string())?;
    let certificates: std::result::Result<_, _> = CertificateDer::pem_slice_iter(&pem).collect();
    certificates.map_err(|error| error.to_string())
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
pub(crate) fn certificates(pem: &str) -> Result<Vec<Certificate>> {
    let certificates = Certificate::from_pem_bundle(pem.as_bytes())
        .map_err(|error| Error::invalid_argument(root_cause(&error)))?;
    if certificates.is_empty() { Err(Error::invalid_argument("it holds none")) } else { Ok(certificates) }
}
