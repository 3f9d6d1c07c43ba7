//! Whether a tag comes before a release.
//!
//! One tag says so by a word with a role in `words` (`alpha`, `rc`, `nightly`), or by a letter between numbers. What other
//! tags add to that stands with those who see them: `select::outcome` drops prereleases that the running tag is none of,
//! and a check finds releases that are only another name of one (`check::search`).

use super::{
    parts::{Part, Role},
    scheme::TagScheme,
};

/// Whether one of a tag's parts says that it comes before a release.
pub(crate) fn says_prerelease(parts: &[Part]) -> bool {
    parts.iter().any(|part| matches!(part.role, Role::Prerelease | Role::Channel))
}

/// Whether a letter directly after digits and before digits makes a prerelease: `b3` (PEP 440), `M1`.
pub(crate) fn is_prerelease_letter(word: &[u8]) -> bool {
    matches!(word, [b'a' | b'A' | b'b' | b'B' | b'm' | b'M'])
}

/// Whether a tag names an unfinished version: an alpha, a beta, a preview or a milestone. A release candidate is finished
/// where a release shares its image: it was promoted to it.
pub(crate) fn is_unfinished(tag: &str) -> bool {
    let scheme = TagScheme::read(tag);
    let word = scheme.explain().prerelease.unwrap_or_default().to_ascii_lowercase();
    scheme.is_prerelease() && !word.starts_with("rc") && !word.starts_with("cr")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_release_candidate_may_be_promoted() {
        for (tag, expected) in
            [("5.0.0-preview.1", true), ("1.0.0-alpha2", true), ("1.0-rc1", false), ("1.0.0", false)]
        {
            assert_eq!(is_unfinished(tag), expected, "{tag}");
        }
    }
}
