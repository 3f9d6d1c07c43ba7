//! The numbers of a version.

use std::cmp::Ordering;

/// Digits from which on a single number counts something, and names no series.
pub(super) const LONG: usize = 5;

/// The numbers of a core, as they are written. They may be of any length.
pub(super) fn numbers(core: &str) -> impl Iterator<Item = &str> {
    core.split(|c: char| !c.is_ascii_digit()).filter(|number| !number.is_empty())
}

pub(super) fn count(core: &str) -> usize {
    numbers(core).count()
}

/// Compares digits of any number as the number they are.
pub(super) fn compare_number(a: &str, b: &str) -> Ordering {
    let (a, b) = (a.trim_start_matches('0'), b.trim_start_matches('0'));
    a.len().cmp(&b.len()).then_with(|| a.cmp(b))
}

/// Compares number by number; of two that begin alike the longer one is greater.
pub(super) fn compare_numbers(a: &str, b: &str) -> Ordering {
    let (mut a, mut b) = (numbers(a), numbers(b));
    loop {
        match (a.next(), b.next()) {
            (Some(a), Some(b)) => match compare_number(a, b) {
                Ordering::Equal => {}
                order => return order,
            },
            (a, b) => return a.is_some().cmp(&b.is_some()),
        }
    }
}

/// The end of the version that a text begins with.
pub(super) fn core_end(text: &str) -> usize {
    let bytes = text.as_bytes();
    let is_digit = |index: usize| bytes.get(index).is_some_and(u8::is_ascii_digit);
    if let Some(end) = date_end(text) {
        return time_end(text, end);
    }
    let mut index = 0;
    let mut had_u = false;
    loop {
        while is_digit(index) {
            index += 1;
        }
        match bytes.get(index) {
            Some(b'.') if is_digit(index + 1) => index += 1,
            // Java's updates: `8u502`.
            Some(b'u') if !had_u && is_digit(index + 1) => {
                had_u = true;
                index += 1;
            }
            _ => break,
        }
    }
    if is_date(text.get(..index).unwrap_or_default()) { time_end(text, index) } else { index }
}

/// The end of `YYYY-MM-DD`.
fn date_end(text: &str) -> Option<usize> {
    let date = text.get(..10)?;
    let bytes = date.as_bytes();
    let has_dashes = bytes.get(4) == Some(&b'-') && bytes.get(7) == Some(&b'-');
    let goes_on = text.as_bytes().get(10).is_some_and(u8::is_ascii_digit);
    let digits: String = date.chars().filter(char::is_ascii_digit).collect();
    (has_dashes && !goes_on && digits.len() == 8 && is_date(&digits)).then_some(10)
}

/// The end of the time behind a date: `T17-19-04Z`, `T171904`.
fn time_end(text: &str, date_end: usize) -> usize {
    let bytes = text.as_bytes();
    let is_digit = |index: usize| bytes.get(index).is_some_and(u8::is_ascii_digit);
    if bytes.get(date_end) != Some(&b'T') || !is_digit(date_end + 1) {
        return date_end;
    }
    let mut index = date_end + 1;
    let mut groups = 1;
    loop {
        while is_digit(index) {
            index += 1;
        }
        match bytes.get(index) {
            Some(b'-' | b'.') if groups < 3 && is_digit(index + 1) && is_digit(index + 2) => {
                groups += 1;
                index += 1;
            }
            Some(b'Z') => return index + 1,
            _ => return index,
        }
    }
}

/// Whether a version is a date, or begins with a year.
pub(super) fn is_calendar(core: &str) -> bool {
    let mut all = numbers(core);
    let first = all.next().unwrap_or_default();
    if all.next().is_some() { first.len() == 4 && is_year(first) } else { is_date(first) }
}

/// Whether digits are a date, `YYYYMM`, `YYYYMMDD`, or that with hours and minutes, with or without seconds.
pub(super) fn is_date(digits: &str) -> bool {
    let is_within = |range: std::ops::Range<usize>, least: &str, most: &str| {
        digits.get(range).is_none_or(|part| (least..=most).contains(&part))
    };
    matches!(digits.len(), 6 | 8 | 12 | 14)
        && digits.bytes().all(|byte| byte.is_ascii_digit())
        && digits.get(..4).is_some_and(is_year)
        && is_within(4..6, "01", "12")
        && is_within(6..8, "01", "31")
        && is_within(8..10, "00", "23")
        && is_within(10..12, "00", "59")
}

/// Container images are from 2013 on; versions named after a year may be older.
fn is_year(digits: &str) -> bool {
    ("1990"..="2099").contains(&digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_any_length_are_compared() {
        let cases = [
            ("1", "2", Ordering::Less),
            ("10", "9", Ordering::Greater),
            ("007", "7", Ordering::Equal),
            ("1.2", "1.2.0", Ordering::Less),
            ("1.2.10", "1.2.9", Ordering::Greater),
            ("99999999999999999999999", "100000000000000000000000", Ordering::Less),
            ("8u502", "8u51", Ordering::Greater),
        ];
        for (a, b, order) in cases {
            assert_eq!(compare_numbers(a, b), order, "{a} {b}");
            assert_eq!(compare_numbers(b, a), order.reverse(), "{b} {a}");
        }
    }

    #[test]
    fn the_end_of_a_version() {
        let cases = [
            ("1.27.3-alpine", "1.27.3"),
            ("1.27.", "1.27"),
            ("8u502-b07", "8u502"),
            ("8ubuntu", "8"),
            ("2024-05-28T17-19-04Z-cpuv1", "2024-05-28T17-19-04Z"),
            ("2024-05-28-slim", "2024-05-28"),
            ("2024-05-281", "2024"),
            ("2024-13-28", "2024"),
            ("20240528T171904Z", "20240528T171904Z"),
            ("20240528Tx", "20240528"),
            ("19beta3", "19"),
            ("", ""),
        ];
        for (text, core) in cases {
            assert_eq!(text.get(..core_end(text)), Some(core), "{text}");
        }
    }

    #[test]
    fn dates_and_years() {
        for core in
            ["20260701", "202607", "20260701120000", "2024.10.22", "2024.5.13", "2024.1", "2021.12.16"]
        {
            assert!(is_calendar(core), "{core}");
        }
        for core in ["20261301", "20260732", "2022", "24.04", "1.2024.3", "12345678", "", "202613"] {
            assert!(!is_calendar(core), "{core}");
        }
    }
}
