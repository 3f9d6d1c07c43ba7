//! Finds the systems and runtimes that a tag names beside the program: `alpine3.18`, `bookworm`, `php8.1`.

use jiff::civil::{Date, date};
use serde::{Deserialize, Serialize};

use super::{
    catalog::Catalog,
    cycle::{Cycle, Support},
    number,
    product::Place,
};

/// A system or runtime that an image is built on, with a support cycle of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Part {
    /// The spelling in the tag or in the name of the base image: `alpine3.18`.
    pub item: String,
    /// The product's name at endoflife.date.
    pub product: String,
    /// The support cycle.
    pub cycle: String,
    /// The support of the cycle.
    pub support: Support,
    /// The last day of that support (`2025-05-09`), where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends_at: Option<String>,
}

impl Part {
    pub(crate) fn new(item: &str, product: &str, cycle: &Cycle, today: Date) -> Self {
        Self {
            item: item.to_owned(),
            product: product.to_owned(),
            cycle: cycle.name.clone(),
            support: cycle.support(today),
            ends_at: cycle.ends_at(today).map(|day| day.to_string()),
        }
    }
}

/// Words that a version may follow, and their products. Words that several makers use (`jdk`) are left out.
const WORDS: [(&str, &str); 28] = [
    ("al", "amazon-linux"),
    ("alma", "almalinux"),
    ("almalinux", "almalinux"),
    ("alpine", "alpine-linux"),
    ("amazonlinux", "amazon-linux"),
    ("amzn", "amazon-linux"),
    ("debian", "debian"),
    ("dotnet", "dotnet"),
    ("erlang", "erlang"),
    ("fedora", "fedora"),
    ("go", "go"),
    ("golang", "go"),
    ("leap", "opensuse"),
    ("node", "nodejs"),
    ("nodejs", "nodejs"),
    ("ol", "oracle-linux"),
    ("oraclelinux", "oracle-linux"),
    ("otp", "erlang"),
    ("perl", "perl"),
    ("php", "php"),
    ("powershell", "powershell"),
    ("python", "python"),
    ("rocky", "rocky-linux"),
    ("rockylinux", "rocky-linux"),
    ("ruby", "ruby"),
    ("rust", "rust"),
    ("tomcat", "tomcat"),
    ("ubuntu", "ubuntu"),
];

/// The makers of JDKs, by the words that name them.
const JDKS: [(&str, &str); 6] = [
    ("amazoncorretto", "amazon-corretto"),
    ("corretto", "amazon-corretto"),
    ("dragonwell", "alibaba-dragonwell"),
    ("liberica", "bellsoft-liberica"),
    ("temurin", "eclipse-temurin"),
    ("zulu", "azul-zulu"),
];

/// Words before the name of a JDK that belong to it: `eclipse-temurin-17`.
const MAKERS: [&str; 5] = ["alibaba", "amazon", "azul", "bellsoft", "eclipse"];

/// A cycle that ended before containers existed cannot be a part of one, so the number means something else.
const BEFORE_CONTAINERS: Date = date(2013, 3, 1);
/// The same for a number in a segment of its own, which may well count something: `debian-4`.
const LONG_AGO: Date = date(2016, 1, 1);

/// Returns the parts that a tag names, in the tag's order. `path` is the path of the image, which may name the maker of
/// a JDK. `own` is the product of the image itself, which is no part.
pub(crate) fn of_tag(catalog: &Catalog, path: &str, tag: &str, own: Option<&str>, today: Date) -> Vec<Part> {
    let lower = tag.to_ascii_lowercase();
    let segments: Vec<&str> = lower.split(['-', '_', '+']).collect();
    let maker = maker(&segments).or_else(|| maker(&path.split(['/', '-', '_']).collect::<Vec<_>>()));
    let mut parts: Vec<Part> = Vec::new();
    let mut remaining = segments.as_slice();
    let mut before = None;
    while let [segment, after @ ..] = remaining {
        remaining = after;
        let following = after.first().copied();
        if let Some((item, product, numbers, takes_next)) = named(segment, following, before, maker)
            && Some(product) != own
            && let Some(cycle) = cycle(catalog, product, &numbers, segment, takes_next)
            && !parts.iter().any(|part| part.product == product)
        {
            if takes_next {
                remaining = after.get(1..).unwrap_or_default();
            }
            parts.push(Part::new(&item, product, cycle, today));
        }
        before = Some(*segment);
    }
    parts
}

type Named<'a> = (String, &'a str, Vec<u64>, bool);

/// The part that a segment of a tag names: its spelling, its product, its numbers, and whether the next segment holds
/// the numbers.
fn named<'a>(
    segment: &str,
    following: Option<&str>,
    before: Option<&str>,
    maker: Option<&'a str>,
) -> Option<Named<'a>> {
    if super::codenames::released(segment).is_some() {
        let system = super::codenames::released(segment)?.system;
        return Some((segment.to_owned(), system.product(), Vec::new(), false));
    }
    let digits = segment.find(|c: char| !c.is_ascii_lowercase()).unwrap_or(segment.len());
    let (word, tail) = segment.split_at_checked(digits)?;
    let is_jdk = |word: &str| matches!(word, "jdk" | "jre" | "java" | "openjdk");
    let jdk = |word: &str| JDKS.iter().find(|(name, _)| *name == word).map(|(_, product)| *product);
    let of_word = WORDS.iter().find(|(name, _)| *name == word).map(|(_, product)| *product);
    let product = of_word.or_else(|| jdk(word)).or_else(|| maker.filter(|_| is_jdk(word)))?;
    // In `jdk-17`, `jdk` may stand for the whole image and 17 for something else.
    let (numbers, takes_next) = match following {
        _ if !tail.is_empty() => (tail, false),
        Some(next) if !is_jdk(word) => (next, true),
        _ => return None,
    };
    let numbers = match numbers.len() {
        4 if word == "ubuntu" && !numbers.contains('.') => {
            number::of_runs([numbers.get(..2)?, numbers.get(2..)?])
        }
        _ => number::dotted(numbers.strip_prefix('v').unwrap_or(numbers))?,
    };
    let mut item = segment.to_owned();
    if let Some(maker) = before.filter(|maker| jdk(word).is_some() && MAKERS.contains(maker)) {
        item = format!("{maker}-{item}");
    }
    if takes_next {
        item = format!("{item}-{}", following.unwrap_or_default());
    }
    Some((item, product, numbers, takes_next))
}

fn cycle<'c>(
    catalog: &'c Catalog,
    product: &str,
    numbers: &[u64],
    word: &str,
    is_apart: bool,
) -> Option<&'c Cycle> {
    let product = catalog.product(product)?;
    let place = match numbers {
        [] => product.place(word, []),
        numbers => product.place_of_numbers(numbers),
    };
    let Place::In(cycle) = place else { return None };
    let bound = if is_apart { LONG_AGO } else { BEFORE_CONTAINERS };
    // A cycle that ended on an unknown day was released before that.
    let has_ended = cycle.support(Date::MAX) == Support::Ended;
    let is_older = has_ended && cycle.ends_at(Date::MAX).unwrap_or(cycle.released) < bound;
    (!is_older).then_some(cycle)
}

fn maker(words: &[&str]) -> Option<&'static str> {
    words.iter().find_map(|word| {
        let letters = word.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
        JDKS.iter().find(|(name, _)| *name == letters).map(|(_, product)| *product)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The parts of a tag, as `item product cycle support`.
    fn read(path: &str, tag: &str, own: Option<&str>) -> Vec<String> {
        of_tag(&Catalog::embedded(), path, tag, own, date(2026, 8, 22))
            .into_iter()
            .map(|part| format!("{} {} {} {:?}", part.item, part.product, part.cycle, part.support))
            .collect()
    }

    #[test]
    fn systems_and_runtimes_of_plain_vendor_and_version() {
        let cases: [(&str, &[&str]); 33] = [
            ("5.9.2-php7.3-fpm-alpine3.18", &["php7.3 php 7.3 Ended", "alpine3.18 alpine-linux 3.18 Ended"]),
            ("16.6-alpine3.23", &["alpine3.23 alpine-linux 3.23 Active"]),
            ("1.27-bookworm", &["bookworm debian 12 Extended"]),
            ("1.27-Jammy", &["jammy ubuntu 22.04 Security"]),
            ("1.27-alpine", &[]),
            ("1.2.3-debian-12-r5", &["debian-12 debian 12 Extended"]),
            ("12.2.0-base-ubuntu22.04", &["ubuntu22.04 ubuntu 22.04 Security"]),
            ("12.2.0-ubuntu2204", &["ubuntu2204 ubuntu 22.04 Security"]),
            ("1.0-node20", &["node20 nodejs 20 Extended"]),
            ("node-20.14.0-chrome-125.0.6422.141-1", &["node-20.14.0 nodejs 20 Extended"]),
            ("1.0-python3.9", &["python3.9 python 3.9 Ended"]),
            ("1.0-python3", &[]),
            ("9.0-jdk17", &[]),
            ("10.1-jdk17-temurin-jammy", &["jdk17 eclipse-temurin 17 Active", "jammy ubuntu 22.04 Security"]),
            ("10.1-jre21-temurin", &["jre21 eclipse-temurin 21 Active"]),
            (
                "10.1.24-jdk8-corretto-al2023",
                &["jdk8 amazon-corretto 8 Active", "al2023 amazon-linux 2023 Active"],
            ),
            ("3.9-eclipse-temurin-17-alpine", &["eclipse-temurin-17 eclipse-temurin 17 Active"]),
            (
                "3.9.11-amazoncorretto-24-debian-trixie",
                &["amazoncorretto-24 amazon-corretto 24 Ended", "trixie debian 13 Active"],
            ),
            ("3.9-sapmachine-17", &[]),
            ("1.16.2-otp-26-alpine", &["otp-26 erlang 26 Ended"]),
            (
                "3.2.1-erlang-26.2.5-debian-bookworm",
                &["erlang-26.2.5 erlang 26 Ended", "bookworm debian 12 Extended"],
            ),
            ("8.0-rockylinux9", &["rockylinux9 rocky-linux 9 Active"]),
            ("1.0-sid", &[]),
            ("1.0-testing-slim", &[]),
            ("1.0-debian-4", &[]),
            ("1.0-node-2", &[]),
            ("1.0-php5.4", &["php5.4 php 5.4 Ended"]),
            ("1.0-php7", &[]),
            ("1.0-alpine3.99", &[]),
            ("1.0-debian-slim", &[]),
            ("16-3.4", &[]),
            ("", &[]),
            ("-_-", &[]),
        ];
        for (tag, expected) in cases {
            assert_eq!(read("someone/something", tag, None), expected, "{tag}");
        }
    }

    #[test]
    fn the_image_may_name_the_maker_of_its_jdk() {
        assert_eq!(read("someone/temurin-app", "1.0-jdk17", None), ["jdk17 eclipse-temurin 17 Active"]);
        assert_eq!(read("someone/app", "1.0-jdk17", None), Vec::<String>::new());
    }

    #[test]
    fn an_image_is_no_part_of_itself() {
        assert_eq!(read("library/debian", "bookworm-slim", Some("debian")), Vec::<String>::new());
        assert_eq!(read("library/node", "20-bookworm", Some("nodejs")), ["bookworm debian 12 Extended"]);
    }
}
