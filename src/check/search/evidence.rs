//! Tags of a list that help to judge the candidates: those of the running line, prereleases, and those of another numbering.

use std::cmp::Ordering;

use crate::version::{
    compare::{alike::is_same_variant, order::natural},
    numbering::OtherNumbering,
    outdated::Line,
    tag::scheme::TagScheme,
};

/// The most tags of a kind that are kept.
const MAX_KEPT: usize = 1000;
/// The most prereleases of a version whose digests are compared.
const MAX_COMPARED: usize = 2;

/// The words of prereleases.
const WORDS: [&str; 7] = ["alpha", "beta", "pre", "rc", "cr", "milestone", "dev"];

/// Collects the evidence from a tag list.
#[derive(Debug, Default)]
pub(crate) struct Evidence {
    current: String,
    line: Line,
    of_line: Vec<String>,
    prereleases: Vec<String>,
    numbering: OtherNumbering,
    rebuild: Option<String>,
}

impl Evidence {
    pub(crate) fn new(current: &str) -> Self {
        let line = Line::of(current);
        let numbering = OtherNumbering::of(current);
        Self { current: current.to_owned(), line, numbering, ..Self::default() }
    }

    /// Notes the tag that counts a rebuild of the running version.
    pub(crate) fn with_rebuild(self, rebuild: Option<&str>) -> Self {
        Self { rebuild: rebuild.map(str::to_owned), ..self }
    }

    /// Whether a tag is the rebuild of the running version.
    pub(crate) fn is_rebuild(&self, tag: &str) -> bool {
        self.rebuild.as_deref() == Some(tag)
    }

    /// The tags that number versions in another way.
    pub(crate) fn numbering(&self) -> &OtherNumbering {
        &self.numbering
    }

    /// Reads one tag of the list.
    pub(crate) fn read(&mut self, tag: &str) {
        self.numbering.read(tag);
        if self.prereleases.len() < MAX_KEPT && may_be_prerelease(tag) && TagScheme::read(tag).is_prerelease()
        {
            self.prereleases.push(tag.to_owned());
        } else if let Some(major) = self.line.major()
            && self.of_line.len() < MAX_KEPT
            && tag.contains(major)
            && self.line.has(tag)
        {
            self.of_line.push(tag.to_owned());
        }
    }

    /// The tags of the running `x.y` line, the running one among them.
    pub(crate) fn line(&self) -> impl Iterator<Item = &str> {
        self.of_line.iter().map(String::as_str).chain([self.current.as_str()])
    }

    /// The name of the line, such as `1.27`.
    pub(crate) fn line_name(&self) -> String {
        self.line.name().unwrap_or_else(|| self.current.clone())
    }

    /// Whether the running tag belongs to an `x.y` line.
    pub(crate) fn has_line(&self) -> bool {
        self.line.major().is_some()
    }

    /// Whether a tag is of the running line.
    pub(crate) fn is_of_line(&self, tag: &str) -> bool {
        self.line.has(tag)
    }

    /// The first tag of the running line beside the running one, which may have been pushed again.
    pub(crate) fn first_of_line(&self) -> Option<&str> {
        let others = self.of_line.iter().map(String::as_str).filter(|tag| *tag != self.current);
        others.min_by(|a, b| natural(a, b))
    }

    /// The newest prereleases of a tag's version in its variant.
    pub(crate) fn prereleases_of(&self, tag: &str) -> Vec<&str> {
        let scheme = TagScheme::read(tag);
        let numbers = scheme.numbers();
        let is_of_it = |other: &&str| {
            let other = TagScheme::read(other);
            let others = other.numbers();
            // A number that is missing counts as zero: `8.0-M03` is one of `8.0.0`.
            let is_same = |(index, number): (usize, &&str)| others.get(index).unwrap_or(&"0") == number;
            numbers.iter().enumerate().all(is_same) && is_same_variant(other.view(), scheme.view())
        };
        let mut found: Vec<&str> = self.prereleases.iter().map(String::as_str).filter(is_of_it).collect();
        found.sort_by(|a, b| natural(b, a).then(Ordering::Equal));
        found.truncate(MAX_COMPARED);
        found
    }
}

/// Whether a tag has a word of prereleases, or one of their letters ahead of a digit (`b2`, `M03`). Other tags are not parsed
/// for one.
fn may_be_prerelease(tag: &str) -> bool {
    let tag = tag.as_bytes();
    let has_word =
        |word: &str| tag.windows(word.len()).any(|part| part.eq_ignore_ascii_case(word.as_bytes()));
    let is_short = |pair: &[u8]| matches!(pair, [b'a' | b'b' | b'm' | b'A' | b'B' | b'M', b'0'..=b'9']);
    tag.windows(2).any(is_short) || WORDS.iter().any(|word| has_word(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn evidence(current: &str, tags: &[&str]) -> Evidence {
        let mut evidence = Evidence::new(current);
        tags.iter().for_each(|tag| evidence.read(tag));
        evidence
    }

    #[test]
    fn the_line_is_the_running_versions_first_two_numbers() {
        let tags =
            ["1.2.0", "1.2.10", "1.2.1-alpine", "1.3.0", "1.20.0", "1.2", "v1.2.3", "1.2.0-beta1", "latest"];
        let found = evidence("1.2.2", &tags);
        assert_eq!(
            found.line().collect::<Vec<_>>(),
            ["1.2.0", "1.2.10", "1.2.1-alpine", "1.2", "v1.2.3", "1.2.2"]
        );
        assert_eq!(found.line_name(), "1.2");
        assert_eq!(evidence("1.2.2", &["1.2.1", "1.2.0"]).first_of_line(), Some("1.2.0"));
        assert_eq!(evidence("7", &["7.1"]).first_of_line(), None);
    }

    #[test]
    fn prereleases_of_a_version_come_newest_first() {
        let tags = [
            "5.0.0-preview.1",
            "5.0.0-preview.2",
            "5.0.0-beta1",
            "5.1.0-preview.1",
            "5.0.0-preview.3-alpine",
            "8.0-M03",
            "9.0.0b2",
            "10.0.0.Beta1",
        ];
        let found = evidence("4.3.7", &tags);
        for (version, prerelease) in [("8.0.0", "8.0-M03"), ("9.0.0", "9.0.0b2"), ("10.0.0", "10.0.0.Beta1")]
        {
            assert_eq!(found.prereleases_of(version), [prerelease]);
        }
        assert_eq!(found.prereleases_of("5.0.0"), ["5.0.0-preview.2", "5.0.0-preview.1"]);
        assert_eq!(found.prereleases_of("6.0.0"), [""; 0]);
    }
}
