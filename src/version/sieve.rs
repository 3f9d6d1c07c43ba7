//! Tags go in one by one; updates and the reasons why the others are none come out.

use std::{cmp::Ordering, collections::HashSet};

use serde::Serialize;

use super::{
    number::numbers,
    order::{Mismatch, Relation, compare_versions, relation, same_numbers},
    policy::{OsRelease, Track, UpdatePolicy, VariantRule},
    scheme::{Kind, TagScheme},
};

/// Examples that are kept of each reason.
const MAX_EXAMPLES: usize = 3;

/// Why a tag is not offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Reason {
    /// Another variant.
    Variant,
    /// Not final.
    Prerelease,
    /// Newer, but beyond the chosen track.
    Major,
    /// Another number of numbers.
    Segments,
    /// Not comparable: another scheme, or no order at all.
    Scheme,
    /// For another architecture.
    Architecture,
    /// Kept out by the policy's patterns.
    Excluded,
    /// Not newer.
    Older,
    /// A signature or the like, not an image.
    Signature,
    /// Listed, but not there.
    Missing,
    /// Not old enough.
    Age,
}

const REASONS: [Reason; 9] = [
    Reason::Variant,
    Reason::Prerelease,
    Reason::Major,
    Reason::Segments,
    Reason::Scheme,
    Reason::Architecture,
    Reason::Excluded,
    Reason::Older,
    Reason::Signature,
];

/// Tags that are not offered for one reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Rejected {
    /// The reason.
    pub reason: Reason,
    /// How many.
    pub count: u64,
    /// Up to three of them, whatever the order of the list.
    pub examples: Vec<String>,
}

/// The updates among a list of tags, the newest first on each track. A track holds what the narrower ones hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selection {
    /// Updates that go no farther than [`Track::Patch`].
    pub patch: Vec<String>,
    /// Updates that go no farther than [`Track::Minor`].
    pub minor: Vec<String>,
    /// All updates.
    pub major: Vec<String>,
    /// The tags that are not offered on the chosen track, by reason.
    pub rejected: Vec<Rejected>,
}

impl Selection {
    /// The updates on a track.
    pub fn track(&self, track: Track) -> &[String] {
        match track {
            Track::Patch => &self.patch,
            Track::Minor => &self.minor,
            Track::Major => &self.major,
        }
    }
}

/// Chooses updates of one tag by a policy. Keeps what may be an update, and of the rest counts and a few examples.
pub struct Sieve<'a> {
    current: TagScheme<'a>,
    policy: &'a UpdatePolicy,
    candidates: Vec<Candidate>,
    /// Updates but for their `v`, or for the lack of it, and whether there is a tag of the current one's own form.
    of_other_form: Vec<Candidate>,
    has_own_form: bool,
    tallies: [Tally; REASONS.len()],
}

struct Candidate {
    tag: String,
    track: Track,
    /// The first numbers of its version, for a quick comparison.
    key: [u64; 4],
}

#[derive(Default)]
struct Tally {
    count: u64,
    examples: Vec<String>,
}

impl Tally {
    /// Keeps the examples that come last in the alphabet, which tend to be the newest.
    fn add(&mut self, tag: &str) {
        self.count += 1;
        let place = self.examples.partition_point(|kept| kept.as_str() > tag);
        if place < MAX_EXAMPLES && self.examples.get(place).is_none_or(|kept| kept != tag) {
            self.examples.insert(place, tag.to_owned());
            self.examples.truncate(MAX_EXAMPLES);
        }
    }
}

impl<'a> Sieve<'a> {
    /// A sieve for updates of `current`. If that has no order there are none.
    pub fn new(current: &'a str, policy: &'a UpdatePolicy) -> Self {
        Self {
            current: TagScheme::read(current),
            policy,
            candidates: Vec::new(),
            of_other_form: Vec::new(),
            has_own_form: false,
            tallies: Default::default(),
        }
    }

    /// Looks at a tag of the list.
    pub fn push(&mut self, tag: &str) {
        let scheme = TagScheme::read(tag);
        if scheme == self.current {
            return;
        }
        match self.judge(&scheme) {
            Ok((track, is_of_own_form)) => {
                let list = if is_of_own_form { &mut self.candidates } else { &mut self.of_other_form };
                list.push(Candidate { tag: tag.to_owned(), track, key: key(&scheme) });
            }
            Err(reason) => self.reject(reason, tag),
        }
    }

    /// On which track a tag is an update, and whether it has the form of the current one.
    fn judge(&mut self, tag: &TagScheme<'_>) -> Result<(Track, bool), Reason> {
        if tag.kind() == Kind::Signature {
            return Err(Reason::Signature);
        }
        if !self.policy.admits(&tag.to_string()) {
            return Err(Reason::Excluded);
        }
        let (relation, is_of_own_form) = match relation(tag, &self.current) {
            Ok(relation) => (relation, true),
            Err(Mismatch::Form(relation)) => (relation, false),
            Err(Mismatch::Variant) if self.policy.variant == VariantRule::Any => {
                (self.across_variants(tag)?, true)
            }
            Err(mismatch) => return Err(self.reason(mismatch, tag)),
        };
        self.has_own_form |= is_of_own_form;
        if tag.is_prerelease() && !self.policy.prereleases {
            return Err(Reason::Prerelease);
        }
        let moves_system = match self.policy.os_release {
            OsRelease::Pin => relation.system.is_ne(),
            OsRelease::Follow => relation.system.is_lt(),
        };
        if moves_system {
            return Err(Reason::Variant);
        }
        match relation.order() {
            Ordering::Greater => Ok((self.track(tag), is_of_own_form)),
            _ => Err(Reason::Older),
        }
    }

    /// How a tag of another variant stands to the current one, by their versions alone.
    fn across_variants(&self, tag: &TagScheme<'_>) -> Result<Relation, Reason> {
        if tag.kind() != self.current.kind() {
            return Err(Reason::Scheme);
        }
        if tag.precision() != self.current.precision() {
            return Err(Reason::Segments);
        }
        let version = compare_versions(tag, &self.current);
        Ok(Relation { version, build: Ordering::Equal, system: Ordering::Equal })
    }

    fn reason(&self, mismatch: Mismatch, tag: &TagScheme<'_>) -> Reason {
        match mismatch {
            Mismatch::Architecture => Reason::Architecture,
            _ if tag.is_prerelease() && !self.policy.prereleases => Reason::Prerelease,
            Mismatch::Variant => Reason::Variant,
            Mismatch::Segments => Reason::Segments,
            Mismatch::Scheme | Mismatch::Form(_) => Reason::Scheme,
        }
    }

    /// The narrowest track that a newer tag is on.
    fn track(&self, tag: &TagScheme<'_>) -> Track {
        let same = same_numbers(tag, &self.current);
        let is_calendar = self.current.kind() == Kind::Calendar;
        match (same, tag.precision()) {
            (same, all) if same == all => Track::Patch,
            // A date behind a name is a rebuild of what the name stands for.
            (_, 1) if is_calendar && !self.current.prefix.is_empty() => Track::Patch,
            (2.., 3..) => Track::Patch,
            (1.., _) => Track::Minor,
            _ if is_calendar => Track::Minor,
            // A counter has no major version.
            (0, 1) => Track::Minor,
            _ => Track::Major,
        }
    }

    fn reject(&mut self, reason: Reason, tag: &str) {
        let index = REASONS.iter().position(|known| *known == reason);
        if let Some(tally) = index.and_then(|index| self.tallies.get_mut(index)) {
            tally.add(tag);
        }
    }

    /// What was chosen from the tags that went in.
    pub fn finish(mut self) -> Selection {
        let other = std::mem::take(&mut self.of_other_form);
        if self.has_own_form {
            other.iter().for_each(|candidate| self.reject(Reason::Scheme, &candidate.tag));
        } else {
            self.candidates.extend(other);
        }
        let mut candidates = std::mem::take(&mut self.candidates);
        candidates.sort_unstable_by(|a, b| b.key.cmp(&a.key).then_with(|| newest_first(&a.tag, &b.tag)));
        let mut seen = HashSet::new();
        let mut selection = Selection::default();
        for Candidate { tag, track, .. } in &candidates {
            if !seen.insert(tag.as_str()) {
                continue;
            }
            if *track > self.policy.track {
                self.reject(Reason::Major, tag);
            }
            if *track == Track::Patch {
                selection.patch.push(tag.clone());
            }
            if *track <= Track::Minor {
                selection.minor.push(tag.clone());
            }
            selection.major.push(tag.clone());
        }
        let tallies = REASONS.iter().zip(self.tallies).filter(|(_, tally)| tally.count > 0);
        selection.rejected = tallies
            .map(|(reason, Tally { count, examples })| Rejected { reason: *reason, count, examples })
            .collect();
        selection
    }
}

/// The order in which updates are told: the newest first, of equals the shorter and then the first in the alphabet.
fn newest_first(a: &str, b: &str) -> Ordering {
    let (of_a, of_b) = (TagScheme::read(a), TagScheme::read(b));
    let order = match relation(&of_b, &of_a) {
        Ok(relation) | Err(Mismatch::Form(relation)) => relation.order(),
        Err(_) => compare_versions(&of_b, &of_a),
    };
    order.then_with(|| a.len().cmp(&b.len())).then_with(|| a.cmp(b))
}

/// Numbers that do not fit are as great as can be; what they are is then looked at in full.
fn key(scheme: &TagScheme<'_>) -> [u64; 4] {
    let mut key = [0; 4];
    for (place, number) in key.iter_mut().zip(numbers(scheme.core)) {
        *place = number.parse().unwrap_or(u64::MAX);
    }
    key
}
