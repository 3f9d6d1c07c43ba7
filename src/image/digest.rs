//! Digests (OCI image specification, "Digests"): which text is one, and whether content has it.

use ring::digest::{SHA256, SHA512, digest};

/// Whether a text can be a digest (OCI image specification, "Digests"): `algorithm:encoded`, where sha256 and sha512
/// have 64 and 128 lower-case hexadecimal digits and any other algorithm at least 32 characters.
pub fn is_digest(text: &str) -> bool {
    let Some((algorithm, encoded)) = text.split_once(':') else { return false };
    let is_hex = |length: usize| {
        encoded.len() == length && encoded.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    };
    match algorithm {
        "sha256" => is_hex(64),
        "sha512" => is_hex(128),
        _ => {
            algorithm.split(['+', '.', '_', '-']).all(|part| {
                !part.is_empty()
                    && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
            }) && (32..=512).contains(&encoded.len())
                && encoded
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'=' | b'_' | b'-'))
        }
    }
}

/// Whether this crate computes digests of this algorithm, so that it can verify content.
pub(crate) fn is_verifiable(text: &str) -> bool {
    is_digest(text) && (text.starts_with("sha256:") || text.starts_with("sha512:"))
}

/// Whether bytes have a digest; `None` for one of an algorithm that is not computed.
pub(crate) fn has_digest(bytes: &[u8], expected: &str) -> Option<bool> {
    let (algorithm, expected) = expected.split_once(':')?;
    let algorithm = match algorithm {
        "sha256" => &SHA256,
        "sha512" => &SHA512,
        _ => return None,
    };
    Some(hex(digest(algorithm, bytes).as_ref()) == expected)
}

pub(crate) fn sha256(bytes: &[u8]) -> String {
    format!("sha256:{}", hex(digest(&SHA256, bytes).as_ref()))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_are_written_as_the_specification_writes_them() {
        let of_nothing = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(sha256(b""), of_nothing);
        assert!(is_digest(of_nothing));
        assert_eq!(has_digest(b"", of_nothing), Some(true));
        assert_eq!(has_digest(b"x", of_nothing), Some(false));
        assert_eq!(has_digest(b"", "sha384:00"), None);
    }
}
