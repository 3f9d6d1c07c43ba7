//! Reads release notes: what they say of breaking changes and of security, and the sections of a changelog. Nothing is
//! rendered or reworded, and nothing here uses a network.

mod breaking;
pub(crate) mod changelog;
mod security;

#[cfg(any(test, fuzzing))]
pub(crate) use self::security::with_plain_hyphens;
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
        if indentation(line) > MOST_INDENTED {
            return None;
        }
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

/// The most columns before a heading; further in, a line is code or belongs to an item (CommonMark, "Indented code blocks").
const MOST_INDENTED: usize = 3;

/// The columns before the text of a line (CommonMark, "Tabs").
fn indentation(line: &str) -> usize {
    let mut columns = 0;
    for c in line.chars() {
        match c {
            ' ' => columns += 1,
            '\t' => columns += 4 - columns % 4,
            _ => break,
        }
    }
    columns
}

/// The level of the heading that a line underlines (CommonMark, "Setext headings"); `None` for any other line.
fn underline(line: &str) -> Option<usize> {
    let text = line.trim();
    let is_of = |mark: u8| text.len() >= 3 && text.bytes().all(|byte| byte == mark);
    if is_of(b'=') {
        return Some(1);
    }
    is_of(b'-').then_some(2)
}

/// Whether a line begins an item of a list (CommonMark, "List items").
fn is_item(line: &str) -> bool {
    let text = line.trim_start();
    let number = text.trim_start_matches(|c: char| c.is_ascii_digit());
    ["- ", "* ", "+ "].iter().any(|mark| text.starts_with(mark))
        || number.len() < text.len() && (number.starts_with(". ") || number.starts_with(") "))
}

/// Tells which lines stand in a fenced block of code or in a comment (CommonMark, "Fenced code blocks" and "HTML blocks").
#[derive(Debug, Default)]
struct Fences {
    fence: Option<(char, usize)>,
    is_comment: bool,
}

impl Fences {
    /// Reads the next line. Returns whether it is code, a fence or a comment.
    fn is_code(&mut self, line: &str) -> bool {
        let text = line.trim_start();
        let comment = text.strip_prefix("<!--").filter(|_| self.fence.is_none());
        if self.is_comment || comment.is_some() {
            self.is_comment = !comment.unwrap_or(text).contains("-->");
            return true;
        }
        let mark = text.chars().next().filter(|c| matches!(c, '`' | '~')).unwrap_or(' ');
        let length = text.chars().take_while(|c| *c == mark).count();
        match self.fence {
            Some((open, least)) => {
                if mark == open && length >= least && text.trim_end().chars().all(|c| c == mark) {
                    self.fence = None;
                }
                true
            }
            None if mark != ' ' && length >= 3 => {
                self.fence = Some((mark, length));
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
