//! Reads versions as lists of numbers.

/// The largest number that can belong to a cycle. Larger ones are dates and builds.
const LARGEST: u64 = 9999;

/// The numbers of a dotted version; `None` for any other text.
pub(crate) fn dotted(text: &str) -> Option<Vec<u64>> {
    text.split('.').map(plain).collect()
}

/// The numbers of runs of digits, up to the first that is too large to belong to a version.
pub(crate) fn of_runs<'a>(runs: impl IntoIterator<Item = &'a str>) -> Vec<u64> {
    runs.into_iter().map_while(plain).collect()
}

fn plain(run: &str) -> Option<u64> {
    let is_number = !run.is_empty() && run.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| run.parse().ok()).flatten().filter(|number| *number <= LARGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_short_digits_between_dots_are_numbers() {
        assert_eq!(dotted("26.04"), Some(vec![26, 4]));
        assert_eq!(dotted("3"), Some(vec![3]));
        for text in ["", "3.", ".3", "20h2", "current", "3.x", "٣", "99999999999999999999999", "20240606"] {
            assert_eq!(dotted(text), None, "{text}");
        }
        assert_eq!(of_runs(["9", "3", "20231119"]), [9, 3]);
        assert!(of_runs(["20240606"]).is_empty());
    }
}
