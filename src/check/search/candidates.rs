//! The candidates of a search: what became of them, and which have to be looked at next.

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

/// Candidates on the chosen track that are looked at in any case, and looked at at once if none of them will do.
const AT_ONCE: usize = 10;

/// Failures of the registry in a row after which no further candidate is looked at.
const MAX_FAILURES: usize = 4;

/// What became of a candidate.
#[derive(Clone)]
pub(crate) enum Verdict {
    /// It runs, as far as was looked.
    Runs,
    /// It runs, and this is what it is made of.
    Is(Arc<Image>, Option<ImageDate>),
    OtherPlatforms,
    Nothing,
    Artifact,
    TooYoung,
    /// It is another name of what is running.
    Same,
    /// It is another name of a prerelease.
    Prerelease,
    /// It was made long before the running line; in words.
    Outdated(String),
    Unknown(Error),
}

impl Verdict {
    pub(crate) fn passes(&self) -> bool {
        matches!(self, Self::Runs | Self::Is(..))
    }
}

/// The candidates on all tracks, and what has become of them.
pub(crate) struct Candidates<'t> {
    /// The tags of each track, newest first.
    pub(crate) tracks: [Vec<&'t str>; 3],
    /// The tags that are offered if they run, newest first.
    chosen: Vec<&'t str>,
    /// Tags of a track about which the registry is asked at most.
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

    /// The tags that are offered if they run, newest first.
    pub(crate) fn chosen(&self) -> &[&'t str] {
        &self.chosen
    }

    /// Whether a tag was found to run.
    pub(crate) fn runs(&self, tag: &str) -> bool {
        self.verdicts.get(tag).is_some_and(Verdict::passes)
    }

    /// Keeps a verdict, unless a closer look has given one already.
    pub(crate) fn remember(&mut self, tag: &'t str, verdict: Verdict, was_asked: bool) {
        if was_asked {
            self.asked.insert(tag);
            let is_failure = matches!(verdict, Verdict::Unknown(_));
            self.failures_in_a_row = if is_failure { self.failures_in_a_row + 1 } else { 0 };
        }
        let is_worse = matches!((self.verdicts.get(tag), &verdict), (Some(Verdict::Is(..)), Verdict::Runs));
        if !is_worse {
            self.verdicts.insert(tag, verdict);
        }
    }

    /// The candidates that have to be looked at, and whether closely: on each track the newest that has not been ruled out,
    /// and on the chosen one the ten newest beside it. None any more once the registry has failed so often in a row that it
    /// will fail for the others, too.
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
        // Ten more on the chosen track only where none of those before would do.
        let chosen = &self.chosen;
        let judged = chosen.iter().take_while(|tag| self.verdicts.contains_key(**tag)).count();
        let found = chosen.iter().any(|tag| self.runs(tag));
        let until = if found { AT_ONCE.max(judged) } else { judged - judged % AT_ONCE + AT_ONCE };
        for tag in self.in_reach(chosen).take(until) {
            if !self.verdicts.contains_key(tag) && seen.insert(tag) {
                due.push((tag, false));
            }
        }
        due
    }

    /// The tags of a track as far as the limit lets it be looked at: those about which nobody is asked do not count.
    fn in_reach<'s>(&'s self, track: &'s [&'t str]) -> impl Iterator<Item = &'t str> + 's {
        let mut left = self.limit;
        track.iter().copied().take_while(move |tag| {
            let is_free = self.verdicts.contains_key(tag) && !self.asked.contains(tag);
            let is_in_reach = is_free || left > 0;
            left = if is_free { left } else { left.saturating_sub(1) };
            is_in_reach
        })
    }

    /// What is to be said of versions that are not offered for their date.
    pub(crate) fn outdated(&self) -> impl Iterator<Item = String> {
        let tags = self.chosen.iter().filter_map(|tag| self.verdicts.get(tag));
        tags.filter_map(|verdict| match verdict {
            Verdict::Outdated(why) => Some(why.clone()),
            _ => None,
        })
    }

    /// What is to be said where the limit kept the search on the chosen track from going on.
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

/// What was ruled out in the search, by reason.
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
            Verdict::Outdated(_) => Reason::Outdated,
            Verdict::Runs | Verdict::Is(..) | Verdict::Unknown(_) => continue,
        };
        rejections.add(reason, tag);
    }
    rejections
}
