//! Code names of Debian and Ubuntu releases, and their order.

/// A system whose releases have code names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum System {
    /// `bookworm`, `trixie`.
    Debian,
    /// `jammy`, `noble`.
    Ubuntu,
}

impl System {
    /// The system's name at endoflife.date.
    pub(crate) fn product(self) -> &'static str {
        match self {
            Self::Debian => "debian",
            Self::Ubuntu => "ubuntu",
        }
    }
}

/// A release of a system.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Release {
    /// The system. Releases of different systems have no order.
    pub(crate) system: System,
    /// The order within the system: a hundred times the first number plus the second, such as `2404`.
    pub(crate) order: u16,
}

/// Names in lower case, sorted for the search. No image holds an older release. `sid`, `testing` and future releases
/// are left out.
const NAMES: [(&str, System, u16); 44] = {
    use System::{Debian, Ubuntu};
    [
        ("artful", Ubuntu, 1710),
        ("bionic", Ubuntu, 1804),
        ("bookworm", Debian, 1200),
        ("bullseye", Debian, 1100),
        ("buster", Debian, 1000),
        ("cosmic", Ubuntu, 1810),
        ("disco", Ubuntu, 1904),
        ("eoan", Ubuntu, 1910),
        ("focal", Ubuntu, 2004),
        ("groovy", Ubuntu, 2010),
        ("hirsute", Ubuntu, 2104),
        ("impish", Ubuntu, 2110),
        ("jammy", Ubuntu, 2204),
        ("jaunty", Ubuntu, 904),
        ("jessie", Debian, 800),
        ("karmic", Ubuntu, 910),
        ("kinetic", Ubuntu, 2210),
        ("lenny", Debian, 500),
        ("lucid", Ubuntu, 1004),
        ("lunar", Ubuntu, 2304),
        ("mantic", Ubuntu, 2310),
        ("maverick", Ubuntu, 1010),
        ("natty", Ubuntu, 1104),
        ("noble", Ubuntu, 2404),
        ("oneiric", Ubuntu, 1110),
        ("oracular", Ubuntu, 2410),
        ("plucky", Ubuntu, 2504),
        ("precise", Ubuntu, 1204),
        ("quantal", Ubuntu, 1210),
        ("questing", Ubuntu, 2510),
        ("raring", Ubuntu, 1304),
        ("resolute", Ubuntu, 2604),
        ("saucy", Ubuntu, 1310),
        ("squeeze", Debian, 600),
        ("stretch", Debian, 900),
        ("trixie", Debian, 1300),
        ("trusty", Ubuntu, 1404),
        ("utopic", Ubuntu, 1410),
        ("vivid", Ubuntu, 1504),
        ("wheezy", Debian, 700),
        ("wily", Ubuntu, 1510),
        ("xenial", Ubuntu, 1604),
        ("yakkety", Ubuntu, 1610),
        ("zesty", Ubuntu, 1704),
    ]
};

/// The release that a code name stands for, in upper or lower case. Returns `None` for a future release and for any
/// other word.
pub(crate) fn released(name: &str) -> Option<Release> {
    let lower = || name.bytes().map(|byte| byte.to_ascii_lowercase());
    let index = NAMES.binary_search_by(|(entry, ..)| entry.bytes().cmp(lower())).ok()?;
    NAMES.get(index).map(|&(_, system, order)| Release { system, order })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lifecycle::catalog::Catalog;

    #[test]
    fn the_names_are_those_of_the_catalog() {
        let catalog = Catalog::embedded();
        let mut expected = Vec::new();
        for (product, system) in [("debian", System::Debian), ("ubuntu", System::Ubuntu)] {
            for cycle in catalog.product(product).expect(product).cycles() {
                let Some(name) = &cycle.codename else { continue };
                if cycle.released.year() >= 2009 {
                    let number = |index: usize| cycle.numbers.get(index).copied().unwrap_or_default();
                    expected.push((name.clone(), system, (number(0) * 100 + number(1)) as u16));
                }
            }
        }
        expected.sort_by(|a, b| a.0.cmp(&b.0));
        let names: Vec<_> =
            NAMES.iter().map(|&(name, system, order)| (name.to_owned(), system, order)).collect();
        assert_eq!(names, expected);
    }

    #[test]
    fn releases_are_ordered_within_their_system() {
        let order = |name| released(name).expect(name);
        assert!(order("trixie").order > order("Bookworm").order);
        assert!(order("noble").order > order("jammy").order);
        assert_ne!(order("noble").system, order("trixie").system);
        for name in ["sid", "testing", "unstable", "stable", "forky", "devel", "rolling", "", "bookworm-slim"]
        {
            assert_eq!(released(name), None, "{name}");
        }
    }
}
