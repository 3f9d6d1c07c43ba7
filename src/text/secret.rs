//! Texts that must not be seen.

use std::{fmt, num::NonZeroU32, sync::Arc};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::{digest, pbkdf2};

use super::clean::watch_for;

/// Rounds of the digest that stands for a password: some 10 ms of work.
const ROUNDS: NonZeroU32 = NonZeroU32::new(50_000).unwrap();

/// A text that is never shown, also where somebody sends it back.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Arc<str>);

impl Secret {
    /// Keeps a text from being shown.
    pub fn new(text: impl Into<String>) -> Self {
        let text = Arc::from(text.into());
        watch_for(&text);
        Self(text)
    }

    /// Returns the text itself, for the server that it is meant for.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// Returns the SHA-256 in URL-safe base64. It stands for a random token where the token must not appear.
    pub fn digest(&self) -> String {
        URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, self.0.as_bytes()))
    }

    /// Returns a PBKDF2 digest in URL-safe base64. It stands for a password where the password must not appear: a
    /// password can be guessed, and a plain digest would quickly confirm a guess. Blocks for some 10 ms.
    pub fn slow_digest(&self, salt: &str) -> String {
        let mut derived = [0; 16];
        pbkdf2::derive(pbkdf2::PBKDF2_HMAC_SHA256, ROUNDS, salt.as_bytes(), self.0.as_bytes(), &mut derived);
        URL_SAFE_NO_PAD.encode(derived)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_not_shown() {
        assert_eq!(format!("{:?}", Some(Secret::new("hunter2"))), "Some([redacted])");
        assert_eq!(Secret::new("hunter2").reveal(), "hunter2");
    }

    #[test]
    fn digests_tell_secrets_apart() {
        let of_nothing = "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU";
        assert_eq!(Secret::new("").digest(), of_nothing);
        let slow = |salt, secret| Secret::new(secret).slow_digest(salt);
        assert_eq!(slow("alice", "hunter2"), slow("alice", "hunter2"));
        assert_ne!(slow("alice", "hunter2"), slow("alice", "hunter3"));
        assert_ne!(slow("alice", "hunter2"), slow("bob", "hunter2"));
    }
}
