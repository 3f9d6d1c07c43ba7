//! What came of looking through a list of tags: updates by track, and why the other tags are none.

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};

use crate::version::{compare::order::natural, policy::Track};

/// Why a tag is not offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Reason {
    /// Another variant of the image: `alpine` beside the plain one, another code name, another runtime.
    Variant,
    /// Not released yet.
    Prerelease,
    /// Newer, but beyond the chosen track: another major version; on the track of patches another minor one too.
    Major,
    /// A version with another count of numbers, or of one number only, which moves (`16`, `v2`).
    Segments,
    /// Numbered in another way: a date beside versions, with `v` beside without, a build counter beside none; or a
    /// name without a version, such as `latest`.
    Scheme,
    /// For another processor.
    Architecture,
    /// Refused by `include` or `exclude`.
    Excluded,
    /// Not newer than what runs, or newer on an older release of the operating system.
    Older,
    /// A signature, attestation or list of referrers.
    Signature,
    /// Listed, but not there. What only a registry can tell.
    Missing,
    /// Not as old as the policy asks. What only a registry can tell.
    Age,
}

impl Reason {
    /// The name by which JavaScript knows the reason.
    pub fn name(self) -> &'static str {
        match self {
            Self::Variant => "variant",
            Self::Prerelease => "prerelease",
            Self::Major => "major",
            Self::Segments => "segments",
            Self::Scheme => "scheme",
            Self::Architecture => "architecture",
            Self::Excluded => "excluded",
            Self::Older => "older",
            Self::Signature => "signature",
            Self::Missing => "missing",
            Self::Age => "age",
        }
    }
}

/// Tags that are not offered for one reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rejection {
    /// Why.
    pub reason: Reason,
    /// How many, each time a tag stands in the list.
    pub count: u64,
    /// At most three of them, those with the largest numbers.
    pub examples: Vec<String>,
}

/// The updates of one tag, and why the rest of a list is none.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// The newer tags by how far they are: a patch, a minor or a major version away; each newest first.
    pub(crate) steps: [Vec<String>; 3],
    /// Why other tags are not offered, by reason; reasons with none are absent.
    pub rejected: Vec<Rejection>,
    /// Whether the running tag stands in the list.
    pub is_listed: bool,
    /// Newer tags beyond the bound of what is kept, all of them older than those that are.
    pub dropped: u64,
}

impl Selection {
    /// All updates on a track, newest first: those of the tracks that it includes come after its own.
    ///
    /// The caller goes through them and takes the first that passes what only a registry can tell (platform, age).
    pub fn on(&self, track: Track) -> impl Iterator<Item = &str> {
        let included = self.steps.iter().take(track as usize + 1).rev();
        included.flatten().map(String::as_str)
    }

    /// The updates that are exactly this far away, newest first.
    pub fn step(&self, track: Track) -> &[String] {
        self.steps.get(track as usize).map(Vec::as_slice).unwrap_or_default()
    }

    /// The newest update on a track.
    pub fn newest(&self, track: Track) -> Option<&str> {
        self.on(track).next()
    }

    /// Those not offered for one reason.
    pub fn rejection(&self, reason: Reason) -> Option<&Rejection> {
        self.rejected.iter().find(|rejection| rejection.reason == reason)
    }
}

/// The most examples of a reason.
const EXAMPLES: usize = 3;

/// Counts tags and remembers those with the largest numbers, the same ones in whatever order they come.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tally {
    pub(crate) count: u64,
    /// Largest first.
    examples: Vec<String>,
}

impl Tally {
    pub(crate) fn add(&mut self, tag: &str) {
        self.count += 1;
        self.keep(tag);
    }

    /// Adds tags of which only the newest are at hand.
    pub(crate) fn add_all<'a>(&mut self, count: u64, newest: impl Iterator<Item = &'a str>) {
        self.count += count;
        newest.take(EXAMPLES).for_each(|tag| self.keep(tag));
    }

    fn keep(&mut self, tag: &str) {
        if self.examples.len() == EXAMPLES
            && self.examples.last().is_some_and(|least| natural(tag, least) != Ordering::Greater)
        {
            return;
        }
        match self.examples.binary_search_by(|kept| natural(tag, kept)) {
            Ok(_) => {}
            Err(place) => {
                // In a list in order every tag comes here: the text that goes lends its memory to the one that comes.
                let mut text = match self.examples.len() {
                    EXAMPLES => self.examples.pop().unwrap_or_default(),
                    _ => String::new(),
                };
                text.clear();
                text.push_str(tag);
                self.examples.insert(place, text);
            }
        }
    }

    pub(crate) fn into_rejection(self, reason: Reason) -> Option<Rejection> {
        (self.count > 0).then_some(Rejection { reason, count: self.count, examples: self.examples })
    }
}
