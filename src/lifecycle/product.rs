//! A product, and the cycles of its versions.

use std::sync::OnceLock;

use jiff::civil::Date;

use super::{cycle::Cycle, number};

/// A product whose versions are supported for a time.
#[derive(Debug)]
pub(crate) struct Product {
    /// The product's name at endoflife.date: `postgresql`.
    pub(crate) name: String,
    /// The lines of its cycles. They are parsed on demand, because few of the products are ever asked for.
    lines: String,
    cycles: OnceLock<Vec<Cycle>>,
}

/// The place of a version among the cycles of a product.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place<'a> {
    /// The version is in this cycle.
    In(&'a Cycle),
    /// The version is newer than all cycles of the support data.
    NotYetKnown,
    /// The version is in no cycle.
    Elsewhere,
}

impl<'a> Place<'a> {
    /// The cycle, if the version is in one.
    pub(crate) fn cycle(self) -> Option<&'a Cycle> {
        match self {
            Self::In(cycle) => Some(cycle),
            _ => None,
        }
    }
}

impl Product {
    pub(crate) fn new(name: &str, lines: &str) -> Self {
        Self { name: name.to_owned(), lines: lines.to_owned(), cycles: OnceLock::new() }
    }

    pub(crate) fn lines(&self) -> &str {
        &self.lines
    }

    /// The cycles in the order of their source, which is mostly the newest first.
    pub(crate) fn cycles(&self) -> &[Cycle] {
        self.cycles.get_or_init(|| self.lines.lines().filter_map(Cycle::read).collect())
    }

    /// Returns the place of a tag. `numbers` are those of its version, as the tag writes them.
    ///
    /// The longest cycle whose numbers they begin with decides. If there is none, a word of the tag decides that is a
    /// cycle's code name or name: `bookworm-20240513-slim`, `20H2`.
    pub(crate) fn place<'n>(&self, tag: &str, numbers: impl IntoIterator<Item = &'n str>) -> Place<'_> {
        match self.place_of_numbers(&number::of_runs(numbers)) {
            Place::Elsewhere => self.cycle_of_word(tag).map_or(Place::Elsewhere, Place::In),
            place => place,
        }
    }

    pub(crate) fn place_of_numbers(&self, numbers: &[u64]) -> Place<'_> {
        let numbered = || self.cycles().iter().filter(|cycle| !cycle.numbers.is_empty());
        let within = numbered().filter(|cycle| numbers.starts_with(&cycle.numbers));
        if let Some(cycle) = within.max_by_key(|cycle| cycle.numbers.len()) {
            return Place::In(cycle);
        }
        let newest = numbered().map(|cycle| cycle.numbers.as_slice()).max();
        // A version with fewer numbers than the newest cycle may stand for that cycle: `3` for `3.12`.
        match newest {
            Some(newest) if numbers > newest && !newest.starts_with(numbers) => Place::NotYetKnown,
            _ => Place::Elsewhere,
        }
    }

    fn cycle_of_word(&self, tag: &str) -> Option<&Cycle> {
        let is_it = |cycle: &&Cycle, word: &str| {
            let is_name = cycle.numbers.is_empty() && cycle.name.eq_ignore_ascii_case(word);
            is_name || cycle.codename.as_ref().is_some_and(|name| name.eq_ignore_ascii_case(word))
        };
        tag.split(['-', '_']).find_map(|word| self.cycles().iter().find(|cycle| is_it(cycle, word)))
    }

    /// The long-term releases on a day, the newest last.
    pub(crate) fn long_term(&self, today: Date) -> Vec<&Cycle> {
        let is_one = |cycle: &&Cycle| cycle.is_long_term(today) && cycle.released <= today;
        let mut cycles: Vec<&Cycle> = self.cycles().iter().filter(is_one).collect();
        cycles.sort_by(|a, b| a.numbers.cmp(&b.numbers));
        cycles
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lifecycle::catalog::Catalog;

    #[test]
    fn a_version_is_in_its_longest_cycle() {
        let catalog = Catalog::embedded();
        let cases = [
            ("postgresql", "16.6", Some("16")),
            ("postgresql", "9.6.24", Some("9.6")),
            ("ubuntu", "24.04", Some("24.04")),
            ("neo4j", "2026.7.0", Some("2026.07")),
            ("python", "3.12.4", Some("3.12")),
            ("python", "3", None),
            ("dotnet", "3.1.32", Some("3.1")),
            ("dotnet", "8.0.401", Some("8")),
            ("kibana", "8.19.2", Some("8.19")),
            ("kibana", "8.3.1", None),
            ("kibana", "7.17.0", Some("7")),
            ("debian", "12.5", Some("12")),
            ("almalinux", "9.4.20240530", Some("9")),
            ("amazon-linux", "2.0.20240610.1", Some("2")),
            ("mysql", "8", None),
            ("ruby", "2.0.0", Some("2.0.0")),
            ("plesk", "18.0.61", Some("18.0.61")),
        ];
        for (product, version, expected) in cases {
            let product = catalog.product(product).expect(product);
            let cycle = product.place(version, version.split('.')).cycle().map(|cycle| cycle.name.as_str());
            assert_eq!(cycle, expected, "{} {version}", product.name);
        }
    }

    #[test]
    fn a_word_decides_if_the_numbers_do_not() {
        let catalog = Catalog::embedded();
        let cases: [(&str, &str, &[&str], Option<&str>); 7] = [
            ("debian", "bookworm-20240513-slim", &["20240513"], Some("12")),
            ("debian", "bookworm-slim", &[], Some("12")),
            ("debian", "sid-slim", &[], None),
            ("debian", "stable-20240513", &["20240513"], None),
            ("ubuntu", "jammy-20240530", &["20240530"], Some("22.04")),
            ("windows-nano-server", "20H2", &["20"], Some("20h2")),
            ("alpine-linux", "edge", &[], None),
        ];
        for (product, tag, numbers, expected) in cases {
            let product = catalog.product(product).expect(product);
            let cycle = product.place(tag, numbers.iter().copied()).cycle().map(|cycle| cycle.name.as_str());
            assert_eq!(cycle, expected, "{tag}");
        }
    }

    #[test]
    fn a_version_beyond_all_cycles_is_not_yet_known() {
        let catalog = Catalog::embedded();
        let cases = [
            ("ubuntu", "26.10", Place::NotYetKnown),
            ("nodejs", "27.0.1", Place::NotYetKnown),
            ("mysql", "9.8.0", Place::NotYetKnown),
            ("mysql", "10", Place::NotYetKnown),
            ("mysql", "9", Place::Elsewhere),
            ("mysql", "8", Place::Elsewhere),
            ("alpine-linux", "20240606", Place::Elsewhere),
            ("ubuntu", "3.1", Place::Elsewhere),
        ];
        for (product, version, expected) in cases {
            let product = catalog.product(product).expect(product);
            assert_eq!(product.place(version, version.split('.')), expected, "{} {version}", product.name);
        }
    }
}
