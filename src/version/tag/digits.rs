//! Reads parts of a tag that begin with a digit, and the version.

use super::{
    dates::{self, digits_end},
    kind::Shape,
    parse::{DIGIT, Reader, Segment},
    parts::{Part, Role},
    prerelease::is_prerelease_letter,
    words::{self, Class},
};

impl Reader<'_> {
    pub(crate) fn digits_first(&mut self, segment: Segment) {
        let Segment { separator, start, end, kinds } = segment;
        let is_behind_a_dot = self.version.is_some() && separator == b'.';
        if self.is_commit(segment) || is_behind_a_dot && self.is_dotted_commit(segment) {
            return self.push(Role::Commit, separator, start, start, end);
        }
        if self.version.is_none() {
            return match self.parts.last() {
                Some(word) if word.role == Role::Word && self.is_ahead_of_the_version(segment) => {
                    self.parts.replace_last(word.extended(Role::Runtime, end));
                    self.at = end;
                }
                Some(_) if self.is_commit_ahead_of_a_time(segment) => {
                    self.push(Role::Commit, separator, start, start, end);
                }
                _ => self.version_from(separator, start, start),
            };
        }
        let digits = digits_end(self.bytes, start);
        if let Some(end) = self.stamp_end(start, digits) {
            return self.push(Role::Counter, separator, start, start, end);
        }
        if kinds != DIGIT {
            return self.digits_and_letters(segment, digits);
        }
        if let Some(end) = self.branch_end(segment) {
            return self.push(Role::Prerelease, separator, start, start, end);
        }
        let (last, more) = self.dotted_end(digits);
        let is_date = dates::is_date(self.slice(start, digits));
        let previous = self.parts.last();
        match previous {
            // A number after a word is a version of that word, as in `eclipse-temurin-17`.
            Some(word) if word.role == Role::Word && !word.is_empty() && separator != b'.' && !is_date => {
                let role = self.role_of_item(self.slice_of(word), more);
                self.parts.replace_last(word.extended(role, last));
                self.at = last;
            }
            _ if more == 1 && dates::is_epoch(self.slice(digits + 1, last)) => {
                self.push(Role::Counter, separator, start, start, last);
            }
            _ if more > 0 && !is_date => self.push(Role::Companion, separator, start, start, last),
            _ if self.may_be_commit(segment) => self.push(Role::Commit, separator, start, start, last),
            _ => self.push(Role::Counter, separator, start, start, last),
        }
    }

    /// Whether a number belongs to the word before it, because a version follows: the 17 of `temurin-17-tools-1.11.3`.
    fn is_ahead_of_the_version(&self, segment: Segment) -> bool {
        segment.kinds == DIGIT && segment.end - segment.start <= 3 && self.has_dotted_number(segment.end)
    }

    /// The role of a word whose number has `more` further ones behind dots. Three numbers are too exact for a runtime and
    /// move with the version, as in `chrome-126.0.6478.126`, unless the word names one. Behind such a word the others
    /// move, too: the `ff-128.0` that follows.
    pub(crate) fn role_of_item(&self, word: &[u8], more: u16) -> Role {
        let mut parts = self.parts.as_slice().iter();
        let is_exact =
            more > 1 || more > 0 && parts.any(|part| part.role == Role::Companion && part.has_word());
        if self.habits.items_move || is_exact && words::release_numbers(word) == 0 {
            Role::Companion
        } else {
            Role::Runtime
        }
    }

    fn slice_of(&self, word: Part) -> &[u8] {
        std::str::from_utf8(self.bytes).map_or(&[], |tag| word.word(tag).as_bytes())
    }

    /// Whether one of the parts behind `at` begins with numbers and dots.
    pub(crate) fn has_dotted_number(&self, mut at: usize) -> bool {
        if self.byte(at) == Some(b'.') {
            return false;
        }
        while self.byte(at).is_some() {
            let start = if self.byte(at + 1) == Some(b'v') { at + 2 } else { at + 1 };
            let digits = digits_end(self.bytes, start);
            if digits > start
                && self.byte(digits) == Some(b'.')
                && digits_end(self.bytes, digits + 1) > digits + 1
            {
                return true;
            }
            let rest = self.bytes.get(at + 1..).unwrap_or_default();
            at += 1 + rest.iter().take_while(|byte| !matches!(byte, b'-' | b'_')).count();
        }
        false
    }

    /// Whether seven digits are a hash, because a time follows: `main-1234567-1700000000`. One hash of seven digits in
    /// twenty-seven has no letter.
    fn is_commit_ahead_of_a_time(&self, segment: Segment) -> bool {
        let time = self.segment_at(segment.end + 1, b'-');
        segment.kinds == DIGIT
            && segment.end - segment.start == 7
            && self.byte(segment.end) == Some(b'-')
            && time.kinds == DIGIT
            && matches!(time.end - time.start, 10 | 14)
    }

    /// Whether digits behind a version are a hash without a letter. Seven digits always are, and up to nine behind a
    /// date.
    fn may_be_commit(&self, segment: Segment) -> bool {
        let length = segment.end - segment.start;
        let is_dated = || {
            let version = self.version.and_then(|index| self.parts.as_slice().get(index));
            version.is_some_and(|version| {
                let first = self.slice(version.digits_at(), digits_end(self.bytes, version.digits_at()));
                self.count > 1 && dates::is_year_digits(first) || dates::is_date(first)
            })
        };
        length == 7 || ((8..=9).contains(&length) && self.is_hash(segment) && is_dated())
    }

    /// The end of a time stamp behind a version: `20200608160520Z`, `2024-05-28`, `20240528T171904Z`.
    fn stamp_end(&self, start: usize, digits: usize) -> Option<usize> {
        let date = match dates::is_date(self.slice(start, digits)) {
            true => digits,
            false => dates::dashed_date(self.bytes, start)?,
        };
        let end = match self.byte(date) {
            Some(b'Z' | b'z') => date + 1,
            _ => dates::time_end(self.bytes, date).unwrap_or(date),
        };
        let is_whole = !self.byte(end).is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'.');
        (is_whole && end > digits).then_some(end)
    }

    /// The end of a prerelease such as SemVer's `0.dev-123`.
    fn branch_end(&self, segment: Segment) -> Option<usize> {
        if segment.separator != b'-' || self.byte(segment.end) != Some(b'.') {
            return None;
        }
        let letters = self.letters_end(segment.end + 1);
        let is_branch =
            matches!(words::class(self.slice(segment.end + 1, letters)), Class::Prerelease | Class::Channel);
        is_branch.then(|| self.counted_end(letters, b".-"))
    }

    /// Reads a segment like `0rc2` or `0ubuntu1` after the version.
    fn digits_and_letters(&mut self, segment: Segment, digits: usize) {
        let letters = self.letters_end(digits);
        match words::class(self.slice(digits, letters)) {
            Class::Prerelease => {
                let (end, _) = self.dotted_end(digits_end(self.bytes, letters));
                self.push(Role::Prerelease, segment.separator, segment.start, segment.start, end);
            }
            Class::Counter | Class::Fix | Class::Os => {
                self.push(Role::Counter, segment.separator, segment.start, segment.start, digits);
                self.glued();
            }
            _ => self.push_word(segment),
        }
    }

    /// Reads the version whose digits begin at `numbers`, and what is glued to it.
    pub(crate) fn version_from(&mut self, separator: u8, start: usize, numbers: usize) {
        let first = digits_end(self.bytes, numbers);
        let mut end = first;
        self.count = 1;
        let date = dates::dashed_date(self.bytes, numbers);
        if let Some(date) = date.or_else(|| dates::week_end(self.bytes, numbers)) {
            self.shape = Shape::Dashed;
            end = date;
        } else {
            while self.byte(end) == Some(b'.')
                && self.byte(end + 1).is_some_and(|byte| byte.is_ascii_digit())
                && !(self.count > 1 && self.is_dotted_commit(self.segment_at(end + 1, b'.')))
            {
                end = digits_end(self.bytes, end + 1);
                self.count = self.count.saturating_add(1);
            }
        }
        let is_date = self.shape == Shape::Dashed || dates::is_date(self.slice(numbers, first));
        if let Some(time) = dates::time_end(self.bytes, end).filter(|_| is_date) {
            self.shape = Shape::Stamp;
            end = time;
        }
        if self.shape != Shape::Dotted {
            let numbers = self.slice(numbers, end).split(|byte| !byte.is_ascii_digit());
            self.count = numbers.filter(|run| !run.is_empty()).count() as u16;
        }
        self.version = Some(self.parts.len());
        self.push(Role::Version, separator, start, numbers, end);
        self.glued();
    }

    /// Reads letters that follow digits without a separator: `rc1`, `u502`, `w`.
    pub(crate) fn glued(&mut self) {
        while self.has_room && self.byte(self.at).is_some_and(|byte| byte.is_ascii_alphabetic()) {
            let start = self.at;
            let letters = self.letters_end(start);
            let digits = digits_end(self.bytes, letters);
            let word = self.slice(start, letters);
            let has_digits = digits > letters;
            let follows_counter = self.parts.last().is_some_and(|part| part.role == Role::Counter);
            let role = match words::class(word) {
                Class::Prerelease => Role::Prerelease,
                Class::Channel if has_digits => Role::Prerelease,
                Class::Counter if has_digits => Role::Counter,
                Class::Fix if has_digits => Role::Fix,
                Class::Os if has_digits => Role::Os,
                _ if has_digits && follows_counter && word.eq_ignore_ascii_case(b"b") => Role::Counter,
                _ if has_digits && is_prerelease_letter(word) => Role::Prerelease,
                _ if !has_digits && word.len() == 1 => Role::Letter,
                _ => {
                    let end = self.segment(0).end;
                    return self.push(Role::Word, 0, start, end, end);
                }
            };
            let end = match role {
                _ if has_digits => self.dotted_end(digits).0,
                // A counter may follow, as in `1.0.0beta-5`.
                Role::Prerelease => self.counted_end(letters, b"-."),
                _ => letters,
            };
            self.push(role, 0, start, letters, end);
        }
    }
}
