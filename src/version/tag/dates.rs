//! Recognises dates in tags, and time stamps with separators of their own.

/// Whether a number is a year that a tag may mean.
fn is_year(number: u32) -> bool {
    (1990..=2099).contains(&number)
}

fn is_day(year: u32, month: u32, day: u32) -> bool {
    is_year(year) && (1..=12).contains(&month) && (1..=31).contains(&day)
}

/// Whether digits are a year of four digits.
pub(crate) fn is_year_digits(digits: &[u8]) -> bool {
    digits.len() == 4 && number(digits).is_some_and(is_year)
}

/// Whether digits are `YYYYMMDD`, alone or followed by two digits (a counter or an hour), four (hour and minute) or six
/// (hour, minute and second).
pub(crate) fn is_date(digits: &[u8]) -> bool {
    matches!(digits.len(), 8 | 10 | 12 | 14)
        && match (part(digits, 0, 4), part(digits, 4, 6), part(digits, 6, 8)) {
            (Some(year), Some(month), Some(day)) => is_day(year, month, day),
            _ => false,
        }
}

/// Whether digits are seconds since 1970 of this century, up to 2033.
pub(crate) fn is_epoch(digits: &[u8]) -> bool {
    digits.len() == 10 && digits.first() == Some(&b'1') && digits.iter().all(u8::is_ascii_digit)
}

/// Whether digits are `YYYYMM`.
pub(crate) fn is_month(digits: &[u8]) -> bool {
    digits.len() == 6
        && matches!((part(digits, 0, 4), part(digits, 4, 6)), (Some(year), Some(month)) if is_day(year, month, 1))
}

/// The end of a date without a time that begins at `at`: `2024-05-28`, `2024_05_28` or `2024-05`.
pub(crate) fn dashed_date(bytes: &[u8], at: usize) -> Option<usize> {
    let year_end = digits_end(bytes, at);
    let separator = *bytes.get(year_end)?;
    if year_end != at + 4 || !matches!(separator, b'-' | b'_') {
        return None;
    }
    let month_end = digits_end(bytes, year_end + 1);
    let year = part(bytes, at, year_end)?;
    let month = part(bytes, year_end + 1, month_end)?;
    if month_end > year_end + 3 || !is_day(year, month, 1) {
        return None;
    }
    if bytes.get(month_end) == Some(&separator) {
        let day_end = digits_end(bytes, month_end + 1);
        let is_whole =
            !bytes.get(day_end).is_some_and(|byte| byte.is_ascii_alphabetic() && !is_time_mark(*byte));
        if let Some(day) = part(bytes, month_end + 1, day_end)
            && day_end <= month_end + 3
            && is_day(year, month, day)
            && is_whole
        {
            return Some(day_end);
        }
    }
    // The letter of `2024-06a` counts releases within a month.
    let is_letter = bytes.get(month_end).is_some_and(u8::is_ascii_lowercase)
        && !bytes.get(month_end + 1).is_some_and(u8::is_ascii_alphanumeric);
    let ends = is_letter || !bytes.get(month_end).is_some_and(u8::is_ascii_alphabetic);
    (ends && month_end == year_end + 3).then_some(month_end)
}

/// The end of a year and its week that begin at `at`: `2024w45`, `2024-W45`, `2024.w45`.
pub(crate) fn week_end(bytes: &[u8], at: usize) -> Option<usize> {
    let year_end = digits_end(bytes, at);
    if !is_year_digits(bytes.get(at..year_end)?) {
        return None;
    }
    let mark = year_end + usize::from(matches!(bytes.get(year_end), Some(b'-' | b'_' | b'.')));
    bytes.get(mark).filter(|byte| matches!(byte, b'w' | b'W'))?;
    let end = digits_end(bytes, mark + 1);
    let is_week = end == mark + 3 && part(bytes, mark + 1, end).is_some_and(|week| (1..=53).contains(&week));
    (is_week && !bytes.get(end).is_some_and(u8::is_ascii_alphanumeric)).then_some(end)
}

/// The end of a time that begins at `at`, directly after a date: `T17-19-04Z`, `T171904`.
pub(crate) fn time_end(bytes: &[u8], at: usize) -> Option<usize> {
    bytes.get(at).copied().filter(|byte| is_time_mark(*byte))?;
    let mut end = digits_end(bytes, at + 1);
    if end == at + 1 {
        return None;
    }
    while matches!(bytes.get(end), Some(b'-' | b'_' | b'.')) && digits_end(bytes, end + 1) == end + 3 {
        end += 3;
    }
    Some(if matches!(bytes.get(end), Some(b'Z' | b'z')) { end + 1 } else { end })
}

fn is_time_mark(byte: u8) -> bool {
    matches!(byte, b'T' | b't')
}

/// The end of the digits that begin at `at`.
pub(crate) fn digits_end(bytes: &[u8], at: usize) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    at + rest.iter().take_while(|byte| byte.is_ascii_digit()).count()
}

fn part(bytes: &[u8], start: usize, end: usize) -> Option<u32> {
    number(bytes.get(start..end)?)
}

/// Reads at most eight digits as a number.
fn number(digits: &[u8]) -> Option<u32> {
    if digits.is_empty() || digits.len() > 8 {
        return None;
    }
    digits.iter().try_fold(0, |sum, byte| byte.is_ascii_digit().then(|| sum * 10 + u32::from(byte - b'0')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_without_separators() {
        for date in ["20260701", "2024052805", "202405281719", "20240528171904"] {
            assert!(is_date(date.as_bytes()), "{date}");
        }
        for number in ["20261301", "20240532", "18991231", "1716912345", "2024", "202405", ""] {
            assert!(!is_date(number.as_bytes()), "{number}");
        }
        assert!(is_month(b"202405") && !is_month(b"240531"));
    }

    #[test]
    fn dates_with_separators_and_times() {
        let ends = [
            ("2024-05-28", Some(10)),
            ("2024_05_28-x", Some(10)),
            ("2024-05", Some(7)),
            ("2024-10-7ca5933", Some(7)),
            ("2024-5-3", Some(8)),
            ("2024-13", None),
            ("2024-5", None),
            ("2024.05.28", None),
            ("2024-05rc1", None),
            ("2024-05a", Some(7)),
            ("2022-123", None),
        ];
        for (text, end) in ends {
            assert_eq!(dashed_date(text.as_bytes(), 0), end, "{text}");
        }
        let weeks = [
            ("2024w45", Some(7)),
            ("2024-W05-x", Some(8)),
            ("2024.w45.1", Some(8)),
            ("2024w54", None),
            ("2024w5", None),
            ("2024w45a", None),
            ("1024w45", None),
            ("2024", None),
        ];
        for (text, end) in weeks {
            assert_eq!(week_end(text.as_bytes(), 0), end, "{text}");
        }
        let times = [("T17-19-04Z", Some(10)), ("T171904-x", Some(7)), ("T", None), ("Z", None), ("", None)];
        for (text, end) in times {
            assert_eq!(time_end(text.as_bytes(), 0), end, "{text}");
        }
    }
}
