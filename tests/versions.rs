//! The right answer for every tag in `tests/data/tags`, one file for each family of images.

use std::{fs, path::Path};

use container_registry_service::version::{
    policy::{Track, UpdatePolicy},
    sieve::Sieve,
};
use serde::Deserialize;

#[derive(Deserialize)]
struct Case {
    image: String,
    current: String,
    tags: Vec<String>,
    expected: Expected,
    why: String,
}

/// The newest update on each track, or none.
#[derive(Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    patch: Option<String>,
    minor: Option<String>,
    major: Option<String>,
}

#[allow(clippy::unwrap_used, reason = "a file that cannot be read stops the test where it is")]
fn cases() -> Vec<Case> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/tags");
    let files = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
    let read = |file| serde_json::from_str::<Vec<Case>>(&fs::read_to_string(file).unwrap()).unwrap();
    files.flat_map(read).collect()
}

fn answer<'a>(current: &str, tags: impl Iterator<Item = &'a String>, policy: &UpdatePolicy) -> Expected {
    let mut sieve = Sieve::new(current, policy);
    tags.for_each(|tag| sieve.push(tag));
    let selection = sieve.finish();
    let newest = |track| selection.newest(track).map(str::to_owned);
    Expected { patch: newest(Track::Patch), minor: newest(Track::Minor), major: newest(Track::Major) }
}

#[test]
fn every_image_gets_the_right_answer_in_whatever_order_its_tags_come() {
    let cases = cases();
    assert!(cases.len() >= 160, "{} cases", cases.len());
    let mut wrong = Vec::new();
    for case in &cases {
        let Case { image, current, tags, expected, why } = case;
        for policy_track in Track::ALL {
            let policy = UpdatePolicy { track: policy_track, ..UpdatePolicy::default() };
            let answers = [
                answer(current, tags.iter(), &policy),
                answer(current, tags.iter().rev(), &policy),
                answer(current, tags.iter().chain([current]), &policy),
            ];
            for answer in answers {
                if answer != *expected {
                    wrong.push(format!("{image}:{current}\n  {answer:?}\n  {expected:?}\n  {why}"));
                }
            }
        }
    }
    wrong.dedup();
    assert!(wrong.is_empty(), "{} of {} are wrong:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}
