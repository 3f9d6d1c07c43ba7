//! What a list of tags holds beside the candidates that tells what they are: the running line, and prereleases.

use std::cmp::Ordering;

use jiff::{SignedDuration, Timestamp};

use super::age::Made;
use crate::version::{
    compare::{alike::is_same_variant, order::natural},
    tag::scheme::TagScheme,
};

/// Tags of a kind that are kept.
const MAX_KEPT: usize = 1000;
/// Prereleases of a version whose digests are compared.
const MAX_COMPARED: usize = 2;
/// How much older than the running line a version may be: fixes of an older line are released side by side.
const GRACE: SignedDuration = SignedDuration::from_hours(30 * 24);
/// Words of prereleases, by which most tags are passed over unread.
const WORDS: [&str; 8] = ["alpha", "beta", "preview", "pre", "rc", "milestone", "-m", "dev"];

/// Reads a tag list for the tags that are evidence.
#[derive(Debug, Default)]
pub(crate) struct Evidence {
    current: String,
    /// The first two numbers of the running version, as they are written.
    line: Option<(String, String)>,
    of_line: Vec<String>,
    prereleases: Vec<String>,
}

impl Evidence {
    pub(crate) fn new(current: &str) -> Self {
        let numbers = TagScheme::read(current).numbers();
        let line = match numbers.as_slice() {
            [major, minor, _, ..] => Some(((*major).to_owned(), (*minor).to_owned())),
            _ => None,
        };
        Self { current: current.to_owned(), line, ..Self::default() }
    }

    /// Takes a tag of the list.
    pub(crate) fn read(&mut self, tag: &str) {
        if self.prereleases.len() < MAX_KEPT && WORDS.iter().any(|word| tag.contains(word)) {
            if TagScheme::read(tag).is_prerelease() {
                self.prereleases.push(tag.to_owned());
            }
        } else if let Some((major, minor)) = &self.line
            && self.of_line.len() < MAX_KEPT
            && tag.contains(&**major)
        {
            let (scheme, current) = (TagScheme::read(tag), TagScheme::read(&self.current));
            let is_of_line = matches!(scheme.numbers().as_slice(), [a, b, ..] if a == major && b == minor);
            if is_of_line && is_same_variant(scheme.view(), current.view()) {
                self.of_line.push(tag.to_owned());
            }
        }
    }

    /// The tags of the running `x.y` line, the running one among them.
    pub(crate) fn line(&self) -> impl Iterator<Item = &str> {
        self.of_line.iter().map(String::as_str).chain([self.current.as_str()])
    }

    /// The line in words.
    pub(crate) fn line_name(&self) -> String {
        self.line.as_ref().map_or_else(|| self.current.clone(), |(major, minor)| format!("{major}.{minor}"))
    }

    /// The first tag of the running line.
    pub(crate) fn first_of_line(&self) -> Option<&str> {
        self.line.as_ref()?;
        self.line().min_by(|a, b| natural(a, b))
    }

    /// The newest prereleases of a tag's version in its variant.
    pub(crate) fn prereleases_of(&self, tag: &str) -> Vec<&str> {
        let scheme = TagScheme::read(tag);
        let numbers = scheme.numbers();
        let is_of_it = |other: &&str| {
            let other = TagScheme::read(other);
            other.numbers().starts_with(&numbers) && is_same_variant(other.view(), scheme.view())
        };
        let mut found: Vec<&str> = self.prereleases.iter().map(String::as_str).filter(is_of_it).collect();
        found.sort_by(|a, b| natural(b, a).then(Ordering::Equal));
        found.truncate(MAX_COMPARED);
        found
    }
}

/// Whether a tag is an unfinished version's: alpha, beta, preview, milestone. A release candidate that a release shares its
/// image with was promoted to it.
pub(crate) fn is_unfinished(tag: &str) -> bool {
    let scheme = TagScheme::read(tag);
    let word = scheme.explain().prerelease.unwrap_or_default().to_ascii_lowercase();
    scheme.is_prerelease() && !word.starts_with("rc") && !word.starts_with("cr")
}

/// Whether a version was made so long before a line began that it is no update of it.
pub(crate) fn is_outdated(made: Made, line: Timestamp) -> bool {
    line.duration_since(made.at) > GRACE
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::search::age::AgeSource;

    fn evidence(current: &str, tags: &[&str]) -> Evidence {
        let mut evidence = Evidence::new(current);
        tags.iter().for_each(|tag| evidence.read(tag));
        evidence
    }

    #[test]
    fn the_line_is_the_running_versions_first_two_numbers_in_its_variant() {
        let tags =
            ["1.2.0", "1.2.10", "1.2.1-alpine", "1.3.0", "1.20.0", "1.2", "v1.2.3", "1.2.0-beta1", "latest"];
        let found = evidence("1.2.2", &tags);
        assert_eq!(found.line().collect::<Vec<_>>(), ["1.2.0", "1.2.10", "1.2", "v1.2.3", "1.2.2"]);
        assert_eq!(found.line_name(), "1.2");
        assert_eq!(evidence("1.2.2", &["1.2.1", "1.2.0"]).first_of_line(), Some("1.2.0"));
        assert_eq!(evidence("7", &["7.1"]).first_of_line(), None);
    }

    #[test]
    fn prereleases_of_a_version_newest_first() {
        let tags = [
            "5.0.0-preview.1",
            "5.0.0-preview.2",
            "5.0.0-beta1",
            "5.1.0-preview.1",
            "5.0.0-preview.3-alpine",
        ];
        let found = evidence("4.3.7", &tags);
        assert_eq!(found.prereleases_of("5.0.0"), ["5.0.0-preview.2", "5.0.0-preview.1"]);
        assert_eq!(found.prereleases_of("6.0.0"), [""; 0]);
        for (tag, expected) in
            [("5.0.0-preview.1", true), ("1.0.0-alpha2", true), ("1.0-rc1", false), ("1.0.0", false)]
        {
            assert_eq!(is_unfinished(tag), expected, "{tag}");
        }
    }

    #[test]
    fn thirty_days_are_a_backports_due() {
        let made = |text| Made::read(text, AgeSource::Created).expect("a date");
        let line = made("2023-03-31T00:00:00Z").at;
        assert!(!is_outdated(made("2023-03-02T00:00:00Z"), line));
        assert!(is_outdated(made("2023-02-28T00:00:00Z"), line));
        assert!(!is_outdated(made("2024-06-01T00:00:00Z"), line));
    }
}
