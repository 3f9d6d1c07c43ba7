//! Tags that number versions in another way than the running one: a calendar beside versions, versions beside a calendar.

use super::{
    compare::{
        alike::{has_same_counters, is_same_architecture, is_same_channel, is_same_variant},
        order::natural,
    },
    tag::{kind::TagKind, scheme::TagScheme},
};

/// The most tags that are kept, the newest.
const MAX_KEPT: usize = 32;
/// First numbers that are taken for years.
const YEARS: std::ops::RangeInclusive<u32> = 2000..=2199;

/// Collects the tags of a list that have the parts of the running one, but another numbering.
///
/// A project may go over from `5.26.0` to `2025.01.0`, or back. Which of two numberings is the later one, no number tells: dates do.
#[derive(Debug, Clone, Default)]
pub(crate) struct OtherNumbering {
    current: String,
    kind: Option<TagKind>,
    /// The tags, the newest first.
    tags: Vec<String>,
}

impl OtherNumbering {
    /// A collector for a running tag. It collects nothing unless the tag is a version or a calendar version.
    pub(crate) fn of(current: &str) -> Self {
        let kind = Some(TagScheme::read(current).kind());
        let kind = kind.filter(|kind| matches!(kind, TagKind::Semantic | TagKind::Calendar));
        Self { current: current.to_owned(), kind, tags: Vec::new() }
    }

    /// Looks at one tag of the list.
    pub(crate) fn read(&mut self, tag: &str) {
        let Some(kind) = self.kind.filter(|kind| may_be_other(*kind, tag)) else { return };
        let (scheme, current) = (TagScheme::read(tag), TagScheme::read(&self.current));
        let is_other = match kind {
            TagKind::Semantic => scheme.kind() == TagKind::Calendar,
            _ => scheme.kind() == TagKind::Semantic,
        };
        let (a, b) = (scheme.view(), current.view());
        let is_alike = is_same_variant(a, b) && is_same_architecture(a, b) && is_same_channel(a, b);
        if !is_other
            || !is_alike
            || !has_same_counters(a, b)
            || scheme.is_prerelease()
            || scheme.numbers().len() < 2
        {
            return;
        }
        let position = self.tags.partition_point(|kept| natural(kept, tag).is_ge());
        if position < MAX_KEPT {
            self.tags.insert(position, tag.to_owned());
            self.tags.truncate(MAX_KEPT);
        }
    }

    /// The tags, the newest first.
    pub(crate) fn tags(&self) -> &[String] {
        &self.tags
    }

    /// The name of the running numbering: `semver` or `calendar`.
    pub(crate) fn own_name(&self) -> &'static str {
        self.kind.map_or("", TagKind::name)
    }
}

/// Whether the first number of a tag speaks for a numbering other than `kind`. Most tags are told apart by that alone.
fn may_be_other(kind: TagKind, tag: &str) -> bool {
    let digits = tag.trim_start_matches(|c: char| !c.is_ascii_digit());
    let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
    let first = digits.get(..end).unwrap_or_default();
    let is_year = first.len() == 4 && first.parse().is_ok_and(|year| YEARS.contains(&year));
    end < digits.len() && is_year == (kind == TagKind::Semantic)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_calendar_beside_versions_and_the_reverse() {
        let cases: [(&str, &[&str], &[&str]); 9] = [
            ("v20231226-1a7112e06", &["v1.4.0", "v1.4.4"], &["v1.4.4", "v1.4.0"]),
            ("5.26.0", &["5.25.0", "2025.01.0", "2025.02.0", "latest"], &["2025.02.0", "2025.01.0"]),
            ("0.118.5", &["2020.12.0", "2020.12.0.dev20201101", "2021.1.0b3"], &["2020.12.0"]),
            ("10.8.1-developer", &["2025.3.0-developer", "2025.3.0-community"], &["2025.3.0-developer"]),
            ("2021.11.28", &["2.4.15", "2.4.9", "2022.1.1"], &["2.4.15", "2.4.9"]),
            ("4.2.0-ls12", &["2025.5.1-ls3", "2025.5.1"], &["2025.5.1-ls3"]),
            ("4.2.0", &["20250501", "2025", "v2025.5.1"], &["v2025.5.1"]),
            ("latest", &["2025.5.1"], &[]),
            ("4.2.0", &["1999.1.0", "4000.1.0"], &[]),
        ];
        for (current, tags, expected) in cases {
            let mut other = OtherNumbering::of(current);
            tags.iter().for_each(|tag| other.read(tag));
            assert_eq!(other.tags(), expected, "{current}");
        }
    }

    #[test]
    fn the_newest_tags_are_kept() {
        let mut other = OtherNumbering::of("1.0.0");
        for number in 0..100 {
            other.read(&format!("2025.1.{number}"));
        }
        assert_eq!(other.tags().len(), MAX_KEPT);
        assert_eq!(other.tags().first().map(String::as_str), Some("2025.1.99"));
    }
}
