//! Takes a tag apart, in one pass from left to right.
//!
//! A tag is a row of segments between `-`, `_` and `.`. The version is the first segment that begins with a digit (or
//! with `v` and a digit) and is neither a commit nor the release of an operating system. The segments before it are the
//! prefix. The others are words, some with numbers, whose meaning [`crate::version::tag::words`] lists.

use super::{
    dates::{self, digits_end},
    kind::Shape,
    parts::{Part, Parts, Role},
};

pub(crate) const DIGIT: u8 = 1;
const HEX_LETTER: u8 = 2;
const OTHER_LETTER: u8 = 4;

/// The state of the parser.
pub(crate) struct Reader<'a> {
    pub(crate) bytes: &'a [u8],
    pub(crate) at: usize,
    pub(crate) parts: Parts,
    pub(crate) version: Option<usize>,
    pub(crate) count: u16,
    pub(crate) shape: Shape,
    /// Whether a word asks for the newest version: `latest`, the `x` of `1.x`.
    pub(crate) is_newest: bool,
    pub(crate) habits: Habits,
    pub(crate) has_room: bool,
}

/// Habits of a repository, by which its tags are read in another way.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Habits {
    /// A `-b3` behind a version counts builds and is no beta.
    pub(crate) counts_builds: bool,
    /// A commit stands behind a version and a dot, as in `2.7.15.567b8ea`. One in twenty-seven is seven decimal digits.
    pub(crate) has_dotted_commits: bool,
    /// The numbers of words move with the version, as in `cypress-13.13.0-node-20.15.1-chrome-126`, and name no runtimes.
    pub(crate) items_move: bool,
    /// A number glued to a word counts lines of versions, as in `pg16`, where the tag has no version.
    pub(crate) words_count: bool,
}

/// The text between two separators.
#[derive(Clone, Copy)]
pub(crate) struct Segment {
    pub(crate) separator: u8,
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// The kinds of its characters, as bits.
    pub(crate) kinds: u8,
}

impl<'a> Reader<'a> {
    /// Returns `None` for text with characters that no tag has, or with more parts than a tag can have.
    pub(crate) fn read(tag: &'a str, habits: Habits) -> Option<Self> {
        let mut reader = Self {
            bytes: tag.as_bytes(),
            at: 0,
            parts: Parts::new(),
            version: None,
            count: 0,
            shape: Shape::Dotted,
            is_newest: false,
            habits,
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
                None => {
                    reader.count_words();
                    return reader.has_room.then_some(reader);
                }
                Some(byte @ (b'-' | b'_' | b'.')) => separator = byte,
                Some(_) => return None,
            }
            reader.at += 1;
        }
        None
    }

    /// Takes the number of the only numbered word for the version, where the repository counts in this way.
    fn count_words(&mut self) {
        if self.version.is_some() || !self.habits.words_count {
            return;
        }
        let mut counted = self.parts.as_slice().iter().enumerate();
        if let Some((index, &part)) = counted.find(|(_, part)| part.role == Role::Runtime) {
            self.parts.replace(index, part.as_role(Role::Version));
            (self.version, self.count) = (Some(index), 1);
        }
    }

    pub(crate) fn byte(&self, at: usize) -> Option<u8> {
        self.bytes.get(at).copied()
    }

    pub(crate) fn slice(&self, start: usize, end: usize) -> &'a [u8] {
        self.bytes.get(start..end).unwrap_or_default()
    }

    pub(crate) fn segment(&self, separator: u8) -> Segment {
        self.segment_at(self.at, separator)
    }

    pub(crate) fn segment_at(&self, start: usize, separator: u8) -> Segment {
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

    pub(crate) fn push(&mut self, role: Role, separator: u8, start: usize, numbers: usize, end: usize) {
        self.has_room &= self.parts.push(Part::new(role, separator, start, numbers, end));
        self.at = end;
    }

    pub(crate) fn push_word(&mut self, segment: Segment) {
        self.push(Role::Word, segment.separator, segment.start, segment.end, segment.end);
    }

    /// The end of the segments `.123` that follow `at`, and their count.
    pub(crate) fn dotted_end(&self, mut at: usize) -> (usize, u16) {
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

    /// The end of the digits after a separator at `at`, with further numbers after dots; `at` if no digits follow.
    pub(crate) fn counted_end(&self, at: usize, separators: &[u8]) -> usize {
        if !self.byte(at).is_some_and(|byte| separators.contains(&byte)) {
            return at;
        }
        if let Some(end) = dates::dashed_date(self.bytes, at + 1) {
            return end;
        }
        let end = digits_end(self.bytes, at + 1);
        let is_number = end > at + 1 && !self.byte(end).is_some_and(|byte| byte.is_ascii_alphabetic());
        if is_number { self.dotted_end(end).0 } else { at }
    }

    pub(crate) fn letters_end(&self, at: usize) -> usize {
        at + self.bytes.iter().skip(at).take_while(|byte| byte.is_ascii_alphabetic()).count()
    }

    /// Whether a segment is a hash: 7 to 40 hexadecimal digits, not all of them decimal.
    pub(crate) fn is_commit(&self, segment: Segment) -> bool {
        segment.kinds & HEX_LETTER != 0 && self.is_hash(segment)
    }

    /// Whether a segment behind a version and a dot is a commit.
    pub(crate) fn is_dotted_commit(&self, segment: Segment) -> bool {
        self.is_commit(segment) || self.habits.has_dotted_commits && self.is_hash(segment)
    }

    /// Whether a segment may be a hash: 7 to 40 hexadecimal digits that do not begin with a date.
    pub(crate) fn is_hash(&self, segment: Segment) -> bool {
        (7..=40).contains(&(segment.end - segment.start))
            && segment.kinds & OTHER_LETTER == 0
            && !dates::is_date(self.slice(segment.start, digits_end(self.bytes, segment.start)))
    }
}
