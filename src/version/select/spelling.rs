//! Compares the spelling of a newer tag with that of the running one.

use super::rejections::Reason;
use crate::version::compare::alike::Spelling;

/// How the version of a newer tag is written, compared with that of the running one.
///
/// The first has precedence. The others are accepted, in this order, where the list has nothing better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum SpellingChange {
    /// The same way.
    Same,
    /// With a hash where the running tag has digits, or the reverse. The digits may be a hash without letters.
    OtherCommit,
    /// With a `v` that the running tag does not have, or without the one that it has.
    OtherV,
    /// With fewer numbers.
    FewerNumbers,
    /// With more numbers.
    MoreNumbers,
    /// With a counter of rebuilds behind the version.
    Rebuild,
    /// Without the word for unfinished versions, such as `nightly`, that the running tag has.
    Finished,
}

impl SpellingChange {
    pub(crate) const ALL: [Self; 7] = [
        Self::Same,
        Self::OtherCommit,
        Self::OtherV,
        Self::FewerNumbers,
        Self::MoreNumbers,
        Self::Rebuild,
        Self::Finished,
    ];

    pub(crate) fn of(tag: Spelling, current: Spelling) -> Self {
        if tag.count < current.count {
            Self::FewerNumbers
        } else if tag.count > current.count {
            Self::MoreNumbers
        } else if tag.has_v != current.has_v {
            Self::OtherV
        } else {
            Self::Same
        }
    }

    /// Whether the tag has fewer or more numbers than the running one.
    pub(crate) fn has_other_count(self) -> bool {
        matches!(self, Self::FewerNumbers | Self::MoreNumbers)
    }

    /// The reason for which tags of this spelling are rejected where another spelling is taken.
    pub(crate) fn reason(self) -> Reason {
        match self {
            Self::Same => Reason::Older,
            Self::OtherCommit | Self::OtherV | Self::Rebuild => Reason::Scheme,
            Self::FewerNumbers | Self::MoreNumbers => Reason::Segments,
            Self::Finished => Reason::Variant,
        }
    }

    /// Returns the spelling that is taken on a track.
    ///
    /// Other spellings are accepted only where the running one has nothing newer on any track. A tag that floats keeps
    /// its precision: more numbers would pin it, and fewer would let it move further.
    pub(crate) fn taken(goes_on: bool, floats: bool, has: impl Fn(Self) -> bool) -> Self {
        let is_open = |change: &Self| match change {
            Self::Same => true,
            Self::OtherCommit | Self::OtherV => !goes_on,
            Self::FewerNumbers | Self::MoreNumbers | Self::Rebuild | Self::Finished => !goes_on && !floats,
        };
        Self::ALL.into_iter().filter(is_open).find(|change| has(*change)).unwrap_or(Self::Same)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_spelling_is_open_where_the_running_one_has_nothing_newer() {
        use SpellingChange::{FewerNumbers, MoreNumbers, OtherV, Rebuild, Same};
        let taken = |goes_on, floats, there: &[SpellingChange]| {
            SpellingChange::taken(goes_on, floats, |one| there.contains(&one))
        };
        assert_eq!(taken(true, false, &SpellingChange::ALL), Same);
        assert_eq!(taken(true, false, &[OtherV, FewerNumbers, MoreNumbers, Rebuild]), Same, "on every track");
        assert_eq!(taken(false, false, &[MoreNumbers, FewerNumbers, OtherV]), OtherV);
        assert_eq!(taken(false, false, &[MoreNumbers, Rebuild]), MoreNumbers);
        assert_eq!(taken(false, false, &[Rebuild]), Rebuild);
        assert_eq!(taken(false, true, &[MoreNumbers, FewerNumbers, Rebuild]), Same, "it keeps its precision");
        assert_eq!(taken(false, true, &[OtherV]), OtherV);
    }
}
