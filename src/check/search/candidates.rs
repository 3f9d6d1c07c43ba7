//! The candidates of a search: their verdicts, and which of them to look at next.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use super::image_date::ImageDate;
use crate::{
    check::images::found::Image,
    error::Error,
    version::policy::Track,
    version::select::rejections::{Reason, Rejections},
    version::select::selection::Selection,
};

/// The number of candidates on the chosen track that are always looked at, and of those that are looked at together if
/// none of them will do.
const AT_ONCE: usize = 10;

/// The number of failures in a row after which no further candidate is looked at.
const MAX_FAILURES: usize = 4;

/// The verdict on a candidate.
#[derive(Clone)]
pub(crate) enum Verdict {
    /// It runs, and its image is not looked at.
    Runs,
    /// It runs, and this is its image.
    Is(Arc<Image>, Option<ImageDate>),
    OtherPlatforms,
    Nothing,
    Artifact,
    TooYoung,
    /// It is another tag of the running image.
    Same,
    /// It is another tag of a prerelease.
    Prerelease,
    /// Neither digest nor date show that it is a rebuild of the running version.
    NoRebuild,
    /// It was made long before the running line, as the text explains.
    Outdated(String),
    /// It has no signature, and the policy wants one.
    Unsigned,
    /// Whether it has one could not be found out, as the text explains.
    Held(String),
    Unknown(Error),
}

impl Verdict {
    pub(crate) fn passes(&self) -> bool {
        matches!(self, Self::Runs | Self::Is(..))
    }
}

/// The candidates on all tracks, and their verdicts.
pub(crate) struct Candidates<'t> {
    /// The tags of each track, the newest first.
    pub(crate) tracks: [Vec<&'t str>; 3],
    /// The tags that are offered if they run, the newest first.
    chosen: Vec<&'t str>,
    /// The most tags of a track about which the registry is asked.
    limit: usize,
    pub(crate) verdicts: HashMap<&'t str, Verdict>,
    /// The tags about which the registry was asked.
    asked: HashSet<&'t str>,
    failures_in_a_row: usize,
}

impl<'t> Candidates<'t> {
    pub(crate) fn new(selection: &'t Selection, chosen: &'t [String], limit: usize) -> Self {
        Self {
            tracks: Track::ALL.map(|track| selection.on(track).collect()),
            chosen: chosen.iter().map(String::as_str).collect(),
            limit,
            verdicts: HashMap::new(),
            asked: HashSet::new(),
            failures_in_a_row: 0,
        }
    }

    /// The tags that are offered if they run, the newest first.
    pub(crate) fn chosen(&self) -> &[&'t str] {
        &self.chosen
    }

    /// The newest tag on each track that runs.
    pub(crate) fn newest(&self) -> [Option<&'t str>; 3] {
        let newest = |track: &Vec<&'t str>| track.iter().copied().find(|tag| self.runs(tag));
        let [patch, minor, major] = &self.tracks;
        [newest(patch), newest(minor), newest(major)]
    }

    /// Whether a tag was found to run.
    pub(crate) fn runs(&self, tag: &str) -> bool {
        self.verdicts.get(tag).is_some_and(Verdict::passes)
    }

    /// Keeps a verdict, unless a closer look has given one before.
    pub(crate) fn remember(&mut self, tag: &'t str, verdict: Verdict, was_asked: bool) {
        if was_asked {
            self.asked.insert(tag);
            let is_failure = matches!(verdict, Verdict::Unknown(_) | Verdict::Held(_));
            self.failures_in_a_row = if is_failure { self.failures_in_a_row + 1 } else { 0 };
        }
        let is_worse = matches!((self.verdicts.get(tag), &verdict), (Some(Verdict::Is(..)), Verdict::Runs));
        if !is_worse {
            self.verdicts.insert(tag, verdict);
        }
    }

    /// Returns the candidates to look at, and whether to look at their images. On each track it is the newest that is
    /// not ruled out; on the chosen track it is also the ten newest. After several failures in a row there are none,
    /// because the registry will fail for the others, too.
    pub(crate) fn due(&self) -> Vec<(&'t str, bool)> {
        let mut due: Vec<(&'t str, bool)> = Vec::new();
        if self.failures_in_a_row >= MAX_FAILURES {
            return due;
        }
        let mut seen = HashSet::new();
        for track in &self.tracks {
            let newest = self.in_reach(track).find(|tag| self.verdicts.get(*tag).is_none_or(Verdict::passes));
            if let Some(tag) = newest
                && !matches!(self.verdicts.get(tag), Some(Verdict::Is(..)))
                && seen.insert(tag)
            {
                due.push((tag, true));
            }
        }
        // Ten more candidates on the chosen track are due only if none of those before will do.
        let chosen = &self.chosen;
        let judged = chosen.iter().take_while(|tag| self.verdicts.contains_key(**tag)).count();
        let found = chosen.iter().any(|tag| self.runs(tag));
        let count = if found { AT_ONCE.max(judged) } else { judged - judged % AT_ONCE + AT_ONCE };
        for tag in self.in_reach(chosen).take(count) {
            if !self.verdicts.contains_key(tag) && seen.insert(tag) {
                due.push((tag, false));
            }
        }
        due
    }

    /// The tags of a track within the limit. A tag that was judged without a request does not count.
    fn in_reach<'s>(&'s self, track: &'s [&'t str]) -> impl Iterator<Item = &'t str> + 's {
        let mut left = self.limit;
        track.iter().copied().take_while(move |tag| {
            let is_free = self.verdicts.contains_key(tag) && !self.asked.contains(tag);
            let is_in_reach = is_free || left > 0;
            left = if is_free { left } else { left.saturating_sub(1) };
            is_in_reach
        })
    }

    /// The warnings about versions that are not offered because of their date or for want of a signature.
    pub(crate) fn notes(&self) -> impl Iterator<Item = String> {
        let tags = self.chosen.iter().filter_map(|tag| self.verdicts.get(tag));
        tags.filter_map(|verdict| match verdict {
            Verdict::Outdated(why) | Verdict::Held(why) => Some(why.clone()),
            _ => None,
        })
    }

    /// The warning that the limit ended the search on the chosen track.
    pub(crate) fn warning(&self) -> Option<String> {
        let chosen = &self.chosen;
        let reached = self.in_reach(chosen).count();
        let is_cut = reached < chosen.len() && !chosen.iter().any(|tag| self.runs(tag));
        let is_looked_at = self.in_reach(chosen).all(|tag| self.verdicts.contains_key(tag));
        (is_cut && is_looked_at).then(|| {
            format!(
                "None of the {reached} newest candidates can be run; the {} behind them were not looked at (limits.candidates)",
                chosen.len() - reached
            )
        })
    }
}

/// The candidates that were ruled out, by reason.
pub(crate) fn rejections(verdicts: &HashMap<&str, Verdict>) -> Rejections {
    let mut rejections = Rejections::default();
    for (tag, verdict) in verdicts {
        let reason = match verdict {
            Verdict::OtherPlatforms => Reason::Architecture,
            Verdict::Nothing => Reason::Missing,
            Verdict::Artifact => Reason::Artifact,
            Verdict::TooYoung => Reason::Age,
            Verdict::Same => Reason::Older,
            Verdict::Prerelease => Reason::Prerelease,
            Verdict::NoRebuild => Reason::Scheme,
            Verdict::Outdated(_) => Reason::Outdated,
            Verdict::Unsigned | Verdict::Held(_) => Reason::Unsigned,
            Verdict::Runs | Verdict::Is(..) | Verdict::Unknown(_) => continue,
        };
        rejections.add(reason, tag);
    }
    rejections
}
