//! The rule that an image with a long-term release is offered long-term releases.

use jiff::civil::Date;
use serde::Serialize;

use super::{
    cycle::Cycle,
    product::{Place, Product},
};

/// Which updates a policy allows for a product that has long-term releases and others.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum LongTermPolicy {
    /// An image with a long-term release is offered long-term releases only, if the product is one of those that
    /// recommend them.
    #[default]
    FollowListed,
    /// The same for every product whose support data name long-term releases.
    Follow,
    /// Only long-term releases are offered, whatever is running.
    Only,
    /// Any release is offered.
    Any,
}

/// Products that recommend their long-term releases.
const LISTED: [&str; 12] = [
    // Every fourth release is one. A release between them is supported for nine months, and its packages vanish from
    // the mirrors.
    "ubuntu",
    // Even versions are. Odd ones end after half a year, and native modules are published for the even ones first.
    "nodejs",
    // Every fourth version of a JDK since 17 is one. A version between them ends when the next is released, half a year
    // later.
    "alibaba-dragonwell",
    "amazon-corretto",
    "azul-zulu",
    "bellsoft-liberica",
    "eclipse-temurin",
    // 8.4 and 9.7 are. An innovation release ends with the next one, and a database cannot be taken back to an older
    // one.
    "mysql",
    // One release a year is. A rolling release ends with the next one, and no older release reads its data.
    "mariadb",
    // Even minor versions live five years, odd ones about one year. The project recommends the even ones to most users.
    "haproxy",
    // Even major versions are. An odd one ends half a year after the next even one is released.
    "dotnet",
    // x.0 lives five years, x.2 and x.4 end half a year after the next release. Each release changes the database's
    // schema.
    "zabbix",
];

/// The rule's verdict on a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Judgement {
    /// It is offered.
    Offered,
    /// It is no long-term release.
    NotLongTerm,
    /// It belongs to a cycle that the support data do not list yet, so it may or may not be a long-term release.
    NotYetKnown,
}

/// The rule for one product and its running version.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rule<'a> {
    running: Option<&'a Cycle>,
    today: Date,
    /// Whether the running version is still supported, so that nothing is lost by waiting for the next long-term
    /// release.
    pub(crate) can_wait: bool,
}

impl<'a> Rule<'a> {
    /// Creates the rule, or returns `None` where it does not apply. It must not hide the only way out. So the newest
    /// long-term release has to be supported, and either the running version is supported as well or there is a newer
    /// long-term release.
    pub(crate) fn new(
        policy: LongTermPolicy,
        product: &'a Product,
        running: Place<'a>,
        today: Date,
    ) -> Option<Self> {
        let long_term = product.long_term(today);
        let newest = *long_term.last()?;
        if !newest.support(today).is_regular() {
            return None;
        }
        let runs_long_term = running.cycle().is_some_and(|cycle| cycle.is_long_term(today));
        let holds = match policy {
            LongTermPolicy::Any => false,
            LongTermPolicy::Only => true,
            LongTermPolicy::Follow => runs_long_term,
            LongTermPolicy::FollowListed => runs_long_term && LISTED.contains(&product.name.as_str()),
        };
        let can_wait = running.cycle().is_some_and(|cycle| cycle.support(today).is_regular());
        let has_newer = running.cycle().is_some_and(|cycle| newest.numbers > cycle.numbers);
        (holds && (can_wait || has_newer)).then_some(Self { running: running.cycle(), today, can_wait })
    }

    pub(crate) fn judge(&self, place: Place<'_>) -> Judgement {
        match place {
            Place::In(cycle) if self.running.is_some_and(|running| running.name == cycle.name) => {
                Judgement::Offered
            }
            Place::In(cycle) if !cycle.is_long_term(self.today) => Judgement::NotLongTerm,
            Place::NotYetKnown => Judgement::NotYetKnown,
            Place::In(_) | Place::Elsewhere => Judgement::Offered,
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::lifecycle::catalog::Catalog;

    use Judgement::{NotLongTerm, NotYetKnown, Offered};
    use LongTermPolicy::{Any, Follow, FollowListed, Only};

    const TODAY: Date = date(2026, 8, 22);

    fn judge(policy: LongTermPolicy, product: &str, from: &str, to: &str, today: Date) -> Option<Judgement> {
        let catalog = Catalog::embedded();
        let product = catalog.product(product).expect(product);
        let place = |version: &'static str| product.place(version, version.split('.'));
        let (from, to): (&'static str, &'static str) = (from.to_owned().leak(), to.to_owned().leak());
        Rule::new(policy, product, place(from), today).map(|rule| rule.judge(place(to)))
    }

    #[test]
    fn by_default_the_listed_products_are_followed() {
        let cases = [
            ("ubuntu", "24.04", "26.04", Some(Offered)),
            ("ubuntu", "24.04", "25.10", Some(NotLongTerm)),
            ("ubuntu", "24.04", "26.10", Some(NotYetKnown)),
            ("ubuntu", "25.10", "26.04", None),
            ("nodejs", "22.3.0", "24.1.0", Some(Offered)),
            ("nodejs", "22.3.0", "25.1.0", Some(NotLongTerm)),
            ("nodejs", "22.3.0", "26.1.0", Some(NotLongTerm)),
            ("nodejs", "22.3.0", "22.9.0", Some(Offered)),
            ("nodejs", "23.3.0", "25.1.0", None),
            ("eclipse-temurin", "17.0.11", "21.0.3", Some(Offered)),
            ("eclipse-temurin", "17.0.11", "22.0.1", Some(NotLongTerm)),
            ("amazon-corretto", "21.0.1", "26.0.1", Some(NotLongTerm)),
            ("mysql", "8.4.1", "9.6.0", Some(NotLongTerm)),
            ("mysql", "8.4.1", "9.7.0", Some(Offered)),
            ("mysql", "8.4.1", "9.8.0", Some(NotYetKnown)),
            ("mysql", "8.4.1", "9", Some(Offered)),
            ("mariadb", "10.11.3", "11.4.2", Some(Offered)),
            ("mariadb", "10.11.3", "11.5.2", Some(NotLongTerm)),
            ("haproxy", "2.8.1", "3.0.1", Some(Offered)),
            ("haproxy", "2.8.1", "3.3.1", Some(NotLongTerm)),
            ("dotnet", "8.0.1", "9.0.1", Some(NotLongTerm)),
            ("zabbix", "7.0.1", "7.4.1", Some(NotLongTerm)),
            ("postgresql", "16.1", "18.1", None),
            ("prometheus", "3.5.0", "3.6.0", None),
        ];
        for (product, from, to, expected) in cases {
            assert_eq!(judge(FollowListed, product, from, to, TODAY), expected, "{product} {from} {to}");
        }
    }

    #[test]
    fn a_future_long_term_release_counts_from_its_day() {
        let to_26 = |today| judge(FollowListed, "nodejs", "24.1.0", "26.1.0", today);
        assert_eq!(to_26(date(2026, 10, 27)), Some(NotLongTerm));
        assert_eq!(to_26(date(2026, 10, 28)), Some(Offered));
    }

    #[test]
    fn the_rule_holds_only_where_it_hides_no_way_out() {
        let cases = [
            // The running version has ended, and there is a newer long-term release.
            (FollowListed, "nodejs", "18.1.0", "25.1.0", TODAY, Some(NotLongTerm)),
            // The running version has ended, and so has 26.04, the newest long-term release.
            (FollowListed, "ubuntu", "26.04", "26.10", date(2032, 1, 1), None),
            // The newest long-term release has extended support only.
            (Follow, "hashicorp-vault", "1.19.1", "1.20.1", TODAY, None),
            // The running cycle is unknown, so no release is known to be a way out.
            (Only, "nodejs", "0.10.1", "25.1.0", TODAY, None),
        ];
        for (policy, product, from, to, today, expected) in cases {
            assert_eq!(judge(policy, product, from, to, today), expected, "{product} {from} {to} {today}");
        }
    }

    #[test]
    fn each_policy_holds_for_its_products() {
        let cases = [
            (Follow, "prometheus", "3.13.0", "3.14.0", Some(NotLongTerm)),
            (Follow, "prometheus", "3.12.0", "3.14.0", None),
            (Only, "prometheus", "3.12.0", "3.14.0", Some(NotLongTerm)),
            (Only, "prometheus", "3.12.0", "3.12.1", Some(Offered)),
            (Only, "postgresql", "16.1", "18.1", None),
            (Any, "ubuntu", "24.04", "26.10", None),
        ];
        for (policy, product, from, to, expected) in cases {
            assert_eq!(judge(policy, product, from, to, TODAY), expected, "{policy:?} {product} {from} {to}");
        }
    }

    #[test]
    fn every_listed_product_has_long_term_releases() {
        let catalog = Catalog::embedded();
        for name in LISTED {
            let product = catalog.product(name).expect(name);
            assert!(!product.long_term(TODAY).is_empty(), "{name}");
        }
    }
}
