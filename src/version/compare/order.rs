//! Which of two tags of one scheme is newer.

use std::cmp::Ordering;

use semver::Prerelease;

use super::alike::{self, Spelling};
use crate::version::tag::{
    parts::{Part, Role},
    scheme::{TagScheme, TagView},
};

/// What is compared of a tag, most important first. Keys of one scheme are in the order of their versions.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key {
    /// The first numbers in one word, which decides nearly every comparison: see [`head`].
    pub(crate) head: u128,
    /// The numbers of the version, without zeros at the end: `1.2` and `1.2.0` are the same version.
    pub(crate) numbers: Digits,
    /// Compared as SemVer 2.0.0 §11 has it; none at all is the release, and newer.
    pub(crate) prerelease: Prerelease,
    /// Fixes of the release; none at all is the release itself, and older.
    fix: Digits,
    /// Releases of the operating system, counters and second versions, from left to right.
    rest: Digits,
}

impl Key {
    pub(crate) fn of(view: TagView<'_>) -> Self {
        let mut numbers = Digits::default();
        let (mut fix, mut rest) = (Digits::default(), Digits::default());
        let mut first = 0;
        for part in view.parsed.parts() {
            match part.role {
                Role::Version => {
                    first = head(part.numbers(view.tag));
                    numbers.extend_trimmed(part.numbers(view.tag));
                }
                Role::Os | Role::Counter | Role::Companion => {
                    part.numbers(view.tag).for_each(|number| rest.push(number));
                }
                Role::Fix => part.numbers(view.tag).for_each(|number| fix.push(number)),
                Role::Letter => fix.0.extend(part.text(view.tag).bytes()),
                _ => {}
            }
        }
        Self { head: first, numbers, prerelease: prerelease(view), fix, rest }
    }

    /// The order of the versions alone, whatever stands beside them.
    pub(crate) fn version_cmp(&self, other: &Self) -> Ordering {
        self.head
            .cmp(&other.head)
            .then_with(|| self.numbers.cmp(&other.numbers))
            .then_with(|| self.prerelease.cmp(&other.prerelease))
            .then_with(|| self.fix.cmp(&other.fix))
    }
}

/// As many of the numbers as have room in one word: of each its length in bits, then the bits, so that words compare as
/// the numbers do. One that has no room ends the word, and leaves the order open.
pub(crate) fn head<'a>(numbers: impl Iterator<Item = &'a str>) -> u128 {
    const LENGTH: u32 = 6;
    const LONGEST: u32 = (1 << LENGTH) - 1;
    let mut head = 0;
    let mut room = u128::BITS;
    for number in numbers {
        let digits = number.bytes().map(|digit| u64::from(digit & 15));
        let value = digits.fold(0_u64, |sum, digit| sum.saturating_mul(10).saturating_add(digit));
        let length = u64::BITS - value.leading_zeros();
        let needed = LENGTH + length;
        if room < LENGTH {
            break;
        }
        if length >= LONGEST || needed > room {
            // Longer than any that is written whole.
            return head | (u128::from(LONGEST) << (room - LENGTH));
        }
        room -= needed;
        head |= ((u128::from(length) << length) | u128::from(value)) << room;
    }
    head
}

/// The first of the numbers in a word that [`head`] made.
pub(crate) fn first_of(head: u128) -> u64 {
    let length = (head >> (u128::BITS - 6)) as u32;
    // Only a number that was not written whole has the longest length.
    if length >= 63 {
        u64::MAX
    } else {
        ((head << 6) >> (u128::BITS - length.max(1))) as u64 * u64::from(length > 0)
    }
}

/// Numbers of any length, written so that bytes compare as the numbers do: each as its length and its digits.
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

/// The prerelease in SemVer's writing: words in lower case, short forms spelled out, numbers apart.
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
    // Letters, digits and dots, without zeros at the front: always valid.
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

/// Which of two tags is newer, `Greater` if it is `a`; `None` where they cannot be compared.
///
/// Two tags are comparable when their schemes agree: the same kind, variant, architecture and prefix, as many numbers,
/// both with `v` or both without. Of the variant only the release of an operating system may differ. Tags that differ
/// in nothing but a commit are `Equal`. Within a scheme this is a strict weak order.
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
    /// [`compare`] for tags that have been read.
    pub fn compare(&self, other: &TagScheme<'_>) -> Option<Ordering> {
        let (a, b) = (self.view(), other.view());
        let is_comparable =
            self.kind().is_ordered() && alike::is_same(a, b) && Spelling::of(a) == Spelling::of(b);
        is_comparable.then(|| Key::of(a).cmp(&Key::of(b)))
    }
}

/// Compares texts so that runs of digits count as numbers: `1.9` before `1.10`. A total order.
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
/// Byte by byte: they are few, and a call to compare memory would cost more.
pub(crate) fn numeric(a: &[u8], b: &[u8]) -> Ordering {
    a.len().cmp(&b.len()).then_with(|| a.iter().cmp(b))
}

/// The digits at the front, without zeros at theirs, and what follows.
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
