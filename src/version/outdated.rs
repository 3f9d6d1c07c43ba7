//! Which newer versions were made too long before the running line to be updates.

use super::tag::scheme::TagScheme;

/// Days by which a candidate may be older than the running line: a line is prepared beside the next one.
const GRACE_DAYS: i64 = 30;

/// Of tags and the days on which they were made, those that are too old for updates of `current`.
///
/// A tag is too old that was made more than 30 days before the earliest tag of the running `x.y` line. The line counts and
/// not the running tag, which may be a backport or a rebuild. Days are counted from any one day, and have to be of one
/// source; a tag whose day nobody knows is left out of `made`. Without a day of the running line nothing is too old.
///
/// ```
/// use container_registry_service::version::outdated;
///
/// // 1.2 is of March 2023, 1.8.1259 of the year before.
/// assert_eq!(outdated("1.2.2", &[("1.2.2", 365), ("1.3.1", 390), ("1.8.1259", 0)]), ["1.8.1259"]);
/// ```
pub fn outdated<'t>(current: &str, made: &[(&'t str, i64)]) -> Vec<&'t str> {
    let line = line_of(current);
    let days = made.iter().filter(|(tag, _)| !line.is_empty() && line_of(tag) == line).map(|(_, day)| *day);
    let Some(begun) = days.min() else { return Vec::new() };
    made.iter().filter(|(_, day)| *day < begun.saturating_sub(GRACE_DAYS)).map(|(tag, _)| *tag).collect()
}

/// The first two numbers.
fn line_of(tag: &str) -> Vec<String> {
    let scheme = TagScheme::read(tag);
    let numbers = scheme.numbers().into_iter().take(2);
    numbers.map(|number| number.trim_start_matches('0').to_owned()).collect()
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
}
