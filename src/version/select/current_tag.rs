//! The running tag, and what it makes of another one.

use std::cmp::Ordering;

use super::{
    affixes::{self, Affixes, OsReleaseChange, PlainVersion},
    newest::Candidate,
    rejections::Reason,
    spelling::SpellingChange,
};
use crate::version::{
    compare::{
        alike::{self, Spelling},
        distance::distance,
        order::{self, Digits, Key},
    },
    policy::{OsRelease, Policy, Track, Variant},
    tag::{kind::TagKind, parsed::ParsedTag, parts::Role, scheme::TagView},
};

/// What becomes of a tag.
pub(crate) enum Decision {
    Rejected(Reason),
    Newer(SpellingChange, Track, Candidate),
}

/// The tag that runs, and what others are held against.
#[derive(Debug, Clone)]
pub(crate) struct CurrentTag {
    pub(crate) tag: String,
    pub(crate) policy: Policy,
    pub(crate) spelling: Spelling,
    parsed: ParsedTag,
    key: Key,
    release: Digits,
    /// The numbers, if it is a plain version with something around it.
    numbers: Option<Vec<String>>,
    /// Whether nothing but the numbers has a say in what is newer.
    is_by_numbers: bool,
}

impl CurrentTag {
    pub(crate) fn new(tag: &str, policy: &Policy) -> Self {
        let parsed = ParsedTag::of(tag);
        let view = TagView { tag, parsed: &parsed };
        Self {
            key: Key::of(view),
            release: os_release(view),
            spelling: Spelling::of(view),
            numbers: plain_numbers(view),
            is_by_numbers: policy.variant == Variant::Same && !parsed.has(Role::Companion),
            tag: tag.to_owned(),
            policy: policy.clone(),
            parsed,
        }
    }

    fn view(&self) -> TagView<'_> {
        TagView { tag: &self.tag, parsed: &self.parsed }
    }

    /// Everything that can be said of a tag without its numbers.
    pub(crate) fn affixes(&self, tag: TagView<'_>) -> Affixes {
        let current = self.view();
        let refused = match tag.parsed.kind {
            TagKind::Signature => Some(Reason::Signature),
            _ => self.unlike(tag),
        };
        if refused.is_some() {
            return Affixes { refused, ..Affixes::default() };
        }
        let is_early = tag.parsed.is_prerelease && !self.policy.prereleases && !self.is_own_channel(tag);
        let is_alike = alike::is_numbered_alike(current, tag);
        Affixes {
            refused: (is_early && !current.parsed.has(Role::Prerelease)).then_some(Reason::Prerelease),
            is_alike,
            is_early,
            // Of a prerelease the form is that of its release, which may be another: `19.1` follows `19beta3`.
            is_spelled_alike: is_alike && !(current.parsed.has(Role::Prerelease) && tag.parsed.is_prerelease),
            release: match os_release(tag).cmp(&self.release) {
                Ordering::Less => OsReleaseChange::Older,
                Ordering::Equal => OsReleaseChange::Same,
                Ordering::Greater => OsReleaseChange::Newer,
            },
        }
    }

    /// What comes of a tag that begins with a plain version, if its ending and its numbers say it all.
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

    /// Why a newer tag of the running variant is no update all the same.
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
        let change = SpellingChange::of(Spelling::of(tag), self.spelling);
        if !affixes.is_alike && change != SpellingChange::Same {
            return Decision::Rejected(change.reason());
        }
        // Who runs a prerelease is led to newer ones of the same version, and to its release.
        if affixes.is_early && key.numbers != self.key.numbers {
            return Decision::Rejected(Reason::Prerelease);
        }
        // Another variant, or one without the counter, is an update only as another version.
        let is_foreign = !alike::is_same_variant(current, tag);
        let is_own = affixes.is_alike && !is_foreign;
        let newer = if is_own { key.cmp(&self.key) } else { key.version_cmp(&self.key) };
        if newer != Ordering::Greater {
            return Decision::Rejected(change.reason());
        }
        let release = if is_foreign { OsReleaseChange::Same } else { affixes.release };
        if let Some(reason) = self.refuses(tag.tag, release) {
            return Decision::Rejected(reason);
        }
        Decision::Newer(change, distance(current, tag), Candidate::with_key(tag.tag, key, is_own))
    }

    /// Why a tag cannot be compared with the running one at all.
    fn unlike(&self, tag: TagView<'_>) -> Option<Reason> {
        let current = self.view();
        if !current.parsed.kind.is_ordered() || tag.parsed.version().is_none() {
            return Some(Reason::Scheme);
        }
        if !alike::is_same_architecture(current, tag) {
            return Some(Reason::Architecture);
        }
        if self.policy.variant == Variant::Same && !alike::is_same_variant(current, tag) {
            return Some(Reason::Variant);
        }
        if !alike::is_same_channel(current, tag) {
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
        if tag.parsed.kind == TagKind::Floating {
            return Some(Reason::Segments);
        }
        let is_numbered = alike::is_numbered_alike(current, tag) || alike::is_built_again(current, tag);
        (!is_numbered).then_some(Reason::Scheme)
    }

    /// Whether a tag is before a release only in that it is of the branch that runs.
    fn is_own_channel(&self, tag: TagView<'_>) -> bool {
        self.parsed.has(Role::Channel)
            && alike::is_same_channel(self.view(), tag)
            && !tag.parsed.has(Role::Prerelease)
    }
}

/// The numbers of a running tag by which others can be judged without taking them apart.
fn plain_numbers(view: TagView<'_>) -> Option<Vec<String>> {
    PlainVersion::of(view.tag).filter(|plain| plain.is_sure(view))?;
    view.parsed.version().map(|version| affixes::comparable(version.numbers(view.tag)))
}

/// The releases of operating systems in a tag.
fn os_release(view: TagView<'_>) -> Digits {
    let systems = view.parsed.parts().iter().filter(|part| part.role == Role::Os);
    Digits::of(systems.flat_map(|part| part.numbers(view.tag)))
}
