//! The reasons why tags are not offered, with counts.

use std::{cmp::Ordering, collections::BTreeMap};

use serde::{Deserialize, Serialize};

use crate::version::compare::order::natural;

/// The reason why a tag is not offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Reason {
    /// Another variant of the image: `alpine` beside the plain one, another code name, another runtime.
    Variant,
    /// Not released yet.
    Prerelease,
    /// Newer, but beyond the chosen track: another major version, or on the patch track another minor version.
    Major,
    /// A version with another count of numbers, or with one number only, which floats (`16`, `v2`).
    Segments,
    /// Numbered in another way: a date beside versions, a tag with `v` beside one without, a build counter beside none.
    /// A name without a version, such as `latest`, is rejected for this reason too.
    Scheme,
    /// For another processor.
    Architecture,
    /// Refused by the policy's `include` or `exclude`.
    Excluded,
    /// Not newer than the running tag, or newer on an older release of the operating system.
    Older,
    /// A signature, attestation or list of referrers.
    Signature,
    /// Listed, but the registry has no such manifest.
    Missing,
    /// Listed, but no container image: a chart, a signature, a module. The registry tells.
    Artifact,
    /// Younger than the policy's minimum age.
    Age,
    /// A number that is no version, judged by the other numbers: `9999` behind `9.1`, a date among small numbers.
    Outlier,
    /// Made long before the running line. This needs the dates of tags.
    Outdated,
    /// No long-term release, or a release that the support data do not know, where a policy follows long-term releases.
    Lts,
    /// A version whose support has ended.
    Unsupported,
    /// Without a signature where the running version has one, or perhaps without one. The registry tells.
    Unsigned,
}

impl Reason {
    /// The name by which JavaScript knows the reason.
    pub fn name(self) -> &'static str {
        match self {
            Self::Variant => "variant",
            Self::Prerelease => "prerelease",
            Self::Major => "major",
            Self::Segments => "segments",
            Self::Scheme => "scheme",
            Self::Architecture => "architecture",
            Self::Excluded => "excluded",
            Self::Older => "older",
            Self::Signature => "signature",
            Self::Missing => "missing",
            Self::Artifact => "artifact",
            Self::Age => "age",
            Self::Outlier => "outlier",
            Self::Outdated => "outdated",
            Self::Lts => "lts",
            Self::Unsupported => "unsupported",
            Self::Unsigned => "unsigned",
        }
    }
}

/// The tags that are not offered for one reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rejection {
    /// The reason.
    pub reason: Reason,
    /// The number of tags; a tag counts each time that the list has it.
    pub count: u64,
    /// At most three of the tags, those with the largest numbers.
    pub examples: Vec<String>,
}

/// Counts the tags that are not offered, by reason.
///
/// Each reason has one row, whatever the order and origin of its tags. The examples of a row are the tags with the
/// largest numbers.
#[derive(Debug, Clone, Default)]
pub struct Rejections(BTreeMap<Reason, Row>);

impl Rejections {
    /// The most examples of a reason.
    pub const EXAMPLES: usize = 3;

    /// Counts one tag.
    pub fn add(&mut self, reason: Reason, tag: &str) {
        let row = self.0.entry(reason).or_default();
        row.count += 1;
        row.keep(tag);
    }

    /// Whether a tag was counted for a reason.
    pub(crate) fn has(&self, reason: Reason) -> bool {
        self.0.contains_key(&reason)
    }

    /// Counts `count` tags, of which only the newest are given.
    pub(crate) fn add_many<'a>(
        &mut self,
        reason: Reason,
        count: u64,
        newest: impl IntoIterator<Item = &'a str>,
    ) {
        if count > 0 {
            let row = self.0.entry(reason).or_default();
            row.count += count;
            newest.into_iter().take(Self::EXAMPLES).for_each(|tag| row.keep(tag));
        }
    }

    /// The rows, in the order of the reasons.
    pub fn into_rows(self) -> Vec<Rejection> {
        let rows = self.0.into_iter();
        rows.map(|(reason, row)| Rejection { reason, count: row.count, examples: row.examples }).collect()
    }
}

/// Adds rows of another count.
impl Extend<Rejection> for Rejections {
    fn extend<T: IntoIterator<Item = Rejection>>(&mut self, rows: T) {
        for Rejection { reason, count, examples } in rows {
            self.add_many(reason, count, examples.iter().map(String::as_str));
        }
    }
}

#[derive(Debug, Clone, Default)]
struct Row {
    count: u64,
    /// The examples, the largest first.
    examples: Vec<String>,
}

impl Row {
    fn keep(&mut self, tag: &str) {
        let is_full = self.examples.len() >= Rejections::EXAMPLES;
        if is_full && self.examples.last().is_some_and(|least| natural(tag, least) != Ordering::Greater) {
            return;
        }
        // The examples are in descending order, so the comparison is reversed.
        if let Err(place) = self.examples.binary_search_by(|example| natural(tag, example)) {
            // Every tag of a sorted list is inserted here, so the text that is dropped lends its memory to the new one.
            let mut text = if is_full { self.examples.pop().unwrap_or_default() } else { String::new() };
            text.clear();
            text.push_str(tag);
            self.examples.insert(place, text);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_has_one_row_with_the_largest_examples() {
        let mut rejections = Rejections::default();
        for tag in ["1.9.0", "1.10.0", "1.2.0", "1.11.0", "1.10.0"] {
            rejections.add(Reason::Architecture, tag);
        }
        rejections.add(Reason::Age, "2.0.0");
        let mut all = Rejections::default();
        all.add(Reason::Architecture, "1.12.0");
        all.extend(rejections.into_rows());
        all.extend([Rejection { reason: Reason::Major, count: 0, examples: Vec::new() }]);
        let row = |reason, count, examples: &[&str]| {
            let examples = examples.iter().map(|tag| (*tag).to_owned()).collect();
            Rejection { reason, count, examples }
        };
        assert_eq!(
            all.into_rows(),
            [row(Reason::Architecture, 6, &["1.12.0", "1.11.0", "1.10.0"]), row(Reason::Age, 1, &["2.0.0"])]
        );
    }
}
