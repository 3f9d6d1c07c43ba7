//! What the text around a version says, remembered for the next tag.
//!
//! Most tags of a repository are versions with one of a few suffixes (`-alpine`, `-slim-bookworm`), some behind one of a
//! few prefixes (`arm64v8-`). Each pair of them is read once.

use std::cmp::Ordering;

use super::rejections::Reason;
use crate::version::{
    compare::{
        alike::Spelling,
        order::{numeric, trimmed},
    },
    tag::{parts::Role, scheme::TagView},
};

/// A tag with a plain version, `v1.2.3`: the numbers, and what stands before and behind them.
///
/// Of such a tag everything but the numbers is said by the prefix and the suffix: the first number is too short for a
/// year, so this is no date, and there are at least two of them, so it does not float.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PlainVersion<'a> {
    pub(crate) spelling: Spelling,
    /// Empty, or up to its `-`.
    prefix: &'a str,
    numbers: &'a str,
    /// Empty, or from its `-` on.
    suffix: &'a str,
}

impl<'a> PlainVersion<'a> {
    pub(crate) fn of(tag: &'a str) -> Option<Self> {
        let (prefix, version) = tag.split_at_checked(start(tag.as_bytes())?)?;
        let digits = version.strip_prefix('v').unwrap_or(version);
        let (mut end, mut count, mut run) = (0, 1, 0);
        for byte in digits.bytes() {
            match byte {
                b'0'..=b'9' => run += 1,
                b'.' if run > 0 && (count > 1 || run <= 3) => (count, run) = (count + 1, 0),
                b'-' | b'_' => break,
                _ => return None,
            }
            end += 1;
        }
        let (numbers, suffix) = digits.split_at_checked(end)?;
        let spelling = Spelling { has_v: digits.len() < version.len(), count };
        (run > 0 && count > 1).then_some(Self { spelling, prefix, numbers, suffix })
    }

    /// Whether the version stands where it was taken to be, whatever its digits are.
    pub(crate) fn is_sure(&self, view: TagView<'_>) -> bool {
        let start = self.prefix.len() + usize::from(self.spelling.has_v);
        view.parsed.version().is_some_and(|version| version.digits_at() == start)
            && view.parsed.prefix().last().is_none_or(|part| part.role != Role::Os)
    }

    /// Compares the numbers with those of another tag, and says which number decided. The other numbers are as many, and
    /// have no zeros at their front.
    pub(crate) fn cmp_numbers(&self, others: &[String]) -> (Ordering, usize) {
        for (index, (number, other)) in self.numbers().zip(others).enumerate() {
            let ordering = numeric(trimmed(number).as_bytes(), other.as_bytes());
            if ordering.is_ne() {
                return (ordering, index);
            }
        }
        (Ordering::Equal, others.len())
    }

    /// The numbers as they are written.
    pub(crate) fn numbers(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        self.numbers.split('.')
    }
}

/// What a prefix and a suffix say about a tag, whatever its numbers are.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Affixes {
    /// Why no tag that has them is an update.
    pub(crate) refused: Option<Reason>,
    /// Whether tags that have them are numbered as the running one is.
    pub(crate) is_alike: bool,
    /// Whether they come before a release, and are offered only to an image that runs another prerelease of the version.
    pub(crate) is_early: bool,
    /// How their operating system's release stands to that of the running tag.
    pub(crate) release: OsReleaseChange,
}

/// How the release of an operating system stands to another one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum OsReleaseChange {
    Older,
    #[default]
    Same,
    Newer,
}

/// The pairs of prefix and suffix that have been seen.
#[derive(Debug, Clone, Default)]
pub(crate) struct AffixCache(Vec<CachedAffixes>);

#[derive(Debug, Clone)]
struct CachedAffixes {
    prefix: Box<str>,
    suffix: Box<str>,
    /// Whether any digits may follow the suffix: `-ls` stands for `-ls386`.
    ends_in_counter: bool,
    affixes: Affixes,
}

impl AffixCache {
    /// The most pairs that are remembered; suffixes with a hash are too many to be worth it.
    const MOST: usize = 32;

    pub(crate) fn get(&self, plain: &PlainVersion<'_>) -> Option<Affixes> {
        // Suffixes of one family differ in their last character.
        let is_it = |known: &str, text: &str| {
            known.len() == text.len()
                && known.bytes().next_back() == text.bytes().next_back()
                && known.bytes().eq(text.bytes())
        };
        let has_suffix = |known: &CachedAffixes| match known.ends_in_counter {
            true => {
                let counted = without_digits(plain.suffix);
                counted.len() < plain.suffix.len() && is_it(&known.suffix, counted)
            }
            false => is_it(&known.suffix, plain.suffix),
        };
        let found = self.0.iter().find(|known| has_suffix(known) && is_it(&known.prefix, plain.prefix));
        found.map(|known| known.affixes)
    }

    /// Remembers what a tag's suffix says, unless its numbers may have a say in it.
    pub(crate) fn remember(&mut self, plain: &PlainVersion<'_>, view: TagView<'_>, affixes: Affixes) {
        if self.0.len() >= Self::MOST || !plain.is_sure(view) {
            return;
        }
        let is_counter = view.parsed.suffix().last().is_some_and(|part| {
            let word = part.word(view.tag);
            // A `b` counts or is a beta by what its digits are.
            part.role == Role::Counter && !word.is_empty() && !word.eq_ignore_ascii_case("b")
        });
        let counted = without_digits(plain.suffix);
        let ends_in_counter = is_counter && counted.ends_with(|c: char| c.is_ascii_alphabetic());
        let suffix = if ends_in_counter { counted } else { plain.suffix };
        self.0.push(CachedAffixes {
            prefix: plain.prefix.into(),
            suffix: suffix.into(),
            ends_in_counter,
            affixes,
        });
    }
}

fn without_digits(text: &str) -> &str {
    text.trim_end_matches(|c: char| c.is_ascii_digit())
}

/// Where the version begins: at the first part that begins with a digit, or with `v` and a digit.
fn start(tag: &[u8]) -> Option<usize> {
    let is_start = |at: usize| match (tag.get(at), tag.get(at + 1)) {
        (Some(byte), _) if byte.is_ascii_digit() => true,
        (Some(b'v'), Some(byte)) => byte.is_ascii_digit(),
        _ => false,
    };
    if is_start(0) {
        return Some(0);
    }
    for (at, byte) in tag.iter().enumerate() {
        match byte {
            b'-' if is_start(at + 1) => return Some(at + 1),
            b'.' | b'_' => return None,
            _ => {}
        }
    }
    None
}

/// The numbers of a version without zeros at their front, for [`PlainVersion::cmp_numbers`].
pub(crate) fn comparable<'a>(numbers: impl Iterator<Item = &'a str>) -> Vec<String> {
    numbers.map(|number| trimmed(number).to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::version::tag::scheme::TagScheme;

    #[test]
    fn plain_versions_and_what_stands_around_them() {
        let cases = [
            ("1.2.3", Some(("", "1.2.3", ""))),
            ("v1.2-alpine3.20", Some(("", "1.2", "-alpine3.20"))),
            ("arm64v8-1.2.3-ls4", Some(("arm64v8-", "1.2.3", "-ls4"))),
            ("version-v1.2.3", Some(("version-", "1.2.3", ""))),
            ("11.0.30_7-jdk", Some(("", "11.0.30", "_7-jdk"))),
            ("2024.10.22", None),
            ("1", None),
            ("1.2.3rc1", None),
            ("1.2.", None),
            ("latest", None),
            ("sha256-0a1b", None),
            ("x86_64-1.2.3", None),
            ("-1.2.3", Some(("-", "1.2.3", ""))),
        ];
        for (tag, parts) in cases {
            assert_eq!(
                PlainVersion::of(tag).map(|plain| (plain.prefix, plain.numbers, plain.suffix)),
                parts,
                "{tag}"
            );
        }
    }

    #[test]
    fn an_ending_with_a_counter_is_known_with_any_digits() {
        let affixes = Affixes { is_alike: true, ..Affixes::default() };
        let know = |tag: &str, other: &str| {
            let scheme = TagScheme::read(tag);
            let mut affix_cache = AffixCache::default();
            if let Some(plain) = PlainVersion::of(tag) {
                affix_cache.remember(&plain, scheme.view(), affixes);
            }
            PlainVersion::of(other)
                .and_then(|plain| affix_cache.get(&plain))
                .is_some_and(|known| known.is_alike)
        };
        for (tag, other) in [
            ("1.2.3", "4.5.6"),
            ("1.2.3-alpine", "1.9.0-alpine"),
            ("1.2.3-ls386", "1.2.4-ls9"),
            ("1.2.3-debian-12-r4", "1.2.3-debian-12-r11"),
            ("amd64-1.2.3-ls386", "amd64-2.0.0-ls1"),
        ] {
            assert!(know(tag, other), "{tag} {other}");
        }
        for (tag, other) in [
            ("1.2.3-ls386", "1.2.3-ls"),
            ("1.2.3-b07", "1.2.3-b1"),
            ("1.2.3-php8", "1.2.3-php9"),
            ("1.2.3-alpine3.20", "1.2.3-alpine3.21"),
            ("amd64-1.2.3", "1.2.3"),
            ("amd64-1.2.3", "arm64-1.2.3"),
            ("alpine-3.4.15", "alpine-6.4.15"),
        ] {
            assert!(!know(tag, other), "{tag} {other}");
        }
    }
}
