//! All products with support data, and the images that hold them.

use std::{
    collections::HashMap,
    io::Read,
    sync::{Arc, LazyLock},
};

use flate2::read::GzDecoder;
use jiff::civil::Date;

use super::{
    cycle::{Cycle, day},
    product::Product,
};

/// The support data that the package carries, as `scripts/support-periods.mjs` writes them, packed by `build.rs`.
const CARRIED: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/periods.gz"));

static EMBEDDED: LazyLock<Arc<Catalog>> = LazyLock::new(|| Arc::new(Catalog::lenient(&carried())));

fn carried() -> String {
    let mut text = String::new();
    let unpacked = GzDecoder::new(CARRIED).read_to_string(&mut text);
    debug_assert!(unpacked.is_ok(), "the build packs a text");
    text
}

/// Products by name, and by the images that hold them.
///
/// The catalog is stored as text, both in the package and in the cache of a refreshed list:
///
/// ```text
/// asOf 20260822
/// =debian library/debian
/// 13 20250809 20280809 x20300630 ctrixie
/// ```
#[derive(Debug)]
pub(crate) struct Catalog {
    /// The date of the support data.
    pub(crate) as_of: Date,
    products: Vec<Product>,
    names: HashMap<String, usize>,
    images: HashMap<String, usize>,
}

impl Catalog {
    /// Returns the support data that the package carries.
    pub(crate) fn embedded() -> Arc<Self> {
        EMBEDDED.clone()
    }

    /// Parses the text of a catalog. Returns `None` for another format, which a cache may hold after an update of the
    /// package.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let catalog = Self::lenient(text);
        let is_sound = |product: &Product| {
            product.lines().lines().all(|line| Cycle::read(line).is_some()) && !product.cycles().is_empty()
        };
        let is_whole = catalog.as_of != Date::MIN && !catalog.products.is_empty();
        (is_whole && catalog.products.iter().all(is_sound)).then_some(catalog)
    }

    /// Parses a text without checking its cycles. A test checks those of the package.
    fn lenient(text: &str) -> Self {
        let mut catalog =
            Self { as_of: Date::MIN, products: Vec::new(), names: HashMap::new(), images: HashMap::new() };
        let (head, sections) = text.split_once("\n=").unwrap_or((text, ""));
        if let Some(date) = head.lines().find_map(|line| day(line.strip_prefix("asOf ")?)) {
            catalog.as_of = date;
        }
        for section in sections.split("\n=").filter(|section| !section.is_empty()) {
            let (title, lines) = section.split_once('\n').unwrap_or((section, ""));
            let mut words = title.split(' ');
            let name = words.next().unwrap_or_default();
            let index = catalog.products.len();
            catalog.products.push(Product::new(name, lines));
            catalog.names.insert(name.to_owned(), index);
            catalog.images.extend(words.map(|image| (image.to_owned(), index)));
        }
        catalog
    }

    /// Whether the package has a product with this name at endoflife.date.
    #[cfg_attr(
        not(feature = "binding"),
        allow(dead_code, reason = "the binding asks it of names that it is given")
    )]
    pub(crate) fn has_product(name: &str) -> bool {
        Self::embedded().product(name).is_some()
    }

    /// A product by its name at endoflife.date.
    pub(crate) fn product(&self, name: &str) -> Option<&Product> {
        self.products.get(*self.names.get(name)?)
    }

    /// All products.
    #[cfg(test)]
    pub(crate) fn products(&self) -> &[Product] {
        &self.products
    }

    /// The product that the support data name for a repository: `library/postgres`, `quay.io/keycloak/keycloak`.
    pub(crate) fn product_of_repository(&self, repository: &str) -> Option<&Product> {
        self.products.get(*self.images.get(repository)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_package_data_are_sound_and_small() {
        let carried = carried();
        assert_eq!(carried, include_str!("periods.txt"));
        let catalog = Catalog::read(&carried).expect("the catalog's form");
        assert!(catalog.products.len() >= 130, "{}", catalog.products.len());
        assert!(catalog.images.len() >= 260, "{}", catalog.images.len());
        assert!(CARRIED.len() < 32_000, "{} bytes", CARRIED.len());
        assert!(carried.contains("endoflife.date") && carried.contains("MIT"));
    }

    #[test]
    fn another_format_is_no_catalog() {
        for text in [
            "",
            "asOf 20260101",
            "asOf 20260101\n",
            "=a b\n1 20260101 +",
            "asOf 20260101\n=a b\n1 20260101",
            "asOf 2026\n=a b\n1 20260101 +",
        ] {
            assert!(Catalog::read(text).is_none(), "{text}");
        }
        let catalog = Catalog::read("asOf 20260101\n=a library/b\n1 20260101 +\n").expect("a catalog");
        assert_eq!(
            catalog.product_of_repository("library/b").map(|product| product.name.as_str()),
            Some("a")
        );
    }
}
