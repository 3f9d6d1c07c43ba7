//! Remembers what the text around a version says, for the next tag with the same text.
//!
//! Most tags of a repository are versions with one of a few suffixes (`-alpine`, `-slim-bookworm`), and some have one
//! of a few prefixes (`arm64v8-`). Each pair of prefix and suffix is read once.

use std::cmp::Ordering;

use super::rejections::Reason;
use crate::version::{
    compare::{
        alike::Spelling,
        order::{numeric, trimmed},
    },
    tag::{parts::Role, scheme::TagView},
};

/// A tag with a plain version, such as `v1.2.3`: its numbers, and the text before and behind them.
///
/// The prefix and the suffix decide everything about such a tag except the order of its numbers. It is no date, because
/// the first number is too short for a year, and it does not float, because it has at least two numbers.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PlainVersion<'a> {
    pub(crate) spelling: Spelling,
    /// The text up to and including the `-` before the version, or nothing.
    prefix: &'a str,
    numbers: &'a str,
    /// The text from the `-` behind the version on, or nothing.
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

    /// Whether the parser finds the version at the same place, whatever its digits are.
    pub(crate) fn is_sure(&self, view: TagView<'_>) -> bool {
        let start = self.prefix.len() + usize::from(self.spelling.has_v);
        view.parsed.version().is_some_and(|version| version.digits_at() == start)
            && view.parsed.prefix().last().is_none_or(|part| part.role != Role::Os)
    }

    /// Compares the numbers with those of another tag, and returns the index of the number that decided. The other
    /// numbers have to be as many, without zeros at their front.
    pub(crate) fn cmp_numbers(&self, others: &[String]) -> (Ordering, usize) {
        for (index, (number, other)) in self.numbers().zip(others).enumerate() {
            let ordering = numeric(trimmed(number).as_bytes(), other.as_bytes());
            if ordering.is_ne() {
                return (ordering, index);
            }
        }
        (Ordering::Equal, others.len())
    }

    /// The numbers as the tag writes them.
    pub(crate) fn numbers(&self) -> impl Iterator<Item = &'a str> + Clone + use<'a> {
        self.numbers.split('.')
    }
}

/// What a prefix and a suffix say about a tag, whatever its numbers are.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Affixes {
    /// The reason why no tag with these affixes is an update.
    pub(crate) refused: Option<Reason>,
    /// Whether tags with these affixes are numbered as the running tag is.
    pub(crate) is_alike: bool,
    /// Whether these affixes mark a prerelease, which is offered only to an image that runs another prerelease of the
    /// version.
    pub(crate) is_early: bool,
    /// How the release of their operating system compares with that of the running tag.
    pub(crate) release: OsReleaseChange,
}

/// How the release of an operating system compares with another one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum OsReleaseChange {
    Older,
    #[default]
    Same,
    Newer,
}

/// The pairs of prefix and suffix that have been read.
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
    /// The most pairs that are remembered. Suffixes with a hash are too many to be worth remembering.
    const MOST: usize = 32;

    pub(crate) fn get(&self, plain: &PlainVersion<'_>) -> Option<Affixes> {
        // The last characters are compared first, because suffixes of one family differ in them.
        let is_it = |cached: &str, text: &str| {
            cached.len() == text.len()
                && cached.bytes().next_back() == text.bytes().next_back()
                && cached.bytes().eq(text.bytes())
        };
        let has_suffix = |cached: &CachedAffixes| match cached.ends_in_counter {
            true => {
                let counted = without_digits(plain.suffix);
                counted.len() < plain.suffix.len() && is_it(&cached.suffix, counted)
            }
            false => is_it(&cached.suffix, plain.suffix),
        };
        let found = self.0.iter().find(|cached| has_suffix(cached) && is_it(&cached.prefix, plain.prefix));
        found.map(|cached| cached.affixes)
    }

    /// Remembers what a tag's affixes say, unless its numbers may change their meaning.
    pub(crate) fn remember(&mut self, plain: &PlainVersion<'_>, view: TagView<'_>, affixes: Affixes) {
        if self.0.len() >= Self::MOST || !plain.is_sure(view) {
            return;
        }
        let is_counter = view.parsed.suffix().last().is_some_and(|part| {
            let word = part.word(view.tag);
            // The digits behind a `b` decide whether it counts builds or is a beta.
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

/// The index where the version begins: at the first part that begins with a digit, or with `v` and a digit.
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
    fn plain_versions_are_split_from_their_affixes() {
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
    fn a_suffix_with_a_counter_is_cached_for_any_digits() {
        let affixes = Affixes { is_alike: true, ..Affixes::default() };
        let know = |tag: &str, other: &str| {
            let scheme = TagScheme::read(tag);
            let mut affix_cache = AffixCache::default();
            if let Some(plain) = PlainVersion::of(tag) {
                affix_cache.remember(&plain, scheme.view(), affixes);
            }
            PlainVersion::of(other)
                .and_then(|plain| affix_cache.get(&plain))
                .is_some_and(|cached| cached.is_alike)
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
