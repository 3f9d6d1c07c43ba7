//! Tags of a repository, kept close together: some repositories have close to a million.

/// A list of tags in the registry's order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct TagList {
    text: String,
    /// Where each tag ends in `text`.
    ends: Vec<usize>,
}

impl TagList {
    /// Adds a tag at the end.
    pub(crate) fn push(&mut self, tag: &str) {
        self.text.push_str(tag);
        self.ends.push(self.text.len());
    }

    /// The tags in their order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> + Clone {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(&self.ends).filter_map(|(start, &end)| self.text.get(start..end))
    }
}

impl<'a> FromIterator<&'a str> for TagList {
    fn from_iter<T: IntoIterator<Item = &'a str>>(tags: T) -> Self {
        let mut list = Self::default();
        tags.into_iter().for_each(|tag| list.push(tag));
        list
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_in_comes_out() {
        let tags = ["1.0", "", "é", "1.0", "latest"];
        let list: TagList = tags.into_iter().collect();
        assert_eq!(list.iter().collect::<Vec<_>>(), tags);
    }
}
