//! Tells which release of a source repository belongs to the tag of an image: the one with the same version. Nothing here
//! uses a network.
//!
//! A release counts if the text before its version names nothing (`v`, `release-`), the image itself (`app/v`, `@org/app@`),
//! or is shared by all releases. Two versions are the same if they have the same numbers and the same prerelease; what stands
//! behind them in the release has to stand behind them in the tag as well, unless it counts builds. A release that is not in the
//! list is asked for in the spelling of those that are.

#[cfg(test)]
mod cases;
mod fit;
mod order;
mod prefix;
mod spelling;
pub(crate) mod version;

use std::cmp::Ordering;

pub(crate) use self::fit::Counts;
use self::{
    fit::{Fit, is_counter},
    prefix::{Prefix, Sharing, Standing, version_start},
    version::{Version, later_versions},
};
use crate::version::tag::{kind::TagKind, scheme::TagScheme};

/// The most bytes of a tag that is read. git keeps a tag in a file of its name, and file systems take no longer ones.
const MAX_TAG: usize = 255;

/// Which releases were read, and for which image.
#[derive(Debug, Clone, Copy)]
pub(crate) struct List<'a> {
    /// The image's repository in its registry.
    pub(crate) image: &'a str,
    /// The name of the source repository.
    pub(crate) project: &'a str,
    /// Whether the source has no further ones.
    pub(crate) is_whole: bool,
}

/// The releases of a source repository, read for one image.
pub(crate) struct Naming<'r> {
    /// The name of the image, without the folders before it.
    name: String,
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
    /// The tag from the first digit of its version.
    text: &'r str,
    /// Its place in the list.
    index: usize,
    prefix: Prefix,
    version: Version,
    standing: Option<Standing>,
}

/// The tag of an image, read.
struct Asked<'t> {
    tag: &'t str,
    /// The tag from the first digit of its version.
    text: &'t str,
    prefix: Prefix,
    version: Version,
    /// Whether the tag names a line of versions: `17`.
    is_line: bool,
}

impl<'r> Naming<'r> {
    /// Reads the tags of releases, the newest first.
    pub(crate) fn read(list: List<'_>, tags: impl IntoIterator<Item = &'r str>) -> Self {
        let name = list.image.rsplit('/').next().unwrap_or(list.image);
        let read = |(index, tag): (usize, &'r str)| {
            let tag = Some(tag).filter(|tag| tag.len() <= MAX_TAG)?;
            let start = version_start(tag, name)?;
            let (before, text) = tag.split_at_checked(start)?;
            let (prefix, version) = (Prefix::read(before), Version::read(text, false)?);
            Some(Read { tag, text, index, prefix, version, standing: None })
        };
        let mut releases: Vec<Read<'r>> = tags.into_iter().enumerate().filter_map(read).collect();
        let sharing = match releases.split_first() {
            Some((first, others)) if others.iter().all(|other| other.prefix.is_like(&first.prefix)) => {
                if list.is_whole { Sharing::All } else { Sharing::Seen }
            }
            _ => Sharing::Few,
        };
        for release in &mut releases {
            release.standing = release.prefix.standing(name, list.project, sharing);
        }
        Self { name: name.to_owned(), releases }
    }

    /// The place in the list of the release that a tag was built from. Where no release has the first version, a later one
    /// counts.
    pub(crate) fn find(&self, tag: &str) -> Option<usize> {
        let asked = self.asked(tag)?;
        let found = self.best(&asked).or_else(|| asked.later().iter().find_map(|later| self.best(later)));
        found.map(|found| found.index)
    }

    /// Whether a release of the image is in the list.
    pub(crate) fn has_own(&self) -> bool {
        self.own().next().is_some()
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
            let versioned = Versioned {
                index: release.index,
                version: &release.version,
                text: release.text,
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

    /// The versions by which two tags are held against the releases: their first ones, or later ones where one of those has a
    /// release and no earlier one has.
    pub(crate) fn bounds(&self, tags: [&str; 2]) -> [Option<Version>; 2] {
        let asked = tags.map(|tag| self.asked(tag));
        let later = asked.each_ref().map(|asked| asked.as_ref().map(Asked::later).unwrap_or_default());
        let has_release = |asked: &Asked<'_>| self.best(asked).is_some();
        if !asked.iter().flatten().any(has_release) {
            let place = |of: &Vec<Asked<'_>>| of.iter().position(has_release);
            if let Some(place) = later.iter().filter_map(place).min() {
                return later.map(|mut of| (place < of.len()).then(|| of.swap_remove(place).version));
            }
        }
        asked.map(|asked| asked.map(|asked| asked.version))
    }

    fn own(&self) -> impl Iterator<Item = &Read<'r>> {
        self.releases.iter().filter(|release| release.standing.is_some())
    }

    fn asked<'t>(&self, tag: &'t str) -> Option<Asked<'t>> {
        let scheme = TagScheme::read(tag);
        let start = scheme.parsed.version()?.digits_at();
        let (before, text) = tag.split_at_checked(start)?;
        let is_line = scheme.kind() == TagKind::Floating;
        Some(Asked { tag, text, prefix: Prefix::read(before), version: Version::read(text, true)?, is_line })
    }

    fn best(&self, asked: &Asked<'_>) -> Option<&Read<'r>> {
        let candidates: Vec<(Standing, &Read<'r>)> = self
            .releases
            .iter()
            .filter_map(|release| Some((release.standing_for(asked)?, release)))
            .collect();
        let counts = Counts::of(candidates.iter().map(|(_, release)| &release.version));
        let fits = candidates.iter().filter_map(|(standing, release)| {
            let fit = counts.fit(&asked.version, &release.version)?;
            let is_other_spelling = release.version.written != asked.version.written;
            let (is_exact, is_literal) = (release.tag == asked.tag, asked.is_written(release.text));
            Some((fit, (!is_exact, *standing, !is_literal, is_other_spelling, release.index), *release))
        });
        let (fit, _, found) = fits.min_by(|(fit, rank, release), (other_fit, other_rank, other)| {
            // Of several builds, the newest is the one that a tag without their number stands for.
            let builds = match fit {
                Fit::Open => other.version.order(&release.version),
                Fit::Whole(_) => Ordering::Equal,
            };
            fit.cmp(other_fit).then(builds).then(rank.cmp(other_rank))
        })?;
        let is_ambiguous = fit == Fit::Open && !found.version.counts_builds() && {
            let is_same =
                |(_, other): &&(Standing, &Read<'_>)| counts.fit(&asked.version, &other.version).is_some();
            candidates.iter().filter(is_same).count() > 1
        };
        let is_another_line = asked.is_line && found.version.written > 1 && self.has_later(found);
        (!is_ambiguous && !is_another_line).then_some(found)
    }

    /// Whether a line of versions went on after its first release.
    fn has_later(&self, first: &Read<'_>) -> bool {
        let major = first.version.numbers.first();
        self.own().any(|other| other.version.numbers.first() == major && other.version.numbers.len() > 1)
    }
}

impl Read<'_> {
    /// Whose release it is to a tag, which may name a part by itself.
    fn standing_for(&self, asked: &Asked<'_>) -> Option<Standing> {
        let is_tags_own = !asked.prefix.is_bare() && self.prefix.is_like(&asked.prefix);
        if is_tags_own { Some(Standing::Package) } else { self.standing }
    }
}

impl<'t> Asked<'t> {
    /// The tag, read by each of its versions behind the first.
    fn later(&self) -> Vec<Self> {
        let read = |text: &'t str| {
            let version = Version::read(text, true)?;
            Some(Self { tag: self.tag, text, prefix: Prefix::read(""), version, is_line: false })
        };
        later_versions(self.text).filter_map(read).collect()
    }

    /// Whether the tag writes the version as a release does.
    fn is_written(&self, text: &str) -> bool {
        let rest = self.text.strip_prefix(text);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['-', '_', '+']))
    }
}

impl Version {
    /// Whether several releases of one version are builds that a packager counts.
    fn counts_builds(&self) -> bool {
        self.rest.last().is_none_or(|item| is_counter(&item.text) && !item.is_build)
    }
}
