//! Finds numbers that are no version, by comparing them with those of the running tag.

use crate::version::tag::dates;

/// The largest step from one first number to the next that is taken for a release.
const LARGEST_STEP: u64 = 500;
/// A first number below this counts a project's releases.
const SMALL: u64 = 100;

/// Returns the lowest first number that is no version; `None` where all of them are versions.
///
/// After a first number below 100, a number is no version if it is more than 500 above both the running one and its
/// next lower neighbour. A number of nines only, such as `99` or `9999`, is none unless another first number is at most
/// 9 below it.
pub(crate) fn ceiling(current: u64, firsts: impl IntoIterator<Item = u64>) -> Option<u64> {
    if current >= SMALL {
        return None;
    }
    let mut firsts: Vec<u64> = firsts.into_iter().filter(|first| *first > current).collect();
    firsts.sort_unstable();
    firsts.dedup();
    let mut below = current;
    for first in firsts {
        let is_leap = first > current + LARGEST_STEP && first > below + LARGEST_STEP;
        if is_leap || (is_all_nines(first) && first > below + 9) {
            return Some(first);
        }
        below = first;
    }
    None
}

/// Whether a number is a date where the running tag has none: `20231101` in `1.20231101.0` beside `1.4.8`.
pub(crate) fn has_stray_date<'a>(
    numbers: impl Iterator<Item = &'a str>,
    current: impl Iterator<Item = &'a str>,
) -> bool {
    let is_date = |number: &str| dates::is_date(number.as_bytes());
    let mut current = current.fuse();
    let mut numbers = numbers.enumerate();
    numbers.any(|(index, number)| {
        let own = current.next();
        index > 0 && is_date(number) && own.is_none_or(|own| own.len() < 6)
    })
}

fn is_all_nines(number: u64) -> bool {
    matches!(number, 99 | 999 | 9_999 | 99_999 | 999_999)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn isolated_first_numbers_are_no_versions() {
        let cases: [(u64, &[u64], Option<u64>); 8] = [
            (8, &[9, 99], Some(99)),
            (8, &[9, 97, 98, 99], None),
            (8, &[9, 9999], Some(9999)),
            (8, &[9, 600, 601], Some(600)),
            (8, &[400, 800], None),
            (125, &[126, 9999], None),
            (99, &[100, 101], None),
            (4, &[126], None),
        ];
        for (current, firsts, expected) in cases {
            assert_eq!(ceiling(current, firsts.iter().copied()), expected, "{current} {firsts:?}");
        }
    }

    #[test]
    fn dates_among_numbers() {
        let stray = |numbers: &'static str, current: &'static str| {
            has_stray_date(numbers.split('.'), current.split('.'))
        };
        assert!(stray("1.20231101.0", "1.4.8") && stray("1.4.20231101", "1.4"));
        assert!(!stray("1.20231101.0", "1.20230101.8") && !stray("1.4.9", "1.4.8"));
    }
}
