//! A compact list of tags. Some repositories have nearly a million.

/// Tags in the order of the registry.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct TagList {
    text: String,
    /// The end of each tag in `text`, which is shorter than 4 GiB.
    ends: Vec<u32>,
}

impl TagList {
    /// Adds a tag at the end.
    pub(crate) fn push(&mut self, tag: &str) {
        if let Ok(end) = u32::try_from(self.text.len() + tag.len()) {
            self.text.push_str(tag);
            self.ends.push(end);
        }
    }

    /// Returns the number of tags.
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    /// Returns the last tag.
    pub(crate) fn last(&self) -> Option<&str> {
        let start = self
            .ends
            .len()
            .checked_sub(2)
            .and_then(|before| self.ends.get(before))
            .map_or(0, |end| *end as usize);
        self.text.get(start..).filter(|_| !self.ends.is_empty())
    }

    /// Iterates over the tags in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> + Clone {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(&self.ends).filter_map(|(start, &end)| self.text.get(start as usize..end as usize))
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
        assert_eq!((list.len(), list.last()), (5, Some("latest")));
        assert_eq!((TagList::default().last(), TagList::from_iter(["1"]).last()), (None, Some("1")));
    }
}
