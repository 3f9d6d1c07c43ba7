//! Which newer versions were made too long before the running line to be updates.

use super::tag::scheme::TagScheme;

/// Days by which a candidate may be older than the running line: a line is prepared beside the next one.
const GRACE_DAYS: i64 = 30;

/// The tags that were made too long before the line of `current` to be updates of it.
///
/// A tag is too old if it was made more than 30 days before the earliest tag of the running `x.y` line. The line counts and
/// not the running tag, which may be a backport or a rebuild. `made` has the tags whose day is known; days are counted from
/// any one day, and are of one source. Without a day of the running line nothing is too old.
///
/// ```
/// use container_registry_service::version::outdated;
///
/// // 1.2 is of March 2023, 1.8.1259 of the year before.
/// assert_eq!(outdated("1.2.2", &[("1.2.2", 365), ("1.3.1", 390), ("1.8.1259", 0)]), ["1.8.1259"]);
/// ```
pub fn outdated<'t>(current: &str, made: &[(&'t str, i64)]) -> Vec<&'t str> {
    let line = Line::of(current);
    let days = || made.iter().filter(|(tag, _)| line.has(tag)).map(|(_, day)| *day);
    made.iter().filter(|(_, day)| precedes(*day, days())).map(|(tag, _)| *tag).collect()
}

/// Whether a day lies so long before the first one of a line that what was made on it is no update of that line.
pub(crate) fn precedes(day: i64, line: impl IntoIterator<Item = i64>) -> bool {
    line.into_iter().min().is_some_and(|begun| day < begun.saturating_sub(GRACE_DAYS))
}

/// The versions that share their first two numbers.
#[derive(Debug, Default)]
pub(crate) struct Line(Option<[String; 2]>);

impl Line {
    /// The line of a tag; one that nothing is of where the tag has fewer than two numbers.
    pub(crate) fn of(tag: &str) -> Self {
        Self::of_scheme(&TagScheme::read(tag))
    }

    fn of_scheme(scheme: &TagScheme<'_>) -> Self {
        let plain = |number: &str| match number.trim_start_matches('0') {
            "" => "0".to_owned(),
            plain => plain.to_owned(),
        };
        match scheme.numbers().as_slice() {
            [major, minor, ..] => Self(Some([plain(major), plain(minor)])),
            _ => Self(None),
        }
    }

    /// Whether a tag is of the line.
    pub(crate) fn has(&self, tag: &str) -> bool {
        self.has_scheme(&TagScheme::read(tag))
    }

    /// Whether a tag that was read is of the line.
    pub(crate) fn has_scheme(&self, scheme: &TagScheme<'_>) -> bool {
        self.0.is_some() && Self::of_scheme(scheme).0 == self.0
    }

    /// The first number, by which most tags are passed over unread.
    pub(crate) fn major(&self) -> Option<&str> {
        self.0.as_ref().map(|[major, _]| major.as_str())
    }

    /// The line as people write it: `1.27`.
    pub(crate) fn name(&self) -> Option<String> {
        self.0.as_ref().map(|numbers| numbers.join("."))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_counts_and_not_the_running_tag() {
        // A backport of December to a line of the year before keeps what came in June.
        let made = [("1.4.0", 0), ("1.4.9", 500), ("2.0.3", 300), ("1.9.0", -31), ("1.8.0", -30)];
        assert_eq!(outdated("1.4.9", &made), ["1.9.0"]);
        assert!(outdated("1.5.0", &made).is_empty(), "nobody knows when the line began");
        assert!(outdated("latest", &[("latest", 5), ("1.0.0", 0)]).is_empty());
    }

    #[test]
    fn a_line_is_two_numbers_however_they_are_written() {
        for (current, tag, expected) in [
            ("1.2.2", "v1.2.3-alpine", true),
            ("24.04.1", "24.4.2", true),
            ("1.2", "1.20", false),
            ("1.0.0", "1.00.5", true),
            ("7", "7.1", false),
        ] {
            assert_eq!(Line::of(current).has(tag), expected, "{current} {tag}");
        }
    }
}
