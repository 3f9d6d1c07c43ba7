//! Checks the answers for the tags in `tests/data/tags`, where each file covers one kind of image.
//!
//! A file is a list of images. Each image has the tags of its repository, many to a line, and cases. A case has a
//! running tag, the newest updates on the patch, minor and major tracks (or `null`), and a reason. `policy` is the
//! default policy where a case does not set it.

use std::{fs, path::Path};

use container_registry_service::version::{OsRelease, Patterns, Policy, Selector, Track, Variant};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Image {
    image: String,
    tags: Vec<String>,
    cases: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    current: String,
    #[serde(default)]
    policy: Wish,
    expected: [Option<String>; 3],
    why: String,
}

/// The settings that differ from the default policy, with their JavaScript names.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
struct Wish {
    prereleases: bool,
    variant: Option<String>,
    os_release: Option<String>,
    include: Vec<String>,
    exclude: Vec<String>,
}

#[allow(clippy::unwrap_used, reason = "a pattern that is wrong stops the test where it is")]
impl Wish {
    fn on(&self, track: Track) -> Policy {
        let variant = match self.variant.as_deref() {
            Some("any") => Variant::Any,
            other => {
                assert!(other.is_none(), "{other:?}");
                Variant::Same
            }
        };
        let os_release = match self.os_release.as_deref() {
            Some("pin") => OsRelease::Pin,
            other => {
                assert!(other.is_none(), "{other:?}");
                OsRelease::Follow
            }
        };
        Policy::default()
            .track(track)
            .prereleases(self.prereleases)
            .variant(variant)
            .os_release(os_release)
            .include(Patterns::new(&self.include).unwrap())
            .exclude(Patterns::new(&self.exclude).unwrap())
    }
}

#[allow(clippy::unwrap_used, reason = "a file that cannot be read stops the test where it is")]
fn images() -> Vec<Image> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/tags");
    let files = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
    let read = |file| serde_json::from_str::<Vec<Image>>(&fs::read_to_string(file).unwrap()).unwrap();
    files.flat_map(read).collect()
}

/// The newest update on each track.
fn answer<'a>(
    current: &str,
    tags: impl Iterator<Item = &'a &'a str>,
    policy: &Policy,
) -> [Option<String>; 3] {
    let mut selector = Selector::new(current, policy);
    tags.for_each(|tag| selector.push(tag));
    let selection = selector.finish();
    Track::ALL.map(|track| selection.newest(track).map(str::to_owned))
}

#[test]
fn every_image_gets_the_right_answer_in_whatever_order_its_tags_come() {
    let images = images();
    let mut count = 0;
    let mut wrong = Vec::new();
    for Image { image, tags, cases } in &images {
        let tags: Vec<&str> = tags.iter().flat_map(|line| line.split(' ')).collect();
        let mut sorted = tags.clone();
        sorted.sort_unstable();
        for Case { current, policy, expected, why } in cases {
            count += 1;
            for track in Track::ALL {
                let policy = policy.on(track);
                let answers = [
                    answer(current, tags.iter(), &policy),
                    answer(current, tags.iter().rev(), &policy),
                    answer(current, sorted.iter(), &policy),
                    answer(current, tags.iter().chain([&current.as_str()]).chain(&tags), &policy),
                ];
                for answer in answers.iter().filter(|answer| *answer != expected) {
                    wrong.push(format!("{image}:{current}\n  {answer:?}\n  {expected:?}\n  {why}"));
                }
            }
        }
    }
    wrong.dedup();
    assert!(count >= 900, "{count} cases");
    assert!(wrong.is_empty(), "{} of {count} are wrong:\n{}", wrong.len(), wrong.join("\n"));
}
