//! Ranges of versions, as GitHub's advisories write them: `>= 1.2, < 1.2.5`. Conditions behind commas hold together.
//!
//! The field is free text, and authors write much else into it. What is not certainly a range is none.

use std::cmp::Ordering;

use semver::Prerelease;

/// Characters of the longest text that is read.
const MAX_LENGTH: usize = 512;
/// Numbers of the longest version.
const MAX_NUMBERS: usize = 8;

/// A version with an order: numbers, and a prerelease that is compared as SemVer 2.0.0 says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Release {
    numbers: Vec<u64>,
    prerelease: Prerelease,
}

impl Release {
    /// Reads `1.2.3`, `v1.2`, `1.2.3-rc.1`, `1.2.3+build`. Returns `None` for anything else, such as `1.x`.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        let bare = text.strip_prefix(['v', 'V']).unwrap_or(text);
        let bare = bare.split('+').next().unwrap_or_default();
        let end = bare.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(bare.len());
        let (numbers, rest) = bare.split_at(end);
        Self::of(numbers.split('.'), rest.strip_prefix('-').unwrap_or(rest))
    }

    /// Makes a version of numbers and a prerelease, which is empty for a final one.
    pub(crate) fn of<'a>(numbers: impl IntoIterator<Item = &'a str>, prerelease: &str) -> Option<Self> {
        let is_number = |text: &&str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let numbers: Vec<u64> = numbers
            .into_iter()
            .take(MAX_NUMBERS + 1)
            .map(|text| Some(text).filter(is_number)?.parse().ok())
            .collect::<Option<_>>()?;
        let is_few = (1..=MAX_NUMBERS).contains(&numbers.len());
        // A single letter, such as OpenSSL's `1.0.2k` and a wildcard, is no prerelease.
        let is_prerelease = prerelease.is_empty() || prerelease.len() > 1;
        (is_few && is_prerelease).then_some(Self { numbers, prerelease: Prerelease::new(prerelease).ok()? })
    }

    /// Whether the first number is a day, such as `20260101`.
    fn is_date(&self) -> bool {
        self.numbers.first().is_some_and(|first| (19_000_101..=29_991_231).contains(first))
    }

    /// The order of this version and a bound. `None` if this one has fewer numbers and may stand for several versions
    /// around the bound, as `1.27` does beside `1.27.3`.
    /// Nothing is known of a date beside a bound that is none, as `20260101` is no version far above `1.2.5`.
    pub(crate) fn compare(&self, bound: &Self) -> Option<Ordering> {
        if self.is_date() != bound.is_date() {
            return None;
        }
        let length = self.numbers.len().max(bound.numbers.len());
        for index in 0..length {
            let (own, other) = (self.numbers.get(index), bound.numbers.get(index));
            match own.unwrap_or(&0).cmp(other.unwrap_or(&0)) {
                Ordering::Equal => {}
                _ if own.is_none() => return None,
                order => return Some(order),
            }
        }
        Some(self.prerelease.cmp(&bound.prerelease))
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operator {
    Less,
    AtMost,
    Equal,
    AtLeast,
    More,
}

impl Operator {
    fn is_upper(self) -> bool {
        matches!(self, Self::Less | Self::AtMost)
    }

    fn admits(self, order: Ordering) -> bool {
        match self {
            Self::Less => order.is_lt(),
            Self::AtMost => order.is_le(),
            Self::Equal => order.is_eq(),
            Self::AtLeast => order.is_ge(),
            Self::More => order.is_gt(),
        }
    }
}

/// Ranges of which one has to contain a version. A range is a list of conditions that hold together; an empty one
/// contains every version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Ranges(Vec<Vec<(Operator, Release)>>);

impl Ranges {
    /// Reads ranges. Returns `None` for a text that is not certainly one, such as `1.2.3 and earlier` or two upper
    /// bounds in one range.
    pub(crate) fn read(text: &str) -> Option<Self> {
        if text.len() > MAX_LENGTH || text.trim().is_empty() {
            return None;
        }
        let text = text.replace('≤', "<=").replace('≥', ">=");
        text.split("||").map(range).collect::<Option<_>>().map(Self)
    }

    /// Whether a version is in one of the ranges; `None` if it cannot be placed.
    pub(crate) fn contain(&self, release: &Release) -> Option<bool> {
        let within = |range: &Vec<(Operator, Release)>| {
            let held = range.iter().map(|(operator, bound)| Some(operator.admits(release.compare(bound)?)));
            unless(false, &held.collect::<Vec<_>>())
        };
        unless(true, &self.0.iter().map(within).collect::<Vec<_>>())
    }

    /// Whether a range with a version in it says where it ends, as `< 1.2.5` does, and another version is not below that end.
    pub(crate) fn end_between(&self, release: &Release, later: &Release) -> bool {
        self.0.iter().any(|range| {
            let holds = |(operator, bound): &(Operator, Release)| {
                release.compare(bound).is_some_and(|order| operator.admits(order))
            };
            let ends = |(operator, bound): &(Operator, Release)| {
                *operator == Operator::Less && later.compare(bound).is_some_and(Ordering::is_ge)
            };
            range.iter().all(holds) && range.iter().any(ends)
        })
    }
}

/// The answer that decides if it is among these; else nothing is known if one of them is not, and else its contrary.
fn unless(decisive: bool, answers: &[Option<bool>]) -> Option<bool> {
    match (answers.contains(&Some(decisive)), answers.contains(&None)) {
        (true, _) => Some(decisive),
        (false, true) => None,
        (false, false) => Some(!decisive),
    }
}

fn range(text: &str) -> Option<Vec<(Operator, Release)>> {
    if text.trim() == "*" {
        return Some(Vec::new());
    }
    let mut conditions = Vec::new();
    for part in text.split(',') {
        let mut rest = part.trim();
        if rest.is_empty() {
            return None;
        }
        while !rest.is_empty() {
            let (operator, after) = operator(rest)?;
            let after = after.trim_start();
            let (version, after) = after.split_at(after.find([' ', '<', '>', '=']).unwrap_or(after.len()));
            conditions.push((operator, Release::read(version)?));
            rest = after.trim_start();
        }
    }
    is_plain(&conditions).then_some(conditions)
}

fn operator(text: &str) -> Option<(Operator, &str)> {
    let written = [
        ("<=", Operator::AtMost),
        (">=", Operator::AtLeast),
        ("==", Operator::Equal),
        ("<", Operator::Less),
        (">", Operator::More),
        ("=", Operator::Equal),
    ];
    written.into_iter().find_map(|(sign, operator)| Some((operator, text.strip_prefix(sign)?)))
}

/// Whether conditions are one range: one bound below, one above, in this order, or one version alone. Authors who write
/// more mean alternatives, or something else.
fn is_plain(conditions: &[(Operator, Release)]) -> bool {
    match conditions {
        [_] => true,
        [(a, first), (b, second)] => {
            let (low, high) =
                if a.is_upper() { ((b, second), (a, first)) } else { ((a, first), (b, second)) };
            let is_pair = matches!(low.0, Operator::AtLeast | Operator::More) && high.0.is_upper();
            is_pair && low.1.compare(high.1).is_none_or(Ordering::is_le)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contains(text: &str, version: &str) -> Option<bool> {
        Ranges::read(text)?.contain(&Release::read(version).expect(version))
    }

    #[test]
    fn days_and_versions_have_no_order() {
        assert_eq!(contains("< 1.2.5", "20260101"), None);
        assert_eq!(contains("< 20260101", "1.2.5"), None);
        assert_eq!(contains("< 20260101", "20251231"), Some(true));
        assert_eq!(contains("< 1.2.5", "2024.5.1"), Some(false));
    }

    #[test]
    fn only_an_end_that_is_excluded_tells_what_is_no_longer_concerned() {
        let ends = |text: &str, from: &str, to: &str| {
            let [from, to] = [from, to].map(|version| Release::read(version).expect(version));
            Ranges::read(text).expect(text).end_between(&from, &to)
        };
        assert!(ends("< 1.2.5", "1.2.3", "1.2.5") && ends(">= 1.0, < 1.2.5", "1.2.3", "2.0.0"));
        assert!(ends("< 1.0 || >= 1.2, < 1.2.5", "1.2.3", "1.3"));
        assert!(!ends("<= 1.2.3", "1.2.3", "1.2.4") && !ends(">= 1.0", "1.2.3", "2.0"));
        assert!(!ends("< 1.2.5", "1.2.3", "1.2.4") && !ends("< 1.0 || <= 1.2.3", "1.2.3", "1.2.4"));
    }

    #[test]
    fn ranges_as_github_writes_them() {
        let cases = [
            (">= 1.2, < 1.2.5", "1.2.4", Some(true)),
            (">= 1.2, < 1.2.5", "1.2.5", Some(false)),
            (">= 1.2, < 1.2.5", "1.1.9", Some(false)),
            ("< 1.2.5, >= 1.2", "1.2.0", Some(true)),
            ("<= 1.0.8", "1.0.8", Some(true)),
            ("> 1.0, <= 1.0.8", "1.0", Some(false)),
            ("= 1.2.3", "1.2.3", Some(true)),
            ("= 1.2.3", "1.2.4", Some(false)),
            ("<v2.0.0", "1.9", Some(true)),
            (">=1.0 <1.5", "1.4.9", Some(true)),
            ("≥ 1.0, ≤ 1.5", "1.5", Some(true)),
            ("< 1.0 || >= 2.0, < 2.1", "2.0.5", Some(true)),
            ("< 1.0 || >= 2.0, < 2.1", "1.5", Some(false)),
            (">= 0", "0.0.1", Some(true)),
            ("*", "3", Some(true)),
            ("< 1.2.5", "1.2.5-rc.1", Some(true)),
            ("< 1.2.5-rc.2", "1.2.5-rc.1", Some(true)),
            ("< 1.2.5-rc.2", "1.2.5", Some(false)),
            ("< 2024.5.10", "2024.05.9", Some(true)),
            ("< 1.27.0", "1.27", Some(false)),
            ("< 1.27.3", "1.26", Some(true)),
            ("< 16.6", "16.6.0", Some(false)),
        ];
        for (range, version, expected) in cases {
            assert_eq!(contains(range, version), expected, "{range} {version}");
        }
    }

    #[test]
    fn a_version_that_may_be_several_is_not_placed() {
        assert_eq!(contains("< 1.27.3", "1.27"), None);
        assert_eq!(contains("< 1.27.3 || < 2", "1.27"), Some(true));
        assert_eq!(contains(">= 1.28, < 1.27.3 ", "1.27"), None);
        assert_eq!(contains(">= 1.26.1, < 1.27.3", "1.25"), Some(false));
    }

    #[test]
    fn what_is_no_range_is_not_read() {
        for text in [
            "",
            " ",
            ",",
            "1.2.3",
            "all",
            "all versions",
            "1.x",
            "< 1.x",
            "< 1.2.5, < 1.1.9",
            "= 1.0, = 1.1",
            ">= 2, < 1",
            "1.2.3 and earlier",
            "<= 1.2.3 and below",
            "1.0 - 1.2",
            "< 1.2.5;",
            "< ",
            "<> 1",
            "~> 1.2",
            "^1.2",
            "< 1.2.5,",
            "< v",
            "< 1..2",
            "< 99999999999999999999",
            "< 1.0.2k",
            "before 2.0",
        ] {
            assert_eq!(Ranges::read(text), None, "{text}");
        }
        assert_eq!(Ranges::read(&"< 1 || ".repeat(100)), None);
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read_or_not(text in "[<>=, |.v0-9a-z*-]{0,40}", version in "[0-9]{1,3}(\\.[0-9]{1,3}){0,3}") {
            if let (Some(ranges), Some(release)) = (Ranges::read(&text), Release::read(&version)) {
                let _ = ranges.contain(&release);
            }
        }
    }
}
