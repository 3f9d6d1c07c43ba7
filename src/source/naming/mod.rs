//! Tells which release of a source repository belongs to the tag of an image: the one with the same version. Nothing here
//! uses a network.
//!
//! A release counts if the text before its version names nothing (`v`, `release-`), the image itself (`app/v`, `@org/app@`),
//! or is shared by all releases. Two versions are the same if they have the same numbers and the same prerelease; what stands
//! behind them in the release has to stand behind them in the tag as well.

#[cfg(test)]
mod cases;
mod order;
mod prefix;
pub(crate) mod version;

use std::cmp::Reverse;

use self::{
    prefix::{Prefix, Standing, version_start},
    version::{Item, Version, second_version},
};
use crate::version::tag::{kind::TagKind, scheme::TagScheme};

/// The releases of a source repository, read for one image.
pub(crate) struct Naming<'r> {
    releases: Vec<Read<'r>>,
}

/// The version of a release.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Versioned<'n> {
    /// The place of the release in the list.
    pub(crate) index: usize,
    pub(crate) version: &'n Version,
    /// The version as the release writes it.
    pub(crate) text: &'n str,
    standing: Option<Standing>,
}

/// A release that was read.
struct Read<'r> {
    tag: &'r str,
    /// Its place in the list.
    index: usize,
    prefix: Prefix,
    version: Version,
    standing: Option<Standing>,
}

/// The tag of an image, read.
struct Asked<'t> {
    tag: &'t str,
    prefix: Prefix,
    version: Version,
    /// Whether the tag names a line of versions: `17`.
    is_line: bool,
}

/// How well a release fits, the best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    /// All that the release says stands in the tag; the more of it, the better.
    Whole(Reverse<usize>),
    /// The release has a counter, a commit or build metadata behind its version that the tag does not have.
    Open,
}

impl<'r> Naming<'r> {
    /// Reads the tags of releases, the newest first, for an image whose repository has this name.
    pub(crate) fn read(image: &str, tags: impl IntoIterator<Item = &'r str>) -> Self {
        let name = image.rsplit('/').next().unwrap_or(image);
        let read = |(index, tag): (usize, &'r str)| {
            let start = version_start(tag, name)?;
            let (before, text) = tag.split_at_checked(start)?;
            let (prefix, version) = (Prefix::read(before), Version::read(text, false)?);
            Some(Read { tag, index, prefix, version, standing: None })
        };
        let mut releases: Vec<Read<'r>> = tags.into_iter().enumerate().filter_map(read).collect();
        let is_shared = match releases.split_first() {
            Some((first, others)) => others.iter().all(|other| other.prefix.is_like(&first.prefix)),
            None => false,
        };
        for release in &mut releases {
            release.standing = release.prefix.standing(name, is_shared);
        }
        Self { releases }
    }

    /// The place in the list of the release that a tag was built from.
    pub(crate) fn find(&self, tag: &str) -> Option<usize> {
        let asked = self.asked(tag);
        if let Some(found) = asked.as_ref().and_then(|asked| self.best(asked)) {
            return Some(found.index);
        }
        // Where no release has the first version, the second one counts.
        let second = self.second(&asked?)?;
        self.best(&second).map(|found| found.index)
    }

    /// What stands before the version in the releases of the image, as the newest of them writes it; `None` if it has none.
    pub(crate) fn habit(&self) -> Option<&str> {
        self.own().next().map(|release| release.prefix.written.as_str())
    }

    /// The versions of the image's releases, in the order of the list, for a stretch between two tags. Where one of these names a
    /// part (`web-1.3.0`) that has releases, the versions are that part's. Of two releases of one version, the one stands here
    /// that names the image more closely.
    pub(crate) fn versions(&self, tags: [&str; 2]) -> Vec<Versioned<'_>> {
        let part = tags.iter().filter_map(|tag| self.asked(tag)).map(|asked| asked.prefix).find(|prefix| {
            !prefix.is_bare() && self.releases.iter().any(|release| release.prefix.is_like(prefix))
        });
        let is_its = |release: &&Read<'r>| match &part {
            Some(part) => release.prefix.is_like(part),
            None => release.standing.is_some(),
        };
        let mut versions: Vec<Versioned<'_>> = Vec::new();
        for release in self.releases.iter().filter(is_its) {
            let text = release.tag.get(release.prefix.written.len()..).unwrap_or_default();
            let versioned = Versioned {
                index: release.index,
                version: &release.version,
                text,
                standing: release.standing,
            };
            match versions.iter_mut().find(|other| *other.version == release.version) {
                Some(other) if versioned.standing < other.standing => *other = versioned,
                Some(_) => {}
                None => versions.push(versioned),
            }
        }
        versions
    }

    /// The versions by which two tags are held against the releases: their first ones, or their second ones where one of those
    /// has a release and no first one has.
    pub(crate) fn bounds(&self, tags: [&str; 2]) -> [Option<Version>; 2] {
        let asked = tags.map(|tag| self.asked(tag));
        let first = asked.iter().flatten().any(|asked| self.best(asked).is_some());
        let second = asked.each_ref().map(|asked| asked.as_ref().and_then(|asked| self.second(asked)));
        match !first && second.iter().flatten().any(|asked| self.best(asked).is_some()) {
            true => second.map(|asked| asked.map(|asked| asked.version)),
            false => asked.map(|asked| asked.map(|asked| asked.version)),
        }
    }

    fn own(&self) -> impl Iterator<Item = &Read<'r>> {
        self.releases.iter().filter(|release| release.standing.is_some())
    }

    fn asked<'t>(&self, tag: &'t str) -> Option<Asked<'t>> {
        let scheme = TagScheme::read(tag);
        let start = scheme.parsed.version()?.digits_at();
        let (before, text) = tag.split_at_checked(start)?;
        let is_line = scheme.kind() == TagKind::Floating;
        Some(Asked { tag, prefix: Prefix::read(before), version: Version::read(text, true)?, is_line })
    }

    /// The tag, read by its second version.
    fn second<'t>(&self, asked: &Asked<'t>) -> Option<Asked<'t>> {
        let second = second_version(asked.tag.get(asked.prefix.written.len()..)?)?;
        let version = Version::read(second, true)?;
        Some(Asked { tag: asked.tag, prefix: Prefix::read(""), version, is_line: false })
    }

    fn best(&self, asked: &Asked<'_>) -> Option<&Read<'r>> {
        let fits = self.releases.iter().filter_map(|release| {
            let is_tags_own = !asked.prefix.is_bare() && release.prefix.is_like(&asked.prefix);
            let standing = if is_tags_own { Standing::Package } else { release.standing? };
            let fit = fit(&asked.version, &release.version)?;
            let is_other_spelling = release.version.written != asked.version.written;
            let is_exact = release.tag == asked.tag;
            Some(((fit, !is_exact, standing, is_other_spelling, release.index), release))
        });
        let ((fit, ..), found) = fits.min_by_key(|(rank, _)| *rank)?;
        let is_ambiguous = fit == Fit::Open && !self.is_newest_build(asked, found);
        let is_another_line = asked.is_line && found.version.written > 1 && self.has_later(found);
        (!is_ambiguous && !is_another_line).then_some(found)
    }

    /// Whether a release is the newest of several builds that a packager counts, or the only one of its version.
    fn is_newest_build(&self, asked: &Asked<'_>, found: &Read<'_>) -> bool {
        let is_counted = found.version.rest.iter().all(|item| is_counter(&item.text) && !item.is_build);
        let is_same =
            |other: &&Read<'_>| fit(&asked.version, &other.version).is_some() && other.standing.is_some();
        is_counted || self.releases.iter().filter(is_same).count() == 1
    }

    /// Whether a line of versions went on after its first release.
    fn has_later(&self, first: &Read<'_>) -> bool {
        let major = first.version.numbers.first();
        self.own().any(|other| other.version.numbers.first() == major && other.version.numbers.len() > 1)
    }
}

/// How well a release's version fits a tag's.
fn fit(tag: &Version, release: &Version) -> Option<Fit> {
    if tag.numbers != release.numbers || tag.fix != release.fix || tag.prerelease != release.prerelease {
        return None;
    }
    let mut left: &[Item] = &tag.rest;
    let mut unmatched: Vec<&Item> = Vec::new();
    let mut is_at_front = true;
    for item in &release.rest {
        let place = left.iter().position(|other| is_same_item(&other.text, &item.text));
        // A number alone counts something else behind another word.
        match place.filter(|place| *place == 0 && is_at_front || !is_number(&item.text)) {
            Some(place) => {
                is_at_front &= place == 0;
                left = left.get(place + 1..).unwrap_or_default();
            }
            None => unmatched.push(item),
        }
    }
    if unmatched.is_empty() {
        return Some(Fit::Whole(Reverse(release.rest.len())));
    }
    let is_open = |item: &&Item| {
        let is_of_packager = item.is_build || is_counter(&item.text) || is_commit(&item.text);
        is_of_packager && !tag.rest.iter().any(|other| same_shape(&other.text, &item.text))
    };
    unmatched.iter().all(is_open).then_some(Fit::Open)
}

/// Whether what stands behind a version is the same: `28` is the beginning of `28.1`.
fn is_same_item(of_tag: &str, of_release: &str) -> bool {
    of_tag.strip_prefix(of_release).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

fn is_number(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
}

/// Whether a text counts the builds of a version: `0`, `r4`, `ls45`, `build3`.
fn is_counter(text: &str) -> bool {
    let word = text.trim_end_matches(|c: char| c.is_ascii_digit());
    word.len() < text.len() && ["", "r", "ls", "b", "build", "rev"].contains(&word)
}

/// Whether a text is the beginning of a commit's hash.
fn is_commit(text: &str) -> bool {
    let hash = text.strip_prefix('g').unwrap_or(text);
    let is_hash = (7..=40).contains(&hash.len()) && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_hash && hash.bytes().any(|byte| byte.is_ascii_digit())
}

/// Whether two texts differ in digits only.
fn same_shape(a: &str, b: &str) -> bool {
    shape(a) == shape(b)
}

/// A text with one sign for each run of digits.
fn shape(text: &str) -> String {
    let mut shape = String::with_capacity(text.len());
    for c in text.chars() {
        let sign = if c.is_ascii_digit() { '#' } else { c };
        if sign != '#' || !shape.ends_with('#') {
            shape.push(sign);
        }
    }
    shape
}
