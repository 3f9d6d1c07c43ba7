//! Makes foreign texts safe to print.

use std::borrow::Cow;

use crate::text::clean::clean;

/// Leaves secrets out of a foreign text, and escapes the characters that would disturb a line for people: control
/// characters, line separators and marks that change the direction of writing.
pub(crate) fn printable(text: &str) -> Cow<'_, str> {
    let text = clean(text);
    if !text.contains(is_hidden) {
        return text;
    }
    let mut shown = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if is_hidden(c) { shown.extend(c.escape_unicode()) } else { shown.push(c) }
    }
    Cow::Owned(shown)
}

fn is_hidden(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_characters_are_spelt_out() {
        assert_eq!(
            printable("a\u{1b}[31m\r\nb\u{202e}\u{85}é"),
            "a\\u{1b}[31m\\u{d}\\u{a}b\\u{202e}\\u{85}é"
        );
        assert!(matches!(printable("plain é — text"), Cow::Borrowed(_)));
    }
}
