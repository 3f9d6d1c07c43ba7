//! Most tags of a repository are versions with one of a few endings (`-alpine`, `-slim-bookworm`): what an ending
//! says is found out once.

use std::cmp::Ordering;

use super::{
    lane::Form,
    order::{numeric, trimmed},
    selection::Reason,
};

/// A tag that begins with a plain version, `v1.2.3`: the numbers, and what stands behind them.
///
/// Of such a tag everything but the numbers is said by the ending: the first number is too short for a year, so
/// this is no date, and there are at least two of them, so it does not float.
#[derive(Debug, Clone, Copy)]
pub(super) struct Plain<'a> {
    pub(super) form: Form,
    numbers: &'a str,
    /// Empty, or from its `-` on.
    pub(super) ending: &'a str,
}

impl<'a> Plain<'a> {
    pub(super) fn of(tag: &'a str) -> Option<Self> {
        let digits = tag.strip_prefix('v').unwrap_or(tag);
        let (mut end, mut count, mut run) = (0, 1, 0);
        for byte in digits.bytes() {
            match byte {
                b'0'..=b'9' => run += 1,
                b'.' if run > 0 && (count > 1 || run <= 3) => (count, run) = (count + 1, 0),
                b'-' => break,
                _ => return None,
            }
            end += 1;
        }
        let (numbers, ending) = digits.split_at_checked(end)?;
        let form = Form { has_v: digits.len() < tag.len(), count };
        (run > 0 && count > 1).then_some(Self { form, numbers, ending })
    }

    /// Compares the numbers with those of a tag with as many, which have no zeros at their front; and says which
    /// number decided.
    pub(super) fn cmp_numbers(&self, others: &[String]) -> (Ordering, usize) {
        for (index, (number, other)) in self.numbers().zip(others).enumerate() {
            let ordering = numeric(trimmed(number).as_bytes(), other.as_bytes());
            if ordering.is_ne() {
                return (ordering, index);
            }
        }
        (Ordering::Equal, others.len())
    }

    /// The numbers as they are written.
    pub(super) fn numbers(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        self.numbers.split('.')
    }
}

/// What an ending says about a tag, whatever its numbers are.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Standing {
    /// Why no tag with this ending is an update.
    pub(super) refused: Option<Reason>,
    /// Whether tags with this ending are numbered as the running one is.
    pub(super) is_alike: bool,
    /// Whether they are written as updates of the running one would be.
    pub(super) is_form: bool,
    /// Whether they come before a release, and are offered to nobody but those who run another of the same version.
    pub(super) is_early: bool,
}

/// The endings that have been seen.
#[derive(Debug, Clone, Default)]
pub(super) struct Endings(Vec<(Box<str>, Standing)>);

impl Endings {
    /// The most that are remembered; endings with a hash or a counter are too many to be worth it.
    const MOST: usize = 32;

    pub(super) fn get(&self, ending: &str) -> Option<Standing> {
        let is_it = |known: &str| known.len() == ending.len() && known.bytes().eq(ending.bytes());
        self.0.iter().find(|(known, _)| is_it(known)).map(|(_, standing)| *standing)
    }

    pub(super) fn remember(&mut self, ending: &str, standing: Standing) {
        if self.0.len() < Self::MOST {
            self.0.push((ending.into(), standing));
        }
    }
}

/// The numbers of a version without zeros at their front, for [`Plain::cmp_numbers`].
pub(super) fn comparable<'a>(numbers: impl Iterator<Item = &'a str>) -> Vec<String> {
    numbers.map(|number| trimmed(number).to_owned()).collect()
}
