//! How a tag is made: the scheme that two tags must share before one can be called newer.

use std::fmt;

use super::{kind::TagKind, reading::Reading};

/// A tag, taken apart.
///
/// Reading never fails and takes time linear in the length of the text; text that is no tag (other characters than
/// letters, digits, `.`, `_` and `-`) is [`TagKind::Unorderable`]. Writing gives the text back.
#[derive(Debug, Clone)]
pub struct TagScheme<'a> {
    pub(crate) tag: &'a str,
    pub(crate) reading: Reading,
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

    pub(crate) fn view(&self) -> View<'_> {
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
pub(crate) struct View<'a> {
    pub(crate) tag: &'a str,
    pub(crate) reading: &'a Reading,
}
