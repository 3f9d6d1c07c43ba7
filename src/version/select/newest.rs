//! The newest of many tags, in bounded memory.

use std::cmp::{Ordering, Reverse};

use crate::version::{
    compare::order::{Key, natural},
    tag::{reading::Reading, scheme::View},
};

/// A newer tag. Its first numbers decide nearly always; what else it is compared by is read where they do not.
#[derive(Debug, Clone)]
pub(crate) struct Candidate {
    head: u128,
    key: Option<Box<Key>>,
    /// Whether it is of the running variant, and counted like it.
    is_own: bool,
    tag: String,
}

impl Candidate {
    pub(crate) fn new(tag: &str, head: u128) -> Self {
        Self { head, key: None, is_own: true, tag: tag.to_owned() }
    }

    pub(crate) fn with_key(tag: &str, key: Key, is_own: bool) -> Self {
        Self { head: key.head, key: Some(Box::new(key)), is_own, tag: tag.to_owned() }
    }

    /// Reads what it is compared by besides its first numbers.
    fn read(&mut self) {
        let of = |tag| Box::new(Key::of(View { tag, reading: &Reading::of(tag) }));
        self.key.get_or_insert_with(|| of(&self.tag));
    }

    /// Of candidates that have been read and begin with the same numbers the newer first; of equal versions what is written
    /// like the running one, then the text with the larger numbers.
    fn before(&self, other: &Self) -> Ordering {
        let (Some(key), Some(other_key)) = (&self.key, &other.key) else { return Ordering::Equal };
        other_key
            .version_cmp(key)
            .then_with(|| other.is_own.cmp(&self.is_own))
            .then_with(|| other_key.cmp(key))
            .then_with(|| natural(&other.tag, &self.tag))
    }
}

/// Keeps the newest `bound` of the candidates that it is given.
#[derive(Debug, Clone)]
pub(crate) struct Newest {
    candidates: Vec<Candidate>,
    bound: usize,
    /// How many were given.
    pub(crate) count: u64,
    dropped: u64,
}

impl Newest {
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

    /// Newest first, each once, and how many had no place.
    pub(crate) fn into_sorted(mut self) -> (Vec<String>, u64) {
        self.prune();
        (self.candidates.into_iter().map(|candidate| candidate.tag).collect(), self.dropped)
    }

    fn prune(&mut self) {
        self.candidates.sort_unstable_by_key(|candidate| Reverse(candidate.head));
        for same in self.candidates.chunk_by_mut(|a, b| a.head == b.head).filter(|same| same.len() > 1) {
            same.iter_mut().for_each(Candidate::read);
            same.sort_unstable_by(Candidate::before);
        }
        self.candidates.dedup_by(|a, b| a.tag == b.tag);
        self.dropped += self.candidates.len().saturating_sub(self.bound) as u64;
        self.candidates.truncate(self.bound);
    }
}
