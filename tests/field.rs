//! Compares the rules with real updates of public repositories, with cases from public reports, and with all tags that
//! Docker's official images have had. `cargo test --test field -- --nocapture` prints the figures.
#![allow(clippy::unwrap_used, reason = "data that cannot be read stops the test where it is")]

use std::{collections::BTreeMap, fmt::Write as _, fs, path::Path};

use container_registry_service::version::{
    Policy, Selection, Selector, TagScheme, Track, compare, explain, outdated,
};
use serde::Deserialize;

fn data(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/field").join(name)).unwrap()
}

fn select<'t>(current: &str, tags: impl IntoIterator<Item = &'t str>, track: Track) -> Selection {
    let mut selector = Selector::new(current, &Policy::default().track(track));
    tags.into_iter().for_each(|tag| selector.push(tag));
    selector.finish()
}

/// Classifies an update that a project made and the rules reject.
fn class(from: &str, to: &str) -> &'static str {
    let (a, b) = (TagScheme::read(from), TagScheme::read(to));
    if !a.is_orderable() && !explain(from).numbers.is_empty() {
        return "from a tag that floats";
    }
    if !a.is_orderable() || !b.is_orderable() {
        return "from or to a name without an order";
    }
    if compare(to, from).is_some_and(std::cmp::Ordering::is_le) {
        return "a rollback";
    }
    let (a, b) = (explain(from), explain(to));
    if a.architecture != b.architecture || a.variant != b.variant || a.runtime != b.runtime {
        return "another variant";
    }
    if b.prerelease.is_some() {
        return "to a prerelease";
    }
    let numbers = |of: &[String]| of.iter().map(|one| one.parse().unwrap_or(u64::MAX)).collect::<Vec<_>>();
    if numbers(&b.numbers) < numbers(&a.numbers) { "to lower numbers" } else { "another way of writing" }
}

#[test]
fn updates_that_people_made_are_offered() {
    let (mut all, mut offered) = (0_u32, 0_u32);
    let mut missed: BTreeMap<&str, (u32, Vec<String>)> = BTreeMap::new();
    for line in data("updates.txt").lines() {
        let mut words = line.split(' ');
        let image = words.next().unwrap();
        for update in words {
            let (update, count) = update.split_once('*').unwrap_or((update, "1"));
            let (from, to) = update.split_once('>').unwrap();
            let count: u32 = count.parse().unwrap();
            all += count;
            if select(from, [from, to], Track::Major).newest(Track::Major) == Some(to) {
                offered += count;
            } else {
                let class = missed.entry(class(from, to)).or_default();
                class.0 += count;
                class.1.push(format!("{image} {from} {to}"));
            }
        }
    }
    let share = f64::from(offered) / f64::from(all);
    println!("{offered} of {all} updates are offered: {:.2} %", share * 100.0);
    for (class, (count, examples)) in &missed {
        let shown = if std::env::var_os("FIELD_ALL").is_some() { examples.len() } else { 5 };
        let examples = examples.iter().take(shown).fold(String::new(), |mut text, example| {
            let _ = write!(text, "\n    {example}");
            text
        });
        println!("  {count} not offered: {class}{examples}");
    }
    assert_eq!(all, 13_168);
    assert!(share >= 0.987, "{share}");
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    image: String,
    current: String,
    tags: Vec<String>,
    /// The expected tag by track. A track that is absent is not checked.
    expected: BTreeMap<String, Option<String>>,
    why: String,
    /// The days on which tags were made, counted from any day, where the answer depends on them.
    #[serde(default)]
    made: BTreeMap<String, i64>,
}

#[test]
fn cases_from_public_reports_get_the_right_answer() {
    let cases: Vec<Case> = serde_json::from_str(&data("cases.json")).unwrap();
    let mut wrong = Vec::new();
    for case in &cases {
        let selection = select(&case.current, case.tags.iter().map(String::as_str), Track::Major);
        let made: Vec<_> = case.made.iter().map(|(tag, day)| (tag.as_str(), *day)).collect();
        let too_old = outdated(&case.current, &made);
        for (track, name) in Track::ALL.into_iter().zip(["patch", "minor", "major"]) {
            let Some(expected) = case.expected.get(name) else { continue };
            let answer = selection.on(track).find(|tag| !too_old.contains(tag));
            if answer != expected.as_deref() {
                wrong.push(format!(
                    "{}:{} {name} {answer:?}, not {expected:?}: {}",
                    case.image, case.current, case.why
                ));
            }
        }
    }
    assert!(
        cases.len() == 300 && wrong.is_empty(),
        "{} of {}:\n{}",
        wrong.len(),
        cases.len(),
        wrong.join("\n")
    );
}

/// All tags of an image, and the groups of tags that were the same image when they were last listed.
struct Official {
    image: String,
    entries: Vec<Vec<String>>,
}

fn official_images() -> Vec<Official> {
    let mut images: Vec<Official> = Vec::new();
    for line in data("official-images.txt").lines() {
        match line.strip_prefix("# ") {
            Some(image) => images.push(Official { image: image.to_owned(), entries: Vec::new() }),
            None => {
                let entry = line.split(' ').map(str::to_owned).collect();
                images.last_mut().unwrap().entries.push(entry);
            }
        }
    }
    images
}

#[test]
fn answers_among_the_tags_of_official_images_are_of_the_running_variant_and_no_prereleases() {
    let (mut answers, mut wrong) = (0_u32, Vec::new());
    for Official { image, entries } in official_images() {
        let tags: Vec<&str> = entries.iter().flatten().map(String::as_str).collect();
        // Every seventh tag is taken as the running one. The lists are long, and neighbouring tags get the same answer.
        for current in tags.iter().copied().step_by(7).filter(|tag| TagScheme::read(tag).is_orderable()) {
            let selection = select(current, tags.iter().copied(), Track::Major);
            let Some(answer) = selection.newest(Track::Major) else { continue };
            answers += 1;
            let (from, to) = (explain(current), explain(answer));
            let words = |text: &Option<String>| {
                let text = text.clone().unwrap_or_default();
                text.chars().filter(char::is_ascii_alphabetic).collect::<String>()
            };
            if words(&from.variant) != words(&to.variant) || from.runtime != to.runtime {
                wrong.push(format!("{image}:{current} {answer} is another variant"));
            }
            if to.prerelease.is_some() && from.prerelease.is_none() {
                wrong.push(format!("{image}:{current} {answer} is a prerelease"));
            }
        }
    }
    println!("{answers} answers among the tags of official images");
    assert!(answers > 1_000 && wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}
