//! How long the pure rules take: `cargo bench`.
//!
//! Compare the lists in which the original's rule finds something to do. Of most tags in `variants`, and of all in
//! `commits` and `pipeline`, it reads but the first characters; the policy's rule has to read, and keep, what it drops.

use std::hint::black_box;

use container_registry_service::{
    image::reference::ImageReference,
    version::{
        Policy, Selector, TagScheme, compare,
        original::{filter_compatible_updates, parse_major_version},
    },
};
use divan::{Bencher, counter::ItemsCount};

const TAGS: usize = 100_000;

fn main() {
    divan::main();
}

/// A running tag and the tags of its repository.
struct List {
    name: &'static str,
    current: &'static str,
    tag: fn(usize) -> String,
}

/// Lists as busy repositories have them.
const LISTS: [List; 6] = [
    List { name: "plain", current: "1.20.3", tag: version },
    // Versions, their variants, prereleases, dates, commits, signatures.
    List {
        name: "mixed",
        current: "1.20.3",
        tag: |index| match index % 10 {
            0..=4 => version(index),
            5 => format!("{}-alpine3.{}", version(index), index % 24),
            6 => format!("v{}", version(index)),
            7 => format!("{}-rc{}", version(index), index % 9),
            8 => dated(index),
            _ => format!("sha256-{index:064x}.sig"),
        },
    },
    // Variants, and systems whose release moves.
    List {
        name: "variants",
        current: "1.20.3-alpine3.12",
        tag: |index| match index % 6 {
            0 => version(index),
            1 => format!("{}-alpine", version(index)),
            2 => format!("{}-alpine3.{}", version(index), 10 + index % 12),
            3 => format!("{}-bookworm-slim", version(index)),
            4 => format!("{}-slim", version(index)),
            _ => format!("{}-windowsservercore-ltsc2022", version(index)),
        },
    },
    // Build counters, in front of which the processor stands in some.
    List {
        name: "counters",
        current: "1.20.3-ls100",
        tag: |index| match index % 4 {
            0 => format!("{}-ls{}", version(index), index / 100),
            1 => format!("arm64v8-{}-ls{}", version(index), index / 100),
            2 => format!("version-{}", version(index)),
            _ => version(index),
        },
    },
    List { name: "commits", current: "2024.5.13-a0bc346", tag: dated },
    // What a pipeline makes of every change.
    List {
        name: "pipeline",
        current: "main-abc1234-1700000000",
        tag: |index| match index % 4 {
            0 => format!("sha-{:07x}", index * 2_654_435),
            1 => format!("pr-{index}"),
            2 => format!("main-{:07x}-{}", index * 2_654_435 % 0xfff_ffff, 1_700_000_000 + index),
            _ => format!("sha256-{index:064x}.sig"),
        },
    },
];

impl std::fmt::Display for List {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

impl List {
    fn tags(&self) -> Vec<String> {
        (0..TAGS).map(self.tag).collect()
    }
}

fn version(index: usize) -> String {
    format!("{}.{}.{}", index % 3, index / 3 % 60, index / 180)
}

/// Some forty builds a day, over six years.
fn dated(index: usize) -> String {
    let day = index / 45;
    format!(
        "{}.{}.{}-{:07x}",
        2020 + day / 372,
        1 + day / 31 % 12,
        1 + day % 31,
        index * 2_654_435 % 0xfff_ffff
    )
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

#[divan::bench(args = &LISTS)]
fn original_filter(bencher: Bencher<'_, '_>, list: &List) {
    let tags = list.tags();
    let major = parse_major_version(list.current);
    bencher
        .counter(ItemsCount::new(TAGS))
        .bench(|| filter_compatible_updates(tags.iter().map(String::as_str), list.current, major).len());
}

#[divan::bench(args = &LISTS)]
fn policy_filter(bencher: Bencher<'_, '_>, list: &List) {
    let tags = list.tags();
    let policy = Policy::default();
    bencher.counter(ItemsCount::new(TAGS)).bench(|| {
        let mut selector = Selector::new(list.current, &policy);
        tags.iter().for_each(|tag| selector.push(tag));
        selector.finish()
    });
}
