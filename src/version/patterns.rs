//! Patterns that a user writes for tags.

use std::{
    fmt,
    hash::{Hash, Hasher},
    sync::Arc,
};

use regex::bytes::{RegexSet, RegexSetBuilder};
use serde::{Serialize, Serializer};

use crate::error::{Error, Result};

/// Regular expressions over tags, in the syntax of the crate `regex`, which matches in time linear in the tag's length.
///
/// They match anywhere in a tag unless they contain `^` and `$`. Classes such as `\d` and `\w` match ASCII only,
/// because tags are ASCII.
#[derive(Clone, Default)]
pub struct Patterns {
    /// Absent if there are none. Thousands of requests have the same ones, and a compiled set takes some KiB even if it is
    /// empty, and again for each copy.
    set: Option<Arc<RegexSet>>,
}

impl Patterns {
    /// The most bytes that a compiled set may have.
    const SIZE_LIMIT: usize = 1 << 20;

    /// Compiles expressions.
    ///
    /// # Errors
    /// `INVALID_ARGUMENT` for an expression that is wrong, too large, or cannot be matched in linear time (look-around,
    /// back-references).
    pub fn new(expressions: impl IntoIterator<Item = impl AsRef<str>>) -> Result<Self> {
        let expressions: Vec<_> = expressions.into_iter().collect();
        let set = RegexSetBuilder::new(&expressions).unicode(false).size_limit(Self::SIZE_LIMIT).build();
        set.map(|set| Self { set: (!set.is_empty()).then(|| Arc::new(set)) }).map_err(|error| {
            let fault = error.to_string();
            let reason = fault.lines().last().unwrap_or_default().trim_start_matches("error: ");
            let wrong = expressions.iter().map(AsRef::as_ref).find(|one| fault.contains(one));
            let what = wrong.map(|one| format!(" \"{one}\"")).unwrap_or_default();
            Error::invalid_argument(format!("the regular expression{what} is not usable: {reason}"))
                .with_source(error)
        })
    }

    /// Whether the set has no expressions.
    pub fn is_empty(&self) -> bool {
        self.set.is_none()
    }

    fn texts(&self) -> &[String] {
        self.set.as_deref().map_or(&[], RegexSet::patterns)
    }

    /// Whether one of the expressions matches.
    pub fn matches(&self, tag: &str) -> bool {
        self.set.as_ref().is_some_and(|set| set.is_match(tag.as_bytes()))
    }
}

impl PartialEq for Patterns {
    fn eq(&self, other: &Self) -> bool {
        self.texts() == other.texts()
    }
}

impl Eq for Patterns {}

impl Hash for Patterns {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.texts().hash(state);
    }
}

impl Serialize for Patterns {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.collect_seq(self.texts())
    }
}

impl fmt::Debug for Patterns {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.texts()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_share_what_was_compiled() {
        let patterns = Patterns::new(["^1", "a$"]).expect("patterns");
        let copy = patterns.clone();
        assert!(Arc::ptr_eq(patterns.set.as_ref().expect("some"), copy.set.as_ref().expect("some")));
        assert!(copy == patterns && copy.matches("1") && copy.matches("a") && !copy.matches("b"));
    }

    #[test]
    fn a_set_without_patterns_is_nothing_at_all() {
        let empty = Patterns::new(Vec::<String>::new()).expect("no pattern");
        assert!(empty.set.is_none() && empty.is_empty() && empty == Patterns::default());
        assert!(!empty.matches(""));
    }

    #[test]
    fn a_pattern_that_cannot_be_used_is_named() {
        let error = Patterns::new(["^1", "a(b"]).expect_err("an open group");
        assert!(error.message().starts_with("the regular expression \"a(b\" is not usable: "), "{error}");
        assert_eq!(error.code(), "INVALID_ARGUMENT");
    }
}
