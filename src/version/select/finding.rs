//! What a list of tags shows of the running one.

use std::fmt;

use super::spelling::SpellingChange;

/// A fact about a tag that only a list of tags gives. Written out, it is a sentence for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Finding {
    /// Another tag extends its numbers.
    Extended,
    /// Tags with as many numbers are lines.
    Line,
    /// Its single number is a version.
    BareVersion,
    /// No other tag extends its numbers.
    Fixed,
    /// Its number is a commit's hash.
    Hash,
    /// The number behind its version names a runtime.
    Runtime,
    /// The number behind its version counts rebuilds.
    Rebuilds,
    /// Its word for a prerelease names a channel.
    Channel,
    /// Its word for a prerelease marks the prereleases of one version.
    Prereleases,
    /// The `-b3` behind its version counts builds.
    Builds,
    /// First numbers from this one on are no versions.
    Outliers(u64),
    /// Nothing newer is written as the tag is, and something is in this way.
    OtherSpelling(SpellingChange),
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Extended => "another tag extends its numbers, so it moves on to newer images",
            Self::Line => "tags with as many numbers are lines here, so it moves on to newer images",
            Self::BareVersion => "no tag of the list has more than one number, so its number is a version",
            Self::Fixed => "no tag extends its numbers, so it is a version",
            Self::Hash => "other tags are hashes as long as its number, so that is one",
            Self::Runtime => "several versions have the number behind its version, so that names a runtime and stays",
            Self::Rebuilds => "the number behind its version counts rebuilds",
            Self::Channel => "many versions have its word for a prerelease, or all have, so newer ones with the word follow",
            Self::Prereleases => "its word marks prereleases of one version, so other versions with the word do not follow",
            Self::Builds => "other tags count builds after -b, so its -b does",
            Self::Outliers(first) => return write!(f, "first numbers from {first} on are no versions"),
            Self::OtherSpelling(change) => {
                let way = match change {
                    SpellingChange::OtherCommit => "with another kind of commit",
                    SpellingChange::OtherV => "with or without a v",
                    SpellingChange::FewerNumbers => "with fewer numbers",
                    SpellingChange::MoreNumbers => "with more numbers",
                    SpellingChange::Rebuild => "with a counter of rebuilds",
                    SpellingChange::Finished => "of finished versions",
                    SpellingChange::Same => "in its own way",
                };
                return write!(f, "nothing newer is written as it is, so tags {way} follow");
            }
        })
    }
}
