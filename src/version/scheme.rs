//! What a tag is read as.
//!
//! ```text
//! tag     = [ prefix ] core *part
//! prefix  = "v" / "RELEASE." / "version-" / "bookworm-" / "arm64v8-" / …     what stands ahead of the first version
//! core    = number *( "." number )                                           1.27.3, 16.4, 2024.10.22
//!         / number "u" number                                                8u502
//!         / year month day [ "T" hour minute second [ "Z" ] ]                20260701, 2024-05-28T17-19-04Z
//! part    = [ "-" / "_" / "." / "+" ] ( prerelease / build / commit / system / runtime / architecture / word )
//! ```
//!
//! There is no specification of it: it is what the images that people run do. A reader never fails, it finds a tag floating or
//! without order at worst, and reads each byte a bounded number of times.

use std::fmt;

use super::{
    number::{self, count},
    token::{Meaning, Token, Tokens, split_word},
    words::{is_architecture, is_change, is_commit, is_name},
};

/// What kind of tag it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Numbers that grow: `1.27.3-alpine`.
    Version,
    /// A date, or a version that begins with a year: `20260701`, `2024.10.22`.
    Calendar,
    /// A name for whatever is newest: `latest`, `v2`, `7-alpine`.
    Floating,
    /// A name without order: `sha-4bfc5bb`, `pr-123`.
    Unorderable,
    /// A signature, an attestation or a bill of materials under the digest of its image (`sha256-<digest>.sig`; OCI
    /// distribution specification, "Referrers Tag Schema").
    Signature,
}

/// A tag, read. Borrows from it, and gives it back as it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TagScheme<'a> {
    tag: &'a str,
    kind: Kind,
    pub(super) prefix: &'a str,
    pub(super) core: &'a str,
    tail: &'a str,
    is_prerelease: bool,
}

impl<'a> TagScheme<'a> {
    /// Reads a tag.
    pub fn read(tag: &'a str) -> Self {
        if is_signature(tag) {
            return Self::without_core(tag, Kind::Signature);
        }
        let Some(start) = core_start(tag) else {
            let is_change = is_commit(tag) || words(tag).any(is_change);
            return Self::without_core(tag, if is_change { Kind::Unorderable } else { Kind::Floating });
        };
        let (prefix, rest) = tag.split_at_checked(start).unwrap_or((tag, ""));
        let (core, tail) = rest.split_at_checked(number::core_end(rest)).unwrap_or((rest, ""));
        let mut has_build = false;
        let mut is_prerelease = false;
        for token in Tokens::of(tail) {
            has_build |= matches!(token.meaning, Meaning::Build(..));
            is_prerelease |= token.meaning == Meaning::Prerelease;
        }
        let kind = if words(prefix).any(is_change) {
            Kind::Unorderable
        } else if number::is_calendar(core) {
            Kind::Calendar
        } else if count(core) == 1 && !has_build && !is_prerelease && names_a_series(prefix, core) {
            Kind::Floating
        } else {
            Kind::Version
        };
        Self { tag, kind, prefix, core, tail, is_prerelease }
    }

    fn without_core(tag: &'a str, kind: Kind) -> Self {
        Self { tag, kind, prefix: tag, core: "", tail: "", is_prerelease: false }
    }

    /// What kind of tag it is.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// Whether it can be newer or older than another tag.
    pub fn is_orderable(&self) -> bool {
        matches!(self.kind, Kind::Version | Kind::Calendar)
    }

    /// Whether it says that it is not final.
    pub fn is_prerelease(&self) -> bool {
        self.is_prerelease
    }

    /// How many numbers its version has; 0 if it has none.
    pub fn precision(&self) -> usize {
        count(self.core)
    }

    /// The version as its source repository would tag it: up to where the variant begins, without a word ahead of it.
    pub fn version(&self) -> String {
        let end = self.parts().find(|token| is_of_variant(token)).map(|token| self.offset(&token));
        let end = end.unwrap_or(self.tag.len());
        let keeps_prefix = self.core.is_empty() || self.prefix.ends_with('.') || self.is_v();
        let start = if keeps_prefix { 0 } else { self.prefix.len() };
        self.tag.get(start..end).unwrap_or(self.tag).to_owned()
    }

    /// Whether all that stands ahead of its version is a `v`.
    pub(super) fn is_v(&self) -> bool {
        self.prefix.eq_ignore_ascii_case("v")
    }

    /// What stands behind its version, in order.
    pub(super) fn parts(&self) -> Tokens<'a> {
        Tokens::of(self.tail)
    }

    /// What is not final about it, as it is written: `rc.1`, `RC1`, `beta-2`.
    pub(super) fn prerelease(&self) -> Option<&'a str> {
        let mut parts = self.parts().filter(|token| token.meaning == Meaning::Prerelease);
        let first = parts.next()?;
        let last = parts.last().unwrap_or(first);
        let start = self.offset(&first) + usize::from(first.separator != 0);
        self.tag.get(start..self.offset(&last) + usize::from(last.separator != 0) + last.text.len())
    }

    /// Where a part begins in the tag, with what stands ahead of it.
    fn offset(&self, token: &Token<'a>) -> usize {
        let start = token.text.as_ptr().addr().saturating_sub(self.tag.as_ptr().addr());
        start.saturating_sub(usize::from(token.separator != 0))
    }

    /// Whether a tag begins with an architecture, for which others are other images.
    pub(super) fn names_architecture(&self) -> bool {
        words(self.prefix).any(is_architecture)
    }
}

impl fmt::Display for TagScheme<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}{}", self.prefix, self.core, self.tail)
    }
}

/// Whether a part makes another image of the same version.
pub(super) fn is_of_variant(token: &Token<'_>) -> bool {
    matches!(
        token.meaning,
        Meaning::Word | Meaning::Architecture | Meaning::System(..) | Meaning::Runtime(..)
    )
}

fn is_signature(tag: &str) -> bool {
    let Some(digest) = tag.strip_prefix("sha256-").or_else(|| tag.strip_prefix("sha512-")) else {
        return false;
    };
    digest.bytes().take_while(u8::is_ascii_hexdigit).count() >= 64
}

/// The words between separators.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(['-', '_', '.', '+']).filter(|word| !word.is_empty())
}

/// Where the digits of a tag's version begin.
fn core_start(tag: &str) -> Option<usize> {
    let mut start = 0;
    for word in tag.split_inclusive(['-', '_', '.', '+']) {
        let bare = word.trim_end_matches(['-', '_', '.', '+']);
        let is_last = start + bare.len() == tag.len();
        let (letters, rest) = split_word(bare);
        let is_version = rest.starts_with(|c: char| c.is_ascii_digit())
            && (letters.is_empty() || is_name(letters))
            && (is_last || !is_architecture(bare))
            && !is_commit(bare);
        if is_version {
            return Some(start + letters.len());
        }
        start += word.len();
    }
    None
}

/// Whether a single number is the name of a series, such as `v2` or `7`, and not a counter, such as `b3456` or `8u502`.
fn names_a_series(prefix: &str, core: &str) -> bool {
    let is_counted = matches!(prefix, "b" | "r" | "n" | "build" | "rev" | "build-" | "rev-");
    !is_counted && core.len() < number::LONG
}
