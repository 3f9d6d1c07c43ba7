//! Remembers which tags a repository has, by their hashes: a list may have two millions of them.

use std::hash::{BuildHasher as _, RandomState};

/// The tags of a list.
#[derive(Default)]
pub(crate) struct ListedTags {
    hashes: Vec<u64>,
    keys: RandomState,
}

impl ListedTags {
    /// Notes a tag.
    pub(crate) fn read(&mut self, tag: &str) {
        self.hashes.push(self.keys.hash_one(tag));
    }

    /// Ends the list.
    pub(crate) fn finish(mut self) -> Self {
        self.hashes.sort_unstable();
        self
    }

    /// Whether a tag is listed, in a list that was ended.
    pub(crate) fn has(&self, tag: &str) -> bool {
        self.hashes.binary_search(&self.keys.hash_one(tag)).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_read_is_listed() {
        let mut listed = ListedTags::default();
        for number in 0..1000 {
            listed.read(&format!("1.{number}"));
        }
        let listed = listed.finish();
        assert!((0..1000).all(|number| listed.has(&format!("1.{number}"))));
        assert!(!listed.has("1.1000") && !listed.has("24.04") && !ListedTags::default().has(""));
    }
}
