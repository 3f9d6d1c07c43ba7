//! Evidence about the running tag that only a whole list of tags gives.

use std::collections::{BTreeMap, BTreeSet};

use super::newest::{Candidate, NewestTags};
use crate::version::{
    compare::order::Digits,
    tag::{
        kind::TagKind,
        parts::{Part, Role},
        scheme::TagView,
    },
};

/// The most versions whose counters are remembered.
const MOST_VERSIONS: usize = 2_000;
/// The most prereleases that are remembered.
const MOST_PRERELEASES: usize = 256;
/// The first of the numbers by which [`bare_counter`] tells a dotted number.
const DOTTED: u64 = 1_000;
/// The number of versions that make a word such as `-beta` a channel.
const MANY: usize = 3;

/// Evidence from a list of tags, in whatever order they come.
#[derive(Debug, Clone)]
pub(crate) struct Evidence {
    /// Whether another tag of the running variant has the running numbers and further ones, so that the running tag
    /// floats.
    pub(crate) is_extended: bool,
    /// Whether the list has versions that are more than a single number.
    pub(crate) has_other_versions: bool,
    /// The newest release of other variants and its first two numbers, by its count of numbers.
    released_elsewhere: BTreeMap<u16, (u128, (u64, u64))>,
    /// Prereleases of the running variant.
    prereleases: NewestTags,
    /// Versions of the running first and count of numbers that other tags extend.
    lines: BTreeSet<Digits>,
    /// Versions of the running first and count of numbers.
    short: BTreeSet<Digits>,
    /// Rebuilds of the running version, by their counters.
    rebuilds: BTreeMap<u64, String>,
    /// The numbers that stand behind each version.
    counters: BTreeMap<Digits, BTreeSet<u64>>,
    /// Versions that have the running word for a prerelease.
    channel: BTreeSet<Digits>,
    /// Whether the list has commits' hashes as long as the running number.
    pub(crate) has_hashes: bool,
    /// Whether the list has a version that is no prerelease.
    pub(crate) has_release: bool,
}

impl Default for Evidence {
    fn default() -> Self {
        Self {
            is_extended: false,
            has_other_versions: false,
            released_elsewhere: BTreeMap::new(),
            prereleases: NewestTags::new(MOST_PRERELEASES),
            lines: BTreeSet::new(),
            short: BTreeSet::new(),
            rebuilds: BTreeMap::new(),
            counters: BTreeMap::new(),
            channel: BTreeSet::new(),
            has_hashes: false,
            has_release: false,
        }
    }
}

impl Evidence {
    pub(crate) fn add_prerelease(&mut self, candidate: Candidate) {
        self.prereleases.push(candidate);
    }

    /// Notes a release of another variant; `line` has its first two numbers.
    pub(crate) fn add_release_elsewhere(&mut self, count: u16, head: u128, line: (u64, u64)) {
        let newest = self.released_elsewhere.entry(count).or_default();
        *newest = (head, line).max(*newest);
    }

    /// The first two numbers of the newest release of other variants that has so many numbers.
    pub(crate) fn newest_elsewhere(&self, count: u16) -> Option<(u64, u64)> {
        self.released_elsewhere.get(&count).map(|(_, line)| *line)
    }

    /// Whether another variant has a release that has more numbers and is as new.
    pub(crate) fn is_released_elsewhere(&self, count: usize, head: u128) -> bool {
        self.released_elsewhere
            .iter()
            .any(|(other, (newest, _))| usize::from(*other) > count && *newest >= head)
    }

    pub(crate) fn add_line(&mut self, line: Digits) {
        if self.lines.len() < MOST_VERSIONS {
            self.lines.insert(line);
        }
    }

    pub(crate) fn add_short(&mut self, version: Digits) {
        if self.short.len() < MOST_VERSIONS {
            self.short.insert(version);
        }
    }

    /// Whether tags with as few numbers as the running one are lines: there are such tags, and other tags extend each of
    /// them. The running one is then a line, too, although the tags that extended it are gone.
    pub(crate) fn has_only_lines(&self) -> bool {
        !self.short.is_empty() && self.short.is_subset(&self.lines)
    }

    pub(crate) fn add_counter(&mut self, version: &Digits, counter: u64) {
        if self.counters.len() < MOST_VERSIONS || self.counters.contains_key(version) {
            self.counters.entry(version.clone()).or_default().insert(counter);
        }
    }

    pub(crate) fn add_rebuild(&mut self, counter: u64, tag: &str) {
        if (1..10).contains(&counter) {
            self.rebuilds.insert(counter, tag.to_owned());
        }
    }

    /// The newest rebuild of the running version, by its counter: `3.8.1-2` for `3.8.1`. Counters of a version follow each other
    /// without a gap, and a number that several versions share is a runtime.
    pub(crate) fn newest_rebuild(&self) -> Option<&str> {
        let counters: BTreeSet<u64> = self.rebuilds.keys().copied().collect();
        let (_, newest) = self.rebuilds.last_key_value()?;
        (is_row(&counters) && !self.has_runtimes()).then_some(newest)
    }

    pub(crate) fn add_channel(&mut self, version: &Digits) {
        if self.channel.len() < MANY {
            self.channel.insert(version.clone());
        }
    }

    /// Whether a word such as `-beta` names a channel: many versions have it without a number behind it, or the list has
    /// several versions and no release.
    pub(crate) fn is_channel(&self, channel: &Channel) -> bool {
        (!channel.is_numbered && self.channel.len() >= MANY) || (self.channel.len() > 1 && !self.has_release)
    }

    /// The newest of the prereleases that were seen.
    pub(crate) fn prereleases(&self) -> Vec<String> {
        self.prereleases.clone().into_sorted().0.into_iter().map(|candidate| candidate.tag).collect()
    }

    /// Whether the number behind a version is a runtime, such as the 18 of `4.0.2-18-minimal`, and counts no builds.
    ///
    /// Builds of a version are counted from 0, 1 or 2 on without a gap. Runtimes have the same few numbers at several
    /// versions, or several numbers with gaps at one version. Where each version has one number, a runtime's never falls
    /// from a version to a newer one.
    pub(crate) fn has_runtimes(&self) -> bool {
        let mut versions: BTreeMap<u64, usize> = BTreeMap::new();
        for counters in self.counters.values().filter(|counters| !is_count(counters)) {
            counters.iter().for_each(|counter| *versions.entry(*counter).or_default() += 1);
        }
        let repeated = |is_it: fn(u64) -> bool| {
            versions.iter().filter(|(counter, count)| is_it(**counter) && **count > 1).count()
        };
        let large = versions.keys().filter(|counter| **counter >= 10).count();
        let has_several = self.counters.values().any(|counters| counters.len() > 1);
        let is_dotted = versions.keys().any(|counter| *counter >= DOTTED);
        let is_possible = has_several || !is_dotted && self.counters.values().is_sorted();
        let needed = if is_dotted { 1 } else { large.div_ceil(2) };
        let is_repeated = is_possible && large > 0 && repeated(|counter| counter >= 10) >= needed;
        is_repeated || repeated(|counter| counter < 10) > 1 || is_series(versions.keys().copied().collect())
    }
}

/// Whether numbers look like a project's long-term releases: all have two digits and are equally far apart.
fn is_series(numbers: Vec<u64>) -> bool {
    let step = |pair: &[u64]| pair.last().zip(pair.first()).map(|(last, first)| last - first);
    let steps: BTreeSet<_> = numbers.windows(2).map(step).collect();
    numbers.len() > 2
        && numbers.first() >= Some(&10)
        && numbers.last() < Some(&DOTTED)
        && steps.len() == 1
        && steps.first() > Some(&Some(1))
}

/// Whether numbers count from the beginning without a gap.
fn is_count(counters: &BTreeSet<u64>) -> bool {
    counters.first().is_some_and(|first| *first <= 2) && is_row(counters)
}

/// Whether numbers follow each other without a gap.
fn is_row(counters: &BTreeSet<u64>) -> bool {
    match (counters.first(), counters.last()) {
        (Some(first), Some(last)) => last - first + 1 == counters.len() as u64,
        _ => false,
    }
}

/// The number directly behind a version, which may count builds or name a runtime. The `3.11` behind a whole version, as
/// in `1.2.0-3.11-bullseye`, is 3011 here.
pub(crate) fn bare_counter(view: TagView<'_>) -> Option<u64> {
    let first = view.parsed.suffix().first()?;
    if first.role == Role::Companion && first.separator == b'-' && !first.has_word() && view.parsed.count > 2
    {
        let mut numbers = first.numbers(view.tag).map(|number| number.parse::<u64>().ok());
        let (major, minor) = (numbers.next()??, numbers.next()??);
        return (numbers.next().is_none() && major > 0 && minor < DOTTED && major < DOTTED)
            .then_some(major * DOTTED + minor);
    }
    let is_bare = |part: &&Part| {
        part.role == Role::Counter
            && part.separator == b'-'
            && part.word(view.tag).is_empty()
            && part.text(view.tag).len() <= 2
    };
    view.parsed.suffix().first().filter(is_bare)?.text(view.tag).parse().ok()
}

/// The word that marks a tag as a prerelease, and whether a number stands behind it: `-beta`, `-rc.1`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Channel {
    word: String,
    is_numbered: bool,
}

impl Channel {
    /// The channel of a tag; `None` unless exactly one word marks it as a prerelease.
    pub(crate) fn of(view: TagView<'_>) -> Option<Self> {
        let mut parts = view.parsed.suffix().iter().filter(|part| part.role == Role::Prerelease);
        let part = parts.next().filter(|_| view.parsed.is_prerelease)?;
        let is_numbered = !part.tail(view.tag).is_empty();
        let word = part.word(view.tag).to_ascii_lowercase();
        (parts.next().is_none() && !word.is_empty()).then_some(Self { word, is_numbered })
    }
}

/// Whether a tag is a single number and nothing else.
pub(crate) fn is_bare_number(view: TagView<'_>) -> bool {
    view.parsed.count == 1
        && view.parsed.parts().len() == 1
        && matches!(view.parsed.kind, TagKind::Floating | TagKind::Build)
        && view.parsed.version().is_some_and(|version| version.word(view.tag).is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bare_number_behind_a_version_is_a_count_or_a_runtime() {
        let has_runtimes = |rows: &[(&str, &[u64])]| {
            let mut evidence = Evidence::default();
            for (version, counters) in rows {
                let version = Digits::of(version.split('.'));
                counters.iter().for_each(|counter| evidence.add_counter(&version, *counter));
            }
            evidence.has_runtimes()
        };
        assert!(has_runtimes(&[("4.0.13", &[20, 22, 24])]));
        assert!(has_runtimes(&[("4.0.2", &[18, 20]), ("4.0.3", &[20, 22])]));
        assert!(has_runtimes(&[("4.89.1", &[39]), ("4.90.0", &[39, 40])]));
        assert!(has_runtimes(&[("1.0", &[7, 8]), ("1.1", &[7, 8])]));
        assert!(!has_runtimes(&[("1.0", &[1, 2, 3]), ("1.1", &[1, 2]), ("1.2", &[1])]));
        assert!(has_runtimes(&[("3.1.9", &[14, 16]), ("3.1.10", &[18])]));
        assert!(!has_runtimes(&[("16.2", &[15, 20]), ("16.6", &[33]), ("17.2", &[20])]));
        assert!(!has_runtimes(&[("1.0", &[10, 11, 12])]));
        assert!(has_runtimes(&[("1.2.0", &[3_011, 3_012]), ("1.3.0", &[3_011, 3_013])]));
        assert!(!has_runtimes(&[("1.2.0", &[3_011]), ("1.3.0", &[3_011]), ("1.4.0", &[3_012])]));
        assert!(!has_runtimes(&[("8.0.35", &[27_001]), ("8.0.36", &[28_001]), ("8.0.37", &[29_001])]));
        assert!(has_runtimes(&[("4.89.1", &[39]), ("4.90.0", &[39]), ("4.91.0", &[40])]));
        assert!(!has_runtimes(&[("17.0.11", &[10]), ("21", &[37]), ("21.0.3", &[10]), ("22", &[37])]));
        assert!(!has_runtimes(&[("1.0", &[3]), ("1.1", &[3]), ("1.2", &[1])]));
        assert!(!has_runtimes(&[("1.0", &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]), ("1.1", &[11])]));
    }
}
