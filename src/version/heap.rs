//! The newest of many tags, in bounded memory.

use std::{cmp::Ordering, mem};

use super::order::{Key, natural};

/// A newer tag, with what it is compared by.
#[derive(Debug, Clone)]
pub(super) struct Candidate {
    tag: String,
    key: Key,
    is_own_variant: bool,
}

impl Candidate {
    pub(super) fn new(tag: &str, key: Key, is_own_variant: bool) -> Self {
        Self { tag: tag.to_owned(), key, is_own_variant }
    }

    /// The newer first; of equal versions the running variant, then the text with the larger numbers.
    fn before(&self, other: &Self) -> Ordering {
        other
            .key
            .version_cmp(&self.key)
            .then_with(|| other.is_own_variant.cmp(&self.is_own_variant))
            .then_with(|| other.key.cmp(&self.key))
            .then_with(|| natural(&other.tag, &self.tag))
    }
}

/// Keeps the newest `bound` of the candidates that it is given.
#[derive(Debug, Clone)]
pub(super) struct Newest {
    candidates: Vec<Candidate>,
    bound: usize,
    dropped: u64,
}

impl Newest {
    pub(super) fn new(bound: usize) -> Self {
        Self { candidates: Vec::new(), bound, dropped: 0 }
    }

    pub(super) fn push(&mut self, candidate: Candidate) {
        self.candidates.push(candidate);
        if self.candidates.len() >= self.bound.saturating_mul(2) {
            self.prune();
        }
    }

    /// Newest first, each once, and how many are missing.
    pub(super) fn into_sorted(mut self) -> (Vec<String>, u64) {
        self.prune();
        let candidates = mem::take(&mut self.candidates);
        (candidates.into_iter().map(|candidate| candidate.tag).collect(), self.dropped)
    }

    fn prune(&mut self) {
        self.candidates.sort_unstable_by(Candidate::before);
        self.candidates.dedup_by(|a, b| a.tag == b.tag);
        let kept = self.candidates.len().min(self.bound);
        self.dropped += (self.candidates.len() - kept) as u64;
        self.candidates.truncate(kept);
    }
}
