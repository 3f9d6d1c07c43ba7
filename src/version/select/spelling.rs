//! How a newer tag is written, compared with the running one.

use super::rejections::Reason;
use crate::version::{compare::alike::Spelling, policy::Track};

/// How the version of a newer tag is written, compared with that of the running one.
///
/// A selector prefers the first; it takes one of the others where the list has nothing better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum SpellingChange {
    /// The same way.
    Same,
    /// With `v` for without, or the reverse.
    OtherV,
    /// With fewer numbers.
    FewerNumbers,
    /// With more numbers.
    MoreNumbers,
}

impl SpellingChange {
    const ALL: [Self; 4] = [Self::Same, Self::OtherV, Self::FewerNumbers, Self::MoreNumbers];

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

    /// Why a tag that is written so is no update where another spelling is taken.
    pub(crate) fn reason(self) -> Reason {
        match self {
            Self::Same => Reason::Older,
            Self::OtherV => Reason::Scheme,
            Self::FewerNumbers | Self::MoreNumbers => Reason::Segments,
        }
    }

    /// The spelling that is taken on a track, of those in which the track has newer tags.
    ///
    /// Another spelling is taken only where no tag of the list is written like the running one. On the track of majors,
    /// where a person reads the release notes and decides, it is taken already where none of the own spelling is newer.
    /// More numbers are the exception: a running tag with fewer is the name that moves along with them.
    pub(crate) fn taken(track: Track, has_own_spelling: bool, has: impl Fn(Self) -> bool) -> Self {
        let is_free = |change: &Self| match change {
            Self::Same => true,
            Self::OtherV | Self::FewerNumbers => !has_own_spelling || track == Track::Major,
            Self::MoreNumbers => !has_own_spelling,
        };
        Self::ALL.into_iter().filter(is_free).find(|change| has(*change)).unwrap_or(Self::Same)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_way_first_and_others_where_nothing_else_is_written_so() {
        use SpellingChange::{FewerNumbers, MoreNumbers, OtherV, Same};
        let taken = |track, has_own_spelling, there: &[SpellingChange]| {
            SpellingChange::taken(track, has_own_spelling, |one| there.contains(&one))
        };
        for track in Track::ALL {
            assert_eq!(taken(track, true, &SpellingChange::ALL), Same);
            assert_eq!(taken(track, false, &[MoreNumbers, FewerNumbers, OtherV]), OtherV);
            assert_eq!(taken(track, false, &[MoreNumbers]), MoreNumbers);
            assert_eq!(taken(track, true, &[MoreNumbers]), Same, "nothing is there of it");
        }
        assert_eq!(taken(Track::Minor, true, &[FewerNumbers]), Same);
        assert_eq!(taken(Track::Major, true, &[FewerNumbers, MoreNumbers]), FewerNumbers);
    }
}
