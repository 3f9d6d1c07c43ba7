//! The order of versions of one project.

use std::{cmp::Ordering, collections::BTreeMap};

use super::{fit::shape, version::Version};
use crate::version::compare::order::natural;

/// Words of prereleases in the order in which they come before a release.
const STEPS: [&str; 13] = [
    "experimental",
    "dev",
    "nightly",
    "snapshot",
    "canary",
    "edge",
    "next",
    "alpha",
    "beta",
    "milestone",
    "ea",
    "preview",
    "pre",
];

impl Version {
    /// Compares two versions: by their numbers, then by their prereleases, then by the counters behind them that both have.
    pub(crate) fn order(&self, other: &Self) -> Ordering {
        numbers(&self.numbers, &other.numbers)
            .then_with(|| natural(&self.fix, &other.fix))
            .then_with(|| prereleases(&self.prerelease, &other.prerelease))
            .then_with(|| self.counters(other))
    }

    /// Whether it belongs to a line of versions that is named by its first numbers, as `17.4` belongs to `17`.
    pub(crate) fn is_in_line(&self, line: &Self) -> bool {
        self.numbers.starts_with(&line.numbers)
    }

    /// Whether it began a line of versions: `2.3.0` is followed by `2.3.1`.
    pub(crate) fn begins_line(&self) -> bool {
        self.numbers.len() < self.written.max(2) && self.numbers.len() <= 2 || self.written == 1
    }

    /// Compares two versions for a sorted list, where [`Self::order`] is none: counters that one of two versions leaves out
    /// make that equal to versions that differ. This is a total order.
    pub(crate) fn order_in_list(&self, other: &Self) -> Ordering {
        let rest =
            |version: &Self| version.rest.iter().map(|item| item.text.as_str()).collect::<Vec<_>>().join("-");
        numbers(&self.numbers, &other.numbers)
            .then_with(|| natural(&self.fix, &other.fix))
            .then_with(|| prereleases(&self.prerelease, &other.prerelease))
            .then_with(|| natural(&rest(self), &rest(other)))
    }

    fn counters(&self, other: &Self) -> Ordering {
        let (own, others) = (self.counters_by_shape(), other.counters_by_shape());
        let mut pairs = own.iter().filter_map(|(shape, text)| Some(natural(text, others.get(shape)?)));
        pairs.find(|ordering| ordering.is_ne()).unwrap_or(Ordering::Equal)
    }

    /// The items behind the version, by their shape and their place among those of the same shape.
    fn counters_by_shape(&self) -> BTreeMap<(String, usize), &str> {
        let mut counters = BTreeMap::new();
        for item in &self.rest {
            let shape = shape(&item.text);
            let earlier = counters.keys().filter(|(other, _)| *other == shape).count();
            counters.insert((shape, earlier), item.text.as_str());
        }
        counters
    }
}

fn numbers(a: &[String], b: &[String]) -> Ordering {
    let length = a.len().max(b.len());
    let number = |numbers: &[String], index: usize| numbers.get(index).map_or("0", String::as_str).to_owned();
    (0..length)
        .map(|index| natural(&number(a, index), &number(b, index)))
        .find(|ordering| ordering.is_ne())
        .unwrap_or(Ordering::Equal)
}

fn prereleases(a: &[String], b: &[String]) -> Ordering {
    match (a.split_first(), b.split_first()) {
        (None, None) => Ordering::Equal,
        (None, Some(_)) => Ordering::Greater,
        (Some(_), None) => Ordering::Less,
        (Some((word, behind)), Some((other, behind_other))) => {
            let step = |word: &String| STEPS.iter().position(|step| step == word).unwrap_or(STEPS.len());
            let items = behind.iter().zip(behind_other).map(|(a, b)| natural(a, b));
            step(word)
                .cmp(&step(other))
                .then_with(|| items.into_iter().find(|ordering| ordering.is_ne()).unwrap_or(Ordering::Equal))
                .then_with(|| behind.len().cmp(&behind_other.len()))
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*};

    use super::*;

    #[test]
    fn versions_have_an_order() {
        let rising = [
            "1.0",
            "1.1.1",
            "1.1.1w",
            "1.2.0-dev1",
            "1.2.0-alpha.1",
            "1.2.0b1",
            "1.2.0-beta.2",
            "1.2.0-rc1",
            "1.2.0-rc.10",
            "1.2",
            "1.10.0",
            "2.0.0",
            "10.0",
            "2024.5.28",
            "20240601",
        ];
        let read = |text: &str| Version::read(text, true).expect(text);
        for (index, lower) in rising.iter().enumerate() {
            for higher in rising.iter().skip(index + 1) {
                assert_eq!(read(lower).order(&read(higher)), Ordering::Less, "{lower} {higher}");
                assert_eq!(read(higher).order(&read(lower)), Ordering::Greater, "{higher} {lower}");
            }
        }
        let equal = [
            ("1.2", "1.2.0"),
            ("1.2.0rc1", "1.2.0-rc.1"),
            ("1.2.0-alpine", "1.2.0"),
            ("1.2.0+k3s1", "1.2.0-k3s1"),
        ];
        for (a, b) in equal {
            assert_eq!(read(a).order(&read(b)), Ordering::Equal, "{a} {b}");
        }
        assert_eq!(read("1.2.0+k3s1").order(&read("1.2.0+k3s2")), Ordering::Less);
        assert_eq!(read("1.2.0-ls9").order(&read("1.2.0-alpine-ls10")), Ordering::Less);
        assert_eq!(read("1.1-05-286pp").order(&read("1.1-05-28")), Ordering::Equal);
    }

    proptest! {
        #[test]
        fn orders_are_the_same_from_both_sides(texts in vec("1\\.[12](-(rc[12]|ls[0-9]{1,2}|[0-9]{1,3}|[0-9]{2}pp|alpine)){0,3}", 3)) {
            let versions: Vec<_> = texts.iter().filter_map(|text| Version::read(text, true)).collect();
            for a in &versions {
                for b in &versions {
                    prop_assert_eq!(a.order(b), b.order(a).reverse());
                    prop_assert_eq!(a.order_in_list(b), b.order_in_list(a).reverse());
                    for c in &versions {
                        let is_less = |a: &Version, b: &Version| a.order_in_list(b).is_le();
                        prop_assert!(!is_less(a, b) || !is_less(b, c) || is_less(a, c));
                    }
                }
            }
        }
    }

    #[test]
    fn a_line_begins_with_zero() {
        let begins = |text: &str| Version::read(text, true).expect(text).begins_line();
        for (text, expected) in [
            ("1.2.0", true),
            ("2.0.0", true),
            ("1.2.3", false),
            ("16.0", true),
            ("16.3", false),
            ("3121", true),
            ("1.2", false),
        ] {
            assert_eq!(begins(text), expected, "{text}");
        }
    }
}
