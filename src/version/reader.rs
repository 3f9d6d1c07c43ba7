//! Takes a tag apart, from left to right and never back.
//!
//! The grammar, in words: a tag is a row of segments between `-`, `_` and `.`. The first segment that begins with a
//! digit (or with `v` and a digit), is no commit and no operating system's release is the version; what stands before
//! it is the prefix. The rest are words, some with numbers, whose meaning [`super::words`] knows.

use super::{
    calendar::{self, digits_end},
    item::{Item, Items, Role},
    reading::Shape,
    words::{self, Class},
};

const DIGIT: u8 = 1;
const HEX_LETTER: u8 = 2;
const OTHER_LETTER: u8 = 4;

/// The state of taking one tag apart.
pub(super) struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    pub(super) items: Items,
    pub(super) version: Option<usize>,
    pub(super) count: u16,
    pub(super) shape: Shape,
    /// Whether a part says that the newest of many is meant: `latest`, the `x` of `1.x`.
    pub(super) is_newest: bool,
    has_room: bool,
}

/// What stands between two separators.
#[derive(Clone, Copy)]
struct Segment {
    separator: u8,
    start: usize,
    end: usize,
    /// Which kinds of characters it has.
    kinds: u8,
}

impl<'a> Reader<'a> {
    /// `None` for text with other characters than a tag may have, or with too many parts to mean anything.
    pub(super) fn read(tag: &'a str) -> Option<Self> {
        let mut reader = Self {
            bytes: tag.as_bytes(),
            at: 0,
            items: Items::new(),
            version: None,
            count: 0,
            shape: Shape::Dotted,
            is_newest: false,
            has_room: !tag.is_empty() && tag.len() <= usize::from(u16::MAX),
        };
        let mut separator = 0;
        while reader.has_room {
            let segment = reader.segment(separator);
            match reader.byte(segment.start) {
                Some(byte) if byte.is_ascii_digit() => reader.digits_first(segment),
                Some(byte) if byte.is_ascii_alphabetic() => reader.letter_first(segment),
                _ => reader.push(Role::Word, separator, segment.start, segment.end, segment.end),
            }
            match reader.byte(reader.at) {
                None => return reader.has_room.then_some(reader),
                Some(byte @ (b'-' | b'_' | b'.')) => separator = byte,
                Some(_) => return None,
            }
            reader.at += 1;
        }
        None
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.bytes.get(at).copied()
    }

    fn slice(&self, start: usize, end: usize) -> &'a [u8] {
        self.bytes.get(start..end).unwrap_or_default()
    }

    fn segment(&self, separator: u8) -> Segment {
        self.segment_at(self.at, separator)
    }

    fn segment_at(&self, start: usize, separator: u8) -> Segment {
        let (mut end, mut kinds) = (start, 0);
        while let Some(byte) = self.byte(end) {
            kinds |= match byte {
                b'0'..=b'9' => DIGIT,
                b'a'..=b'f' => HEX_LETTER,
                b'A'..=b'Z' | b'g'..=b'z' => OTHER_LETTER,
                _ => break,
            };
            end += 1;
        }
        Segment { separator, start, end, kinds }
    }

    fn push(&mut self, role: Role, separator: u8, start: usize, numbers: usize, end: usize) {
        self.has_room &= self.items.push(Item::new(role, separator, start, numbers, end));
        self.at = end;
    }

    fn push_word(&mut self, segment: Segment) {
        self.push(Role::Word, segment.separator, segment.start, segment.end, segment.end);
    }

    /// The end of the segments `.123` that follow `at`, and how many there are.
    fn dotted_end(&self, mut at: usize) -> (usize, u16) {
        let mut count = 0;
        while self.byte(at) == Some(b'.') {
            let end = digits_end(self.bytes, at + 1);
            if end == at + 1 || self.byte(end).is_some_and(|byte| byte.is_ascii_alphabetic()) {
                break;
            }
            (at, count) = (end, count + 1);
        }
        (at, count)
    }

    /// The end of the digits after a separator at `at`, with further numbers after dots; `at` if there are none.
    fn counted_end(&self, at: usize, separators: &[u8]) -> usize {
        if !self.byte(at).is_some_and(|byte| separators.contains(&byte)) {
            return at;
        }
        let end = digits_end(self.bytes, at + 1);
        let is_number = end > at + 1 && !self.byte(end).is_some_and(|byte| byte.is_ascii_alphabetic());
        if is_number { self.dotted_end(end).0 } else { at }
    }

    fn letters_end(&self, at: usize) -> usize {
        at + self.bytes.iter().skip(at).take_while(|byte| byte.is_ascii_alphabetic()).count()
    }

    /// Whether a segment is a hash: 7 to 40 hexadecimal digits, not all of them decimal.
    fn is_commit(&self, segment: Segment) -> bool {
        (7..=40).contains(&(segment.end - segment.start))
            && segment.kinds & (OTHER_LETTER | HEX_LETTER) == HEX_LETTER
            && !calendar::is_date(self.slice(segment.start, digits_end(self.bytes, segment.start)))
    }

    fn digits_first(&mut self, segment: Segment) {
        let Segment { separator, start, end, kinds } = segment;
        if self.is_commit(segment) {
            return self.push(Role::Commit, separator, start, start, end);
        }
        if self.version.is_none() {
            return self.version_from(separator, start, start);
        }
        let digits = digits_end(self.bytes, start);
        if kinds != DIGIT {
            return self.digits_and_letters(segment, digits);
        }
        let (last, more) = self.dotted_end(digits);
        let is_date = calendar::is_date(self.slice(start, digits));
        let previous = self.items.last();
        match previous {
            // `eclipse-temurin-17`: a number after a word is a version of that word.
            Some(word) if word.role == Role::Word && !word.is_empty() && separator != b'.' && !is_date => {
                self.items.replace_last(word.extended(Role::Runtime, last));
                self.at = last;
            }
            _ if more > 0 && !is_date => self.push(Role::Companion, separator, start, start, last),
            // Seven digits among hashes of seven: one in twenty-seven has no letter.
            _ if digits - start == 7 => self.push(Role::Commit, separator, start, start, last),
            _ => self.push(Role::Counter, separator, start, start, last),
        }
    }

    /// A segment like `0rc2` or `0ubuntu1` after the version.
    fn digits_and_letters(&mut self, segment: Segment, digits: usize) {
        let letters = self.letters_end(digits);
        match words::class(self.slice(digits, letters)) {
            Class::Prerelease => {
                let (end, _) = self.dotted_end(digits_end(self.bytes, letters));
                self.push(Role::Prerelease, segment.separator, segment.start, segment.start, end);
            }
            Class::Counter | Class::Os => {
                self.push(Role::Counter, segment.separator, segment.start, segment.start, digits);
                self.glued();
            }
            _ => self.push_word(segment),
        }
    }

    fn letter_first(&mut self, segment: Segment) {
        let Segment { separator, start, end, kinds } = segment;
        let text = self.slice(start, end);
        if words::is_architecture(text) {
            let end = self.architecture_end(text, end);
            return self.push(Role::Architecture, separator, start, start, end);
        }
        // Git describes a commit as `g4bfc5bb`.
        if self.is_commit(segment) {
            return self.push(Role::Commit, separator, start, start, end);
        }
        if text.first() == Some(&b'g') && self.is_commit(self.segment_at(start + 1, 0)) {
            return self.push(Role::Commit, separator, start, start + 1, end);
        }
        if kinds & DIGIT == 0 {
            return self.word(segment);
        }
        let letters = self.letters_end(start);
        if matches!(self.slice(start, letters), b"v" | b"V") {
            return self.v_number(segment, letters);
        }
        self.word_and_digits(segment, letters);
    }

    /// `x86_64`, `x86-64`, `arm-v7` and the like have a separator inside.
    fn architecture_end(&self, text: &[u8], end: usize) -> usize {
        let rest = self.bytes.get(end..).unwrap_or_default();
        let length = match (text, rest) {
            (b"x86", [b'_' | b'-', b'6', b'4', ..]) => 3,
            (b"arm" | b"arm64" | b"amd64", [b'_' | b'-', b'v', b'1'..=b'9', ..]) => 3,
            _ => 0,
        };
        let is_whole = !rest.get(length).is_some_and(u8::is_ascii_alphanumeric);
        if is_whole { end + length } else { end }
    }

    fn v_number(&mut self, segment: Segment, numbers: usize) {
        if self.version.is_none() {
            return self.version_from(segment.separator, segment.start, numbers);
        }
        let (end, more) = self.dotted_end(digits_end(self.bytes, numbers));
        let role = if more > 0 { Role::Companion } else { Role::Counter };
        self.push(role, segment.separator, segment.start, numbers, end);
        self.glued();
    }

    /// A segment of letters alone.
    fn word(&mut self, segment: Segment) {
        let Segment { separator, start, end, .. } = segment;
        let has_version = self.version.is_some();
        let text = self.slice(start, end);
        let counted = self.counted_end(end, b".-_");
        let (role, end) = match words::class(text) {
            Class::Prerelease if has_version => (Role::Prerelease, counted),
            Class::Prerelease => (Role::Channel, end),
            Class::Channel if has_version && counted > end => (Role::Prerelease, counted),
            Class::Channel => (Role::Channel, end),
            Class::Counter if has_version && counted > end => (Role::Counter, counted),
            Class::Os => (Role::Os, self.release_end(text, end)),
            Class::CodeName => (Role::CodeName, end),
            Class::Version if !has_version => (Role::Label, end),
            Class::Other if has_version && words::is_prerelease_letter(text) => {
                let end = self.counted_end(end, b".");
                (if end > segment.end { Role::Prerelease } else { Role::Word }, end)
            }
            class => {
                self.is_newest |= class == Class::Newest;
                // The wildcard of `1.x`.
                let follows_version = self.version.is_some_and(|index| index + 1 == self.items.len());
                self.is_newest |= follows_version && separator == b'.' && matches!(text, b"x" | b"X");
                (Role::Word, end)
            }
        };
        self.push(role, separator, start, segment.end, end);
    }

    /// The end of an operating system's release that follows its name, as in `debian-12`; `at` if none does.
    fn release_end(&self, os: &[u8], at: usize) -> usize {
        let end = self.counted_end(at, b"-_");
        let first = digits_end(self.bytes, at + 1);
        let Some(digits) = self.bytes.get(at + 1..first).and_then(|digits| std::str::from_utf8(digits).ok())
        else {
            return at;
        };
        let count = 1 + self.slice(first, end).iter().filter(|byte| **byte == b'.').count();
        let is_release =
            end > at && !calendar::is_date(digits.as_bytes()) && words::is_release_of(os, digits, count);
        if is_release { end } else { at }
    }

    /// A segment like `rc1`, `php8`, `ls386`, `k3s1`.
    fn word_and_digits(&mut self, segment: Segment, letters: usize) {
        let Segment { separator, start, end, .. } = segment;
        let has_version = self.version.is_some();
        let word = self.slice(start, letters);
        if digits_end(self.bytes, letters) != end {
            let cluster = [b"k3s".as_slice(), b"rke2r"].into_iter().find(|name| {
                let numbers = start + name.len();
                self.slice(start, numbers) == *name && numbers < end && digits_end(self.bytes, numbers) == end
            });
            return match cluster.filter(|_| has_version) {
                Some(name) => self.push(Role::Counter, separator, start, start + name.len(), end),
                None => self.push_word(segment),
            };
        }
        let (dotted, _) = self.dotted_end(end);
        let role = match words::class(word) {
            Class::Os => Role::Os,
            Class::Prerelease | Class::Channel if has_version => Role::Prerelease,
            Class::Prerelease | Class::Channel => return self.push_word(segment),
            Class::Counter if has_version => Role::Counter,
            // A tag that begins with a counter or a word for versions is numbered by it: `b3121`, `r99`, `release1.2`.
            Class::Counter | Class::Version => return self.version_from(separator, start, letters),
            _ if word.eq_ignore_ascii_case(b"b") && !has_version => {
                return self.version_from(separator, start, letters);
            }
            _ if has_version && words::is_prerelease_letter(word) => self.letter_role(word, letters, end),
            _ => Role::Runtime,
        };
        self.push(role, separator, start, letters, dotted);
    }

    /// `-b1` is a beta; `-b07`, and any `b` after Java's `8u502`, is a build.
    fn letter_role(&self, word: &[u8], digits: usize, end: usize) -> Role {
        let is_build = word.eq_ignore_ascii_case(b"b")
            && (self.byte(digits) == Some(b'0')
                || end - digits > 2
                || self.items.as_slice().iter().any(|item| item.role == Role::Counter));
        if is_build { Role::Counter } else { Role::Prerelease }
    }

    /// Reads the version whose digits begin at `numbers`, and what is glued to it.
    fn version_from(&mut self, separator: u8, start: usize, numbers: usize) {
        let first = digits_end(self.bytes, numbers);
        let mut end = first;
        self.count = 1;
        if let Some(date) = calendar::dashed_date(self.bytes, numbers) {
            self.shape = Shape::Dashed;
            end = date;
        } else {
            while self.byte(end) == Some(b'.') && self.byte(end + 1).is_some_and(|byte| byte.is_ascii_digit())
            {
                end = digits_end(self.bytes, end + 1);
                self.count = self.count.saturating_add(1);
            }
        }
        let is_date = self.shape == Shape::Dashed || calendar::is_date(self.slice(numbers, first));
        if let Some(time) = calendar::time_end(self.bytes, end).filter(|_| is_date) {
            self.shape = Shape::Stamp;
            end = time;
        }
        if self.shape != Shape::Dotted {
            let numbers = self.slice(numbers, end).split(|byte| !byte.is_ascii_digit());
            self.count = numbers.filter(|run| !run.is_empty()).count() as u16;
        }
        self.version = Some(self.items.len());
        self.push(Role::Version, separator, start, numbers, end);
        self.glued();
    }

    /// Reads letters that follow digits without a separator: `rc1`, `u502`, `w`.
    fn glued(&mut self) {
        while self.has_room && self.byte(self.at).is_some_and(|byte| byte.is_ascii_alphabetic()) {
            let start = self.at;
            let letters = self.letters_end(start);
            let digits = digits_end(self.bytes, letters);
            let word = self.slice(start, letters);
            let has_digits = digits > letters;
            let follows_counter = self.items.last().is_some_and(|item| item.role == Role::Counter);
            let role = match words::class(word) {
                Class::Prerelease => Role::Prerelease,
                Class::Channel if has_digits => Role::Prerelease,
                Class::Counter if has_digits => Role::Counter,
                Class::Os if has_digits => Role::Os,
                _ if has_digits && follows_counter && word.eq_ignore_ascii_case(b"b") => Role::Counter,
                _ if has_digits && words::is_prerelease_letter(word) => Role::Prerelease,
                _ if !has_digits && word.len() == 1 => Role::Letter,
                _ => {
                    let end = self.segment(0).end;
                    return self.push(Role::Word, 0, start, end, end);
                }
            };
            let end = if has_digits { self.dotted_end(digits).0 } else { letters };
            self.push(role, 0, start, letters, end);
        }
    }
}
