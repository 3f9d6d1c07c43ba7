//! Newer versions that were made too long before the running line to be updates.

use super::tag::scheme::TagScheme;

/// How many days older than the running line a candidate may be, because a line is prepared beside the one before it.
const GRACE_DAYS: i64 = 30;

/// Returns the tags of `made` that are too old to be updates of `current`.
///
/// A tag is too old if it was made more than 30 days before the earliest tag of the running `x.y` line. The running tag
/// alone does not decide, because it may be a backport or a rebuild. Nothing is too old if `made` has no tag of the
/// running line.
///
/// `made` pairs a tag with the day on which it was made. Days may be counted from any day, but all dates have to come
/// from one source. A tag whose date is unknown is left out of `made`.
///
/// ```
/// use container_registry_service::version::outdated;
///
/// // 1.2 was made in March 2023, 1.8.1259 in the year before.
/// assert_eq!(outdated("1.2.2", &[("1.2.2", 365), ("1.3.1", 390), ("1.8.1259", 0)]), ["1.8.1259"]);
/// ```
pub fn outdated<'t>(current: &str, made: &[(&'t str, i64)]) -> Vec<&'t str> {
    let line = Line::of(current);
    let days = || made.iter().filter(|(tag, _)| line.has(tag)).map(|(_, day)| *day);
    made.iter().filter(|(_, day)| precedes(*day, days())).map(|(tag, _)| *tag).collect()
}

/// Whether a day is so long before the first day of a line that a version of that day is no update of the line.
pub(crate) fn precedes(day: i64, line: impl IntoIterator<Item = i64>) -> bool {
    line.into_iter().min().is_some_and(|begun| day < begun.saturating_sub(GRACE_DAYS))
}

/// The versions that share their first two numbers.
#[derive(Debug, Default)]
pub(crate) struct Line(Option<[String; 2]>);

impl Line {
    /// The line of a tag. A tag with fewer than two numbers has a line without any version.
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

    /// Whether a tag belongs to the line.
    pub(crate) fn has(&self, tag: &str) -> bool {
        self.has_scheme(&TagScheme::read(tag))
    }

    /// Whether a parsed tag belongs to the line.
    pub(crate) fn has_scheme(&self, scheme: &TagScheme<'_>) -> bool {
        self.0.is_some() && Self::of_scheme(scheme).0 == self.0
    }

    /// The first number, which serves to skip most tags without parsing them.
    pub(crate) fn major(&self) -> Option<&str> {
        self.0.as_ref().map(|[major, _]| major.as_str())
    }

    /// The name of the line, such as `1.27`.
    pub(crate) fn name(&self) -> Option<String> {
        self.0.as_ref().map(|numbers| numbers.join("."))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_decides_and_not_the_running_tag() {
        // The backport 1.4.9 was made after 2.0.3, which is an update all the same: the line 1.4 began before it.
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
