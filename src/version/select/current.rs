//! The running tag, and what it makes of another one.

use std::cmp::Ordering;

use super::{
    endings::{self, Plain, Release, Standing},
    newest::Candidate,
    selection::Reason,
    spelling::Manner,
};
use crate::version::{
    compare::{
        alike::{self, Form},
        distance::distance,
        order::{self, Digits, Key},
    },
    policy::{OsRelease, Track, UpdatePolicy, Variant},
    tag::{item::Role, kind::TagKind, reading::Reading, scheme::View},
};

/// What becomes of a tag.
pub(crate) enum Verdict {
    Rejected(Reason),
    Newer(Manner, Track, Candidate),
}

/// The tag that runs, and what others are held against.
#[derive(Debug, Clone)]
pub(crate) struct Running {
    pub(crate) tag: String,
    pub(crate) policy: UpdatePolicy,
    pub(crate) form: Form,
    reading: Reading,
    key: Key,
    release: Digits,
    /// The numbers, if it is a plain version with something around it.
    numbers: Option<Vec<String>>,
    /// Whether nothing but the numbers has a say in what is newer.
    is_by_numbers: bool,
}

impl Running {
    pub(crate) fn new(tag: &str, policy: &UpdatePolicy) -> Self {
        let reading = Reading::of(tag);
        let view = View { tag, reading: &reading };
        Self {
            key: Key::of(view),
            release: os_release(view),
            form: Form::of(view),
            numbers: plain_numbers(view),
            is_by_numbers: policy.variant == Variant::Same && !reading.has(Role::Companion),
            tag: tag.to_owned(),
            policy: policy.clone(),
            reading,
        }
    }

    fn view(&self) -> View<'_> {
        View { tag: &self.tag, reading: &self.reading }
    }

    /// Everything that can be said of a tag without its numbers.
    pub(crate) fn standing(&self, tag: View<'_>) -> Standing {
        let current = self.view();
        let refused = match tag.reading.kind {
            TagKind::Signature => Some(Reason::Signature),
            _ => self.unlike(tag),
        };
        if refused.is_some() {
            return Standing { refused, ..Standing::default() };
        }
        let is_early = tag.reading.is_prerelease && !self.policy.prereleases && !self.is_own_channel(tag);
        let is_alike = alike::is_numbered_alike(current, tag);
        Standing {
            refused: (is_early && !current.reading.has(Role::Prerelease)).then_some(Reason::Prerelease),
            is_alike,
            is_early,
            // Of a prerelease the form is that of its release, which may be another: `19.1` follows `19beta3`.
            is_form: is_alike && !(current.reading.has(Role::Prerelease) && tag.reading.is_prerelease),
            release: match os_release(tag).cmp(&self.release) {
                Ordering::Less => Release::Older,
                Ordering::Equal => Release::Same,
                Ordering::Greater => Release::Newer,
            },
        }
    }

    /// What comes of a tag that begins with a plain version, if its ending and its numbers say it all.
    pub(crate) fn judge_plain(&self, tag: &str, plain: Plain<'_>, standing: Standing) -> Option<Verdict> {
        let numbers = self.numbers.as_ref().filter(|_| plain.form == self.form)?;
        if standing.refused.is_some() || !standing.is_alike || standing.is_early {
            return None;
        }
        match plain.cmp_numbers(numbers) {
            (Ordering::Less, _) => Some(Verdict::Rejected(Reason::Older)),
            (Ordering::Greater, number) if self.is_by_numbers => {
                if let Some(reason) = self.refuses(tag, standing.release) {
                    return Some(Verdict::Rejected(reason));
                }
                let candidate = Candidate::new(tag, order::head(plain.numbers()));
                Some(Verdict::Newer(Manner::Same, Track::of_number(number), candidate))
            }
            _ => None,
        }
    }

    /// Why a newer tag of the running variant is no update all the same.
    fn refuses(&self, tag: &str, release: Release) -> Option<Reason> {
        match release {
            Release::Older | Release::Newer if self.policy.os_release == OsRelease::Pin => {
                Some(Reason::Variant)
            }
            Release::Older => Some(Reason::Older),
            _ => (!self.policy.admits_text(tag)).then_some(Reason::Excluded),
        }
    }

    pub(crate) fn judge(&self, tag: View<'_>, standing: Standing) -> Verdict {
        if let Some(reason) = standing.refused {
            return Verdict::Rejected(reason);
        }
        let current = self.view();
        let key = Key::of(tag);
        let manner = Manner::of(Form::of(tag), self.form);
        if !standing.is_alike && manner != Manner::Same {
            return Verdict::Rejected(manner.reason());
        }
        // Who runs a prerelease is led to newer ones of the same version, and to its release.
        if standing.is_early && key.numbers != self.key.numbers {
            return Verdict::Rejected(Reason::Prerelease);
        }
        // Another variant, or one without the counter, is an update only as another version.
        let is_foreign = !alike::is_same_variant(current, tag);
        let is_own = standing.is_alike && !is_foreign;
        let newer = if is_own { key.cmp(&self.key) } else { key.version_cmp(&self.key) };
        if newer != Ordering::Greater {
            return Verdict::Rejected(manner.reason());
        }
        let release = if is_foreign { Release::Same } else { standing.release };
        if let Some(reason) = self.refuses(tag.tag, release) {
            return Verdict::Rejected(reason);
        }
        Verdict::Newer(manner, distance(current, tag), Candidate::with_key(tag.tag, key, is_own))
    }

    /// Why a tag cannot be compared with the running one at all.
    fn unlike(&self, tag: View<'_>) -> Option<Reason> {
        let current = self.view();
        if !current.reading.kind.is_ordered() || tag.reading.version().is_none() {
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
        let is_numbered = alike::is_numbered_alike(current, tag) || alike::is_built_again(current, tag);
        (!is_numbered).then_some(Reason::Scheme)
    }

    /// Whether a tag is before a release only in that it is of the branch that runs.
    fn is_own_channel(&self, tag: View<'_>) -> bool {
        self.reading.has(Role::Channel)
            && alike::is_same_channel(self.view(), tag)
            && !tag.reading.has(Role::Prerelease)
    }
}

/// The numbers of a running tag by which others can be judged without taking them apart.
fn plain_numbers(view: View<'_>) -> Option<Vec<String>> {
    Plain::of(view.tag).filter(|plain| plain.is_sure(view))?;
    view.reading.version().map(|version| endings::comparable(version.numbers(view.tag)))
}

/// The releases of operating systems in a tag.
fn os_release(view: View<'_>) -> Digits {
    let systems = view.reading.items().iter().filter(|item| item.role == Role::Os);
    Digits::of(systems.flat_map(|item| item.numbers(view.tag)))
}
