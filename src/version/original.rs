//! Exactly the rule of the class that this crate replaces.
//!
//! Candidates are tags `x.y` or `x.y.z`, with or without one `v`, that are newer than the running tag and have its
//! major version. Numbers are read and compared as doubles, as JavaScript's `parseInt` and `-` do, so that both answer
//! alike even for the strangest tag.

use std::cmp::Ordering;

/// The major version of a tag: the integer before the first dot, 0 if there is none.
pub fn parse_major_version(tag: &str) -> f64 {
    let bare = strip_v(tag);
    integer(bare.split('.').next().unwrap_or(bare)).unwrap_or(0.0)
}

/// Whether `tag` is newer than `current`.
///
/// A prerelease (a part after a dash) is never newer. The release is newer than a prerelease with equal numbers.
pub fn is_newer_version(tag: &str, current: &str) -> bool {
    let (base, prerelease) = split(tag);
    prerelease.is_empty() && RunningVersion::of(current).is_before(&numbers(base))
}

/// The version that runs.
struct RunningVersion {
    numbers: Vec<f64>,
    is_prerelease: bool,
}

impl RunningVersion {
    fn of(tag: &str) -> Self {
        let (base, prerelease) = split(tag);
        Self { numbers: numbers(base), is_prerelease: !prerelease.is_empty() }
    }

    /// Whether a release with these numbers is newer.
    fn is_before(&self, release: &[f64]) -> bool {
        match compare(release, &self.numbers) {
            Some(Ordering::Equal) => self.is_prerelease,
            ordering => ordering == Some(Ordering::Greater),
        }
    }
}

/// Returns the candidates among `tags`, the newest first. Equal versions (`1.2`, `1.2.0`, `v1.2.0`) keep the order of
/// `tags`.
///
/// `major` is compared with each tag's major version. It is a double because JavaScript's numbers are doubles.
pub fn filter_compatible_updates<'a>(
    tags: impl IntoIterator<Item = &'a str>,
    current: &str,
    major: f64,
) -> Vec<&'a str> {
    let rule = CandidateRule::new(current, major);
    let numbered = tags.into_iter().filter_map(|tag| Some((rule.numbers_of(tag)?, tag)));
    let mut candidates: Vec<_> = numbered.collect();
    candidates.sort_by(|(a, _), (b, _)| compare(b, a).unwrap_or(Ordering::Equal));
    candidates.into_iter().map(|(_, tag)| tag).collect()
}

/// Which tags are updates of a running one within a major version.
pub(crate) struct CandidateRule {
    running: RunningVersion,
    major: f64,
}

impl CandidateRule {
    pub(crate) fn new(current: &str, major: f64) -> Self {
        Self { running: RunningVersion::of(current), major }
    }

    /// Whether a tag is an update.
    pub(crate) fn admits(&self, tag: &str) -> bool {
        self.numbers_of(tag).is_some()
    }

    /// The numbers of a tag that is an update.
    fn numbers_of(&self, tag: &str) -> Option<[f64; 3]> {
        let numbers = numbers_of_plain(tag)?;
        let [major, ..] = numbers;
        (major == self.major && self.running.is_before(&numbers)).then_some(numbers)
    }
}

/// The numbers of a tag `x.y` or `x.y.z`, with or without one `v`: `^v?\d+\.\d+(\.\d+)?$` with ASCII digits. A missing one is 0.
fn numbers_of_plain(tag: &str) -> Option<[f64; 3]> {
    let mut numbers = [0.0; 3];
    let mut parts = 0;
    for part in strip_v(tag).as_bytes().split(|byte| *byte == b'.') {
        if !part.iter().all(u8::is_ascii_digit) {
            return None;
        }
        *numbers.get_mut(parts)? = decimal(part)?;
        parts += 1;
    }
    (parts >= 2).then_some(numbers)
}

fn strip_v(tag: &str) -> &str {
    // In a build for size, `strip_prefix` calls a function that compares memory, for each of thousands of tags.
    if tag.as_bytes().first() == Some(&b'v') { tag.get(1..).unwrap_or(tag) } else { tag }
}

/// Splits a tag into base and prerelease: the first two pieces between dashes.
fn split(tag: &str) -> (&str, &str) {
    let mut pieces = strip_v(tag).split('-');
    (pieces.next().unwrap_or_default(), pieces.next().unwrap_or_default())
}

fn numbers(base: &str) -> Vec<f64> {
    base.split('.').map(|part| integer(part).unwrap_or(0.0)).collect()
}

/// Compares number by number; a missing number counts as 0. Returns `None` where two numbers are both too large for a
/// double: their difference is NaN, and neither is newer.
fn compare(a: &[f64], b: &[f64]) -> Option<Ordering> {
    let at = |numbers: &[f64], index: usize| numbers.get(index).copied().unwrap_or(0.0);
    for index in 0..a.len().max(b.len()) {
        let difference = at(a, index) - at(b, index);
        if difference != 0.0 {
            return difference.partial_cmp(&0.0);
        }
    }
    Some(Ordering::Equal)
}

/// `parseInt(text, 10)`: an integer prefix after white space and a sign, or `None` in place of NaN.
fn integer(text: &str) -> Option<f64> {
    // JavaScript's white space is that of Unicode, plus the byte order mark, minus the next-line control.
    let text = text.trim_start_matches(|c: char| (c.is_whitespace() && c != '\u{85}') || c == '\u{feff}');
    let (sign, rest) = match text.as_bytes() {
        [b'-', rest @ ..] => (-1.0, rest),
        [b'+', rest @ ..] => (1.0, rest),
        rest => (1.0, rest),
    };
    let end = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    Some(sign * decimal(rest.get(..end)?)?)
}

/// The number that ASCII digits write, as the nearest double; `None` if there are none.
fn decimal(digits: &[u8]) -> Option<f64> {
    match digits.len() {
        // A double holds every integer of so many digits.
        1..=15 => Some(digits.iter().fold(0_u64, |value, digit| value * 10 + u64::from(digit - b'0')) as f64),
        _ => std::str::from_utf8(digits).ok()?.parse().ok(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_major_version_is_read_as_parse_int_does() {
        let cases = [
            ("1.2.3", 1.0),
            ("v12.0", 12.0),
            ("vv1.2", 0.0),
            ("latest", 0.0),
            ("3rc1.2", 3.0),
            ("", 0.0),
            ("16-alpine", 16.0),
            ("99999999999999999999.1", 1e20),
            ("\u{feff}\u{a0}2.1", 2.0),
            ("\u{85}2.1", 0.0),
            (" +2.1", 2.0),
            ("-2.1", -2.0),
        ];
        for (tag, major) in cases {
            assert_eq!(parse_major_version(tag), major, "{tag}");
        }
    }

    #[test]
    fn newer_versions_are_recognised() {
        let newer = [
            ("1.2.4", "1.2.3"),
            ("1.10.0", "1.9.9"),
            ("v1.3", "1.2.9"),
            ("1.2.3", "1.2.3-rc1"),
            ("1.2.3", "1.2.3-alpine"),
            ("1.2.0.1", "1.2"),
            ("3rc1", "2"),
        ];
        for (a, b) in newer {
            assert!(is_newer_version(a, b) && !is_newer_version(b, a), "{a} {b}");
        }
        let neither = [("1.2", "1.2.0"), ("v1.2", "1.2"), ("1.2-", "1.2"), ("x.y", "latest")];
        for (a, b) in neither {
            assert!(!is_newer_version(a, b) && !is_newer_version(b, a), "{a} {b}");
        }
        assert!(!is_newer_version("2.0.0-rc1", "1.0.0"), "a prerelease is never newer");
    }

    #[test]
    fn numbers_beyond_doubles_are_not_newer() {
        let huge = "9".repeat(400);
        let tags = [format!("1.{huge}"), format!("1.{huge}.1"), "1.5".to_owned()];
        assert!(!is_newer_version(&tags[0], &tags[1]));
        let sorted = filter_compatible_updates(tags.iter().map(String::as_str), "1.0", 1.0);
        assert_eq!(sorted, [&tags[0], &tags[1], "1.5"]);
        assert!(
            !is_newer_version("1.9007199254740993", "1.9007199254740992"),
            "past 2^53 doubles are compared"
        );
    }

    #[test]
    fn updates_are_of_the_same_major_and_newest_first() {
        let tags = [
            "1.2",
            "latest",
            "1.10.0",
            "1.9",
            "v1.10",
            "2.0.0",
            "1.3.0-alpine",
            "1.3.0-rc1",
            "1.10.0.1",
            "1.2.0",
            "v1.4.1",
            "1.1",
            "٣.٤",
            "1.3\n",
        ];
        assert_eq!(filter_compatible_updates(tags, "1.2.0", 1.0), ["1.10.0", "v1.10", "1.9", "v1.4.1"]);
        assert!(filter_compatible_updates(tags, "1.2.0", f64::NAN).is_empty());
        assert_eq!(filter_compatible_updates(["0.1.0", "1.0.0"], "latest", 0.0), ["0.1.0"]);
    }

    proptest! {
        #[test]
        fn plain_versions_are_ordered_as_semver_orders_them(
            a in (0u64..50, 0u64..50, 0u64..50), b in (0u64..50, 0u64..50, 0u64..50)
        ) {
            let (a, b) = (semver::Version::new(a.0, a.1, a.2), semver::Version::new(b.0, b.1, b.2));
            prop_assert_eq!(is_newer_version(&a.to_string(), &b.to_string()), a > b);
        }

        #[test]
        fn any_tags_can_be_filtered(
            tags in proptest::collection::vec("v?[0-9]{1,30}(\\.[0-9]{1,3}){0,3}(-[a-z]*)?|.*", 0..40), current in ".*"
        ) {
            let major = parse_major_version(&current);
            let updates = filter_compatible_updates(tags.iter().map(String::as_str), &current, major);
            for pair in updates.windows(2) {
                prop_assert!(!is_newer_version(pair[1], pair[0]));
            }
            for tag in updates {
                prop_assert!(is_newer_version(tag, &current) && !is_newer_version(&current, tag));
            }
        }
    }
}
