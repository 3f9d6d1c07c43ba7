//! Withholds versions because of their support, among those that a policy's track allows.

use jiff::civil::Date;
use serde::Serialize;

use super::{
    catalog::Catalog,
    cycle::{Cycle, Support},
    long_term::{Judgement, LongTermPolicy, Rule},
    product::{Place, Product},
};

/// How versions whose support has ended are offered.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum SupportPolicy {
    /// They are offered like all others.
    #[default]
    Any,
    /// They are offered if nothing else is.
    Prefer,
    /// They are not offered.
    Only,
}

/// The reason why a version is withheld.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Withheld {
    /// It is of another support cycle.
    Cycle,
    /// It is no long-term release.
    LongTerm,
    /// Its support has ended.
    Unsupported,
}

/// The settings of a policy that concern support.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub(crate) struct Wanted {
    /// The setting for long-term releases.
    pub(crate) long_term: LongTermPolicy,
    /// The setting for versions whose support has ended.
    pub(crate) support: SupportPolicy,
    /// Whether updates stay in the running support cycle while it lives.
    pub(crate) within_cycle: bool,
}

/// Versions that are offered, and versions that are not.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Filtered {
    /// The versions that are offered, in the given order.
    pub(crate) offered: Vec<String>,
    /// The versions that are withheld, in the given order, each with its reason.
    pub(crate) withheld: Vec<(String, Withheld)>,
    /// Warnings about the versions that are withheld.
    pub(crate) warnings: Vec<String>,
}

/// Compares versions of one product with the running version.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SupportFilter<'a> {
    catalog: &'a Catalog,
    product: &'a Product,
    running: Place<'a>,
    wanted: Wanted,
    today: Date,
}

impl<'a> SupportFilter<'a> {
    /// Creates a filter for a product of the catalog; `running` is the place of the running version.
    pub(crate) fn new(
        catalog: &'a Catalog,
        product: &'a Product,
        running: Place<'a>,
        wanted: Wanted,
        today: Date,
    ) -> Self {
        Self { catalog, product, running, wanted, today }
    }

    /// Whether updates are looked for in support cycles, which requires that the running cycle is known.
    pub(crate) fn goes_by_cycles(&self) -> bool {
        self.wanted.within_cycle && self.running.cycle().is_some()
    }

    /// Withholds the versions that the policy does not allow. `tags` are newer than the running version, the newest
    /// first. `numbers` reads the numbers of a tag's version.
    pub(crate) fn filter<F>(&self, tags: Vec<String>, numbers: F) -> Filtered
    where
        F: for<'t> Fn(&'t str) -> Vec<&'t str>,
    {
        let place = |tag: &String| self.product.place(tag, numbers(tag));
        let placed: Vec<(String, Place<'_>)> =
            tags.into_iter().map(|tag| (place(&tag), tag)).map(|(place, tag)| (tag, place)).collect();
        let mut filtered = Filtered::default();
        let placed = self.within_cycle(placed, &mut filtered);
        let placed = self.long_term(placed, &mut filtered);
        let placed = self.supported(placed, &mut filtered);
        filtered.offered = placed.into_iter().map(|(tag, _)| tag).collect();
        filtered
    }

    /// Keeps the versions of the running cycle and, if that has ended, of the nearest supported cycle.
    fn within_cycle<'p>(
        &self,
        placed: Vec<(String, Place<'p>)>,
        filtered: &mut Filtered,
    ) -> Vec<(String, Place<'p>)> {
        let Some(running) = self.running.cycle().filter(|_| self.wanted.within_cycle) else {
            return placed;
        };
        let nearest = match running.support(self.today) {
            Support::Ended => {
                let is_way_out = |cycle: &&Cycle| {
                    cycle.numbers > running.numbers && cycle.support(self.today).is_regular()
                };
                let listed = placed.iter().filter_map(|(_, place)| place.cycle()).filter(is_way_out);
                // A cycle without long-term support would end too soon after the move, if the product has cycles with
                // it.
                let rule = Rule::new(self.wanted.long_term, self.product, self.running, self.today);
                let is_kept = |cycle: &&Cycle| {
                    rule.is_none_or(|rule| rule.judge(Place::In(cycle)) == Judgement::Offered)
                };
                listed.filter(is_kept).min_by(|a, b| a.numbers.cmp(&b.numbers))
            }
            _ => None,
        };
        let is_it = |place: Place<'_>| {
            let cycle = place.cycle().map(|cycle| cycle.name.as_str());
            cycle == Some(running.name.as_str())
                || cycle.is_some() && cycle == nearest.map(|cycle| cycle.name.as_str())
        };
        part(placed, filtered, |place| (!is_it(place)).then_some(Withheld::Cycle))
    }

    fn long_term<'p>(
        &self,
        placed: Vec<(String, Place<'p>)>,
        filtered: &mut Filtered,
    ) -> Vec<(String, Place<'p>)> {
        let rule = Rule::new(self.wanted.long_term, self.product, self.running, self.today);
        let Some(rule) = rule else { return placed };
        let is_offered = |place: Place<'_>| rule.judge(place) == Judgement::Offered;
        // If the running version has ended and no long-term release is listed, any supported version is better than
        // none.
        if !rule.can_wait && !placed.iter().any(|(_, place)| is_offered(*place)) {
            return placed;
        }
        let unknown = placed.iter().find(|(_, place)| rule.judge(*place) == Judgement::NotYetKnown);
        if let Some((tag, _)) = unknown {
            filtered.warnings.push(format!(
                "{tag} is not offered: whether it is a long-term release of {} is not known to the support data of {}",
                self.product.name, self.catalog.as_of
            ));
        }
        part(placed, filtered, |place| (!is_offered(place)).then_some(Withheld::LongTerm))
    }

    fn supported<'p>(
        &self,
        placed: Vec<(String, Place<'p>)>,
        filtered: &mut Filtered,
    ) -> Vec<(String, Place<'p>)> {
        let has_ended =
            |place: Place<'_>| place.cycle().is_some_and(|cycle| cycle.support(self.today) == Support::Ended);
        let holds = match self.wanted.support {
            SupportPolicy::Any => false,
            SupportPolicy::Only => true,
            SupportPolicy::Prefer => placed.iter().any(|(_, place)| !has_ended(*place)),
        };
        if !holds {
            return placed;
        }
        part(placed, filtered, |place| has_ended(place).then_some(Withheld::Unsupported))
    }
}

/// Moves the versions for which there is a reason into `withheld`, and returns the others.
fn part<'p>(
    placed: Vec<(String, Place<'p>)>,
    filtered: &mut Filtered,
    reason: impl Fn(Place<'_>) -> Option<Withheld>,
) -> Vec<(String, Place<'p>)> {
    let mut kept = Vec::with_capacity(placed.len());
    for (tag, place) in placed {
        match reason(place) {
            Some(reason) => filtered.withheld.push((tag, reason)),
            None => kept.push((tag, place)),
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    const TODAY: Date = date(2026, 8, 22);

    fn filter(product: &str, running: &str, tags: &[&str], wanted: Wanted) -> Filtered {
        let catalog = Catalog::embedded();
        let product = catalog.product(product).expect(product);
        let place = product.place(running, running.split('.'));
        let filter = SupportFilter::new(&catalog, product, place, wanted, TODAY);
        filter.filter(tags.iter().map(|tag| (*tag).to_owned()).collect(), |tag| tag.split('.').collect())
    }

    #[test]
    fn updates_stay_in_the_running_cycle_until_it_ends() {
        let cycle = Wanted { within_cycle: true, ..Wanted::default() };
        let cases: [(&str, &str, &[&str], &[&str]); 9] = [
            ("postgresql", "16.1", &["18.1", "17.2", "16.6"], &["16.6"]),
            ("postgresql", "12.1", &["18.1", "17.2", "15.3", "14.2", "13.9", "12.9"], &["14.2", "12.9"]),
            ("postgresql", "12.1", &["18.1", "17.2", "15.3", "13.9"], &["15.3"]),
            ("mariadb", "10.11.2", &["12.3.1", "11.4.2", "10.11.9"], &["10.11.9"]),
            (
                "mariadb",
                "10.5.2",
                &["12.3.1", "12.2.1", "11.4.2", "10.11.9", "10.5.8"],
                &["10.11.9", "10.5.8"],
            ),
            ("python", "3.12.1", &["3.14.0", "3.13.1", "3.12.9"], &["3.12.9"]),
            ("mysql", "8.0.30", &["9.7.0", "9.6.0", "8.4.3", "8.1.0", "8.0.40"], &["8.4.3", "8.0.40"]),
            ("debian", "12.1", &["13.1", "12.9"], &["12.9"]),
            ("kibana", "8.3.1", &["9.1.0", "8.19.1"], &["9.1.0", "8.19.1"]),
        ];
        for (product, running, tags, expected) in cases {
            let filtered = filter(product, running, tags, cycle);
            assert_eq!(filtered.offered, expected, "{product} {running}");
            assert!(
                filtered.withheld.iter().all(|(_, reason)| *reason == Withheld::Cycle),
                "{product} {running}"
            );
            assert_eq!(filtered.offered.len() + filtered.withheld.len(), tags.len());
        }
    }

    #[test]
    fn ended_versions_are_withheld_as_a_policy_says() {
        let tags = ["3.15.0", "3.14.0", "3.9.3", "3.8.1"];
        let by = |support, tags: &[&str]| {
            filter("python", "3.7.1", tags, Wanted { support, ..Wanted::default() }).offered
        };
        assert_eq!(by(SupportPolicy::Any, &tags), tags);
        assert_eq!(by(SupportPolicy::Only, &tags), ["3.15.0", "3.14.0"]);
        assert_eq!(by(SupportPolicy::Prefer, &tags), ["3.15.0", "3.14.0"]);
        assert_eq!(by(SupportPolicy::Only, &["3.9.3", "3.8.1"]), Vec::<String>::new());
        assert_eq!(by(SupportPolicy::Prefer, &["3.9.3", "3.8.1"]), ["3.9.3", "3.8.1"]);
        let carried_on = filter(
            "debian",
            "9.1",
            &["12.1", "10.1"],
            Wanted { support: SupportPolicy::Only, ..Wanted::default() },
        );
        assert_eq!(carried_on.offered, ["12.1"]);
        assert_eq!(carried_on.withheld, [("10.1".to_owned(), Withheld::Unsupported)]);
    }

    #[test]
    fn long_term_releases_with_a_warning_for_what_is_not_known() {
        let filtered = filter("ubuntu", "24.04", &["26.10", "26.04", "25.10"], Wanted::default());
        assert_eq!(filtered.offered, ["26.04"]);
        assert_eq!(
            filtered.withheld,
            [("26.10".to_owned(), Withheld::LongTerm), ("25.10".to_owned(), Withheld::LongTerm)]
        );
        assert_eq!(
            filtered.warnings,
            [
                "26.10 is not offered: whether it is a long-term release of ubuntu is not known to the support data of 2026-08-22"
            ]
        );
    }

    #[test]
    fn whoever_runs_what_has_ended_is_offered_what_there_is() {
        let filtered = filter("nodejs", "18.1.0", &["25.1.0", "18.20.0"], Wanted::default());
        assert_eq!(filtered.offered, ["18.20.0"], "the running cycle itself goes on");
        let filtered = filter("nodejs", "18.1.0", &["25.1.0"], Wanted::default());
        assert_eq!(filtered.offered, ["25.1.0"]);
    }
}
