//! Looks through a list of tags, one by one, for updates of the running one.

use std::{collections::BTreeMap, mem};

use super::{
    affixes::{AffixCache, PlainVersion},
    current_tag::{CurrentTag, Decision},
    newest::NewestTags,
    rejections::{Reason, Rejections},
    selection::Selection,
    spelling::SpellingChange,
};
use crate::version::{
    compare::alike::Spelling,
    policy::{Policy, Track},
    tag::{parsed::ParsedTag, scheme::TagView},
};

/// Looks through the tags of a repository for updates of one of them.
///
/// Tags may come in any order and any number; the answer does not depend on the order. What cannot be an update is
/// counted and forgotten, and of updates a bounded number is kept, so two million tags need no more memory than the
/// newest ten thousand.
///
/// A tag is an update when it agrees with the running one in variant, architecture, kind of version, count of numbers
/// and `v`, and is newer. Some habits of projects soften that:
/// - where the list has no other tag written like the running one (with its `v`, with as many numbers), tags written
///   otherwise are taken; among major versions already where it has no newer one, though not with more numbers, of
///   which `7.2` is the moving name: `12.0` follows `10.11.11`, but `8.2.1` does not follow `7.2`;
/// - a prerelease is followed by newer ones of the same version and by releases, which may have other numbers: `19.1`
///   follows `19beta3`;
/// - `3.8.0` follows `3.7.0-2`, a rebuild of `3.7.0`; of one version the rebuild is newer;
/// - fixes count after their release: `1.20.0-p1`, `0.6.6.post1`, `1.1.1w`;
/// - `5.0.0` follows `4.8.3.Final`.
///
/// A running tag that is floating or unorderable has no updates; [`crate::version::explain`] says why.
#[derive(Debug, Clone)]
pub struct Selector {
    current: CurrentTag,
    affix_cache: AffixCache,
    bound: usize,
    /// Whether the running tag has been seen.
    is_listed: bool,
    /// Whether another tag is written like the running one.
    has_own_spelling: bool,
    newer: BTreeMap<(SpellingChange, Track), NewestTags>,
    rejected: Rejections,
}

impl Selector {
    /// The most updates that are kept for each track.
    pub const BOUND: usize = 10_000;

    /// A selector of updates of `current`.
    pub fn new(current: &str, policy: &Policy) -> Self {
        Self::with_bound(current, policy, Self::BOUND)
    }

    /// A selector that keeps at most about `bound` updates for each track, the newest.
    pub fn with_bound(current: &str, policy: &Policy, bound: usize) -> Self {
        Self {
            current: CurrentTag::new(current, policy),
            affix_cache: AffixCache::default(),
            bound: bound.max(1),
            is_listed: false,
            has_own_spelling: false,
            newer: BTreeMap::new(),
            rejected: Rejections::default(),
        }
    }

    /// Looks at one tag of the list. The running tag itself is passed over.
    pub fn push(&mut self, tag: &str) {
        if tag == self.current.tag {
            self.is_listed = true;
            return;
        }
        let decision = match PlainVersion::of(tag) {
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

    /// The updates, and why the other tags are none.
    pub fn finish(mut self) -> Selection {
        let taken = Track::ALL.map(|track| {
            let has = |change| self.newer.contains_key(&(change, track));
            (SpellingChange::taken(track, self.has_own_spelling, has), track)
        });
        let mut selection = Selection { is_listed: self.is_listed, ..Selection::default() };
        for ((change, track), newest) in mem::take(&mut self.newer) {
            let count = newest.count;
            let (tags, dropped) = newest.into_sorted();
            let is_taken = taken.contains(&(change, track));
            let reason = match is_taken {
                true if track > self.current.policy.track => Some(Reason::Major),
                true => None,
                false => Some(change.reason()),
            };
            if let Some(reason) = reason {
                self.rejected.add_many(reason, count, tags.iter().map(String::as_str));
            }
            if let Some(step) = selection.steps.get_mut(track as usize).filter(|_| is_taken) {
                *step = tags;
                selection.dropped += dropped;
            }
        }
        selection.rejected = self.rejected.into_rows();
        selection
    }

    /// What [`Self::judge`] answers, found faster where another tag had the same prefix and suffix.
    fn judge_plain(&mut self, tag: &str, plain: PlainVersion<'_>) -> Decision {
        let Some(affixes) = self.affix_cache.get(&plain) else {
            let parsed = ParsedTag::of(tag);
            let view = TagView { tag, parsed: &parsed };
            let affixes = self.current.affixes(view);
            self.affix_cache.remember(&plain, view, affixes);
            self.has_own_spelling |= affixes.is_spelled_alike && Spelling::of(view) == self.current.spelling;
            return self.current.judge(view, affixes);
        };
        self.has_own_spelling |= affixes.is_spelled_alike && plain.spelling == self.current.spelling;
        if let Some(reason) = affixes.refused {
            return Decision::Rejected(reason);
        }
        self.current
            .judge_plain(tag, plain, affixes)
            .unwrap_or_else(|| self.current.judge(TagView { tag, parsed: &ParsedTag::of(tag) }, affixes))
    }

    fn judge(&mut self, tag: &str) -> Decision {
        let parsed = ParsedTag::of(tag);
        let view = TagView { tag, parsed: &parsed };
        let affixes = self.current.affixes(view);
        self.has_own_spelling |= affixes.is_spelled_alike && Spelling::of(view) == self.current.spelling;
        self.current.judge(view, affixes)
    }
}
