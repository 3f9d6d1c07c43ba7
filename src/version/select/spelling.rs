//! How a newer tag is written, compared with the running one.

use super::selection::Reason;
use crate::version::{compare::alike::Form, policy::Track};

/// The first is what is looked for; of the others one is taken where the list has nothing better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Manner {
    /// The same way.
    Same,
    /// With `v` for without, or the reverse.
    OtherV,
    /// With fewer numbers.
    FewerNumbers,
    /// With more numbers.
    MoreNumbers,
}

impl Manner {
    const ALL: [Self; 4] = [Self::Same, Self::OtherV, Self::FewerNumbers, Self::MoreNumbers];

    pub(crate) fn of(tag: Form, current: Form) -> Self {
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

    /// Why a tag of this manner is no update where it is not taken.
    pub(crate) fn reason(self) -> Reason {
        match self {
            Self::Same => Reason::Older,
            Self::OtherV => Reason::Scheme,
            Self::FewerNumbers | Self::MoreNumbers => Reason::Segments,
        }
    }

    /// The manner that is taken on a track, of those in which it has newer tags.
    ///
    /// Others than the same way only where no tag of the list is written like the running one; on the track of majors,
    /// where the reader of the release notes decides, already where none is newer. Though not with more numbers, of
    /// which the running tag is the name that moves.
    pub(crate) fn taken(track: Track, has_form: bool, has: impl Fn(Self) -> bool) -> Self {
        let is_free = |manner: &Self| match manner {
            Self::Same => true,
            Self::OtherV | Self::FewerNumbers => !has_form || track == Track::Major,
            Self::MoreNumbers => !has_form,
        };
        Self::ALL.into_iter().filter(is_free).find(|manner| has(*manner)).unwrap_or(Self::Same)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_way_first_and_others_where_nothing_else_is_written_so() {
        use Manner::{FewerNumbers, MoreNumbers, OtherV, Same};
        let taken =
            |track, has_form, there: &[Manner]| Manner::taken(track, has_form, |one| there.contains(&one));
        for track in Track::ALL {
            assert_eq!(taken(track, true, &Manner::ALL), Same);
            assert_eq!(taken(track, false, &[MoreNumbers, FewerNumbers, OtherV]), OtherV);
            assert_eq!(taken(track, false, &[MoreNumbers]), MoreNumbers);
            assert_eq!(taken(track, true, &[MoreNumbers]), Same, "nothing is there of it");
        }
        assert_eq!(taken(Track::Minor, true, &[FewerNumbers]), Same);
        assert_eq!(taken(Track::Major, true, &[FewerNumbers, MoreNumbers]), FewerNumbers);
    }
}
