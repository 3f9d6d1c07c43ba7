//! How a tag is made: the scheme that two tags must share before one can be called newer.

use std::fmt;

use super::reading::Reading;

/// What a tag is, before any other is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TagKind {
    /// Numbers of which the first counts breaking changes: `1.2.3`, `v3.1`, `8u502`.
    ///
    /// A first number of two digits is never taken for a year: Ubuntu's `24.04` is read like any other `x.y`, so that
    /// its next release is a major one.
    Semantic,
    /// A date, or numbers that begin with a year of four digits: `2024.10.22`, `20260701`, `2024-05-28T17-19-04Z`.
    Calendar,
    /// One number that counts builds: `b3121`, `240531`.
    Build,
    /// A name that moves on to newer images: `latest`, `stable`, `v2`, `7-alpine`, `1.x`.
    Floating,
    /// A name that says nothing about order: `sha-4bfc5bb`, `pr-123`.
    Unorderable,
    /// A signature, attestation or list of referrers of another manifest: `sha256-….sig`.
    Signature,
}

impl TagKind {
    /// Whether tags of this kind have an order among themselves.
    pub fn is_ordered(self) -> bool {
        matches!(self, Self::Semantic | Self::Calendar | Self::Build)
    }

    /// The name by which JavaScript knows the kind.
    pub fn name(self) -> &'static str {
        match self {
            Self::Semantic => "semver",
            Self::Calendar => "calendar",
            Self::Build => "build",
            Self::Floating => "floating",
            Self::Unorderable => "unorderable",
            Self::Signature => "signature",
        }
    }
}

/// A tag, taken apart.
///
/// Reading never fails and takes time linear in the length of the text; text that is no tag (other characters than
/// letters, digits, `.`, `_` and `-`) is [`TagKind::Unorderable`]. Writing gives the text back.
#[derive(Debug, Clone)]
pub struct TagScheme<'a> {
    pub(super) tag: &'a str,
    pub(super) reading: Reading,
}

impl<'a> TagScheme<'a> {
    /// Takes a tag apart.
    pub fn read(tag: &'a str) -> Self {
        Self { tag, reading: Reading::of(tag) }
    }

    /// What the tag is.
    pub fn kind(&self) -> TagKind {
        self.reading.kind
    }

    /// Whether a part of the tag says that it comes before a release: `rc1`, `-beta.2`, `nightly`, `dev`.
    pub fn is_prerelease(&self) -> bool {
        self.reading.is_prerelease
    }

    /// The numbers of the version as they are written; empty where there is no version.
    pub fn numbers(&self) -> Vec<&'a str> {
        self.reading.version().map(|version| version.numbers(self.tag).collect()).unwrap_or_default()
    }

    pub(super) fn view(&self) -> View<'_> {
        View { tag: self.tag, reading: &self.reading }
    }
}

/// Writes the pieces one after the other.
impl fmt::Display for TagScheme<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.reading.items().is_empty() {
            return f.write_str(self.tag);
        }
        self.reading.items().iter().try_for_each(|item| {
            if item.separator != 0 {
                write!(f, "{}", char::from(item.separator))?;
            }
            f.write_str(item.text(self.tag))
        })
    }
}

/// A tag and its reading, wherever they are kept.
#[derive(Debug, Clone, Copy)]
pub(super) struct View<'a> {
    pub(super) tag: &'a str,
    pub(super) reading: &'a Reading,
}
