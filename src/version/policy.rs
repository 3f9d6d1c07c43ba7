//! What a user wants to be offered.

use std::{
    fmt,
    hash::{Hash, Hasher},
    sync::Arc,
};

use regex::bytes::{RegexSet, RegexSetBuilder};

use crate::error::{Error, Result};

/// How far an update may go. A track includes those before it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Track {
    /// The first two numbers stay: `1.2.3` to `1.2.9`. Rebuilds of the same version are on this track too.
    Patch,
    /// The first number stays: `1.2.3` to `1.9.0`. Tags without a breaking number, such as dates, are on this track,
    /// however many years lie between.
    #[default]
    Minor,
    /// Anything newer: `1.2.3` to `2.0.0`.
    Major,
}

impl Track {
    /// All tracks, the shortest first.
    pub const ALL: [Self; 3] = [Self::Patch, Self::Minor, Self::Major];

    /// The track of an update whose first different number stands at this index.
    pub(crate) fn of_number(index: usize) -> Self {
        match index {
            0 => Self::Major,
            1 => Self::Minor,
            _ => Self::Patch,
        }
    }
}

/// Whether an update may be another variant of the image (`alpine`, `rocm`, …).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Variant {
    /// The running variant only.
    #[default]
    Same,
    /// Any; of one version the running variant comes first.
    Any,
}

/// What happens to the release of an operating system in a variant, the `3.20` of `alpine3.20`.
///
/// Runtimes (`php8.2`), code names (`bookworm`) and Windows releases, which have to fit the host, never move.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum OsRelease {
    /// It may grow.
    #[default]
    Follow,
    /// It stays.
    Pin,
}

/// What to do with a tag whose age nobody knows, where a policy asks for one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum UnknownAge {
    /// Offer it.
    #[default]
    Offer,
    /// Hold it back.
    Hold,
}

/// The rule by which updates are chosen. Two are equal where one is the other's copy: patterns are not compared.
#[derive(Debug, Clone)]
pub enum Policy {
    /// The rule of [`crate::version::original`].
    Original,
    /// Schemes and tracks.
    Tracks(Arc<UpdatePolicy>),
}

impl PartialEq for Policy {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Original, Self::Original) => true,
            (Self::Tracks(a), Self::Tracks(b)) => Arc::ptr_eq(a, b),
            _ => false,
        }
    }
}

impl Eq for Policy {}

impl Hash for Policy {
    fn hash<H: Hasher>(&self, state: &mut H) {
        if let Self::Tracks(policy) = self {
            Arc::as_ptr(policy).hash(state);
        }
    }
}

/// Which tags of a list are updates of the running one.
#[derive(Debug, Clone, Default)]
pub struct UpdatePolicy {
    /// How far an update may go.
    pub track: Track,
    /// Whether `rc1`, `-beta.2` and the like are offered. Off, they are offered only to who runs
    /// one, and only those of the same version: `1.0.0-beta.2` follows `1.0.0-beta.1`.
    pub prereleases: bool,
    /// Whether the variant may change.
    pub variant: Variant,
    /// Whether the release of an operating system may.
    pub os_release: OsRelease,
    /// If there are any, a tag has to match one of them.
    pub include: Option<Patterns>,
    /// A tag that matches one of these is no update.
    pub exclude: Option<Patterns>,
    /// Hours that have to pass since a tag was published; 0 for none.
    pub min_age_hours: f64,
    /// What to do where that time is not known.
    pub unknown_age: UnknownAge,
}

impl UpdatePolicy {
    /// Whether a tag that was published so many hours ago may be offered; `None` for an unknown age.
    pub fn admits_age(&self, hours: Option<f64>) -> bool {
        if self.min_age_hours <= 0.0 {
            return true;
        }
        match hours {
            Some(hours) => hours >= self.min_age_hours,
            None => self.unknown_age == UnknownAge::Offer,
        }
    }

    /// Whether the patterns let a tag pass.
    pub fn admits_text(&self, tag: &str) -> bool {
        self.include.as_ref().is_none_or(|include| include.matches(tag))
            && !self.exclude.as_ref().is_some_and(|exclude| exclude.matches(tag))
    }
}

/// Regular expressions over tags, in the syntax of the crate `regex`, which takes time linear in the tag's length.
///
/// They match anywhere in a tag unless they say `^` and `$`. Tags are ASCII, and so are `\d`, `\w` and the like.
#[derive(Clone)]
pub struct Patterns {
    set: RegexSet,
}

impl Patterns {
    /// The most bytes that a set may compile to.
    const SIZE_LIMIT: usize = 1 << 20;

    /// Compiles expressions; none at all is `None`.
    ///
    /// # Errors
    /// `INVALID_ARGUMENT`, naming `option` (`policy.include`), for one that is wrong, too large, or uses what cannot
    /// be matched in linear time (look-around, back-references).
    pub fn compile(option: &str, expressions: &[String]) -> Result<Option<Self>> {
        if expressions.is_empty() {
            return Ok(None);
        }
        RegexSetBuilder::new(expressions)
            .unicode(false)
            .size_limit(Self::SIZE_LIMIT)
            .build()
            .map(|set| Some(Self { set }))
            .map_err(|error| {
                let fault = error.to_string();
                let reason = fault.lines().last().unwrap_or_default().trim_start_matches("error: ");
                let wrong = expressions.iter().find(|one| fault.contains(one.as_str()));
                let what = wrong.map(|one| format!(" \"{one}\"")).unwrap_or_default();
                Error::invalid_argument(format!(
                    "{option}: the regular expression{what} is not usable: {reason}"
                ))
                .with_source(error)
            })
    }

    /// Whether one of the expressions matches.
    pub fn matches(&self, tag: &str) -> bool {
        self.set.is_match(tag.as_bytes())
    }
}

impl fmt::Debug for Patterns {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.set.patterns()).finish()
    }
}
