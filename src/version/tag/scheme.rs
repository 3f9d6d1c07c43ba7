//! Schemes: what two tags must share before one can be called newer.

use std::fmt;

use super::{kind::TagKind, parsed::ParsedTag};

/// A tag, taken apart.
///
/// Reading never fails and takes time linear in the length of the text. Text that is no tag, because it has characters
/// other than letters, digits, `.`, `_` and `-`, is [`TagKind::Unorderable`]. `Display` writes the text that was read.
#[derive(Debug, Clone)]
pub struct TagScheme<'a> {
    pub(crate) tag: &'a str,
    pub(crate) parsed: ParsedTag,
}

impl<'a> TagScheme<'a> {
    /// Takes a tag apart.
    pub fn read(tag: &'a str) -> Self {
        Self { tag, parsed: ParsedTag::of(tag) }
    }

    /// What the tag is.
    pub fn kind(&self) -> TagKind {
        self.parsed.kind
    }

    /// Whether a part of the tag marks a prerelease: `rc1`, `-beta.2`, `nightly`, `dev`.
    pub fn is_prerelease(&self) -> bool {
        self.parsed.is_prerelease
    }

    /// The numbers of the version as the tag writes them; empty where there is no version.
    pub fn numbers(&self) -> Vec<&'a str> {
        self.parsed.version().map(|version| version.numbers(self.tag).collect()).unwrap_or_default()
    }

    pub(crate) fn view(&self) -> TagView<'_> {
        TagView { tag: self.tag, parsed: &self.parsed }
    }
}

/// Writes the parts one after the other.
impl fmt::Display for TagScheme<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.parsed.parts().is_empty() {
            return f.write_str(self.tag);
        }
        self.parsed.parts().iter().try_for_each(|part| {
            if part.separator != 0 {
                write!(f, "{}", char::from(part.separator))?;
            }
            f.write_str(part.text(self.tag))
        })
    }
}

/// A tag and its parsed form, both borrowed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TagView<'a> {
    pub(crate) tag: &'a str,
    pub(crate) parsed: &'a ParsedTag,
}
