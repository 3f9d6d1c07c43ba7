//! How an entry is sealed outside of this process: by a checksum, which tells accidents, or with a key, which tells forgeries too.

use std::fmt;

use ring::{
    digest::{SHA256, digest},
    hmac,
};

use crate::text::secret::Secret;

/// Bytes of the tag that a sealed entry ends with.
pub(crate) const TAG: usize = 32;

/// What the tag of an entry is made with.
#[derive(Clone)]
pub(crate) enum Seal {
    /// SHA-256. Anybody who can write to a store can make things up.
    Checksum,
    /// HMAC with SHA-256 (RFC 2104). Only who has the secret can.
    Keyed(hmac::Key),
}

impl Seal {
    /// A seal with a secret, if there is one.
    pub(crate) fn new(secret: Option<&Secret>) -> Self {
        let key = |secret: &Secret| hmac::Key::new(hmac::HMAC_SHA256, secret.reveal().as_bytes());
        secret.map_or(Self::Checksum, |secret| Self::Keyed(key(secret)))
    }

    /// Whether it tells who has written.
    pub(crate) fn is_keyed(&self) -> bool {
        matches!(self, Self::Keyed(_))
    }

    /// The version of the form: entries with and without a key are never taken for each other.
    pub(crate) fn version(&self) -> u8 {
        if self.is_keyed() { 2 } else { 1 }
    }

    /// The tag of some content.
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

/// Without the key.
impl fmt::Debug for Seal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_keyed() { "Keyed" } else { "Checksum" })
    }
}
