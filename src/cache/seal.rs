//! Seals entries outside of this process. A checksum detects accidents, and a keyed tag detects forgeries too.

use std::fmt;

use ring::{
    digest::{SHA256, digest},
    hmac,
};

use crate::text::secret::Secret;

/// Bytes of the tag that a sealed entry ends with.
pub(crate) const TAG: usize = 32;

/// The way in which the tag of an entry is computed.
#[derive(Clone)]
pub(crate) enum Seal {
    /// SHA-256. Anyone who can write to a store can forge entries.
    Checksum,
    /// HMAC with SHA-256 (RFC 2104). Only a process with the secret can write entries.
    Keyed(hmac::Key),
}

impl Seal {
    /// Makes a seal, a keyed one if there is a secret.
    pub(crate) fn new(secret: Option<&Secret>) -> Self {
        let key = |secret: &Secret| hmac::Key::new(hmac::HMAC_SHA256, secret.reveal().as_bytes());
        secret.map_or(Self::Checksum, |secret| Self::Keyed(key(secret)))
    }

    /// Whether the tag proves that the writer has the secret.
    pub(crate) fn is_keyed(&self) -> bool {
        matches!(self, Self::Keyed(_))
    }

    /// Returns the version of the form. Entries with and without a key differ in it.
    pub(crate) fn version(&self) -> u8 {
        if self.is_keyed() { 2 } else { 1 }
    }

    /// Returns the tag of some content.
    pub(crate) fn tag(&self, content: &[u8]) -> Vec<u8> {
        match self {
            Self::Checksum => digest(&SHA256, content).as_ref().to_vec(),
            Self::Keyed(key) => hmac::sign(key, content).as_ref().to_vec(),
        }
    }

    /// Whether a tag is that of some content.
    pub(crate) fn confirms(&self, content: &[u8], tag: &[u8]) -> bool {
        match self {
            Self::Checksum => digest(&SHA256, content).as_ref() == tag,
            Self::Keyed(key) => hmac::verify(key, content, tag).is_ok(),
        }
    }
}

/// Leaves out the key.
impl fmt::Debug for Seal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_keyed() { "Keyed" } else { "Checksum" })
    }
}
