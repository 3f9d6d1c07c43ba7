//! Looks through a list of tags, one by one, for updates of the running one.

use std::{cmp::Ordering, collections::BTreeMap, mem};

use super::{
    ending::{self, Endings, Plain, Standing},
    heap::{Candidate, Newest},
    item::{Item, Role},
    lane::{self, Form},
    order::{self, Digits, Key, trimmed},
    policy::{OsRelease, Track, UpdatePolicy, Variant},
    reading::Reading,
    scheme::{TagKind, View},
    selection::{Reason, Selection, Tally},
};

/// How a newer tag is written, compared with the running one. The first is what is looked for; of the others one is
/// taken where the list has nothing better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Manner {
    /// The same way.
    Same,
    /// With another second version: `8.0.37-29.1` for `8.0.36-28.1`.
    OtherCompanion,
    /// Without the rebuild counter: `3.8.0` for `3.7.0-2`.
    NoRebuild,
    /// With `v` for without, or the reverse.
    OtherV,
    /// With fewer numbers.
    FewerNumbers,
    /// With more numbers.
    MoreNumbers,
}

impl Manner {
    /// Why a tag of this manner is no update where it is not taken.
    fn reason(self) -> Reason {
        match self {
            Self::Same => Reason::Older,
            Self::OtherCompanion => Reason::Variant,
            Self::NoRebuild | Self::OtherV => Reason::Scheme,
            Self::FewerNumbers | Self::MoreNumbers => Reason::Segments,
        }
    }
}

/// Looks through the tags of a repository for updates of one of them.
///
/// Tags may come in any order and any number; the answer does not depend on the order. What cannot be an update is
/// counted and forgotten, and of updates a bounded number is kept, so two million tags need no more memory than the
/// newest ten thousand.
///
/// A tag is an update when it agrees with the running one in variant, architecture, kind of version, count of numbers
/// and `v`, and is newer. Three habits of projects soften that:
/// - where the list has no other tag written like the running one (with its `v`, with as many numbers), tags written
///   otherwise are taken; among major versions already where it has no newer one, though not with more numbers, of
///   which `7.2` is the moving name: `12.0` follows `10.11.11`, but `8.2.1` does not follow `7.2`;
/// - `3.8.0` follows `3.7.0-2`, a rebuild of `3.7.0`, on a track without a newer rebuild;
/// - the second version in `8.0.36-28.1` moves where no newer tag has the same.
///
/// A running tag that is floating or unorderable has no updates; [`super::explain`] says why.
#[derive(Debug, Clone)]
pub struct Sieve {
    tag: String,
    reading: Reading,
    key: Key,
    release: Digits,
    form: Form,
    /// The numbers of the running tag, if it begins with a plain version.
    numbers: Option<Vec<String>>,
    endings: Endings,
    policy: UpdatePolicy,
    bound: usize,
    /// Whether another tag is written like the running one.
    has_form: bool,
    newer: BTreeMap<(Manner, Track), Newest>,
    rejected: BTreeMap<Reason, Tally>,
}

/// What becomes of one tag.
enum Verdict {
    Rejected(Reason),
    Newer(Manner, Track, Candidate),
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
        let reading = Reading::of(current);
        let view = View { tag: current, reading: &reading };
        Self {
            key: Key::of(view),
            release: os_release(view),
            form: Form::of(view),
            numbers: plain_numbers(view, policy),
            endings: Endings::default(),
            tag: current.to_owned(),
            reading,
            policy: policy.clone(),
            bound: bound.max(1),
            has_form: false,
            newer: BTreeMap::new(),
            rejected: BTreeMap::new(),
        }
    }

    /// Looks at one tag of the list. The running tag itself is passed over.
    pub fn push(&mut self, tag: &str) {
        if tag == self.tag {
            return;
        }
        let verdict = match Plain::of(tag) {
            Some(plain) => self.judge_plain(tag, plain),
            None => self.judge(View { tag, reading: &Reading::of(tag) }),
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
        let taken = Track::ALL.map(|track| self.taken(track));
        let mut selection = Selection::default();
        for ((manner, track), newest) in mem::take(&mut self.newer) {
            let count = newest.count;
            let (tags, dropped) = newest.into_sorted();
            let is_taken = taken.contains(&(track, manner));
            let reason = match is_taken {
                true if track > self.policy.track => Some(Reason::Major),
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

    /// The manner of writing that is taken on a track.
    fn taken(&self, track: Track) -> (Track, Manner) {
        let has = |manner: &Manner| self.newer.contains_key(&(*manner, track));
        let is_newer_alike = self.newer.keys().any(|(manner, on)| *manner == Manner::Same && *on <= track);
        let softened =
            [Manner::OtherCompanion].into_iter().filter(|_| !is_newer_alike).chain([Manner::NoRebuild]);
        let is_free =
            |manner: &Manner| !self.has_form || (track == Track::Major && *manner != Manner::MoreNumbers);
        let other = [Manner::OtherV, Manner::FewerNumbers, Manner::MoreNumbers].into_iter().filter(is_free);
        let manner = [Manner::Same].into_iter().chain(softened).chain(other).find(has);
        (track, manner.unwrap_or(Manner::Same))
    }

    /// What [`Self::judge`] answers, found faster where the ending is known or the numbers are older.
    fn judge_plain(&mut self, tag: &str, plain: Plain<'_>) -> Verdict {
        let Some(standing) = self.endings.get(plain.ending) else {
            let reading = Reading::of(tag);
            let view = View { tag, reading: &reading };
            let standing = self.standing(view);
            self.endings.remember(plain.ending, standing);
            return self.judge_standing(view, standing);
        };
        if plain.form == self.form {
            self.has_form |= standing.is_alike;
            if let (None, true, Some(numbers)) = (standing.refused, standing.is_alike, &self.numbers) {
                match plain.cmp_numbers(numbers) {
                    (Ordering::Less, _) => return Verdict::Rejected(Reason::Older),
                    (Ordering::Greater, number) if self.policy.admits_text(tag) => {
                        let candidate = Candidate::new(tag, order::head(plain.numbers()), true);
                        return Verdict::Newer(Manner::Same, Track::of_number(number), candidate);
                    }
                    _ => {}
                }
            }
        }
        match standing.refused {
            Some(reason) => Verdict::Rejected(reason),
            None => self.judge_standing(View { tag, reading: &Reading::of(tag) }, standing),
        }
    }

    fn judge(&mut self, tag: View<'_>) -> Verdict {
        let standing = self.standing(tag);
        self.judge_standing(tag, standing)
    }

    /// Everything that can be said without the numbers.
    fn standing(&self, tag: View<'_>) -> Standing {
        let current = View { tag: &self.tag, reading: &self.reading };
        if tag.reading.kind == TagKind::Signature {
            return Standing { refused: Some(Reason::Signature), is_alike: false };
        }
        if let Some(reason) = unlike(current, tag, &self.policy) {
            return Standing { refused: Some(reason), is_alike: false };
        }
        let is_early = tag.reading.is_prerelease && !self.policy.prereleases && !is_own_channel(current, tag);
        Standing {
            refused: is_early.then_some(Reason::Prerelease),
            is_alike: lane::is_numbered_alike(current, tag),
        }
    }

    fn judge_standing(&mut self, tag: View<'_>, standing: Standing) -> Verdict {
        let form = Form::of(tag);
        self.has_form |= standing.is_alike && form == self.form;
        if let Some(reason) = standing.refused {
            return Verdict::Rejected(reason);
        }
        let current = View { tag: &self.tag, reading: &self.reading };
        let key = Key::of(tag);
        let manner = if !standing.is_alike {
            Manner::NoRebuild
        } else if form.count < self.form.count {
            Manner::FewerNumbers
        } else if form.count > self.form.count {
            Manner::MoreNumbers
        } else if form.has_v != self.form.has_v {
            Manner::OtherV
        } else if !has_same_companions(current, tag) {
            Manner::OtherCompanion
        } else {
            Manner::Same
        };
        // A rebuild counter or another form may only be left behind for another version.
        let is_foreign = !lane::is_same_variant(current, tag);
        let newer = if manner == Manner::NoRebuild || is_foreign {
            key.version_cmp(&self.key)
        } else {
            key.cmp(&self.key)
        };
        if newer != Ordering::Greater {
            return Verdict::Rejected(manner.reason());
        }
        if !is_foreign {
            let release = os_release(tag);
            if self.policy.os_release == OsRelease::Pin && release != self.release {
                return Verdict::Rejected(Reason::Variant);
            }
            if release < self.release {
                return Verdict::Rejected(Reason::Older);
            }
        }
        if !self.policy.admits_text(tag.tag) {
            return Verdict::Rejected(Reason::Excluded);
        }
        Verdict::Newer(manner, distance(current, tag), Candidate::new(tag.tag, key.head, !is_foreign))
    }
}

/// Why a tag cannot be compared with the running one at all.
fn unlike(current: View<'_>, tag: View<'_>, policy: &UpdatePolicy) -> Option<Reason> {
    if !current.reading.kind.is_ordered() || tag.reading.version().is_none() {
        return Some(Reason::Scheme);
    }
    if !lane::is_same_architecture(current, tag) {
        return Some(Reason::Architecture);
    }
    if policy.variant == Variant::Same && !lane::is_same_variant(current, tag) {
        return Some(Reason::Variant);
    }
    if !lane::is_same_channel(current, tag) {
        let may_try = policy.prereleases
            && !current.reading.has(Role::Channel)
            && !tag.reading.prefix().iter().any(|item| item.role == Role::Channel);
        if !may_try {
            return Some(if current.reading.has(Role::Channel) && !tag.reading.is_prerelease {
                Reason::Variant
            } else {
                Reason::Prerelease
            });
        }
    }
    if tag.reading.kind == TagKind::Floating {
        return Some(Reason::Segments);
    }
    let is_numbered = lane::is_numbered_alike(current, tag) || lane::is_rebuild_of(current, tag);
    (!is_numbered).then_some(Reason::Scheme)
}

/// Whether a tag is before a release only in that it is of the branch that runs.
fn is_own_channel(current: View<'_>, tag: View<'_>) -> bool {
    current.reading.has(Role::Channel)
        && lane::is_same_channel(current, tag)
        && !tag.reading.has(Role::Prerelease)
}

/// Whether second versions without `v` are the same.
fn has_same_companions(a: View<'_>, b: View<'_>) -> bool {
    companions(a).eq(companions(b))
}

/// Second versions that are written without `v`; those with it move as counters do.
fn companions(view: View<'_>) -> impl Iterator<Item = &str> {
    let is_bare = move |item: &&Item| item.role == Role::Companion && item.word(view.tag).is_empty();
    view.reading.items().iter().filter(is_bare).map(move |item| item.text(view.tag))
}

/// The numbers of a running tag by which others can be judged: it begins with a plain version, and behind that nothing
/// moves that would have a say.
fn plain_numbers(view: View<'_>, policy: &UpdatePolicy) -> Option<Vec<String>> {
    let is_judged = policy.variant == Variant::Same
        && companions(view).next().is_none()
        && os_release(view) == Digits::default();
    Plain::of(view.tag).filter(|_| is_judged)?;
    view.reading.version().map(|version| ending::comparable(version.numbers(view.tag)))
}

/// The releases of operating systems in a tag.
fn os_release(view: View<'_>) -> Digits {
    let systems = view.reading.items().iter().filter(|item| item.role == Role::Os);
    Digits::of(systems.flat_map(|item| item.numbers(view.tag)))
}

/// How far a newer tag is from the running one.
fn distance<'a>(current: View<'a>, tag: View<'a>) -> Track {
    let number = |view: View<'a>, index: usize| {
        let version = view.reading.version();
        version.and_then(|version| version.numbers(view.tag).nth(index).map(trimmed))
    };
    let differs = |index| number(current, index).unwrap_or("0") != number(tag, index).unwrap_or("0");
    match current.reading.kind {
        TagKind::Semantic => {
            let number = (0..2).find(|index| differs(*index)).unwrap_or(2);
            let track = Track::of_number(number);
            if has_same_companions(current, tag) { track } else { track.max(Track::Minor) }
        }
        // A code name stands for a release of its own; dates behind it are rebuilds.
        _ if current.reading.prefix().iter().any(|item| item.role == Role::CodeName) => Track::Patch,
        _ if current.reading.kind == TagKind::Calendar
            && current.reading.count > 1
            && !differs(0)
            && !differs(1) =>
        {
            Track::Patch
        }
        _ => Track::Minor,
    }
}
