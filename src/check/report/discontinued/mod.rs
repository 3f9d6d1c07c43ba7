//! Finds out whether the running variant, architecture or numbering has ended although the project goes on.

mod fill;
pub(crate) mod numbering;

use std::{cmp::Ordering, time::Duration};

use super::{Ended, EndedPart, Latest, Successor};
use crate::{
    check::{
        checker::Checker,
        images::found::{Found, Presence},
        search::{
            image_date::{AgeSource, ImageDate},
            running_image::RunningImage,
        },
    },
    error::Result,
    lifecycle::codenames::released,
    registry::hub::tags::HubTags,
    version::{
        compare::order::natural,
        policy::{Policy, Track, Variant},
        select::{
            rejections::{Reason, Rejections},
            selection::Selection,
            selector::Selector,
        },
        tag::scheme::TagScheme,
    },
};

/// The time after which a newer version is taken to have all its variants.
const SETTLED: Duration = Duration::from_secs(14 * 24 * 3600);
/// The number of newer versions without a variant after which the variant is taken to have ended.
const VERSIONS: usize = 2;
/// The most newer versions of other variants that are kept.
const MAX_OTHERS: usize = 500;
/// The most successors that are looked at.
const MAX_LOOKED_AT: usize = 5;

/// The newer versions of a repository.
pub(super) struct Newer<'a> {
    pub(super) selection: &'a Selection,
    /// The candidates that were ruled out.
    pub(super) judged: &'a Rejections,
    /// The newer versions in any variant.
    pub(super) others: Option<&'a Selection>,
}

impl Checker {
    /// Finds out whether the running variant or architecture has ended, after a check that found nothing newer.
    ///
    /// # Errors
    /// The error that kept a successor from being looked at.
    pub(super) async fn ended(
        &self,
        running: &RunningImage<'_>,
        Newer { selection, judged, others }: Newer<'_>,
        latest: &Latest,
        hub: Option<&HubTags>,
        now: std::time::SystemTime,
    ) -> Result<Option<Ended>> {
        let current = running.reference.tag.as_str();
        let is_old = async |tag: &str| {
            let made = match hub {
                Some(hub) => hub
                    .tag(tag)
                    .and_then(|tag| tag.changed())
                    .and_then(|date| ImageDate::read(date, AgeSource::Hub)),
                None => match self.images.find_image(running.repository, tag, running.machine).await {
                    Ok(Found::Image(image)) => image.made(),
                    _ => None,
                },
            };
            made.and_then(|made| made.age(now)).is_some_and(|age| age >= SETTLED)
        };
        let newer: Vec<&str> = selection.on(Track::Major).collect();
        if let Some(newest) = newer.first() {
            // Only a version that is not built for the machine tells of the end of an architecture.
            if !judged.has(Reason::Architecture) {
                return Ok(None);
            }
            let has_none = latest.major.is_none() && latest.minor.is_none() && latest.patch.is_none();
            let is_settled = versions(&newer) >= VERSIONS || is_old(newest).await;
            let item = running.machine.to_string();
            let ended =
                Ended { what: EndedPart::Architecture, item, last_tag: current.to_owned(), successor: None };
            return Ok((has_none && is_settled).then_some(ended));
        }
        let Some(others) = others else { return Ok(None) };
        let newer: Vec<&str> =
            others.on(Track::Major).filter(|tag| has_as_many_numbers(tag, current)).collect();
        let Some(newest) = newer.first() else { return Ok(None) };
        let Some(item) = missing_item(current, &newer) else { return Ok(None) };
        if versions(&newer) < VERSIONS && !is_old(newest).await {
            return Ok(None);
        }
        let mut successor = None;
        for tag in successors(current, &item, &newer).into_iter().take(MAX_LOOKED_AT) {
            if self.images.runs(running.repository, tag, running.machine).await? == Presence::Runs {
                successor = Some(Successor { tag: tag.to_owned() });
                break;
            }
        }
        let last_tag = current.to_owned();
        Ok(Some(Ended { what: EndedPart::Variant, item, last_tag, successor }))
    }
}

/// Creates a selector of newer versions in any variant. Returns `None` where the running tag has no variant that could
/// end.
pub(crate) fn selector_of_others(current: &str, policy: &Policy) -> Option<Selector> {
    let has_variant = policy.variant == Variant::Same && !pieces(current).is_empty();
    let any = || policy.clone().variant(Variant::Any).track(Track::Major);
    has_variant.then(|| Selector::with_bound(current, &any(), MAX_OTHERS))
}

/// The pieces of a tag that name its variant: words, each with the number behind it, as in `amazoncorretto-24`. Numbers that
/// follow no word belong to the version.
fn pieces(tag: &str) -> Vec<&str> {
    let begins_with_digit =
        |piece: &str| piece.trim_start_matches('v').starts_with(|c: char| c.is_ascii_digit());
    // A longer number is a date or counts builds.
    let is_release = |piece: &str| begins_with_digit(piece) && piece.len() <= 7;
    let mut pieces: Vec<(usize, usize)> = Vec::new();
    let mut start = 0;
    for piece in tag.split('-') {
        let end = start + piece.len();
        match pieces.last_mut() {
            Some((_, last)) if is_release(piece) && *last + 1 == start => *last = end,
            _ if begins_with_digit(piece) => {}
            _ => pieces.push((start, end)),
        }
        start = end + 1;
    }
    pieces.into_iter().filter_map(|(start, end)| tag.get(start..end)).collect()
}

/// The number of different versions among tags.
fn versions(tags: &[&str]) -> usize {
    let mut numbers: Vec<_> = tags.iter().map(|tag| TagScheme::read(tag).numbers()).collect();
    numbers.sort();
    numbers.dedup();
    numbers.len()
}

fn has_as_many_numbers(tag: &str, current: &str) -> bool {
    TagScheme::read(tag).numbers().len() == TagScheme::read(current).numbers().len()
}

/// The piece of the running variant that no newer version has.
fn missing_item(current: &str, newer: &[&str]) -> Option<String> {
    let is_gone = |piece: &&str| !newer.iter().any(|tag| pieces(tag).contains(piece));
    pieces(current).into_iter().find(is_gone).map(str::to_owned)
}

/// The newer tags that differ from the running one in one item only: another release of the same runtime, operating
/// system or series of code names. The newest version comes first; among tags of one version, the newest item does.
fn successors<'t>(current: &str, item: &str, newer: &[&'t str]) -> Vec<&'t str> {
    let own = pieces(current);
    let stem = |piece: &str| piece.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.').to_owned();
    let system = |piece: &str| released(piece).map(|release| release.system);
    let is_alike = |piece: &str| match system(item) {
        Some(own) => system(piece) == Some(own),
        None => stem(piece) == stem(item),
    };
    let differs_in_it = |tag: &&&str| {
        let other = pieces(tag);
        let differences: Vec<_> = own.iter().zip(&other).filter(|(a, b)| a != b).collect();
        other.len() == own.len() && matches!(differences.as_slice(), [(a, b)] if **a == item && is_alike(b))
    };
    let mut found: Vec<&str> = newer.iter().filter(differs_in_it).copied().collect();
    let order = |tag: &str| pieces(tag).into_iter().filter_map(released).map(|release| release.order).max();
    found.sort_by(|a, b| by_version(b, a).then_with(|| order(b).cmp(&order(a))).then_with(|| natural(b, a)));
    found
}

fn by_version(a: &str, b: &str) -> Ordering {
    let text = |tag: &str| TagScheme::read(tag).numbers().join(".");
    natural(&text(a), &text(b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ended_item_has_successors() {
        type Case = (&'static str, &'static [&'static str], Option<&'static str>, &'static [&'static str]);
        let cases: [Case; 4] = [
            (
                "5.9.2-php7.3-fpm-alpine",
                &[
                    "6.1.0-php8.1-fpm-alpine",
                    "6.1.0-php8.2-fpm-alpine",
                    "6.1.0-php8.2-apache",
                    "6.0.0-php8.1-fpm-alpine",
                ],
                Some("php7.3"),
                &["6.1.0-php8.2-fpm-alpine", "6.1.0-php8.1-fpm-alpine", "6.0.0-php8.1-fpm-alpine"],
            ),
            (
                "20.1.0-buster",
                &["22.1.0-bookworm", "22.1.0-bullseye", "22.1.0-alpine"],
                Some("buster"),
                &["22.1.0-bookworm", "22.1.0-bullseye"],
            ),
            ("1.0.0-alpine", &["2.0.0-alpine", "2.0.0"], None, &[]),
            ("1.0.0-ubi8", &["2.0.0-ubi9", "2.0.0-alpine"], Some("ubi8"), &["2.0.0-ubi9"]),
        ];
        for (current, newer, item, expected) in cases {
            assert_eq!(missing_item(current, newer).as_deref(), item, "{current}");
            assert_eq!(successors(current, item.unwrap_or_default(), newer), expected, "{current}");
        }
        assert_eq!(versions(&["1.2.0-a", "1.2.0-b", "1.3.0"]), 2);
    }
}
