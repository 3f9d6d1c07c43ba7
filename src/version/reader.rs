//! Takes a tag apart, from left to right and never back.
//!
//! The grammar, in words: a tag is a row of segments between `-`, `_` and `.`. The first segment that begins with a
//! digit (or with `v` and a digit), is no commit and no operating system's release is the version; what stands before
//! it is the prefix. The rest are words, some with numbers, whose meaning [`super::words`] knows.

use super::{
    calendar::{self, digits_end},
    item::{Item, Items, Role},
    kind::Shape,
};

pub(super) const DIGIT: u8 = 1;
const HEX_LETTER: u8 = 2;
const OTHER_LETTER: u8 = 4;

/// The state of taking one tag apart.
pub(super) struct Reader<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) at: usize,
    pub(super) items: Items,
    pub(super) version: Option<usize>,
    pub(super) count: u16,
    pub(super) shape: Shape,
    /// Whether a part says that the newest of many is meant: `latest`, the `x` of `1.x`.
    pub(super) is_newest: bool,
    pub(super) has_room: bool,
}

/// What stands between two separators.
#[derive(Clone, Copy)]
pub(super) struct Segment {
    pub(super) separator: u8,
    pub(super) start: usize,
    pub(super) end: usize,
    /// Which kinds of characters it has.
    pub(super) kinds: u8,
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

    pub(super) fn byte(&self, at: usize) -> Option<u8> {
        self.bytes.get(at).copied()
    }

    pub(super) fn slice(&self, start: usize, end: usize) -> &'a [u8] {
        self.bytes.get(start..end).unwrap_or_default()
    }

    pub(super) fn segment(&self, separator: u8) -> Segment {
        self.segment_at(self.at, separator)
    }

    pub(super) fn segment_at(&self, start: usize, separator: u8) -> Segment {
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

    pub(super) fn push(&mut self, role: Role, separator: u8, start: usize, numbers: usize, end: usize) {
        self.has_room &= self.items.push(Item::new(role, separator, start, numbers, end));
        self.at = end;
    }

    pub(super) fn push_word(&mut self, segment: Segment) {
        self.push(Role::Word, segment.separator, segment.start, segment.end, segment.end);
    }

    /// The end of the segments `.123` that follow `at`, and how many there are.
    pub(super) fn dotted_end(&self, mut at: usize) -> (usize, u16) {
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
    pub(super) fn counted_end(&self, at: usize, separators: &[u8]) -> usize {
        if !self.byte(at).is_some_and(|byte| separators.contains(&byte)) {
            return at;
        }
        let end = digits_end(self.bytes, at + 1);
        let is_number = end > at + 1 && !self.byte(end).is_some_and(|byte| byte.is_ascii_alphabetic());
        if is_number { self.dotted_end(end).0 } else { at }
    }

    pub(super) fn letters_end(&self, at: usize) -> usize {
        at + self.bytes.iter().skip(at).take_while(|byte| byte.is_ascii_alphabetic()).count()
    }

    /// Whether a segment is a hash: 7 to 40 hexadecimal digits, not all of them decimal.
    pub(super) fn is_commit(&self, segment: Segment) -> bool {
        segment.kinds & HEX_LETTER != 0 && self.is_hash(segment)
    }

    /// Whether a segment may be a hash: 7 to 40 hexadecimal digits that do not begin with a date.
    pub(super) fn is_hash(&self, segment: Segment) -> bool {
        (7..=40).contains(&(segment.end - segment.start))
            && segment.kinds & OTHER_LETTER == 0
            && !calendar::is_date(self.slice(segment.start, digits_end(self.bytes, segment.start)))
    }
}
