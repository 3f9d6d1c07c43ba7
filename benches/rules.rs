//! How long the pure rules take: `cargo bench`. The policy's rule is to take at most three times as long as the original's on
//! the same list.

use std::hint::black_box;

use container_registry_service::{
    image::reference::ImageReference,
    version::{
        order::compare, original::filter_compatible_updates, policy::UpdatePolicy, scheme::TagScheme,
        sieve::Sieve,
    },
};
use divan::{Bencher, counter::ItemsCount};

const TAGS: usize = 100_000;
const CURRENT: &str = "1.20.3";

fn main() {
    divan::main();
}

/// A list as busy repositories have it: versions, their variants, prereleases, dates, commits, signatures.
fn tags() -> Vec<String> {
    (0..TAGS)
        .map(|index| {
            let version = format!("{}.{}.{}", index % 3, index / 3 % 60, index / 180);
            match index % 10 {
                0..=4 => version,
                5 => format!("{version}-alpine3.{}", index % 24),
                6 => format!("v{version}"),
                7 => format!("{version}-rc{}", index % 9),
                8 => format!("2024.{}.{}-{index:07x}", 1 + index % 12, 1 + index % 28),
                _ => format!("sha256-{index:064x}.sig"),
            }
        })
        .collect()
}

#[divan::bench]
fn reference_parsing(bencher: Bencher<'_, '_>) {
    let text = "registry.example.com:5000/team/app:1.27.3-alpine@sha256:0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a";
    bencher.bench(|| ImageReference::parse(black_box(text)));
}

#[divan::bench]
fn tag_reading(bencher: Bencher<'_, '_>) {
    bencher.bench(|| TagScheme::read(black_box("6.5.3-php8.2-fpm-alpine3.20")).is_orderable());
}

#[divan::bench]
fn version_order(bencher: Bencher<'_, '_>) {
    bencher.bench(|| compare(black_box("16.15-alpine3.24"), black_box("16.4-alpine3.20")));
}

#[divan::bench]
fn original_filter(bencher: Bencher<'_, '_>) {
    let tags = tags();
    bencher
        .counter(ItemsCount::new(TAGS))
        .bench(|| filter_compatible_updates(tags.iter().map(String::as_str), CURRENT, 1.0).len());
}

#[divan::bench]
fn policy_filter(bencher: Bencher<'_, '_>) {
    let tags = tags();
    let policy = UpdatePolicy::default();
    bencher.counter(ItemsCount::new(TAGS)).bench(|| {
        let mut sieve = Sieve::new(CURRENT, &policy);
        tags.iter().for_each(|tag| sieve.push(tag));
        sieve.finish()
    });
}
