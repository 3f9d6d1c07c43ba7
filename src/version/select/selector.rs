//! Looks through a list of tags, one by one, for updates of the running one.

use std::collections::BTreeMap;

use super::{
    affixes::{AffixCache, Affixes, PlainVersion},
    current_tag::{CurrentTag, Decision},
    evidence::Evidence,
    facts::has_dotted_commit,
    moving,
    newest::{Candidate, NewestTags},
    outcome::Outcome,
    rejections::{Reason, Rejections},
    selection::Selection,
    spelling::SpellingChange,
};
use crate::version::{
    compare::order,
    policy::{Policy, Track},
    tag::{parse::Habits, parsed::ParsedTag, scheme::TagView},
};

/// Looks through the tags of a repository for updates of one of them.
///
/// Tags may come in any order and any number; the answer does not depend on the order. Memory is bounded: tags that
/// cannot be updates are only counted, and a bounded number of updates is kept.
///
/// A tag is an update when it is newer than the running one and agrees with it in variant, architecture, kind of
/// version, count of numbers and `v`. The list may relax or tighten this rule:
/// - Another spelling is accepted where the running one has nothing newer. The tag may then differ in its `v`, have fewer
///   or more numbers, or have a counter of rebuilds: `3.12.1` follows `3.12.0.2`.
/// - A tag floats if another tag of the variant extends its numbers: `6.4` beside `6.4.7`. A running tag that floats
///   keeps its precision, and one that is fixed is offered a fixed one where there is one.
/// - A shorter tag is a prerelease if only prereleases extend it.
/// - A prerelease is followed by newer ones of the same version and by releases, which may have another count of
///   numbers: `19.1` follows `19beta3`. A word such as `-beta` that many versions have is a channel, whose newer
///   versions follow.
/// - `3.8.0` follows `3.7.0-2`, a rebuild of `3.7.0`; the rebuild is newer than its version. A number in the same place
///   that several versions share is a runtime, and stays.
/// - Fixes are newer than their release: `1.20.0-p1`, `0.6.6.post1`, `1.1.1w`. `5.0.0` follows `4.8.3.Final`.
/// - Numbers that are no version are left out, such as `9999` behind `9.1`.
///
/// A line such as `16-alpine` is followed by lines of its variant, and `bookworm-slim` by `trixie-slim` once that is
/// released. Any other floating or unorderable tag has no updates; [`crate::version::explain`] says why.
#[derive(Debug, Clone)]
pub struct Selector {
    current: CurrentTag,
    affix_cache: AffixCache,
    bound: usize,
    /// Whether the list has the running tag.
    is_listed: bool,
    evidence: Evidence,
    newer: BTreeMap<(SpellingChange, Track), NewestTags>,
    rejected: Rejections,
    /// All tags of the list, where it may have to be read twice.
    kept: Option<Vec<String>>,
}

impl Selector {
    /// The most updates that are kept for each track.
    pub const BOUND: usize = 10_000;

    /// Creates a selector of updates of `current`, with the bound [`Self::BOUND`].
    pub fn new(current: &str, policy: &Policy) -> Self {
        Self::with_bound(current, policy, Self::BOUND)
    }

    /// Creates a selector that keeps about `bound` updates for each track, the newest.
    pub fn with_bound(current: &str, policy: &Policy, bound: usize) -> Self {
        Self::of(CurrentTag::new(current, policy), bound)
    }

    fn of(current: CurrentTag, bound: usize) -> Self {
        let mut evidence = Evidence::default();
        current.observe_itself(&mut evidence);
        Self {
            kept: (current.may_count_builds()
                || current.may_end_with_commit()
                || current.may_have_moving_items())
            .then(Vec::new),
            current,
            affix_cache: AffixCache::default(),
            bound: bound.max(1),
            is_listed: false,
            evidence,
            newer: BTreeMap::new(),
            rejected: Rejections::default(),
        }
    }

    /// Looks at one tag of the list. The running tag itself is skipped.
    pub fn push(&mut self, tag: &str) {
        if tag == self.current.tag {
            self.is_listed = true;
            return;
        }
        if let Some(kept) = &mut self.kept {
            kept.push(tag.to_owned());
        }
        // Where commits stand behind dots, the last number of a plain version may be one.
        let plain = PlainVersion::of(tag).filter(|_| !self.current.habits.has_dotted_commits);
        let decision = match plain {
            Some(plain) => self.judge_plain(tag, plain),
            None => self.judge(tag),
        };
        match decision {
            Decision::Rejected(reason) => self.rejected.add(reason, tag),
            Decision::Newer(change, track, candidate) => {
                let newest = self.newer.entry((change, track)).or_insert_with(|| NewestTags::new(self.bound));
                newest.push(candidate);
            }
        }
    }

    /// Returns the updates, and the reasons why the other tags are none.
    pub fn finish(mut self) -> Selection {
        if let Some(kept) = self.kept.take() {
            let habits = self.habits(&kept);
            if habits != self.current.habits {
                let current = CurrentTag::read(&self.current.tag, &self.current.policy, habits);
                let again = Self::of(current, self.bound);
                let mut selector = Self { is_listed: self.is_listed, kept: None, ..again };
                kept.iter().for_each(|tag| selector.push(tag));
                return selector.finish();
            }
        }
        let outcome = Outcome::new(&self.current, &self.evidence, self.newer, self.rejected);
        Selection { is_listed: self.is_listed, ..outcome.selection() }
    }

    /// The habits that a list shows.
    fn habits(&self, tags: &[String]) -> Habits {
        let has_dotted_commits = self.current.may_end_with_commit()
            && tags.iter().any(|tag| has_dotted_commit(&ParsedTag::of(tag)));
        let counts_builds = self.current.may_count_builds() && self.counts_builds(tags);
        Habits {
            counts_builds,
            has_dotted_commits: self.current.habits.has_dotted_commits || has_dotted_commits,
            items_move: self.current.may_have_moving_items() && moving::items_move(&self.current.tag, tags),
            ..self.current.habits
        }
    }

    /// Whether the `-b3` of the running tag counts builds: others have two digits or more, and its version has no
    /// release.
    fn counts_builds(&self, tags: &[String]) -> bool {
        let current = self.current.tag.as_str();
        let release = current.rsplit_once('-').map_or(current, |(version, _)| version);
        let is_count = |tag: &String| {
            let digits = tag.rsplit_once("-b").map(|(_, digits)| digits).unwrap_or_default();
            digits.len() > 1 && digits.bytes().all(|byte| byte.is_ascii_digit())
        };
        tags.iter().any(is_count) && !tags.iter().any(|tag| tag == release)
    }

    /// Returns the same as [`Self::judge`], but faster where another tag had the same prefix and suffix.
    fn judge_plain(&mut self, tag: &str, plain: PlainVersion<'_>) -> Decision {
        let Some(affixes) = self.affix_cache.get(&plain) else {
            let parsed = self.current.parse(tag);
            let view = TagView { tag, parsed: &parsed };
            let affixes = self.current.affixes(view);
            self.affix_cache.remember(&plain, view, affixes);
            self.note_refused(tag, &plain, affixes);
            return self.judge_by(view, affixes);
        };
        if let Some(reason) = affixes.refused {
            self.note_refused(tag, &plain, affixes);
            return Decision::Rejected(reason);
        }
        if let Some(decision) = self.current.judge_plain(tag, plain, affixes) {
            if plain.spelling.count == self.current.spelling.count {
                self.current.observe_short(plain.numbers(), &mut self.evidence);
            }
            return decision;
        }
        let parsed = self.current.parse(tag);
        self.judge_by(TagView { tag, parsed: &parsed }, affixes)
    }

    /// Notes what a tag that is no update says about others.
    fn note_refused(&mut self, tag: &str, plain: &PlainVersion<'_>, affixes: Affixes) {
        self.evidence.has_other_versions = true;
        let is_prerelease = match affixes.refused {
            Some(Reason::Prerelease) => true,
            Some(Reason::Variant) if !affixes.is_early => false,
            _ => return,
        };
        // Most tags of a list are of other variants, and older than the newest of those.
        let mut numbers = plain.numbers().map(order::value);
        let first = numbers.next().unwrap_or_default();
        if first < self.current.first_number() {
            return;
        }
        let newest = self.evidence.newest_elsewhere(plain.spelling.count).filter(|_| !is_prerelease);
        if newest.is_some_and(|newest| first < newest.0) {
            return;
        }
        let line = (first, numbers.next().unwrap_or_default());
        if newest.is_some_and(|newest| line < newest) {
            return;
        }
        let head = order::head(plain.numbers());
        if !self.current.may_matter(head) {
            return;
        }
        match is_prerelease {
            true => self.evidence.add_prerelease(Candidate::new(tag, head)),
            false => self.evidence.add_release_elsewhere(plain.spelling.count, head, line),
        }
    }

    fn judge(&mut self, tag: &str) -> Decision {
        let parsed = self.current.parse(tag);
        let view = TagView { tag, parsed: &parsed };
        if let Some(decision) = self.current.judge_code_name(view) {
            return decision;
        }
        self.judge_by(view, self.current.affixes(view))
    }

    fn judge_by(&mut self, tag: TagView<'_>, affixes: Affixes) -> Decision {
        self.current.observe(tag, affixes, &mut self.evidence);
        self.current.judge(tag, affixes)
    }
}
