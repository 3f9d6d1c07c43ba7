//! Recognises tags of prereleases.
//!
//! `words` gives a word's class; `letters` and `digits` make it the role of a part, by where in the tag it stands; a tag is a
//! prerelease if one of its parts has such a role (`alpha`, `rc`, `nightly`, a letter between numbers). Other tags of the list
//! may tell more: `select::outcome` drops prereleases of other versions, and `check::search` finds releases that are only
//! another tag of a prerelease.

use super::parts::{Part, Role};

/// Whether one of a tag's parts marks a prerelease.
pub(crate) fn says_prerelease(parts: &[Part]) -> bool {
    parts.iter().any(|part| matches!(part.role, Role::Prerelease | Role::Channel))
}

/// Whether a letter between digits marks a prerelease: `b3` (PEP 440), `M1`.
pub(crate) fn is_prerelease_letter(word: &[u8]) -> bool {
    matches!(word, [b'a' | b'A' | b'b' | b'B' | b'm' | b'M'])
}
