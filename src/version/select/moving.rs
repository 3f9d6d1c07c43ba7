//! Finds out whether the numbered words of a tag move with its version, by comparing it with others of its form.

use std::collections::{BTreeMap, BTreeSet};

use super::facts::items;
use crate::version::{
    compare::{
        alike::{is_same_architecture, is_same_channel, is_same_variant},
        order::Digits,
    },
    tag::{parse::Habits, parsed::ParsedTag, scheme::TagView, words},
};

/// The most versions that are compared.
const MOST: usize = 2_000;
/// The fewest versions that show a rule.
const FEWEST: usize = 3;

/// Whether each version has one number behind each word, and newer versions have higher ones: then the numbers are part
/// of the version, as in `125.0-chromedriver-125.0-grid-4.21.0`. A runtime has several versions of the program, the
/// program several runtimes, or a newer version an older runtime.
pub(super) fn items_move(current: &str, tags: &[String]) -> bool {
    let habits = Habits { items_move: true, ..Habits::default() };
    let own = ParsedTag::read(current, habits);
    let own = TagView { tag: current, parsed: &own };
    // The numbers that tell releases of the items apart, by version.
    let mut releases: BTreeMap<Digits, Vec<Option<Digits>>> = BTreeMap::new();
    for tag in tags.iter().map(String::as_str).chain([current]) {
        let parsed = ParsedTag::read(tag, habits);
        let view = TagView { tag, parsed: &parsed };
        let is_of_the_form = is_same_variant(own, view)
            && is_same_architecture(own, view)
            && is_same_channel(own, view)
            && parsed.count == own.parsed.count
            && words_of(own).eq(words_of(view));
        let Some(version) = parsed.version().filter(|_| is_of_the_form && releases.len() < MOST) else {
            continue;
        };
        let version = Digits::of(version.numbers(tag));
        let release: Vec<_> = items(view).map(|item| release_of(item.word(tag), item.numbers(tag))).collect();
        if releases.get(&version).is_some_and(|other| !is_each(other, &release, |a, b| a == b)) {
            return false;
        }
        releases.insert(version, release);
    }
    let different: BTreeSet<_> = releases.values().collect();
    let mut steps = releases.values().zip(releases.values().skip(1));
    releases.len() >= FEWEST
        && different.len() > 1
        && steps.all(|(older, newer)| is_each(older, newer, |a, b| a <= b))
}

fn words_of<'a>(view: TagView<'a>) -> impl Iterator<Item = &'a str> {
    items(view).map(move |item| item.word(view.tag))
}

/// Whether a comparison holds for all items whose releases are known in both tags.
fn is_each(a: &[Option<Digits>], b: &[Option<Digits>], holds: fn(&Digits, &Digits) -> bool) -> bool {
    a.iter().zip(b).all(|(a, b)| a.as_ref().zip(b.as_ref()).is_none_or(|(a, b)| holds(a, b)))
}

/// The numbers of an item that tell its releases apart. Those of an exact version tell nothing, unless its word names a
/// runtime.
fn release_of<'a>(word: &str, numbers: impl Iterator<Item = &'a str> + Clone) -> Option<Digits> {
    match words::release_numbers(word.as_bytes()) {
        0 if numbers.clone().count() > 2 => None,
        0 => Some(Digits::of(numbers)),
        kept => Some(Digits::of(numbers.take(kept))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_move_where_each_version_has_one_of_each() {
        let cases: [(&str, &[&str], bool, &str); 6] = [
            (
                "125.0-driver-125.0-grid-4.21.0",
                &[
                    "124.0-driver-124.0-grid-4.20.0",
                    "126.0-driver-126.0-grid-4.22.0",
                    "126.0-driver-126.0-grid-4.22.1",
                ],
                true,
                "a driver of each version",
            ),
            (
                "13.13.0-node-20.15.1-ff-128.0",
                &[
                    "13.14.0-node-20.17.0-ff-129.0",
                    "13.15.0-node-22.1.0-ff-130.0.1",
                    "13.16.0-node-22.1.0-ff-131.0",
                ],
                true,
                "one node for each version",
            ),
            (
                "1.2.0-php8.2-node18",
                &["1.3.0-php8.2-node18", "1.3.0-php8.3-node20", "1.4.0-php8.3-node20"],
                false,
                "several at one version",
            ),
            (
                "1.19.0-scala_2.12-java17",
                &["1.20.0-scala_2.12-java17", "1.20.3-scala_2.12-java11"],
                false,
                "a newer version with an older runtime",
            ),
            ("1.2.0-php8.2-node18", &["1.3.0-php8.2-node18", "1.4.0-php8.2-node18"], false, "all the same"),
            (
                "1.2.0-php8.2-node18",
                &["1.3.0-php8.3-node20-slim", "1.4.0-node20-php8.3"],
                false,
                "other forms",
            ),
        ];
        for (current, tags, expected, why) in cases {
            let tags: Vec<_> = tags.iter().map(|tag| (*tag).to_owned()).collect();
            assert_eq!(items_move(current, &tags), expected, "{current}: {why}");
        }
    }
}
