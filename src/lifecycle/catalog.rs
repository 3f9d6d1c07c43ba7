//! All products, and the images that hold them.

use std::{
    collections::HashMap,
    sync::{Arc, LazyLock},
};

use jiff::civil::Date;

use super::{
    cycle::{Cycle, day},
    product::Product,
};

/// What the package carries, as `scripts/support-periods.mjs` writes it.
const CARRIED: &str = include_str!("periods.txt");

static EMBEDDED: LazyLock<Arc<Catalog>> = LazyLock::new(|| Arc::new(Catalog::lenient(CARRIED)));

/// Products by name, and by the images that hold them.
///
/// Its form is text, the same for what the package carries and for what a refreshed list leaves in a cache:
///
/// ```text
/// asOf 20260822
/// =debian library/debian
/// 13 20250809 20280809 x20300630 ctrixie
/// ```
#[derive(Debug)]
pub(crate) struct Catalog {
    /// The day of the facts.
    pub(crate) as_of: Date,
    products: Vec<Product>,
    names: HashMap<String, usize>,
    images: HashMap<String, usize>,
}

impl Catalog {
    /// What the package carries.
    pub(crate) fn embedded() -> Arc<Self> {
        EMBEDDED.clone()
    }

    /// Reads the form of text; `None` where it is another, which a cache may hold after an update of the package.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let catalog = Self::lenient(text);
        let is_sound = |product: &Product| {
            product.lines().lines().all(|line| Cycle::read(line).is_some()) && !product.cycles().is_empty()
        };
        let is_whole = catalog.as_of != Date::MIN && !catalog.products.is_empty();
        (is_whole && catalog.products.iter().all(is_sound)).then_some(catalog)
    }

    /// Reads without a look at the cycles, which a test has taken at what the package carries.
    fn lenient(text: &str) -> Self {
        let mut catalog =
            Self { as_of: Date::MIN, products: Vec::new(), names: HashMap::new(), images: HashMap::new() };
        let (head, rest) = text.split_once("\n=").unwrap_or((text, ""));
        if let Some(date) = head.lines().find_map(|line| day(line.strip_prefix("asOf ")?)) {
            catalog.as_of = date;
        }
        for part in rest.split("\n=").filter(|part| !part.is_empty()) {
            let (title, lines) = part.split_once('\n').unwrap_or((part, ""));
            let mut words = title.split(' ');
            let name = words.next().unwrap_or_default();
            let index = catalog.products.len();
            catalog.products.push(Product::new(name, lines));
            catalog.names.insert(name.to_owned(), index);
            catalog.images.extend(words.map(|image| (image.to_owned(), index)));
        }
        catalog
    }

    /// Whether the package knows a product of this name at endoflife.date.
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

    /// The product that the facts name for a repository: `library/postgres`, `quay.io/keycloak/keycloak`.
    pub(crate) fn product_of_repository(&self, repository: &str) -> Option<&Product> {
        self.products.get(*self.images.get(repository)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_package_carries_is_sound_and_small() {
        let catalog = Catalog::read(CARRIED).expect("the catalog's form");
        assert!(catalog.products.len() >= 130, "{}", catalog.products.len());
        assert!(catalog.images.len() >= 260, "{}", catalog.images.len());
        assert!(CARRIED.len() < 80_000, "{} bytes", CARRIED.len());
        assert!(CARRIED.contains("endoflife.date") && CARRIED.contains("MIT"));
    }

    #[test]
    fn another_form_is_no_catalog() {
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
