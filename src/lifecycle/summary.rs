//! The lifecycle of the version behind a tag, as reports show it.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{
    catalog::Catalog,
    cycle::{LongTerm, Support},
    parts::{self, Part},
    product::Place,
};

/// The support of a version, and of what its image is built on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Lifecycle {
    /// The product's name at endoflife.date; `None` where only parts of the image are known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product: Option<String>,
    /// The support cycle, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cycle: Option<String>,
    /// The date on which the cycle's first version was released.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub released: Option<String>,
    /// The support of the cycle.
    pub support: Support,
    /// The last day of that support, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends_at: Option<String>,
    /// Whether it is a long-term release, or the future date on which it becomes one.
    pub lts: LongTerm,
    /// The date of the support data.
    pub as_of: String,
    /// Systems and runtimes that the image is built on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Part>,
}

/// An image whose lifecycle is requested.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Image<'a> {
    /// The host of its registry.
    pub(crate) registry: &'a str,
    /// The path of its repository.
    pub(crate) path: &'a str,
    /// Its tag. For a floating tag this is the version tag that it stands for.
    pub(crate) tag: &'a str,
    /// The numbers of the tag's version, as the tag writes them.
    pub(crate) numbers: &'a [&'a str],
}

/// The caller's own names: a product's name by image, such as `postgresql` by `registry.example/pg`.
pub(crate) type Names = BTreeMap<String, String>;

impl Lifecycle {
    /// Returns the lifecycle of an image on a day; `None` if nothing is known. `base` is the image that it was built
    /// on, if that is known. It is used if the tag names no part.
    pub(crate) fn of(
        catalog: &Catalog,
        image: Image<'_>,
        base: Option<Image<'_>>,
        own: &Names,
        today: Date,
    ) -> Option<Self> {
        let product = catalog.product_of(image.registry, image.path, own);
        let name = product.map(|product| product.name.as_str());
        let mut parts = parts::of_tag(catalog, image.path, image.tag, name, today);
        if parts.is_empty() {
            parts.extend(base.and_then(|base| part_of_base(catalog, base, own, name, today)));
        }
        if product.is_none() && parts.is_empty() {
            return None;
        }
        let place = product.map(|product| product.place(image.tag, image.numbers.iter().copied()));
        let cycle = place.and_then(Place::cycle);
        Some(Self {
            product: name.map(str::to_owned),
            cycle: cycle.map(|cycle| cycle.name.clone()),
            released: cycle.map(|cycle| cycle.released.to_string()),
            support: cycle.map_or(Support::Unknown, |cycle| cycle.support(today)),
            ends_at: cycle.and_then(|cycle| cycle.ends_at(today)).map(|day| day.to_string()),
            lts: cycle.map_or(LongTerm::No, |cycle| cycle.long_term(today)),
            as_of: catalog.as_of.to_string(),
            parts,
        })
    }

    /// The parts whose support has ended, each as a sentence. The list is empty if the program itself has ended, which
    /// is the more important news.
    pub(crate) fn ended_parts(&self) -> Vec<String> {
        if self.support == Support::Ended {
            return Vec::new();
        }
        let ended = self.parts.iter().filter(|part| part.support == Support::Ended);
        ended
            .map(|part| {
                let Part { item, product, cycle, .. } = part;
                let when = part.ends_at.as_ref().map(|day| format!(" since {day}")).unwrap_or_default();
                format!("{item}, which the image is built on, is not supported{when} ({product} {cycle})")
            })
            .collect()
    }
}

fn part_of_base(
    catalog: &Catalog,
    base: Image<'_>,
    own: &Names,
    image: Option<&str>,
    today: Date,
) -> Option<Part> {
    let product = catalog.product_of(base.registry, base.path, own)?;
    if Some(product.name.as_str()) == image {
        return None;
    }
    let cycle = product.place(base.tag, base.numbers.iter().copied()).cycle()?;
    let short = base.path.strip_prefix("library/").unwrap_or(base.path);
    Some(Part::new(&format!("{short}:{}", base.tag), &product.name, cycle, today))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    const TODAY: Date = date(2026, 8, 22);

    fn of(path: &str, tag: &str, numbers: &[&str], base: Option<(&str, &str, &[&str])>) -> Option<Lifecycle> {
        let image = Image { registry: "registry-1.docker.io", path, tag, numbers };
        let base = base.map(|(path, tag, numbers)| Image { path, tag, numbers, ..image });
        Lifecycle::of(&Catalog::embedded(), image, base, &Names::new(), TODAY)
    }

    fn json(lifecycle: Option<Lifecycle>) -> serde_json::Value {
        serde_json::to_value(lifecycle).expect("JSON")
    }

    #[test]
    fn a_lifecycle_is_serialised_as_reports_show_it() {
        assert_eq!(
            json(of("library/postgres", "16.6-alpine3.18", &["16", "6"], None)),
            serde_json::json!({
                "product": "postgresql", "cycle": "16", "released": "2023-09-14", "support": "active",
                "endsAt": "2028-11-09", "lts": false, "asOf": "2026-08-22",
                "parts": [{
                    "item": "alpine3.18", "product": "alpine-linux", "cycle": "3.18", "support": "ended",
                    "endsAt": "2025-05-09",
                }],
            })
        );
        assert_eq!(
            json(of("library/node", "26.1.0", &["26", "1", "0"], None))["lts"],
            serde_json::json!("2026-10-28")
        );
        assert_eq!(json(of("library/node", "27.0.0", &["27", "0", "0"], None))["support"], "unknown");
        assert_eq!(of("someone/something", "1.0", &["1", "0"], None), None);
    }

    #[test]
    fn the_base_image_is_a_part_if_the_tag_names_none() {
        let base = ("library/alpine", "3.18", ["3", "18"].as_slice());
        let parts = |tag| json(of("someone/something", tag, &["1", "0"], Some(base)))["parts"].clone();
        assert_eq!(parts("1.0")[0]["item"], "alpine:3.18");
        assert_eq!(parts("1.0-bookworm")[0]["item"], "bookworm");
        let itself = of("library/alpine", "3.20", &["3", "20"], Some(base)).expect("alpine");
        assert_eq!(itself.parts, []);
    }

    #[test]
    fn only_ended_parts_of_a_supported_program_are_reported() {
        let told = |path, tag, numbers: &[&str]| of(path, tag, numbers, None).expect(tag).ended_parts();
        assert_eq!(
            told("library/postgres", "16.6-alpine3.18", &["16", "6"]),
            [
                "alpine3.18, which the image is built on, is not supported since 2025-05-09 (alpine-linux 3.18)"
            ]
        );
        assert!(told("library/postgres", "16.6-bookworm", &["16", "6"]).is_empty());
        assert!(told("library/postgres", "9.6.1-alpine3.18", &["9", "6", "1"]).is_empty());
    }

    #[test]
    fn a_stored_report_is_read_again() {
        let lifecycle = of("library/node", "26.1.0-alpine3.18", &["26", "1", "0"], None).expect("node");
        let text = serde_json::to_string(&lifecycle).expect("JSON");
        assert_eq!(serde_json::from_str::<Lifecycle>(&text).expect("a lifecycle"), lifecycle);
    }
}
