//! Reads a changelog: the sections of versions under their headings, as Keep a Changelog and conventional-changelog write them.

use super::{Fences, Heading};
use crate::source::naming::version::Version;

/// The most sections of a changelog that are read.
const MOST: usize = 2000;

/// What a changelog says about one version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Section<'t> {
    /// The version as the heading writes it.
    pub(crate) tag: &'t str,
    /// The text of the heading.
    pub(crate) name: &'t str,
    /// The day in the heading, as `2024-05-28`.
    pub(crate) date: Option<&'t str>,
    /// The text below it, up to the next version.
    pub(crate) notes: &'t str,
}

/// The sections of a changelog, in its order.
pub(crate) fn sections(text: &str) -> Vec<Section<'_>> {
    let mut fences = Fences::default();
    let mut sections: Vec<Section<'_>> = Vec::new();
    let (mut begun, mut at): (Option<(usize, Section<'_>)>, usize) = (None, 0);
    let mut before: (usize, &str) = (0, "");
    for line in text.split_inclusive('\n') {
        let (start, bare) = (at, line.trim_end());
        at += line.len();
        let is_code = fences.is_code(bare);
        let underline = bare.trim();
        let is_underlined = underline.len() >= 3
            && (underline.bytes().all(|byte| byte == b'=') || underline.bytes().all(|byte| byte == b'-'));
        let heading = match Heading::read(bare) {
            _ if is_code => None,
            Some(heading) => Some((start, heading.text)),
            // CommonMark, "Setext headings".
            None if is_underlined && !before.1.is_empty() => Some(before),
            None => None,
        };
        before = if is_code { (0, "") } else { (start, bare) };
        let Some((heading_start, heading)) = heading else { continue };
        let section = version_in(heading);
        let is_end = section.is_some() || is_unreleased(heading);
        if !is_end {
            continue;
        }
        if let Some((from, mut section)) = begun.take() {
            section.notes = text.get(from..heading_start).unwrap_or_default().trim();
            sections.push(section);
        }
        if sections.len() >= MOST {
            return sections;
        }
        begun = section.map(|section| (at, section));
    }
    if let Some((from, mut section)) = begun {
        section.notes = text.get(from..).unwrap_or_default().trim();
        sections.push(section);
    }
    sections
}

fn is_unreleased(heading: &str) -> bool {
    heading.trim_matches(['[', ']']).to_ascii_lowercase().starts_with("unreleased")
}

/// Reads the heading of a version: `[1.2.3] - 2024-05-28`, `1.2.3 (2024-05-28)`, `[1.2.3](https://…) (2024-05-28)`, `app@1.2.3`,
/// `Version 1.2.3`. The version is its first word, behind one that introduces it.
fn version_in(heading: &str) -> Option<Section<'_>> {
    let mut words = heading.split_whitespace();
    let mut word = words.next()?;
    if ["version", "release", "v", "ver", "ver."].contains(&word.to_ascii_lowercase().as_str()) {
        word = words.next()?;
    }
    let tag = word.strip_prefix('[').map_or(word, |word| word.split(']').next().unwrap_or_default());
    let tag = tag
        .split('(')
        .next()
        .unwrap_or_default()
        .trim_matches(|c: char| matches!(c, '*' | '`' | ':' | ',' | '"'));
    let bare = tag.rsplit(['@', '/']).next().unwrap_or_default();
    let bare = bare.strip_prefix(['v', 'V']).unwrap_or(bare);
    Version::read(bare, true).filter(|version| version.written > 1)?;
    let date = heading
        .split(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | '[' | ']'))
        .find(|word| is_day(word));
    // A date alone is no version.
    (date != Some(tag)).then_some(Section { tag, name: heading, date, notes: "" })
}

fn is_day(text: &str) -> bool {
    let is_digit = |index: usize| text.as_bytes().get(index).is_some_and(u8::is_ascii_digit);
    let is_dash = |index: usize| text.as_bytes().get(index) == Some(&b'-');
    text.len() == 10 && [0, 1, 2, 3, 5, 6, 8, 9].into_iter().all(is_digit) && is_dash(4) && is_dash(7)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_have_headings_of_many_forms() {
        let cases = [
            ("## [1.2.3] - 2024-05-28", Some(("1.2.3", Some("2024-05-28")))),
            ("## [v1.2.3] - 2024-05-28 [YANKED]", Some(("v1.2.3", Some("2024-05-28")))),
            ("## 1.2.3 (2024-05-28)", Some(("1.2.3", Some("2024-05-28")))),
            (
                "### [1.2.3](https://github.com/o/r/compare/v1.2.2...v1.2.3) (2024-05-28)",
                Some(("1.2.3", Some("2024-05-28"))),
            ),
            ("# v1.2.3", Some(("v1.2.3", None))),
            ("## Version 1.2.3", Some(("1.2.3", None))),
            ("## Release v1.2.3 — 2024-05-28", Some(("v1.2.3", Some("2024-05-28")))),
            ("## @org/app@1.2.3", Some(("@org/app@1.2.3", None))),
            ("## 1.2.3-rc.1", Some(("1.2.3-rc.1", None))),
            ("## 1.2", Some(("1.2", None))),
            ("**1.2.3**", Some(("1.2.3", None))),
            ("## [Unreleased]", None),
            ("## Changelog", None),
            ("## 2 things to know", None),
            ("## Fixed in 1.2.3", None),
        ];
        for (line, expected) in cases {
            let found = sections(line);
            let found = found.first().map(|section| (section.tag, section.date));
            assert_eq!(found, expected, "{line}");
        }
    }

    #[test]
    fn a_section_ends_at_the_next_version() {
        let text = "# Changelog\n\n## [Unreleased]\n- soon\n\n## [1.1.0] - 2024-06-01\n### Added\n- a\n\n```\n## 9.9.9\n```\n\n## [1.0.0]\n- b\n\n[1.1.0]: https://x\n";
        let found: Vec<_> = sections(text).into_iter().map(|section| (section.tag, section.notes)).collect();
        assert_eq!(
            found,
            [("1.1.0", "### Added\n- a\n\n```\n## 9.9.9\n```"), ("1.0.0", "- b\n\n[1.1.0]: https://x"),]
        );
        let underlined = "1.1.0 / 2024-06-01\n==================\n\n * a\n\n1.0.0 / 2024-05-01\n------------------\n * b\n";
        let found: Vec<_> =
            sections(underlined).into_iter().map(|section| (section.tag, section.notes)).collect();
        assert_eq!(found, [("1.1.0", "* a"), ("1.0.0", "* b")]);
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read(text in "([#=\\-0-9.v\\[\\] a]{0,12}\n){0,12}") {
            for section in sections(&text) {
                proptest::prop_assert!(text.contains(section.notes) && text.contains(section.tag));
            }
        }
    }
}
