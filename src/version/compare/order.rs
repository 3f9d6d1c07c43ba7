//! Orders the tags of one scheme.

use std::cmp::Ordering;

use semver::Prerelease;

use super::alike::{self, Spelling};
use crate::version::tag::{
    parts::{Part, Role},
    scheme::{TagScheme, TagView},
};

/// The sort key of a tag, the most important field first. Keys of one scheme are in the order of their versions.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key {
    /// The first numbers, packed into one word, which decides nearly every comparison: see [`head`].
    pub(crate) head: u128,
    /// The numbers of the version, without zeros at the end: `1.2` and `1.2.0` are the same version.
    pub(crate) numbers: Digits,
    /// Compared as SemVer 2.0.0 §11 says: the release, whose prerelease is empty, is newer.
    pub(crate) prerelease: Prerelease,
    /// Fixes of the release. The release itself has none, and is older.
    fix: Digits,
    /// Releases of the operating system, counters and second versions, from left to right.
    counters: Digits,
}

impl Key {
    pub(crate) fn of(view: TagView<'_>) -> Self {
        let mut numbers = Digits::default();
        let (mut fix, mut counters) = (Digits::default(), Digits::default());
        let mut first = 0;
        for part in view.parsed.parts() {
            match part.role {
                Role::Version => {
                    first = head(part.numbers(view.tag));
                    numbers.extend_trimmed(part.numbers(view.tag));
                }
                Role::Counter => counters.push_count(part.word(view.tag), part.numbers(view.tag)),
                // The exact numbers of a runtime move within its release.
                Role::Os | Role::Companion | Role::Runtime => {
                    part.numbers(view.tag).for_each(|number| counters.push(number));
                }
                Role::Fix => part.numbers(view.tag).for_each(|number| fix.push(number)),
                Role::Letter => fix.0.extend(part.text(view.tag).bytes()),
                _ => {}
            }
        }
        Self { head: first, numbers, prerelease: prerelease(view), fix, counters }
    }

    /// The order of the versions alone, without operating systems and counters.
    pub(crate) fn version_cmp(&self, other: &Self) -> Ordering {
        self.head
            .cmp(&other.head)
            .then_with(|| self.numbers.cmp(&other.numbers))
            .then_with(|| self.prerelease.cmp(&other.prerelease))
            .then_with(|| self.fix.cmp(&other.fix))
    }
}

/// Packs as many of the numbers as fit into one word, each as its length in bits and its bits, so that words compare as
/// the numbers do. A number that does not fit ends the word, and leaves the order of equal words open.
pub(crate) fn head<'a>(numbers: impl Iterator<Item = &'a str>) -> u128 {
    const LENGTH: u32 = 6;
    const LONGEST: u32 = (1 << LENGTH) - 1;
    let mut head = 0;
    let mut room = u128::BITS;
    for number in numbers {
        let value = value(number);
        let length = u64::BITS - value.leading_zeros();
        let needed = LENGTH + length;
        if room < LENGTH {
            break;
        }
        if length >= LONGEST || needed > room {
            // The longest length marks a number that is not written.
            return head | (u128::from(LONGEST) << (room - LENGTH));
        }
        room -= needed;
        head |= ((u128::from(length) << length) | u128::from(value)) << room;
    }
    head
}

/// The value of a run of digits, or `u64::MAX` if it is too large.
pub(crate) fn value(number: &str) -> u64 {
    let digits = number.bytes().map(|digit| u64::from(digit & 15));
    digits.fold(0, |sum, digit| sum.saturating_mul(10).saturating_add(digit))
}

/// The first number in a word that [`head`] made.
pub(crate) fn first_of(head: u128) -> u64 {
    let length = (head >> (u128::BITS - 6)) as u32;
    // Only a number that is not written has the longest length.
    if length >= 63 {
        u64::MAX
    } else {
        ((head << 6) >> (u128::BITS - length.max(1))) as u64 * u64::from(length > 0)
    }
}

/// The part of a word that [`head`] made which holds the first two numbers; the whole word if they do not fit.
pub(crate) fn first_two(head: u128) -> u128 {
    let end_of = |start: u32| {
        let length = ((head << start) >> (u128::BITS - 6)) as u32;
        Some(start + 6 + length).filter(|end| length < 63 && *end < u128::BITS - 6)
    };
    let end = end_of(0).and_then(end_of);
    end.map_or(head, |end| head >> (u128::BITS - end) << (u128::BITS - end))
}

/// Numbers of any length, encoded so that bytes compare as the numbers do: each as its length and its digits.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Digits(Vec<u8>);

impl Digits {
    pub(crate) fn of<'a>(numbers: impl Iterator<Item = &'a str>) -> Self {
        let mut digits = Self::default();
        numbers.for_each(|number| digits.push(number));
        digits
    }

    fn push(&mut self, number: &str) {
        let digits = number.trim_start_matches('0').as_bytes();
        match u8::try_from(digits.len()) {
            Ok(length) if length < u8::MAX => self.0.push(length),
            _ => {
                self.0.push(u8::MAX);
                self.0.extend((digits.len() as u64).to_be_bytes());
            }
        }
        self.0.extend_from_slice(digits);
    }

    /// Adds a count of builds. Where a second number may follow it, a missing one is 0, so that the numbers of later
    /// parts stay in their places: the time of `1227.1725849298`, the 2 of `CU14-GDR2`.
    fn push_count<'a>(&mut self, word: &str, numbers: impl Iterator<Item = &'a str> + Clone) {
        let count = numbers.clone().count();
        numbers.for_each(|number| self.push(number));
        let expected = if word.is_empty() || alike::is_cumulative(word) { 2 } else { 0 };
        (count..expected).for_each(|_| self.push("0"));
    }

    fn extend_trimmed<'a>(&mut self, numbers: impl Iterator<Item = &'a str>) {
        self.0.reserve(16);
        let mut last = self.0.len();
        for number in numbers {
            self.push(number);
            if number.bytes().any(|digit| digit != b'0') {
                last = self.0.len();
            }
        }
        self.0.truncate(last);
    }
}

/// The prerelease as SemVer writes it: words in lower case, abbreviations spelled out, numbers separated.
fn prerelease(view: TagView<'_>) -> Prerelease {
    if !view.parsed.is_prerelease {
        return Prerelease::EMPTY;
    }
    let mut identifiers = Vec::new();
    let says = |part: &&Part| matches!(part.role, Role::Prerelease | Role::Channel);
    for part in view.parsed.suffix().iter().filter(says) {
        for word in part.text(view.tag).split(['-', '_', '.']) {
            let mut rest = word;
            while let Some(first) = rest.bytes().next() {
                let is_number = first.is_ascii_digit();
                let end = rest.find(|c: char| c.is_ascii_digit() != is_number).unwrap_or(rest.len());
                let (run, after) = rest.split_at(end);
                identifiers.push(if is_number { trimmed(run).to_owned() } else { spelled_out(run) });
                rest = after;
            }
        }
    }
    // Letters, digits and dots, without zeros at the front, are always a valid prerelease.
    Prerelease::new(&identifiers.join(".")).unwrap_or_default()
}

/// A number without the zeros at its front.
pub(crate) fn trimmed(number: &str) -> &str {
    match number.trim_start_matches('0') {
        "" => "0",
        digits => digits,
    }
}

fn spelled_out(word: &str) -> String {
    match word.to_ascii_lowercase().as_str() {
        "a" => "alpha".to_owned(),
        "b" => "beta".to_owned(),
        "cr" => "rc".to_owned(),
        "m" => "milestone".to_owned(),
        word => word.to_owned(),
    }
}

/// Compares two tags: `Greater` if `a` is newer, `None` where they cannot be compared.
///
/// Two tags are comparable when their schemes agree. They then have the same kind, variant, architecture and prefix,
/// the same count of numbers, and both have `v` or neither has. Only the release of an operating system may differ in
/// the variant. Tags that differ only in a commit are `Equal`. Within a scheme this is a strict weak order.
///
/// ```
/// use std::cmp::Ordering;
/// use container_registry_service::version::compare;
///
/// assert_eq!(compare("8.10.1-alpine", "8.8.2-alpine"), Some(Ordering::Greater));
/// assert_eq!(compare("8.10.1-alpine", "8.10.1"), None);
/// ```
pub fn compare(a: &str, b: &str) -> Option<Ordering> {
    let (a, b) = (TagScheme::read(a), TagScheme::read(b));
    a.compare(&b)
}

impl TagScheme<'_> {
    /// [`compare`] for parsed tags.
    pub fn compare(&self, other: &TagScheme<'_>) -> Option<Ordering> {
        let (a, b) = (self.view(), other.view());
        let is_comparable = self.kind().is_ordered()
            && other.kind().is_ordered()
            && alike::is_same(a, b)
            && Spelling::of(a) == Spelling::of(b);
        is_comparable.then(|| Key::of(a).cmp(&Key::of(b)))
    }
}

/// Compares texts so that runs of digits count as numbers: `1.9` before `1.10`. This is a total order.
pub(crate) fn natural(a: &str, b: &str) -> Ordering {
    let (mut left, mut right) = (a.as_bytes(), b.as_bytes());
    loop {
        match (left, right) {
            ([x, ..], [y, ..]) if x.is_ascii_digit() && y.is_ascii_digit() => {
                let (run, rest) = split_digits(left);
                let (other, other_rest) = split_digits(right);
                let ordering = numeric(run, other);
                if ordering.is_ne() {
                    return ordering;
                }
                (left, right) = (rest, other_rest);
            }
            ([x, rest @ ..], [y, other @ ..]) if x == y => (left, right) = (rest, other),
            ([x, ..], [y, ..]) => return x.cmp(y),
            _ => return left.len().cmp(&right.len()).then_with(|| a.cmp(b)),
        }
    }
}

/// Compares digits without zeros at their front, as numbers.
///
/// The iterator compares bytes one by one, which costs less than a call to `memcmp` for so few.
pub(crate) fn numeric(a: &[u8], b: &[u8]) -> Ordering {
    a.len().cmp(&b.len()).then_with(|| a.iter().cmp(b))
}

/// Splits a text into the digits at its front, without leading zeros, and the text that follows.
fn split_digits(bytes: &[u8]) -> (&[u8], &[u8]) {
    let zeros = bytes.iter().take_while(|byte| **byte == b'0').count();
    let bytes = bytes.get(zeros..).unwrap_or_default();
    bytes.split_at(bytes.iter().take_while(|byte| byte.is_ascii_digit()).count())
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*};

    use super::*;

    proptest! {
        #[test]
        fn a_head_never_contradicts_the_numbers(
            a in vec("0|[1-9][0-9]{0,3}|[1-9][0-9]{7,30}", 1..9), b in vec("0|[1-9][0-9]{0,3}|[1-9][0-9]{7,30}", 1..9)
        ) {
            let numbers = |row: &[String]| {
                let mut digits = Digits::default();
                digits.extend_trimmed(row.iter().map(String::as_str));
                digits
            };
            let heads = head(a.iter().map(String::as_str)).cmp(&head(b.iter().map(String::as_str)));
            prop_assert!(heads.is_eq() || heads == numbers(&a).cmp(&numbers(&b)));
        }
    }

    #[test]
    fn the_first_number_is_read_back() {
        for number in [0, 1, 9, 99, 2024, 20_240_101, u64::from(u32::MAX)] {
            assert_eq!(first_of(head([number.to_string().as_str(), "7"].into_iter())), number);
        }
    }

    #[test]
    fn a_head_tells_short_numbers_apart() {
        let of = |text: &str| head(text.split('.'));
        assert!(
            of("1.2.10") > of("1.2.9")
                && of("2024.10.22") > of("2024.9.30")
                && of("1700000001") > of("1700000000")
        );
        assert_eq!(of("1.2"), of("1.2.0.0"));
    }
}
