//! Risks of the way from one version to another.

use super::{Risk, RiskKind};
use crate::version::tag::{kind::TagKind, scheme::TagScheme};

/// Databases whose makers prescribe steps between support cycles: files that older versions do not read, a conversion,
/// or an order of versions. The names are those of endoflife.date.
const DATABASES: [&str; 13] = [
    "apache-cassandra",
    "cockroachdb",
    "couchbase-server",
    "elasticsearch",
    "etcd",
    "influxdb",
    "mariadb",
    "mongodb",
    "mysql",
    "neo4j",
    "opensearch",
    "postgresql",
    "vitess",
];

/// Both tags, and the support cycles of their versions.
#[derive(Debug, Clone, Default)]
pub(crate) struct Versions<'a> {
    pub(crate) from: &'a str,
    pub(crate) to: &'a str,
    /// The cycles, if both versions are in a known one.
    pub(crate) cycles: Option<Cycles>,
}

/// The support cycles of a product that two versions are in.
#[derive(Debug, Clone, Default)]
pub(crate) struct Cycles {
    pub(crate) product: String,
    pub(crate) from: String,
    pub(crate) to: String,
    /// Whether both are long-term releases, and no other lies between them.
    pub(crate) are_neighbours: bool,
}

impl Versions<'_> {
    pub(super) fn risks(&self) -> Vec<Risk> {
        [self.cycle(), self.majors()].into_iter().flatten().collect()
    }

    fn cycle(&self) -> Option<Risk> {
        let Cycles { product, from, to, .. } = self.cycles.as_ref()?;
        (from != to && DATABASES.contains(&product.as_str())).then(|| Risk {
            kind: RiskKind::Cycle,
            text: format!(
                "{product} {from} to {to} is another support cycle of a database: its data may have to be converted, \
                 and the older version may not read them afterwards"
            ),
        })
    }

    /// Whether majors are left out. From one long-term release to the next is a way that the makers intend.
    fn majors(&self) -> Option<Risk> {
        if self.cycles.as_ref().is_some_and(|cycles| cycles.are_neighbours) {
            return None;
        }
        let (from, to) = (major(self.from)?, major(self.to)?);
        let majors = to.checked_sub(from).filter(|majors| *majors > 1)?;
        Some(Risk {
            kind: RiskKind::Majors,
            text: format!(
                "{majors} majors at once, from {from} to {to}: many programs convert their data from one major to \
                 the next only"
            ),
        })
    }
}

/// The first number of a version, if it counts breaking changes. A month such as the `04` of `24.04` shows that it is a
/// year.
fn major(tag: &str) -> Option<u32> {
    let scheme = TagScheme::read(tag);
    if !matches!(scheme.kind(), TagKind::Semantic | TagKind::Floating) {
        return None;
    }
    let numbers = scheme.numbers();
    let is_month = |number: &&str| number.len() > 1 && number.starts_with('0');
    if numbers.get(1).is_some_and(is_month) {
        return None;
    }
    numbers.first()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn majors_are_left_out() {
        let kinds = |from, to, are_neighbours| {
            let cycles = Some(Cycles { are_neighbours, ..Cycles::default() });
            Versions { from, to, cycles }.risks().len()
        };
        let cases = [
            ("28.0.1", "30.0.1", 1),
            ("28.0.1", "29.0.1", 0),
            ("28-apache", "31-apache", 1),
            ("v1.2.3", "v3.0.0", 1),
            ("30.0.1", "28.0.1", 0),
            ("24.04", "26.04", 0),
            ("2024.1.0", "2026.1.0", 0),
            ("20240101", "20260101", 0),
            ("latest", "30", 0),
            ("b3121", "b3200", 0),
        ];
        for (from, to, expected) in cases {
            assert_eq!(kinds(from, to, false), expected, "{from} {to}");
            assert_eq!(kinds(from, to, true), 0, "{from} {to}");
        }
    }

    #[test]
    fn only_databases_have_cycles_that_matter() {
        let text = |product: &str, from: &str, to: &str| {
            let cycles = Cycles {
                product: product.to_owned(),
                from: from.to_owned(),
                to: to.to_owned(),
                are_neighbours: true,
            };
            let risks = Versions { from: "1", to: "1", cycles: Some(cycles) }.risks();
            risks.first().map(|risk| risk.text.clone())
        };
        assert!(
            text("postgresql", "17", "18").is_some_and(|text| text.starts_with("postgresql 17 to 18 is "))
        );
        assert_eq!(text("postgresql", "17", "17"), None);
        assert_eq!(text("python", "3.12", "3.13"), None);
    }

    #[test]
    fn every_database_has_support_data() {
        let catalog = crate::lifecycle::catalog::Catalog::embedded();
        for name in DATABASES {
            assert!(catalog.product(name).is_some(), "{name}");
        }
    }
}
