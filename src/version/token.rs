//! The parts of a tag behind its version: `-rc.1`, `-fpm`, `-alpine3.20`, `-ls386`, `_7`, `-c67dce28e`.

use super::words::{is_architecture, is_build, is_commit, is_prerelease, is_short_prerelease, is_system};

/// A part of a tag, and what stands ahead of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Token<'a> {
    /// `-`, `_`, `.` or `+`; 0 where it follows a digit directly.
    pub(super) separator: u8,
    pub(super) text: &'a str,
    pub(super) meaning: Meaning<'a>,
}

/// What a part of a tag says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning<'a> {
    /// A word that has to be the same: `fpm`, `slim`, `bookworm`, `rocm`.
    Word,
    /// An architecture, for which other tags are other images.
    Architecture,
    /// The release of an operating system, with its name if that stands in the same part.
    System(&'a str, &'a str),
    /// The version of something else that is in the image, which has to be the same: `php8.2`, `jdk21`.
    Runtime(&'a str, &'a str),
    /// A counter of builds, with its letters.
    Build(&'a str, &'a str),
    /// A commit, which says nothing about order.
    Commit,
    /// Not final.
    Prerelease,
}

/// The parts of a text that begins with a separator or directly behind a version's digits.
#[derive(Clone)]
pub(super) struct Tokens<'a> {
    rest: &'a str,
    before: Option<Token<'a>>,
}

impl<'a> Tokens<'a> {
    pub(super) fn of(tail: &'a str) -> Self {
        Self { rest: tail, before: None }
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        let first = *self.rest.as_bytes().first()?;
        let separator = if is_separator(first) { first } else { 0 };
        let body = if separator == 0 { self.rest } else { self.rest.get(1..)? };
        let end = end_of(body);
        let (text, rest) = body.split_at_checked(end)?;
        let token = Token { separator, text, meaning: meaning(separator, text, self.before) };
        (self.rest, self.before) = (rest, Some(token));
        Some(token)
    }
}

fn is_separator(byte: u8) -> bool {
    matches!(byte, b'-' | b'_' | b'+' | b'.')
}

/// Where a part ends: at a separator, but for a dot between digits.
fn end_of(text: &str) -> usize {
    let bytes = text.as_bytes();
    let is_digit = |index: usize| bytes.get(index).is_some_and(u8::is_ascii_digit);
    let ends = |index: usize, byte: u8| match byte {
        b'-' | b'_' | b'+' => true,
        b'.' => !(index > 0 && is_digit(index - 1) && is_digit(index + 1)),
        _ => false,
    };
    bytes.iter().enumerate().find(|(index, byte)| ends(*index, **byte)).map_or(text.len(), |(index, _)| index)
}

fn meaning<'a>(separator: u8, text: &'a str, before: Option<Token<'a>>) -> Meaning<'a> {
    let (letters, digits) = split_word(text);
    let is_number = letters.is_empty() && !digits.is_empty() && is_dotted(digits);
    if is_number {
        return match before {
            Some(Token { text, meaning: Meaning::Word, .. }) if is_system(text) => {
                Meaning::System("", digits)
            }
            // The number of a prerelease: `-rc.1`, `-beta-2`.
            Some(Token { meaning: Meaning::Prerelease, text, .. }) if !ends_in_digit(text) => {
                Meaning::Prerelease
            }
            _ => Meaning::Build("", digits),
        };
    }
    if is_architecture(text) {
        return Meaning::Architecture;
    }
    if is_commit(text) {
        return Meaning::Commit;
    }
    if letters.is_empty() {
        // `0rc1`: a number ahead of the word.
        let word = text.trim_start_matches(|c: char| c.is_ascii_digit());
        let word = word.trim_end_matches(|c: char| c.is_ascii_digit());
        return if is_prerelease(word) { Meaning::Prerelease } else { Meaning::Word };
    }
    if !is_dotted(digits) {
        return Meaning::Word;
    }
    let is_attached = separator == 0;
    if is_prerelease(letters)
        || (is_attached && is_short_prerelease(letters) && !digits.is_empty())
        || (is_beta(letters, digits) && separator != b'+')
    {
        return Meaning::Prerelease;
    }
    if digits.is_empty() {
        return Meaning::Word;
    }
    if is_build(letters) {
        return Meaning::Build(letters, digits);
    }
    if is_system(letters) {
        return Meaning::System(letters, digits);
    }
    Meaning::Runtime(letters, digits)
}

/// `-b1` is a beta, `-b07` the seventh build.
fn is_beta(letters: &str, digits: &str) -> bool {
    matches!(letters, "b" | "a") && digits.len() == 1
}

fn ends_in_digit(text: &str) -> bool {
    text.ends_with(|c: char| c.is_ascii_digit())
}

/// The letters that a text begins with, and the rest.
pub(super) fn split_word(text: &str) -> (&str, &str) {
    let end = text.bytes().position(|byte| !byte.is_ascii_alphabetic()).unwrap_or(text.len());
    text.split_at_checked(end).unwrap_or((text, ""))
}

/// Whether a text is digits with dots between them, or empty.
fn is_dotted(text: &str) -> bool {
    text.is_empty()
        || text.split('.').all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()))
}
