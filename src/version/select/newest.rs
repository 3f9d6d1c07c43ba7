//! The newest of many tags, in bounded memory.

use std::cmp::{Ordering, Reverse};

use crate::version::{
    compare::order::{self, Key, natural},
    tag::{parsed::ParsedTag, scheme::TagView},
};

/// A newer tag. Its first numbers decide nearly every comparison, so the rest of the key is read only where they are
/// equal.
#[derive(Debug, Clone)]
pub(crate) struct Candidate {
    head: u128,
    key: Option<Box<Key>>,
    /// Whether it is of the running variant and counted like the running tag.
    is_own: bool,
    pub(crate) tag: String,
}

impl Candidate {
    pub(crate) fn new(tag: &str, head: u128) -> Self {
        Self { head, key: None, is_own: true, tag: tag.to_owned() }
    }

    pub(crate) fn with_key(tag: &str, key: Key, is_own: bool) -> Self {
        Self { head: key.head, key: Some(Box::new(key)), is_own, tag: tag.to_owned() }
    }

    /// The first numbers of the version, as [`order::head`] packs them.
    pub(crate) fn head(&self) -> u128 {
        self.head
    }

    /// The first number of the version, or `u64::MAX` if it does not fit into the head.
    pub(crate) fn first_number(&self) -> u64 {
        order::first_of(self.head)
    }

    /// Reads the whole key once.
    fn read_key(&mut self) {
        let of = |tag| Box::new(Key::of(TagView { tag, parsed: &ParsedTag::of(tag) }));
        self.key.get_or_insert_with(|| of(&self.tag));
    }

    /// Orders two candidates whose keys have been read, the newer one first.
    ///
    /// If their versions are equal, the running variant comes first, then the text with the larger numbers.
    fn newest_first(&self, other: &Self) -> Ordering {
        let (Some(key), Some(other_key)) = (&self.key, &other.key) else { return Ordering::Equal };
        other_key
            .version_cmp(key)
            .then_with(|| other.is_own.cmp(&self.is_own))
            .then_with(|| other_key.cmp(key))
            .then_with(|| natural(&other.tag, &self.tag))
    }
}

/// Keeps the newest `bound` of the candidates that are pushed.
#[derive(Debug, Clone)]
pub(crate) struct NewestTags {
    candidates: Vec<Candidate>,
    bound: usize,
    /// The number of candidates that were pushed.
    pub(crate) count: u64,
    dropped: u64,
}

impl NewestTags {
    pub(crate) fn new(bound: usize) -> Self {
        Self { candidates: Vec::new(), bound, count: 0, dropped: 0 }
    }

    pub(crate) fn push(&mut self, candidate: Candidate) {
        self.count += 1;
        self.candidates.push(candidate);
        if self.candidates.len() >= self.bound.saturating_mul(2) {
            self.prune();
        }
    }

    /// Returns the candidates, the newest first and each once, and the number of those that were dropped.
    pub(crate) fn into_sorted(mut self) -> (Vec<Candidate>, u64) {
        self.prune();
        (self.candidates, self.dropped)
    }

    fn prune(&mut self) {
        sort(&mut self.candidates);
        self.dropped += self.candidates.len().saturating_sub(self.bound) as u64;
        self.candidates.truncate(self.bound);
    }
}

/// Sorts candidates, the newest first, and removes repetitions.
pub(crate) fn sort(candidates: &mut Vec<Candidate>) {
    candidates.sort_unstable_by_key(|candidate| Reverse(candidate.head));
    for same in candidates.chunk_by_mut(|a, b| a.head == b.head).filter(|same| same.len() > 1) {
        same.iter_mut().for_each(Candidate::read_key);
        same.sort_unstable_by(Candidate::newest_first);
    }
    candidates.dedup_by(|a, b| a.tag == b.tag);
}
