//! Tells how long the versions of an image live, and which of them are withheld for that reason.

use std::{borrow::Cow, sync::Arc, time::SystemTime};

use jiff::{Timestamp, civil::Date, tz::TimeZone};

use super::{images::found::Image, safety::risks::Cycles};

pub(crate) mod data;
use crate::{
    image::reference::ImageReference,
    lifecycle::{
        catalog::Catalog,
        cycle::Cycle,
        summary::{self, Lifecycle, Names},
        support_filter::{SupportFilter, Wanted, Withheld},
    },
    version::{
        policy::{Policy, Track},
        select::{
            rejections::{Reason, Rejections},
            selection::Selection,
        },
        tag::scheme::TagScheme,
    },
};

/// The support data for an image on the day of a check.
pub(crate) struct ImageLifecycle<'a> {
    pub(crate) catalog: Arc<Catalog>,
    pub(crate) names: &'a Names,
    pub(crate) reference: &'a ImageReference,
    pub(crate) today: Date,
    /// Whether reports contain lifecycles. Policies use them in any case.
    pub(crate) is_told: bool,
}

/// The tags on the chosen track that are offered.
#[derive(Default)]
pub(crate) struct Chosen {
    /// The tags, the newest first.
    pub(crate) tags: Vec<String>,
    pub(crate) rejected: Rejections,
    pub(crate) warnings: Vec<String>,
}

impl ImageLifecycle<'_> {
    /// The lifecycle of a version; its image is `None` if it was not looked at.
    pub(crate) fn of(&self, tag: &str, image: Option<&Image>) -> Option<Lifecycle> {
        if !self.is_told {
            return None;
        }
        let base = image.and_then(Image::base).and_then(|base| ImageReference::parse(base).ok());
        let numbers = TagScheme::read(tag).numbers();
        let base_numbers = base.as_ref().map(|base| TagScheme::read(&base.tag).numbers()).unwrap_or_default();
        let of = |reference, tag, numbers| named(reference, tag, numbers);
        Lifecycle::of(
            &self.catalog,
            of(self.reference, tag, &numbers),
            base.as_ref().map(|base| of(base, &base.tag, &base_numbers)),
            self.names,
            self.today,
        )
    }

    /// The policy with the track on which updates are looked for. A policy that goes by cycles needs the major track,
    /// because the next cycle may be on any track.
    pub(crate) fn reach<'p>(&self, policy: &'p Policy) -> Cow<'p, Policy> {
        match self.filter(policy) {
            Some(filter) if filter.goes_by_cycles() => Cow::Owned(policy.clone().track(Track::Major)),
            _ => Cow::Borrowed(policy),
        }
    }

    /// Selects the tags that are offered, and rejects the others with their reasons.
    pub(crate) fn choose(&self, selection: &Selection, policy: &Policy) -> Chosen {
        let tags: Vec<String> = selection.on(policy.track).map(str::to_owned).collect();
        let Some(filter) = self.filter(policy) else { return Chosen { tags, ..Chosen::default() } };
        let filtered = filter.filter(tags, |tag| TagScheme::read(tag).numbers());
        let mut rejected = Rejections::default();
        for (tag, withheld) in &filtered.withheld {
            rejected.add(reason(*withheld), tag);
        }
        Chosen { tags: filtered.offered, rejected, warnings: filtered.warnings }
    }

    /// The support cycles of two versions, if both are in a known one.
    pub(crate) fn cycles(&self, from: &str, to: &str) -> Option<Cycles> {
        let ImageReference { registry, full_name, .. } = self.reference;
        let product = self.catalog.product_of(registry, full_name, self.names)?;
        let place = |tag: &str| product.place(tag, TagScheme::read(tag).numbers()).cycle();
        let (from, to) = (place(from)?, place(to)?);
        let lasting = product.long_term(self.today);
        let position = |cycle: &Cycle| lasting.iter().position(|other| other.name == cycle.name);
        let are_neighbours = position(from).zip(position(to)).is_some_and(|(from, to)| from.abs_diff(to) < 2);
        Some(Cycles {
            product: product.name.clone(),
            from: from.name.clone(),
            to: to.name.clone(),
            are_neighbours,
        })
    }

    fn filter(&self, policy: &Policy) -> Option<SupportFilter<'_>> {
        let ImageReference { registry, full_name, tag, .. } = self.reference;
        let product = self.catalog.product_of(registry, full_name, self.names)?;
        let running = product.place(tag, TagScheme::read(tag).numbers());
        let wanted =
            Wanted { long_term: policy.lts, support: policy.supported, within_cycle: policy.within_cycle };
        Some(SupportFilter::new(&self.catalog, product, running, wanted, self.today))
    }
}

fn named<'a>(reference: &'a ImageReference, tag: &'a str, numbers: &'a [&'a str]) -> summary::Image<'a> {
    summary::Image { registry: &reference.registry, path: &reference.full_name, tag, numbers }
}

fn reason(withheld: Withheld) -> Reason {
    match withheld {
        Withheld::Cycle => Reason::Major,
        Withheld::LongTerm => Reason::Lts,
        Withheld::Unsupported => Reason::Unsupported,
    }
}

/// The date of a time, in UTC.
pub(crate) fn day(time: SystemTime) -> Date {
    let since = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let seconds = i64::try_from(since.as_secs()).unwrap_or(i64::MAX);
    Timestamp::from_second(seconds).unwrap_or(Timestamp::MAX).to_zoned(TimeZone::UTC).date()
}
