//! Reads a changelog: the sections of versions under their headings, as Keep a Changelog and conventional-changelog write them.

use super::{BOLD, Fences, Heading, underline};
use crate::source::naming::version::Version;

/// The most sections of a changelog that are read.
const MOST: usize = 2000;
/// The most headings of a changelog that are read.
const MOST_HEADINGS: usize = 20_000;
/// The most words before the version of a heading.
const MOST_BEFORE: usize = 8;
/// Words that introduce a version.
const INTRODUCING: [&str; 14] = [
    "changed",
    "changelog",
    "changes",
    "for",
    "in",
    "new",
    "notes",
    "release",
    "v",
    "ver",
    "version",
    "what's",
    "whats",
    "what\u{2019}s",
];
const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// How the headings of versions are read.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Reading<'a> {
    /// Names that may stand before a version.
    pub(crate) names: &'a [&'a str],
    /// Whether versions have one number.
    pub(crate) has_single: bool,
}

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

/// A heading of a changelog.
#[derive(Debug, Clone, Copy)]
struct Place<'t> {
    heading: Heading<'t>,
    /// Where it begins.
    start: usize,
    /// Where the text below it begins.
    end: usize,
}

/// The sections of a changelog, in its order. Where no heading begins with a version, a word that all that have one begin with
/// is taken for the name of the program.
pub(crate) fn sections<'t>(text: &'t str, reading: Reading<'_>) -> Vec<Section<'t>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let places = places(text);
    let found = sections_at(text, &places, reading);
    match common_name(&places).filter(|_| found.is_empty()) {
        Some(name) => sections_at(text, &places, Reading { names: &[name], ..reading }),
        None => found,
    }
}

fn sections_at<'t>(text: &'t str, places: &[Place<'t>], reading: Reading<'_>) -> Vec<Section<'t>> {
    let mut sections: Vec<Section<'t>> = Vec::new();
    let mut begun: Option<(&Place<'t>, Section<'t>)> = None;
    for place in places {
        let section = version_in(place.heading.text, reading);
        // A heading further down names a version of its own only if it says nothing else.
        let is_below = begun.as_ref().is_some_and(|(above, _)| place.heading.level > above.heading.level);
        let section = section.filter(|(_, is_all)| *is_all || !is_below).map(|(section, _)| section);
        if section.is_none() && !is_unreleased(place.heading.text) {
            continue;
        }
        if let Some((above, section)) = begun.take() {
            let notes = text.get(above.end..place.start).unwrap_or_default().trim();
            sections.push(Section { notes, ..section });
        }
        if sections.len() >= MOST {
            return sections;
        }
        begun = section.map(|section| (place, section));
    }
    if let Some((above, section)) = begun {
        let notes = text.get(above.end..).unwrap_or_default().trim();
        sections.push(Section { notes, ..section });
    }
    sections
}

/// The headings of a changelog.
fn places(text: &str) -> Vec<Place<'_>> {
    let mut fences = Fences::default();
    let mut places = Vec::new();
    let (mut at, mut before): (usize, (usize, &str)) = (0, (0, ""));
    for line in text.split_inclusive('\n') {
        let (start, bare) = (at, line.trim_end());
        at += line.len();
        if fences.is_code(bare) {
            before = (0, "");
            continue;
        }
        let underlined = |level| Heading { level, text: before.1 };
        if let Some(heading) = Heading::read(bare).or_else(|| dated_bold(bare)) {
            places.push(Place { heading, start, end: at });
        } else if let Some(level) = underline(bare).filter(|_| !before.1.is_empty()) {
            places.push(Place { heading: underlined(level), start: before.0, end: at });
        }
        if places.len() >= MOST_HEADINGS {
            break;
        }
        before = (start, bare);
    }
    places
}

/// A line that begins in bold and goes on with no more than a date.
fn dated_bold(line: &str) -> Option<Heading<'_>> {
    let (bold, behind) = line.strip_prefix("**")?.split_once("**")?;
    let is_dated = !bold.is_empty() && behind.split_whitespace().all(is_of_date);
    is_dated.then(|| Heading { level: BOLD, text: line.trim() })
}

fn is_unreleased(heading: &str) -> bool {
    heading.trim_matches(['[', ']']).to_ascii_lowercase().starts_with("unreleased")
}

/// The word that all headings with a version begin with, if there are several.
fn common_name<'t>(places: &[Place<'t>]) -> Option<&'t str> {
    let named = |place: &Place<'t>| {
        let (name, _) = place.heading.text.split_once(' ')?;
        let is_name = name.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.'));
        let (section, _) = version_in(place.heading.text, Reading { names: &[name], has_single: false })?;
        (is_name && section.tag != name).then_some(name)
    };
    let mut names = places.iter().filter_map(named);
    let first = names.next()?;
    let mut count = 1;
    names
        .all(|name| {
            count += 1;
            name == first
        })
        .then_some(first)
        .filter(|_| count > 1)
}

/// Reads the heading of a version: `[1.2.3] - 2024-05-28`, `1.2.3 (2024-05-28)`, `[1.2.3](https://…) (2024-05-28)`, `app@1.2.3`,
/// `Version 1.2.3`, `2024-05-28, Version 1.2.3`. The version is its first word, behind those that introduce it, names, dates and
/// signs. Also returns whether the heading says nothing but version and date.
fn version_in<'t>(heading: &'t str, reading: Reading<'_>) -> Option<(Section<'t>, bool)> {
    let mut words = heading.split_whitespace();
    let is_before = |word: &&str| {
        let bare = bare(word);
        let is_name = reading.names.iter().any(|name| name.eq_ignore_ascii_case(bare));
        bare.is_empty()
            || is_emoji(word)
            || is_day(bare)
            || is_name
            || INTRODUCING.contains(&&*bare.to_lowercase())
    };
    let word = words.by_ref().take(MOST_BEFORE).find(|word| !is_before(word))?;
    let word = word.trim_start_matches(['[', '(']);
    let tag = word.split([']', '(']).next().unwrap_or_default();
    let tag = tag.trim_matches(|c: char| matches!(c, '*' | '`' | ':' | ',' | '"' | ')'));
    let version = tag.rsplit(['@', '/']).next().unwrap_or_default();
    let version = version.strip_prefix(['v', 'V']).unwrap_or(version);
    let version = Version::read(version, true)?;
    let is_all = words.all(is_of_date);
    let is_single = reading.has_single && is_all && version.rest.is_empty();
    let date = heading
        .split(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | '[' | ']' | ',' | ':'))
        .find(|word| is_day(word));
    let section = Section { tag, name: heading, date, notes: "" };
    (version.written > 1 || is_single).then_some((section, is_all))
}

/// A word without the signs around it.
fn bare(word: &str) -> &str {
    word.trim_matches(|c: char| !c.is_alphanumeric())
}

/// Whether a word is a sign by its name: `:rocket:`.
fn is_emoji(word: &str) -> bool {
    word.len() > 2 && word.starts_with(':') && word.ends_with(':')
}

/// Whether a word may stand in a date, or says that a version was taken back.
fn is_of_date(word: &str) -> bool {
    let bare = bare(word).to_ascii_lowercase();
    let is_number = bare.chars().all(|c| c.is_ascii_digit() || matches!(c, '-' | '/' | '.'));
    is_number || bare == "yanked" || MONTHS.iter().any(|month| bare.starts_with(month))
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
            ("# 2024-05-01 - 1.2.3", Some(("1.2.3", Some("2024-05-01")))),
            ("## 2024-05-01, Version 1.2.3 (LTS)", Some(("1.2.3", Some("2024-05-01")))),
            ("## (2024-05-01) 1.2.3", Some(("1.2.3", Some("2024-05-01")))),
            ("## 2024-05-01", None),
            ("## app 1.2.3 (2024-05-01)", Some(("1.2.3", Some("2024-05-01")))),
            ("## Other 1.2.3", None),
            ("## \u{1f680} 1.2.3", Some(("1.2.3", None))),
            ("## :rocket: 1.2.3", Some(("1.2.3", None))),
            ("## Changes in 1.2.3", Some(("1.2.3", None))),
            ("## What's new in 1.2.3", Some(("1.2.3", None))),
            ("## Release notes for 1.2.3", Some(("1.2.3", None))),
            ("## [[1.2.3](https://x)] - 2024-05-01", Some(("1.2.3", Some("2024-05-01")))),
            ("**1.2.3** (2024-05-01)", Some(("1.2.3", Some("2024-05-01")))),
            ("**1.2.3** is out", None),
            ("\u{feff}## 1.2.3", Some(("1.2.3", None))),
            ("    ## 1.2.3", None),
            ("\t## 1.2.3", None),
            ("<!--\n## 1.2.3\n-->", None),
            ("<!-- ## 1.2.3 -->", None),
            ("## 3", None),
        ];
        for (line, expected) in cases {
            let found = sections(line, Reading { names: &["app"], has_single: false });
            let found = found.first().map(|section| (section.tag, section.date));
            assert_eq!(found, expected, "{line}");
        }
    }

    #[test]
    fn a_section_ends_at_the_next_version() {
        let text = "# Changelog\n\n## [Unreleased]\n- soon\n\n## [1.1.0] - 2024-06-01\n### Added\n- a\n\n```\n## 9.9.9\n```\n\n## [1.0.0]\n- b\n\n[1.1.0]: https://x\n";
        let found: Vec<_> = sections(text, Reading::default())
            .into_iter()
            .map(|section| (section.tag, section.notes))
            .collect();
        assert_eq!(
            found,
            [("1.1.0", "### Added\n- a\n\n```\n## 9.9.9\n```"), ("1.0.0", "- b\n\n[1.1.0]: https://x"),]
        );
        let underlined = "1.1.0 / 2024-06-01\n==================\n\n * a\n\n1.0.0 / 2024-05-01\n------------------\n * b\n";
        let found: Vec<_> = sections(underlined, Reading::default())
            .into_iter()
            .map(|section| (section.tag, section.notes))
            .collect();
        assert_eq!(found, [("1.1.0", "* a"), ("1.0.0", "* b")]);
    }

    #[test]
    fn headings_further_down_and_names_and_single_numbers() {
        let tags = |text: &str, has_single: bool| -> Vec<String> {
            let found = sections(text, Reading { names: &["app"], has_single });
            found.into_iter().map(|section| section.tag.to_owned()).collect()
        };
        let cases: [(&str, bool, &[&str]); 9] = [
            ("## 1.2.0\n### 3.0 is coming\n- a\n### 1.1 compat\n- z\n## 1.1.0\n", false, &["1.2.0", "1.1.0"]),
            (
                "## [2.0.0](https://x) (2024-05-01)\n### [1.9.1](https://x) (2024-04-01)\n",
                false,
                &["2.0.0", "1.9.1"],
            ),
            ("## 1.2.0\n### 1.1.9 - 1 May 2024\n", false, &["1.2.0", "1.1.9"]),
            ("# Foo\n## Foo 1.2.0\n- a\n## Foo 1.1.0\n", false, &["1.2.0", "1.1.0"]),
            ("## web 1.2.0\n## api 1.1.0\n", false, &[]),
            ("## Foo 1.2.0\n", false, &[]),
            ("## 3\n- a\n## 2\n", true, &["3", "2"]),
            ("## v3 (2024-05-01)\n- a\n## v2\n", true, &["v3", "v2"]),
            ("## 2 things to know\n", true, &[]),
        ];
        for (text, has_single, expected) in cases {
            assert_eq!(tags(text, has_single), expected, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read(text in "([#=\\-0-9.v\\[\\] a]{0,12}\n){0,12}") {
            for section in sections(&text, Reading { names: &["a"], has_single: true }) {
                proptest::prop_assert!(text.contains(section.notes) && text.contains(section.tag));
            }
        }
    }
}
