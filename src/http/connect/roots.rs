//! The certificate authorities that are trusted, and the check of a server's certificate against them.
//!
//! Those of the machine are read on a thread of their own, from when the first client is made. A connection needs them
//! only when its server shows a certificate, two round trips after it was asked for. So no connection is put off for them.

use std::{
    env, mem,
    path::Path,
    sync::{
        Arc, Once, OnceLock,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use parking_lot::{Condvar, Mutex};
use rustls::{
    DigitallySignedStruct, RootCertStore, SignatureScheme,
    client::{
        WebPkiServerVerifier,
        danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    },
    crypto::CryptoProvider,
    pki_types::{CertificateDer, ServerName, UnixTime, pem::PemObject as _},
};

use crate::text::file::read_bounded;

/// The authorities of the machine. They are read once.
static MACHINE: Reading = Reading::new(Duration::from_secs(2));

/// A bundle of authorities has a few hundred kilobytes; anything larger is something else.
const MAX_BUNDLE: u64 = 16 * 1024 * 1024;

struct Roots {
    store: Arc<RootCertStore>,
    /// What could not be used and why, until somebody has listened.
    complaints: Mutex<Vec<String>>,
}

/// Authorities that one thread reads, and others wait for.
struct Reading {
    roots: OnceLock<Roots>,
    waiting: Mutex<()>,
    is_read: Condvar,
    /// Time for which a handshake waits. It holds one of the runtime's few threads meanwhile, and the files may lie on a disk that
    /// does not answer.
    patience: Duration,
    /// Whether somebody has waited in vain. Nobody waits any more then.
    is_stuck: AtomicBool,
}

impl Reading {
    const fn new(patience: Duration) -> Self {
        Self {
            roots: OnceLock::new(),
            waiting: Mutex::new(()),
            is_read: Condvar::new(),
            patience,
            is_stuck: AtomicBool::new(false),
        }
    }

    fn end(&self, roots: Roots) {
        let waiting = self.waiting.lock();
        self.roots.get_or_init(|| roots);
        self.is_read.notify_all();
        drop(waiting);
    }

    fn wait(&self) -> Result<&Roots, rustls::Error> {
        let mut waiting = self.waiting.lock();
        while self.roots.get().is_none() && !self.is_stuck.load(Ordering::Relaxed) {
            let outcome = self.is_read.wait_for(&mut waiting, self.patience);
            self.is_stuck.store(outcome.timed_out(), Ordering::Relaxed);
        }
        let stuck = "the certificate authorities of this machine could not be read in time";
        self.roots.get().ok_or_else(|| rustls::Error::General(stuck.to_owned()))
    }
}

/// Begins to read the authorities of the machine, once in a process.
pub(crate) fn begin_to_read() {
    static BEGUN: Once = Once::new();
    BEGUN.call_once(|| {
        let thread = thread::Builder::new().name("container-registry-roots".to_owned());
        // A process that may start no thread reads them here.
        if thread.spawn(|| MACHINE.end(load())).is_err() {
            MACHINE.end(load());
        }
    });
}

/// Warns of what could not be used. The first caller with a logger hears of it.
pub(crate) fn tell() {
    if let Some(roots) = MACHINE.roots.get()
        && tracing::event_enabled!(tracing::Level::WARN)
    {
        for complaint in mem::take(&mut *roots.complaints.lock()) {
            tracing::warn!("{complaint}");
        }
    }
}

/// Those of the system (or of `SSL_CERT_FILE` and `SSL_CERT_DIR`), Mozilla's where the system has none, as in slim
/// container images, and those of `NODE_EXTRA_CA_CERTS`.
fn load() -> Roots {
    let mut complaints = Vec::new();
    let mut store = RootCertStore::empty();
    // One odd certificate does not spoil the others.
    store.add_parsable_certificates(system(&mut complaints));
    if store.is_empty() {
        store.add_parsable_certificates(webpki_root_certs::TLS_SERVER_ROOT_CERTS.iter().cloned());
    }
    extra(&mut store).unwrap_or_else(|complaint| complaints.push(complaint));
    Roots { store: Arc::new(store), complaints: Mutex::new(complaints) }
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

fn extra(store: &mut RootCertStore) -> Result<(), String> {
    let Some(path) = env::var_os("NODE_EXTRA_CA_CERTS").filter(|path| !path.is_empty()) else {
        return Ok(());
    };
    let unusable =
        |why: String| format!("Could not use NODE_EXTRA_CA_CERTS {}: {why}", path.to_string_lossy());
    let bundle = read_bounded(Path::new(&path), MAX_BUNDLE).map_err(|error| unusable(error.to_string()))?;
    for certificate in CertificateDer::pem_slice_iter(&bundle) {
        let certificate = certificate.map_err(|error| unusable(error.to_string()))?;
        store.add(certificate).map_err(|error| unusable(error.to_string()))?;
    }
    Ok(())
}

/// Checks the certificates of servers by rustls's own rules, as soon as the authorities are there.
#[derive(Debug)]
pub(super) struct Verifier {
    /// Authorities that are trusted beside those of the machine.
    own: Vec<CertificateDer<'static>>,
    provider: Arc<CryptoProvider>,
    inner: OnceLock<Arc<WebPkiServerVerifier>>,
}

impl Verifier {
    pub(super) fn new(own: Vec<CertificateDer<'static>>, provider: Arc<CryptoProvider>) -> Self {
        Self { own, provider, inner: OnceLock::new() }
    }

    fn inner(&self) -> Result<&WebPkiServerVerifier, rustls::Error> {
        if let Some(inner) = self.inner.get() {
            return Ok(inner);
        }
        begin_to_read();
        let mut store = MACHINE.wait()?.store.clone();
        for certificate in &self.own {
            Arc::make_mut(&mut store).add(certificate.clone())?;
        }
        let inner = WebPkiServerVerifier::builder_with_provider(store, self.provider.clone()).build();
        let inner = inner.map_err(|error| rustls::Error::General(error.to_string()))?;
        Ok(self.inner.get_or_init(|| inner))
    }
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        self.inner()?.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.inner()?.verify_tls12_signature(message, cert, dss)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.inner()?.verify_tls13_signature(message, cert, dss)
    }

    /// The client says these before the server answers, so nothing is waited for.
    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn none() -> Roots {
        Roots { store: Arc::new(RootCertStore::empty()), complaints: Mutex::default() }
    }

    #[test]
    fn a_handshake_waits_until_the_authorities_are_read() {
        let reading = Reading::new(Duration::from_secs(60));
        thread::scope(|scope| {
            let waiting = scope.spawn(|| reading.wait().is_ok());
            reading.end(none());
            assert!(waiting.join().expect("no panic"));
        });
    }

    #[test]
    fn only_one_handshake_waits_for_a_disk_that_does_not_answer() {
        let mut reading = Reading::new(Duration::from_millis(1));
        let error = reading.wait().err().map(|error| error.to_string());
        assert_eq!(
            error.as_deref(),
            Some("unexpected error: the certificate authorities of this machine could not be read in time")
        );
        reading.patience = Duration::from_secs(3600);
        assert!(reading.wait().is_err(), "at once");
        reading.end(none());
        assert!(reading.wait().is_ok(), "it has answered after all");
    }
}
