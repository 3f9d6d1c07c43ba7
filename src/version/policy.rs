//! Which tags of a list are updates.

use std::{
    hash::{Hash, Hasher},
    sync::Arc,
    time::Duration,
};

use regex_lite::Regex;

use crate::error::{Error, Result};

/// Bytes that a compiled pattern may take.
const MAX_PATTERN: usize = 256 * 1024;

/// By which rule updates are chosen.
#[derive(Debug, Clone)]
pub enum Policy {
    /// The rule of the class that this crate replaces; see [`super::original`].
    Original,
    /// A policy.
    By(Arc<UpdatePolicy>),
}

/// Policies are the same where one is the other's copy; patterns are not compared.
impl PartialEq for Policy {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Original, Self::Original) => true,
            (Self::By(a), Self::By(b)) => Arc::ptr_eq(a, b),
            _ => false,
        }
    }
}

impl Eq for Policy {}

impl Hash for Policy {
    fn hash<H: Hasher>(&self, state: &mut H) {
        if let Self::By(policy) = self {
            Arc::as_ptr(policy).hash(state);
        }
    }
}

/// How far an update may go.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Track {
    /// The same first two numbers; of dates that stand behind a name (`bookworm-20260701`) any.
    Patch,
    /// The same first number, or any year of a calendar.
    #[default]
    Minor,
    /// Anywhere.
    Major,
}

/// Whether an update may be another variant.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum VariantRule {
    /// No: what runs as `-alpine` or `-rocm` stays that.
    #[default]
    Same,
    /// Yes.
    Any,
}

/// Whether the release of an operating system within the variant may go up.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum OsRelease {
    /// Yes: `alpine3.20` may become `alpine3.24`. It never goes down.
    #[default]
    Follow,
    /// No.
    Pin,
}

/// What becomes of a tag whose age is not known where an age is asked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum UnknownAge {
    /// It is offered.
    #[default]
    Offer,
    /// It is not.
    Hold,
}

/// Which tags are updates. The default is what an operator would call safe.
#[derive(Debug, Clone, Default)]
pub struct UpdatePolicy {
    /// How far an update may go. Default [`Track::Minor`].
    pub track: Track,
    /// Offer what is not final. Default `false`.
    pub prereleases: bool,
    /// Whether an update may be another variant. Default [`VariantRule::Same`].
    pub variant: VariantRule,
    /// Whether the operating system's release may go up. Default [`OsRelease::Follow`].
    pub os_release: OsRelease,
    /// How old an update has to be. Default: nothing is asked.
    pub min_age: Duration,
    /// What becomes of a tag of unknown age. Default [`UnknownAge::Offer`].
    pub unknown_age: UnknownAge,
    include: Vec<Regex>,
    exclude: Vec<Regex>,
}

impl UpdatePolicy {
    /// Tags have to match one of these patterns. `name` is what the caller calls them.
    ///
    /// # Errors
    /// `InvalidArgument` for a pattern that is no regular expression. They are those of the crate `regex`, which run in linear
    /// time and therefore have no look-around and no back-references.
    pub fn include(&mut self, patterns: &[String], name: &str) -> Result<()> {
        self.include = compiled(patterns, name)?;
        Ok(())
    }

    /// Tags must match none of these patterns.
    ///
    /// # Errors
    /// As [`UpdatePolicy::include`].
    pub fn exclude(&mut self, patterns: &[String], name: &str) -> Result<()> {
        self.exclude = compiled(patterns, name)?;
        Ok(())
    }

    /// Whether the patterns let a tag through.
    pub(super) fn admits(&self, tag: &str) -> bool {
        (self.include.is_empty() || self.include.iter().any(|pattern| pattern.is_match(tag)))
            && !self.exclude.iter().any(|pattern| pattern.is_match(tag))
    }
}

fn compiled(patterns: &[String], name: &str) -> Result<Vec<Regex>> {
    let compile = |pattern: &String| {
        regex_lite::RegexBuilder::new(pattern).size_limit(MAX_PATTERN).build().map_err(|error| {
            Error::invalid_argument(format!(
                "{name} has {pattern:?}, which is no regular expression: {error}"
            ))
        })
    };
    patterns.iter().map(compile).collect()
}
