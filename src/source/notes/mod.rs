//! Reads release notes: what they say of breaking changes and of security, and the sections of a changelog. Nothing is
//! rendered or reworded, and nothing here uses a network.

mod breaking;
pub(crate) mod changelog;
mod security;

pub(crate) use self::{breaking::breaking, security::security};

/// The most bytes of the notes of one release.
pub(crate) const MAX_BYTES: usize = 64 * 1024;
/// The most bytes of a name.
const MAX_NAME: usize = 1024;

/// A text without control characters and without those that change the direction of writing; lines end with a line feed.
pub(crate) fn cleaned(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    text.chars().filter(|c| matches!(c, '\n' | '\t') || !is_hidden(*c)).collect()
}

/// A text on one line, likewise.
pub(crate) fn cleaned_line(text: &str) -> String {
    let mut line: String = cleaned(text).split_whitespace().collect::<Vec<_>>().join(" ");
    cut(&mut line, MAX_NAME);
    line
}

/// Cuts a text behind so many bytes, at the end of a character. Returns whether there was more.
pub(crate) fn cut(text: &mut String, most: usize) -> bool {
    if text.len() <= most {
        return false;
    }
    let end = (0..=most).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
    text.truncate(end);
    true
}

/// Whether a character is a control character, or steers the direction of writing (Unicode Standard Annex 9).
fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// A heading: its level and its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Heading<'t> {
    level: usize,
    text: &'t str,
}

/// The level of a line in bold that stands for a heading.
const BOLD: usize = 7;

impl<'t> Heading<'t> {
    /// Reads a line as a heading (CommonMark, "ATX headings"), or as a line that is bold as a whole.
    fn read(line: &'t str) -> Option<Self> {
        let text = line.trim();
        let level = text.bytes().take_while(|byte| *byte == b'#').count();
        let behind = text.get(level..).unwrap_or_default();
        if (1..=6).contains(&level) && (behind.is_empty() || behind.starts_with([' ', '\t'])) {
            return Some(Self { level, text: behind.trim().trim_end_matches('#').trim_end() });
        }
        let bold = text.trim_end_matches(':').strip_prefix("**").and_then(|text| text.strip_suffix("**"));
        let bold = bold.filter(|text| !text.is_empty() && !text.contains("**"))?;
        Some(Self { level: BOLD, text: bold.trim_end_matches(':') })
    }
}

/// Tells which lines stand in a fenced block of code (CommonMark, "Fenced code blocks").
#[derive(Debug, Default)]
struct Fences(Option<(char, usize)>);

impl Fences {
    /// Reads the next line. Returns whether it is code or a fence.
    fn is_code(&mut self, line: &str) -> bool {
        let text = line.trim_start();
        let mark = text.chars().next().filter(|c| matches!(c, '`' | '~')).unwrap_or(' ');
        let length = text.chars().take_while(|c| *c == mark).count();
        match self.0 {
            Some((open, least)) => {
                if mark == open && length >= least && text.trim_end().chars().all(|c| c == mark) {
                    self.0 = None;
                }
                true
            }
            None if mark != ' ' && length >= 3 => {
                self.0 = Some((mark, length));
                true
            }
            None => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_hidden_is_left() {
        assert_eq!(cleaned("a\r\nb\rc\u{0}\u{1b}[31m\td\u{202e}e\u{feff}"), "a\nb\nc[31m\tde");
        assert_eq!(cleaned_line(" One\n two\t\u{7} "), "One two");
    }

    #[test]
    fn a_text_is_cut_between_characters() {
        let mut text = "aé".to_owned();
        assert!(!cut(&mut text, 3));
        assert!(cut(&mut text, 2));
        assert_eq!(text, "a");
    }
}
