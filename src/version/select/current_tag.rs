//! The running tag, and its judgement of other tags.

use std::cmp::Ordering;

use super::{
    affixes::{Affixes, OsReleaseChange, PlainVersion},
    evidence::{self, Channel, Evidence},
    facts::{
        code_name, cumulative, has_build_counter, has_dotted_commit, is_line, is_unfinished, is_word_line,
        items, numbers_of, os_release, plain_numbers, windows_release,
    },
    newest::Candidate,
    outlier,
    rejections::Reason,
    spelling::SpellingChange,
};
use crate::lifecycle::codenames::Release;
use crate::version::{
    compare::{
        alike::{self, Spelling},
        distance::distance,
        order::{self, Digits, Key},
    },
    policy::{OsRelease, Policy, Track, Variant},
    tag::{kind::TagKind, parse::Habits, parsed::ParsedTag, parts::Role, scheme::TagView},
};

/// The decision about one tag.
pub(crate) enum Decision {
    Rejected(Reason),
    Newer(SpellingChange, Track, Candidate),
}

/// The running tag, with which others are compared.
#[derive(Debug, Clone)]
pub(crate) struct CurrentTag {
    pub(crate) tag: String,
    pub(crate) policy: Policy,
    pub(crate) spelling: Spelling,
    pub(super) parsed: ParsedTag,
    pub(super) key: Key,
    release: Digits,
    /// Whether it names a line of versions, so that the list has to tell whether it floats.
    pub(crate) is_line: bool,
    /// Whether it is a single number and nothing else.
    pub(crate) is_bare: bool,
    /// The number directly behind its version, which may name a runtime.
    pub(crate) counter: Option<u64>,
    /// The word that marks it as a prerelease, which may name a channel.
    pub(crate) channel: Option<Channel>,
    pub(crate) habits: Habits,
    /// Whether its last word says that the version is not finished.
    is_unfinished: bool,
    /// The release that its code name stands for, if it has no version.
    code_name: Option<Release>,
    /// The numbers, if it is a plain version with affixes.
    numbers: Option<Vec<String>>,
    /// Whether the numbers alone decide which tags are newer.
    is_by_numbers: bool,
}

impl CurrentTag {
    pub(crate) fn new(tag: &str, policy: &Policy) -> Self {
        Self::read(tag, policy, Habits::default())
    }

    /// Reads the tag by the habits of its repository. Its own commit behind a dot is such a habit.
    pub(crate) fn read(tag: &str, policy: &Policy, habits: Habits) -> Self {
        let parsed = ParsedTag::read(tag, habits);
        let has_dotted_commits = habits.has_dotted_commits || has_dotted_commit(&parsed);
        let counts_builds = habits.counts_builds || has_build_counter(tag, &parsed);
        let words_count = is_word_line(TagView { tag, parsed: &parsed });
        let habits = Habits { counts_builds, has_dotted_commits, words_count, ..habits };
        let parsed = if words_count { ParsedTag::read(tag, habits) } else { parsed };
        let view = TagView { tag, parsed: &parsed };
        let counter = evidence::bare_counter(view).filter(|_| !parsed.has(Role::Commit));
        let is_windows = windows_release(view).is_some();
        let is_unfinished = is_unfinished(view);
        Self {
            key: Key::of(view),
            release: os_release(view),
            spelling: Spelling::of(view),
            is_line: is_line(view),
            is_bare: evidence::is_bare_number(view),
            channel: Channel::of(view),
            code_name: code_name(view),
            numbers: plain_numbers(view).filter(|_| counter.is_none() && !is_windows && !is_unfinished),
            is_unfinished,
            counter,
            habits,
            is_by_numbers: policy.variant == Variant::Same && !parsed.has(Role::Companion),
            tag: tag.to_owned(),
            policy: policy.clone(),
            parsed,
        }
    }

    pub(crate) fn is_prerelease(&self) -> bool {
        self.parsed.is_prerelease
    }

    pub(crate) fn parse(&self, tag: &str) -> ParsedTag {
        ParsedTag::read(tag, self.habits)
    }

    /// Whether it is a number as long as a hash, so that the list has to decide.
    pub(crate) fn may_be_hash(&self) -> bool {
        self.hash_length().is_some()
    }

    pub(super) fn hash_length(&self) -> Option<usize> {
        let number = self.parsed.version().filter(|_| self.parsed.kind == TagKind::Build)?;
        number.numbers(&self.tag).next().map(str::len).filter(|length| (7..=8).contains(length))
    }

    /// Whether its last number may be a commit of decimal digits, so that the list has to decide.
    pub(crate) fn may_end_with_commit(&self) -> bool {
        let last = self.parsed.version().and_then(|version| version.numbers(&self.tag).last());
        self.parsed.count > 2 && last.is_some_and(|last| (7..=8).contains(&last.len()))
    }

    /// Whether its `-b3` may count builds or betas, so that the list has to decide.
    pub(crate) fn may_count_builds(&self) -> bool {
        self.parsed.suffix().first().is_some_and(|part| {
            part.role == Role::Prerelease
                && part.separator == b'-'
                && part.word(&self.tag).eq_ignore_ascii_case("b")
        })
    }

    /// Whether it has a version that can be compared.
    pub(crate) fn has_version(&self) -> bool {
        self.parsed.kind.is_ordered() || self.is_line
    }

    /// Whether the first number counts majors.
    pub(crate) fn has_majors(&self) -> bool {
        self.parsed.kind == TagKind::Semantic || self.is_line
    }

    /// Whether a version with this head may be newer than the running one.
    pub(crate) fn may_matter(&self, head: u128) -> bool {
        head >= self.key.head
    }

    /// The numbers of the version, without zeros at their front.
    pub(crate) fn version_numbers(&self) -> Vec<String> {
        numbers_of(self.view())
    }

    /// The first number of the version.
    pub(crate) fn first_number(&self) -> u64 {
        order::first_of(self.key.head)
    }

    /// Whether it moves on to newer images of its line, because its name says so or the list has longer tags.
    pub(crate) fn floats(&self, evidence: &Evidence) -> bool {
        evidence.is_extended || self.is_line && (!self.is_bare || evidence.has_other_versions)
    }

    /// Decides about a tag without a version by its code name. Returns `None` unless both tags have only a code name.
    pub(crate) fn judge_code_name(&self, tag: TagView<'_>) -> Option<Decision> {
        let own = self.code_name?;
        let release = code_name(tag).filter(|release| release.system == own.system)?;
        let without = |view: TagView<'_>| -> Vec<String> {
            let parts = view.parsed.parts().iter();
            parts
                .map(|part| match part.role {
                    Role::CodeName => String::new(),
                    _ => part.text(view.tag).to_owned(),
                })
                .collect()
        };
        if without(self.view()) != without(tag) {
            return Some(Decision::Rejected(Reason::Variant));
        }
        if release.order <= own.order {
            return Some(Decision::Rejected(Reason::Older));
        }
        if !self.policy.admits_text(tag.tag) {
            return Some(Decision::Rejected(Reason::Excluded));
        }
        let order = release.order.to_string();
        let candidate = Candidate::new(tag.tag, order::head([order.as_str()].into_iter()));
        Some(Decision::Newer(SpellingChange::Same, Track::Major, candidate))
    }

    pub(super) fn view(&self) -> TagView<'_> {
        TagView { tag: &self.tag, parsed: &self.parsed }
    }

    /// Collects what a tag's affixes say, whatever its numbers are.
    pub(crate) fn affixes(&self, tag: TagView<'_>) -> Affixes {
        let current = self.view();
        let refused = match tag.parsed.kind {
            TagKind::Signature => Some(Reason::Signature),
            _ => self.unlike(tag),
        };
        if refused.is_some() {
            return Affixes { refused, is_early: tag.parsed.is_prerelease, ..Affixes::default() };
        }
        let is_early = tag.parsed.is_prerelease && !self.policy.prereleases && !self.is_own_channel(tag);
        let is_alike = self.is_numbered_alike(tag);
        Affixes {
            refused: (is_early && !current.parsed.has(Role::Prerelease)).then_some(Reason::Prerelease),
            is_alike,
            is_early,
            release: match os_release(tag).cmp(&self.release) {
                Ordering::Less => OsReleaseChange::Older,
                Ordering::Equal => OsReleaseChange::Same,
                Ordering::Greater => OsReleaseChange::Newer,
            },
        }
    }

    /// Decides about a plain version by its affixes and its numbers. Returns `None` where the tag has to be taken
    /// apart.
    pub(crate) fn judge_plain(
        &self,
        tag: &str,
        plain: PlainVersion<'_>,
        affixes: Affixes,
    ) -> Option<Decision> {
        let numbers = self.numbers.as_ref().filter(|_| plain.spelling == self.spelling)?;
        if affixes.refused.is_some() || !affixes.is_alike || affixes.is_early {
            return None;
        }
        match plain.cmp_numbers(numbers) {
            (Ordering::Less, _) => Some(Decision::Rejected(Reason::Older)),
            (Ordering::Greater, _)
                if outlier::has_stray_date(plain.numbers(), numbers.iter().map(String::as_str)) =>
            {
                Some(Decision::Rejected(Reason::Outlier))
            }
            (Ordering::Greater, number) if self.is_by_numbers => {
                if let Some(reason) = self.refuses(tag, affixes.release) {
                    return Some(Decision::Rejected(reason));
                }
                let candidate = Candidate::new(tag, order::head(plain.numbers()));
                Some(Decision::Newer(SpellingChange::Same, Track::of_number(number), candidate))
            }
            _ => None,
        }
    }

    /// The reason why a newer tag of the running variant is no update.
    fn refuses(&self, tag: &str, release: OsReleaseChange) -> Option<Reason> {
        match release {
            OsReleaseChange::Older | OsReleaseChange::Newer if self.policy.os_release == OsRelease::Pin => {
                Some(Reason::Variant)
            }
            OsReleaseChange::Older => Some(Reason::Older),
            _ => (!self.policy.admits_text(tag)).then_some(Reason::Excluded),
        }
    }

    pub(crate) fn judge(&self, tag: TagView<'_>, affixes: Affixes) -> Decision {
        if let Some(reason) = affixes.refused {
            return Decision::Rejected(reason);
        }
        let current = self.view();
        let key = Key::of(tag);
        let mut change = SpellingChange::of(Spelling::of(tag), self.spelling);
        if !affixes.is_alike && change != SpellingChange::Same {
            return Decision::Rejected(change.reason());
        }
        if !affixes.is_alike && alike::is_built_again(tag, current) {
            change = SpellingChange::Rebuild;
        }
        if affixes.is_alike && change == SpellingChange::Same && !alike::is_numbered_alike(current, tag) {
            change = SpellingChange::OtherCommit;
        }
        if self.is_finished_by(tag) && change == SpellingChange::Same {
            change = SpellingChange::Finished;
        }
        // A line is followed by lines only.
        let is_pinned =
            self.is_line && tag.parsed.kind != TagKind::Floating && !evidence::is_bare_number(tag);
        if is_pinned && (change == SpellingChange::Same || tag.parsed.is_prerelease) {
            return Decision::Rejected(Reason::Segments);
        }
        // An image that runs a prerelease may move to newer prereleases of the same version, and to its release. One
        // that runs a channel may move to newer versions of that channel.
        let is_of_channel = self.channel.is_some() && self.channel == Channel::of(tag);
        if affixes.is_early && key.numbers != self.key.numbers && !is_of_channel {
            return Decision::Rejected(Reason::Prerelease);
        }
        if windows_release(current)
            .is_some_and(|release| windows_release(tag).is_some_and(|other| other != release))
        {
            return Decision::Rejected(Reason::Variant);
        }
        // A tag of another variant, or one that is counted in another way, is an update only if its version is newer.
        let is_foreign = !alike::is_same_variant(current, tag);
        let is_own = affixes.is_alike && !is_foreign && alike::is_numbered_alike(current, tag);
        let newer = if is_own { key.cmp(&self.key) } else { key.version_cmp(&self.key) };
        if newer != Ordering::Greater {
            return Decision::Rejected(change.reason());
        }
        if let (Some(newer), Some(own)) = (tag.parsed.version(), self.parsed.version())
            && outlier::has_stray_date(newer.numbers(tag.tag), own.numbers(&self.tag))
        {
            return Decision::Rejected(Reason::Outlier);
        }
        let release = if is_foreign { OsReleaseChange::Same } else { affixes.release };
        if let Some(reason) = self.refuses(tag.tag, release) {
            return Decision::Rejected(reason);
        }
        Decision::Newer(change, distance(current, tag), Candidate::with_key(tag.tag, key, is_own))
    }

    fn is_numbered_alike(&self, tag: TagView<'_>) -> bool {
        alike::is_numbered_alike(self.view(), tag)
            || alike::is_numbered_alike_but_for_commits(self.view(), tag)
    }

    /// The reason why a tag cannot be compared with the running one.
    fn unlike(&self, tag: TagView<'_>) -> Option<Reason> {
        let current = self.view();
        if !self.has_version() || tag.parsed.version().is_none() {
            return Some(Reason::Scheme);
        }
        if !alike::is_same_architecture(current, tag) {
            return Some(Reason::Architecture);
        }
        if self.policy.variant == Variant::Same && !alike::is_same_variant(current, tag) {
            return Some(Reason::Variant);
        }
        // Whoever runs plain cumulative updates is led neither to the release before the first one nor to the security
        // updates between them.
        if cumulative(tag).is_some_and(|kind| kind != 1 && cumulative(current) != Some(kind)) {
            return Some(Reason::Variant);
        }
        if !alike::is_same_channel(current, tag) && !self.is_finished_by(tag) {
            let may_try = self.policy.prereleases
                && !current.parsed.has(Role::Channel)
                && !tag.parsed.prefix().iter().any(|part| part.role == Role::Channel);
            if !may_try {
                return Some(if current.parsed.has(Role::Channel) && !tag.parsed.is_prerelease {
                    Reason::Variant
                } else {
                    Reason::Prerelease
                });
            }
        }
        if tag.parsed.kind == TagKind::Floating && !self.is_line {
            return Some(Reason::Segments);
        }
        let is_numbered = self.is_numbered_alike(tag)
            || alike::is_built_again(current, tag)
            || (self.is_bare && evidence::is_bare_number(tag))
            || (alike::is_built_again(tag, current)
                && evidence::bare_counter(tag).is_some_and(|counter| (1..10).contains(&counter)));
        (!is_numbered).then_some(Reason::Scheme)
    }

    /// Whether a tag is a release, and the running one has a word for unfinished versions.
    fn is_finished_by(&self, tag: TagView<'_>) -> bool {
        self.is_unfinished && !tag.parsed.is_prerelease
    }

    /// Whether its words have several numbers that may move with the version, so that the list has to decide.
    pub(crate) fn may_have_moving_items(&self) -> bool {
        items(self.view()).count() > 1
    }

    /// Whether a tag is a prerelease only because it is of the running branch.
    fn is_own_channel(&self, tag: TagView<'_>) -> bool {
        self.parsed.has(Role::Channel)
            && alike::is_same_channel(self.view(), tag)
            && !tag.parsed.has(Role::Prerelease)
    }
}
