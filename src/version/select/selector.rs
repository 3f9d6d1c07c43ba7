//! Looks through a list of tags, one by one, for updates of the running one.

use std::{collections::BTreeMap, mem};

use super::{
    current::{Running, Verdict},
    endings::{Endings, Plain},
    newest::Newest,
    selection::{Reason, Selection, Tally},
    spelling::Manner,
};
use crate::version::{
    compare::alike::Form,
    policy::{Track, UpdatePolicy},
    tag::{reading::Reading, scheme::View},
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
pub struct Sieve {
    running: Running,
    endings: Endings,
    bound: usize,
    /// Whether the running tag has been seen.
    is_listed: bool,
    /// Whether another tag is written like the running one.
    has_form: bool,
    newer: BTreeMap<(Manner, Track), Newest>,
    rejected: BTreeMap<Reason, Tally>,
}

impl Sieve {
    /// The most updates that are kept for each track.
    pub const BOUND: usize = 10_000;

    /// A sieve for updates of `current`.
    pub fn new(current: &str, policy: &UpdatePolicy) -> Self {
        Self::with_bound(current, policy, Self::BOUND)
    }

    /// A sieve that keeps at most about `bound` updates for each track, the newest.
    pub fn with_bound(current: &str, policy: &UpdatePolicy, bound: usize) -> Self {
        Self {
            running: Running::new(current, policy),
            endings: Endings::default(),
            bound: bound.max(1),
            is_listed: false,
            has_form: false,
            newer: BTreeMap::new(),
            rejected: BTreeMap::new(),
        }
    }

    /// Looks at one tag of the list. The running tag itself is passed over.
    pub fn push(&mut self, tag: &str) {
        if tag == self.running.tag {
            self.is_listed = true;
            return;
        }
        let verdict = match Plain::of(tag) {
            Some(plain) => self.judge_plain(tag, plain),
            None => self.judge(tag),
        };
        match verdict {
            Verdict::Rejected(reason) => self.rejected.entry(reason).or_default().add(tag),
            Verdict::Newer(manner, track, candidate) => {
                let newest = self.newer.entry((manner, track)).or_insert_with(|| Newest::new(self.bound));
                newest.push(candidate);
            }
        }
    }

    /// The updates, and why the other tags are none.
    pub fn finish(mut self) -> Selection {
        let taken = Track::ALL.map(|track| {
            let has = |manner| self.newer.contains_key(&(manner, track));
            (Manner::taken(track, self.has_form, has), track)
        });
        let mut selection = Selection { is_listed: self.is_listed, ..Selection::default() };
        for ((manner, track), newest) in mem::take(&mut self.newer) {
            let count = newest.count;
            let (tags, dropped) = newest.into_sorted();
            let is_taken = taken.contains(&(manner, track));
            let reason = match is_taken {
                true if track > self.running.policy.track => Some(Reason::Major),
                true => None,
                false => Some(manner.reason()),
            };
            if let Some(reason) = reason {
                let tally = self.rejected.entry(reason).or_default();
                tally.add_all(count, tags.iter().map(String::as_str));
            }
            if let Some(step) = selection.steps.get_mut(track as usize).filter(|_| is_taken) {
                *step = tags;
                selection.dropped += dropped;
            }
        }
        let rejected = self.rejected.into_iter();
        selection.rejected = rejected.filter_map(|(reason, tally)| tally.into_rejection(reason)).collect();
        selection
    }

    /// What [`Self::judge`] answers, found faster where the lead and the ending are known.
    fn judge_plain(&mut self, tag: &str, plain: Plain<'_>) -> Verdict {
        let Some(standing) = self.endings.get(&plain) else {
            let reading = Reading::of(tag);
            let view = View { tag, reading: &reading };
            let standing = self.running.standing(view);
            self.endings.remember(&plain, view, standing);
            self.has_form |= standing.is_form && Form::of(view) == self.running.form;
            return self.running.judge(view, standing);
        };
        self.has_form |= standing.is_form && plain.form == self.running.form;
        if let Some(reason) = standing.refused {
            return Verdict::Rejected(reason);
        }
        self.running
            .judge_plain(tag, plain, standing)
            .unwrap_or_else(|| self.running.judge(View { tag, reading: &Reading::of(tag) }, standing))
    }

    fn judge(&mut self, tag: &str) -> Verdict {
        let reading = Reading::of(tag);
        let view = View { tag, reading: &reading };
        let standing = self.running.standing(view);
        self.has_form |= standing.is_form && Form::of(view) == self.running.form;
        self.running.judge(view, standing)
    }
}
