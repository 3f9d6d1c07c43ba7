//! Recognises tags of prereleases.
//!
//! `words` gives a word's class; `letters` and `digits` make it the role of a part, by where in the tag it stands; a tag is a
//! prerelease if one of its parts has such a role (`alpha`, `rc`, `nightly`, a letter between numbers). Other tags of the list
//! may tell more: `select::outcome` drops prereleases of other versions, and `check::search` finds releases that are only
//! another tag of a prerelease.

use super::{
    parts::{Part, Role},
    scheme::TagScheme,
};

/// Whether one of a tag's parts marks a prerelease.
pub(crate) fn says_prerelease(parts: &[Part]) -> bool {
    parts.iter().any(|part| matches!(part.role, Role::Prerelease | Role::Channel))
}

/// Whether a letter between digits marks a prerelease: `b3` (PEP 440), `M1`.
pub(crate) fn is_prerelease_letter(word: &[u8]) -> bool {
    matches!(word, [b'a' | b'A' | b'b' | b'B' | b'm' | b'M'])
}

/// Whether a tag belongs to an unfinished version: alpha, beta, preview, milestone. A release candidate is not
/// unfinished, because a release with the same image was promoted from it.
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
