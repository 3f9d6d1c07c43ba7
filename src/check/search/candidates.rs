//! The candidates of a search: what became of them, and which have to be looked at next.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use super::age::Made;
use crate::{
    check::images::found::Image,
    error::Error,
    version::select::rejections::{Reason, Rejections},
};

/// Candidates on the chosen track that are looked at in any case, and looked at at once if none of them will do.
const AT_ONCE: usize = 10;

/// What became of a candidate.
#[derive(Clone)]
pub(crate) enum Verdict {
    /// It runs, as far as was looked.
    Runs,
    /// It runs, and this is what it is made of.
    Is(Arc<Image>, Option<Made>),
    OtherPlatforms,
    Nothing,
    TooYoung,
    Unknown(Error),
}

impl Verdict {
    pub(crate) fn passes(&self) -> bool {
        matches!(self, Self::Runs | Self::Is(..))
    }
}

/// Keeps a verdict, unless a closer look has given one already.
pub(crate) fn remember(verdicts: &mut HashMap<String, Verdict>, tag: &str, verdict: Verdict) {
    let is_worse = matches!((verdicts.get(tag), &verdict), (Some(Verdict::Is(..)), Verdict::Runs));
    if !is_worse {
        verdicts.insert(tag.to_owned(), verdict);
    }
}

/// The candidates that have to be looked at, and whether closely: on each track the newest that has not been ruled out, and on
/// the chosen one the ten newest beside it.
pub(crate) fn due<'t>(
    tracks: &[Vec<&'t str>; 3],
    chosen: &[&'t str],
    verdicts: &HashMap<String, Verdict>,
) -> Vec<(&'t str, bool)> {
    let mut due: Vec<(&'t str, bool)> = Vec::new();
    let mut seen = HashSet::new();
    for track in tracks {
        let newest = track.iter().find(|tag| verdicts.get(**tag).is_none_or(Verdict::passes));
        if let Some(tag) = newest
            && !matches!(verdicts.get(*tag), Some(Verdict::Is(..)))
            && seen.insert(*tag)
        {
            due.push((*tag, true));
        }
    }
    // Ten more on the chosen track only where none of those before would do.
    let judged = chosen.iter().take_while(|tag| verdicts.contains_key(**tag)).count();
    let found = chosen.iter().any(|tag| verdicts.get(*tag).is_some_and(Verdict::passes));
    let until = if found { AT_ONCE.max(judged) } else { judged - judged % AT_ONCE + AT_ONCE };
    for tag in chosen.iter().take(until) {
        if !verdicts.contains_key(*tag) && seen.insert(*tag) {
            due.push((*tag, false));
        }
    }
    due
}

/// What was ruled out in the search, by reason.
pub(crate) fn rejections(verdicts: &HashMap<String, Verdict>) -> Rejections {
    let mut rejections = Rejections::default();
    for (tag, verdict) in verdicts {
        let reason = match verdict {
            Verdict::OtherPlatforms => Reason::Architecture,
            Verdict::Nothing => Reason::Missing,
            Verdict::TooYoung => Reason::Age,
            Verdict::Runs | Verdict::Is(..) | Verdict::Unknown(_) => continue,
        };
        rejections.add(reason, tag);
    }
    rejections
}
