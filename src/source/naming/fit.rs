//! How well the version of a release fits that of a tag.

use std::cmp::Reverse;

use super::version::{Item, Version};

/// The fewest numbers of a tag that names one version, of which builds may be counted by further numbers.
const WHOLE: usize = 3;

/// How well a release fits, the best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fit {
    /// All that the release says stands in the tag; the more of it, the better.
    Whole(Reverse<usize>),
    /// The release has a counter, a commit or build metadata behind its version that the tag does not have, or one of the two
    /// counts builds by a number more.
    Open,
}

/// How many numbers the versions of one program have.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Counts {
    versions: usize,
    least: usize,
    most: usize,
    /// Whether a number behind the third is too large to count anything but builds.
    has_build_numbers: bool,
}

impl Counts {
    pub(crate) fn of<'v>(versions: impl Iterator<Item = &'v Version>) -> Self {
        versions.fold(Self::default(), |counts, version| Self {
            versions: counts.versions + 1,
            least: if counts.versions == 0 { version.written } else { counts.least.min(version.written) },
            most: counts.most.max(version.written),
            has_build_numbers: counts.has_build_numbers
                || version.numbers.get(WHOLE).is_some_and(|number| number.len() >= 3),
        })
    }

    /// Whether a release is a build of the version that a tag names: all releases have more numbers than the tag, so that the
    /// further ones count builds.
    fn is_build_of(self, tag: &Version, release: &Version) -> bool {
        let is_shown = self.versions > 1 || self.has_build_numbers;
        is_shown
            && tag.written >= WHOLE
            && self.least > tag.written
            && (0..tag.written).all(|index| tag.number(index) == release.number(index))
    }

    /// Whether a release has the version that a tag names, with builds behind it that a packager counts.
    pub(crate) fn is_counted_build(self, tag: &Version, release: &Version) -> bool {
        let is_same = || tag.numbers == release.numbers && tag.prerelease == release.prerelease;
        self.is_build_of(tag, release) || has_system(tag, release) && is_same()
    }

    /// Whether a tag is a build of the version that a release has: no release has as many numbers, so that the packager has
    /// added the last one.
    fn is_built_from(self, tag: &Version, release: &Version) -> bool {
        let is_counter = tag.numbers.get(WHOLE).is_some_and(|number| number.len() <= 2);
        tag.written == WHOLE + 1
            && is_counter
            && self.most == WHOLE
            && release.written == WHOLE
            && (0..WHOLE).all(|index| tag.number(index) == release.number(index))
    }

    /// How well a release's version fits a tag's.
    pub(super) fn fit(self, tag: &Version, release: &Version) -> Option<Fit> {
        if tag.prerelease != release.prerelease {
            return None;
        }
        let is_counted = tag.numbers != release.numbers;
        if is_counted && !self.is_build_of(tag, release) && !self.is_built_from(tag, release) {
            return None;
        }
        let (is_packaged, has_system) = (is_packaged(release), has_system(tag, release));
        if tag.fix != release.fix && !has_system {
            return None;
        }
        let unmatched = unmatched(&tag.rest, &release.rest);
        if unmatched.is_empty() && !is_counted && !has_system {
            return Some(Fit::Whole(Reverse(release.rest.len())));
        }
        let is_open = |item: &&Item| {
            let is_of_packager = item.is_build
                || is_counter(&item.text)
                || is_commit(&item.text)
                || is_packaged && is_dotted(&item.text);
            is_of_packager && !tag.rest.iter().any(|other| same_shape(&other.text, &item.text))
        };
        unmatched.iter().all(is_open).then_some(Fit::Open)
    }
}

/// Whether a packager counts the builds of a release.
fn is_packaged(release: &Version) -> bool {
    release.rest.last().is_some_and(|item| is_packagers(&item.text))
}

/// Whether a packager has put the name of a system behind the version that a tag names: `10.10.1ubu2404-ls36`.
fn has_system(tag: &Version, release: &Version) -> bool {
    is_packaged(release) && tag.fix.is_empty() && is_word(&release.fix)
}

/// The items of a release that do not stand in the tag.
fn unmatched<'i>(of_tag: &[Item], of_release: &'i [Item]) -> Vec<&'i Item> {
    let (mut left, mut is_at_front) = (of_tag, true);
    let mut unmatched: Vec<&Item> = Vec::new();
    for item in of_release {
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
    unmatched
}

/// Whether what stands behind a version is the same: `28` is the beginning of `28.1`, and `hotfix.1` is `hotfix1`.
fn is_same_item(of_tag: &str, of_release: &str) -> bool {
    let is_beginning = |rest: &str| rest.is_empty() || rest.starts_with('.');
    of_tag.strip_prefix(of_release).is_some_and(is_beginning)
        || of_tag.starts_with(|c: char| c.is_ascii_alphabetic()) && without_dots(of_tag, of_release)
}

/// Whether two texts are the same but for dots between letters and digits.
fn without_dots(a: &str, b: &str) -> bool {
    let joined = |text: &str| {
        let mut joined = String::with_capacity(text.len());
        let mut chars = text.chars().peekable();
        while let Some(c) = chars.next() {
            let is_behind_letter = joined.ends_with(|before: char| before.is_ascii_alphabetic());
            if c != '.' || !is_behind_letter || !chars.peek().is_some_and(char::is_ascii_digit) {
                joined.push(c);
            }
        }
        joined
    };
    joined(a) == joined(b)
}

fn is_number(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
}

/// Whether a text is the version of a second program: `v2.0.10`.
fn is_dotted(text: &str) -> bool {
    let bare = text.strip_prefix('v').unwrap_or(text);
    bare.contains('.') && is_number(bare)
}

/// Whether glued text begins with a word of a system, as `ubu 2404` does.
fn is_word(glued: &str) -> bool {
    glued.bytes().take_while(u8::is_ascii_alphabetic).count() >= 3
}

/// Whether a text counts the builds of a version: `0`, `r4`, `ls45`, `build3`.
pub(super) fn is_counter(text: &str) -> bool {
    let word = text.trim_end_matches(|c: char| c.is_ascii_digit());
    word.len() < text.len() && ["", "r", "ls", "b", "build", "rev"].contains(&word)
}

/// Whether a text counts the builds of a packager, by a word of its own.
fn is_packagers(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic()) && is_counter(text)
}

/// Whether a text is the beginning of a commit's hash.
pub(super) fn is_commit(text: &str) -> bool {
    let hash = text.strip_prefix('g').unwrap_or(text);
    let is_hash = (7..=40).contains(&hash.len()) && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_hash && hash.bytes().any(|byte| byte.is_ascii_digit())
}

/// Whether two texts differ in digits only.
pub(super) fn same_shape(a: &str, b: &str) -> bool {
    shape(a) == shape(b)
}

/// A text with one sign for each run of digits.
pub(super) fn shape(text: &str) -> String {
    let mut shape = String::with_capacity(text.len());
    for c in text.chars() {
        let sign = if c.is_ascii_digit() { '#' } else { c };
        if sign != '#' || !shape.ends_with('#') {
            shape.push(sign);
        }
    }
    shape
}
