//! What holds for every tag and every list.

use std::cmp::Ordering;

use container_registry_service::version::{
    explain::explain,
    order::compare,
    policy::{Track, UpdatePolicy},
    scheme::TagScheme,
    sibling::sibling,
    sieve::Sieve,
};
use proptest::{collection::vec, prelude::*};

/// Tags as registries have them: few numbers, so that many are comparable.
const TAG: &str = "v?[0-3](\\.[0-3]){1,3}(-?(rc|beta)\\.?[0-2])?(-(alpine3\\.[0-9]|alpine|rocm|ls[0-9]|[0-2]))?|20240[1-9]1[0-9]|latest|v?[0-3]";

fn updates(current: &str, tags: &[String]) -> Vec<String> {
    let mut sieve = Sieve::new(current, &UpdatePolicy::default());
    tags.iter().for_each(|tag| sieve.push(tag));
    sieve.finish().on(Track::Major).map(str::to_owned).collect()
}

proptest! {
    #[test]
    fn any_text_is_read_and_written_back(text in "\\PC*|[a-zA-Z0-9._-]{0,200}") {
        prop_assert_eq!(TagScheme::read(&text).to_string(), text.clone());
        prop_assert!(!explain(&text).description.is_empty());
        sibling(&text, "1.2.3");
    }

    #[test]
    fn comparing_is_a_strict_weak_order(a in TAG, b in TAG, c in TAG) {
        prop_assert_eq!(compare(&a, &b), compare(&b, &a).map(Ordering::reverse));
        if let (Some(ab), Some(bc)) = (compare(&a, &b), compare(&b, &c)) {
            let ac = compare(&a, &c);
            prop_assert!(ac.is_some(), "{} {} {}", a, b, c);
            if ab == bc || ab == Ordering::Equal {
                prop_assert_eq!(ac, Some(bc));
            }
        }
    }

    #[test]
    fn no_answer_is_older_or_of_another_variant_and_order_does_not_matter(
        current in TAG, tags in vec(TAG, 0..30), turn in 0_usize..30
    ) {
        let answer = updates(&current, &tags);
        let mut turned = tags.clone();
        turned.rotate_left(turn.min(tags.len()));
        turned.reverse();
        prop_assert_eq!(&answer, &updates(&current, &turned));
        for tag in answer {
            prop_assert!(compare(&tag, &current).is_none_or(Ordering::is_gt), "{} {}", tag, current);
            let (update, running) = (explain(&tag), explain(&current));
            let words = |variant: Option<String>| variant.map(|text| text.split(|c: char| !c.is_ascii_alphabetic()).collect::<String>());
            prop_assert_eq!(words(update.variant), words(running.variant));
            prop_assert!(update.prerelease.is_none());
        }
    }
}
