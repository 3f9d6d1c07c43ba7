//! Properties of the rules that hold for every tag and every list.

use std::cmp::Ordering;

use container_registry_service::version::{
    OsRelease, Policy, Selector, TagExplanation, TagScheme, Track, Variant, compare, explain, sibling,
};
use proptest::{collection::vec, prelude::*};

/// The shapes of tags in registries. Each `#` becomes a small number, so that many tags are comparable and some are
/// equal.
const SHAPES: [&str; 43] = [
    "#.#.#",
    "v#.#.#",
    "#.#",
    "#",
    "v#",
    "#.#.#.#",
    "#.#.#-alpine",
    "#.#.#-alpine3.#",
    "#.#-alpine3.1#",
    "#.#.#-bookworm-slim",
    "#.#.#-php8.#-fpm",
    "#.#.#-debian-1#-r#",
    "#.#.#-arm64",
    "arm64v8-#.#.#-ls#",
    "#.#.#-ls#",
    "#.#.#-#",
    "#.#.#-#.#",
    "#.#.#-#.170000000#",
    "202#-CU#-debian-1#",
    "202#-CU#-GDR#-debian-1#",
    "202#-RTM-debian-1#",
    "#-#.#",
    "#.#.#_v2.#.#",
    "#.#.#-rc#",
    "#.#.#-beta.#",
    "#.#.#rc#-alpine3.#",
    "#beta#",
    "#.#.#-beta.#-abcdef#",
    "#.#.#.post#",
    "#.#.#-p#",
    "#.#.#.Final",
    "#u#-b0#-jdk",
    "2024.#.#",
    "2024.#.#-abcdef#",
    "2024010#",
    "2024010#.#",
    "202#w1#",
    "202#-w1#",
    "2024-01-0#T10-00-0#Z",
    "nightly-2024010#",
    "bookworm-2024011#-slim",
    "main-abcdef#-170000000#",
    "sha-abcdef#",
];

/// A tag of one of the shapes from `first` on. Comparable shapes are neighbours in the list.
fn tag(first: usize, spread: usize) -> impl Strategy<Value = String> {
    (0..spread, any::<[u8; 6]>()).prop_map(move |(offset, choices)| {
        let shape = SHAPES.iter().cycle().nth(first + offset).copied().unwrap_or_default();
        let mut choices = choices.into_iter().cycle();
        let mut number = || match choices.next().unwrap_or_default() % 4 {
            3 => "10".to_owned(),
            small => small.to_string(),
        };
        shape.chars().map(|c| if c == '#' { number() } else { c.to_string() }).collect()
    })
}

/// Any tag.
fn any_tag() -> impl Strategy<Value = String> {
    tag(0, SHAPES.len())
}

/// Three tags of neighbouring shapes.
fn three() -> impl Strategy<Value = [String; 3]> {
    (0..SHAPES.len()).prop_flat_map(|first| [tag(first, 2), tag(first, 2), tag(first, 2)])
}

/// A running tag and a list of tags, most of them of similar shapes.
fn repository() -> impl Strategy<Value = (String, Vec<String>)> {
    (0..SHAPES.len())
        .prop_flat_map(|first| (tag(first, 1), vec(prop_oneof![tag(first, 4), any_tag()], 0..30)))
}

fn policies() -> impl Strategy<Value = Policy> {
    (any::<[bool; 3]>(), 0_usize..3).prop_map(|([prereleases, any, pin], track)| {
        Policy::default()
            .track(Track::ALL.into_iter().cycle().nth(track).unwrap_or_default())
            .prereleases(prereleases)
            .variant(if any { Variant::Any } else { Variant::Same })
            .os_release(if pin { OsRelease::Pin } else { OsRelease::Follow })
    })
}

fn updates(current: &str, tags: &[String], policy: &Policy) -> Vec<String> {
    let mut selector = Selector::new(current, policy);
    tags.iter().for_each(|tag| selector.push(tag));
    selector.finish().on(Track::Major).map(str::to_owned).collect()
}

/// The numbers of a version; a missing number counts as 0.
fn numbers(tag: &TagExplanation) -> Vec<u64> {
    let padded = tag.numbers.iter().map(String::as_str).chain(std::iter::repeat("0"));
    padded.take(6).map(|number| number.parse().unwrap_or(u64::MAX)).collect()
}

/// The pieces of the variant, without the numbers that an update may change.
fn pieces(tag: &TagExplanation) -> Vec<String> {
    let variant = tag.variant.clone().unwrap_or_default();
    let is_system = |piece: &str| ["alpine", "debian"].iter().any(|system| piece.starts_with(system));
    let is_number = |piece: &str| piece.bytes().all(|byte| byte.is_ascii_digit());
    let named = variant.split('-').filter(|piece| !is_number(piece));
    named
        .map(|piece| {
            if is_system(piece) { piece.trim_end_matches(|c: char| !c.is_alphabetic()) } else { piece }
                .to_owned()
        })
        .collect()
}

proptest! {
    #[test]
    fn any_text_is_read_and_written_back(text in "\\PC*|[a-zA-Z0-9._-]{0,200}") {
        prop_assert_eq!(TagScheme::read(&text).to_string(), text.clone());
        prop_assert!(!explain(&text).description.is_empty());
        sibling(&text, "1.2.3");
    }

    #[test]
    fn a_tag_is_read_and_written_back(tag in any_tag()) {
        prop_assert_eq!(TagScheme::read(&tag).to_string(), tag);
    }

    #[test]
    fn comparing_is_a_strict_weak_order([a, b, c] in three()) {
        prop_assert_eq!(compare(&a, &b), compare(&b, &a).map(Ordering::reverse));
        prop_assert_eq!(compare(&a, &a).unwrap_or(Ordering::Equal), Ordering::Equal);
        if let (Some(ab), Some(bc)) = (compare(&a, &b), compare(&b, &c)) {
            let ac = compare(&a, &c);
            prop_assert!(ac.is_some(), "{} {} {}", a, b, c);
            if ab == bc || ab == Ordering::Equal {
                prop_assert_eq!(ac, Some(bc), "{} {} {}", a, b, c);
            }
            if bc == Ordering::Equal {
                prop_assert_eq!(ac, Some(ab), "{} {} {}", a, b, c);
            }
        }
    }

    #[test]
    fn the_order_of_the_list_does_not_matter(
        (current, tags) in repository(), turn in 0_usize..30, policy in policies()
    ) {
        let mut turned = tags.clone();
        turned.rotate_left(turn.min(tags.len()));
        turned.reverse();
        prop_assert_eq!(updates(&current, &tags, &policy), updates(&current, &turned, &policy));
    }

    #[test]
    fn no_answer_is_older((current, tags) in repository(), policy in policies()) {
        let running = explain(&current);
        for tag in updates(&current, &tags, &policy) {
            let update = explain(&tag);
            prop_assert!(compare(&tag, &current).is_none_or(Ordering::is_gt), "{} {}", tag, current);
            prop_assert!(numbers(&update) >= numbers(&running), "{} {}", tag, current);
            if numbers(&update) == numbers(&running) {
                prop_assert!(update.prerelease.is_none() || running.prerelease.is_some(), "{} {}", tag, current);
            }
        }
    }

    #[test]
    fn nothing_is_crossed_that_a_policy_does_not_let_go(
        (current, tags) in repository(), policy in policies()
    ) {
        let running = explain(&current);
        for tag in updates(&current, &tags, &policy) {
            let update = explain(&tag);
            prop_assert_eq!(update.kind, running.kind, "{} {}", tag, current);
            prop_assert_eq!(&update.architecture, &running.architecture, "{} {}", tag, current);
            if policy.variant == Variant::Same {
                prop_assert_eq!(pieces(&update), pieces(&running), "{} {}", tag, current);
                prop_assert_eq!(&update.runtime, &running.runtime, "{} {}", tag, current);
                if policy.os_release == OsRelease::Pin {
                    prop_assert_eq!(&update.os_release, &running.os_release, "{} {}", tag, current);
                }
            }
            if !policy.prereleases && update.prerelease.is_some() {
                // A repository without any release goes on by its own word.
                let has_release = tags.iter().map(|tag| explain(tag)).any(|tag| {
                    tag.prerelease.is_none() && !tag.numbers.is_empty()
                });
                let word = |of: &TagExplanation| {
                    let text = of.prerelease.as_deref().unwrap_or_default().to_ascii_lowercase();
                    text.trim_end_matches(|c: char| !c.is_ascii_alphabetic()).to_owned()
                };
                let is_own = running.prerelease.is_some()
                    && (update.prerelease == running.prerelease
                        || numbers(&update) == numbers(&running)
                        || !has_release && word(&update) == word(&running));
                prop_assert!(is_own, "{} {}", tag, current);
            }
        }
    }
}
