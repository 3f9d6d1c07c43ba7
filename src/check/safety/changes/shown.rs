//! Makes the texts of image configs fit to be shown: cleaned, and no longer than an answer may be.

use crate::error::printable;

/// The most items of one list.
const MAX_ITEMS: usize = 128;
/// The most characters of one text.
const MAX_CHARACTERS: usize = 2048;

/// Cleans and cuts texts, and remembers whether it has cut one.
#[derive(Debug, Default)]
pub(crate) struct Cut {
    has_cut: bool,
}

impl Cut {
    pub(crate) fn has_cut(&self) -> bool {
        self.has_cut
    }

    /// A text that may be shown.
    pub(crate) fn text(&mut self, text: &str) -> String {
        // A secret must not survive because only its beginning is shown, so texts are cleaned before they are cut.
        let clean = printable(text);
        match clean.char_indices().nth(MAX_CHARACTERS) {
            Some((end, _)) => {
                self.has_cut = true;
                format!("{}…", clean.get(..end).unwrap_or_default())
            }
            None => clean.into_owned(),
        }
    }

    pub(crate) fn texts(&mut self, texts: &[String]) -> Vec<String> {
        self.items(texts, |cut, text| cut.text(text))
    }

    /// The first items of a list.
    pub(crate) fn items<T, S>(
        &mut self,
        items: impl IntoIterator<Item = T>,
        mut shown: impl FnMut(&mut Self, T) -> S,
    ) -> Vec<S> {
        let mut items = items.into_iter();
        let first = items.by_ref().take(MAX_ITEMS).map(|item| shown(self, item)).collect();
        self.has_cut |= items.next().is_some();
        first
    }
}
