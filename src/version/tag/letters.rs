//! Reads parts of a tag that begin with a letter.

use super::{
    dates::{self, digits_end},
    parse::{DIGIT, Reader, Segment},
    parts::{Part, Role},
    prerelease::is_prerelease_letter,
    words::{self, Class},
};

impl Reader<'_> {
    pub(crate) fn letter_first(&mut self, segment: Segment) {
        let Segment { separator, start, end, kinds } = segment;
        let text = self.slice(start, end);
        if let Some(end) = self.jenkins_commit_end(segment) {
            return self.push(Role::Commit, separator, start, start + 1, end);
        }
        if words::is_architecture(text) {
            let end = self.architecture_end(text, end);
            return self.push(Role::Architecture, separator, start, start, end);
        }
        // Git describes a commit as `g4bfc5bb`.
        if self.is_commit(segment) {
            return self.push(Role::Commit, separator, start, start, end);
        }
        if text.first() == Some(&b'g') && self.is_hash(self.segment_at(start + 1, 0)) {
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

    /// The end of a commit as Jenkins' incremental versions have it: `3256.v88a_f6e922152`, where underscores keep letters
    /// and digits apart (JEP-229).
    fn jenkins_commit_end(&self, segment: Segment) -> Option<usize> {
        if self.version.is_none() || segment.separator != b'.' || self.byte(segment.start) != Some(b'v') {
            return None;
        }
        let rest = self.bytes.get(segment.start + 1..).unwrap_or_default();
        let length = rest.iter().take_while(|byte| byte.is_ascii_hexdigit() || **byte == b'_').count();
        let digits = rest.iter().take(length).filter(|byte| byte.is_ascii_hexdigit()).count();
        let is_whole = !rest.get(length).is_some_and(u8::is_ascii_alphanumeric);
        (digits == 12 && is_whole).then_some(segment.start + 1 + length)
    }

    /// The end of an architecture; `x86_64`, `x86-64`, `arm-v7` and the like contain a separator.
    fn architecture_end(&self, text: &[u8], end: usize) -> usize {
        let rest = self.bytes.get(end..).unwrap_or_default();
        let length = match (text, rest) {
            (b"x86", [b'_' | b'-', b'6', b'4', ..]) => 3,
            (b"arm" | b"arm64" | b"amd64", [b'_' | b'-', b'v', b'1'..=b'9', ..]) => 3,
            _ => 0,
        };
        let is_whole = !rest.get(length).is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'.');
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

    /// Reads a segment of letters alone.
    fn word(&mut self, segment: Segment) {
        let Segment { separator, start, end, .. } = segment;
        let has_version = self.version.is_some();
        let text = self.slice(start, end);
        let counted = self.counted_end(end, b".-_");
        let (role, end) = match words::class(text) {
            Class::Prerelease if has_version => (Role::Prerelease, counted),
            Class::Prerelease => (Role::Channel, end),
            Class::Channel if has_version && counted > end && self.is_program(end, counted) => {
                (Role::Companion, counted)
            }
            Class::Channel if has_version && counted > end => (Role::Prerelease, counted),
            Class::Channel => (Role::Channel, end),
            Class::Counter if has_version && counted > end => (Role::Counter, counted),
            Class::Fix if has_version && counted > end => (Role::Fix, counted),
            _ if self.is_first_update(text) => (Role::Counter, end),
            Class::Final | Class::Version if has_version => (Role::Final, end),
            Class::Os => (Role::Os, self.release_end(text, end)),
            Class::CodeName => (Role::CodeName, end),
            Class::Version => (Role::Label, end),
            Class::Other if has_version && is_prerelease_letter(text) => {
                let end = self.counted_end(end, b".");
                (if end > segment.end { Role::Prerelease } else { Role::Word }, end)
            }
            class => {
                self.is_newest |= class == Class::Newest;
                let follows_version = self.version.is_some_and(|index| index + 1 == self.parts.len());
                let is_wildcard = follows_version && separator == b'.' && matches!(text, b"x" | b"X");
                self.is_newest |= is_wildcard;
                (if is_wildcard { Role::Wildcard } else { Role::Word }, end)
            }
        };
        self.push(role, separator, start, segment.end, end);
    }

    /// Whether a word behind a year alone names the release that cumulative updates count from: the `RTM` and `GA` of
    /// `2019-GA`, which `2019-CU1` follows.
    fn is_first_update(&self, word: &[u8]) -> bool {
        let year = self.parts.last().filter(|part| part.role == Role::Version && self.count == 1);
        matches!(word, b"RTM" | b"GA")
            && year.is_some_and(|year| {
                let digits = digits_end(self.bytes, year.digits_at());
                dates::is_year_digits(self.slice(year.digits_at(), digits))
            })
    }

    /// Whether a word for a branch names a program with an exact version, as in `chrome-125.0.6422.141-edge-125.0.2535.85`.
    fn is_program(&self, at: usize, end: usize) -> bool {
        let dots = self.slice(at, end).iter().filter(|byte| **byte == b'.').count();
        dots > 1 && self.byte(at) == Some(b'-') && self.role_of_item(b"", 1) == Role::Companion
    }

    /// The end of an operating system's release that follows its name, as in `debian-12`; `at` if none follows.
    fn release_end(&self, os: &[u8], at: usize) -> usize {
        let end = self.counted_end(at, b"-_");
        let first = digits_end(self.bytes, at + 1);
        let Some(digits) = self.bytes.get(at + 1..first).and_then(|digits| std::str::from_utf8(digits).ok())
        else {
            return at;
        };
        let count = 1 + self.slice(first, end).iter().filter(|byte| **byte == b'.').count();
        let is_release =
            end > at && !dates::is_date(digits.as_bytes()) && words::is_release_of(os, digits, count);
        if is_release { end } else { at }
    }

    /// Reads a segment like `rc1`, `php8`, `ls386`, `k3s1`.
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
        let (dotted, more) = self.dotted_end(end);
        // A number of five digits behind a single one is too exact for a runtime: `1809-KB4493509`.
        let is_exact = self.count == 1 && end - letters > 4;
        let role = match words::class(word) {
            Class::Os => Role::Os,
            Class::Prerelease | Class::Channel if has_version => Role::Prerelease,
            Class::Prerelease | Class::Channel => return self.push_word(segment),
            Class::Counter if has_version => {
                // Security updates count from the cumulative one before them: `2022-CU14-GDR2`.
                match self.parts.last().filter(|part| word == b"GDR" && self.is_cumulative(*part)) {
                    Some(part) => {
                        self.parts.replace_last(part.extended(Role::Counter, end));
                        self.at = end;
                        return;
                    }
                    None => Role::Counter,
                }
            }
            Class::Fix if has_version => Role::Fix,
            // A counter or a word for versions numbers the tag that begins with it: `b3121`, `r99`, `release1.2`.
            Class::Counter | Class::Fix | Class::Version => {
                return self.version_from(separator, start, letters);
            }
            _ if word.eq_ignore_ascii_case(b"b") && !has_version => {
                return self.version_from(separator, start, letters);
            }
            _ if has_version && is_prerelease_letter(word) => self.letter_role(word, letters, end),
            _ if has_version && is_exact => Role::Companion,
            _ if has_version => self.role_of_item(word, more),
            Class::Other if !has_version && self.is_exact_alone(word, more, dotted) => {
                return self.exact_version(segment, letters, dotted);
            }
            _ => Role::Runtime,
        };
        self.push(role, separator, start, letters, dotted);
    }

    /// Whether a word's number is the tag's version, because it is exact and no other number can be: `ts2.15.1`, or the
    /// article of a Windows update such as `KB5044281`.
    fn is_exact_alone(&self, word: &[u8], more: u16, end: usize) -> bool {
        (more > 1 || word == b"KB") && !self.has_dotted_number(end)
    }

    /// Reads an exact number as the version, unless the tag begins with a number to which it is an addition:
    /// `pg16.3-ts2.15.1` is made of version 16.3.
    fn exact_version(&mut self, segment: Segment, letters: usize, end: usize) {
        let Segment { separator, start, .. } = segment;
        let first = self.parts.as_slice().first().copied().map(|part| (part, self.numbers_of(part)));
        match first {
            Some((part, count)) if part.role == Role::Runtime && count > 1 => {
                self.parts.replace(0, part.as_role(Role::Version));
                (self.version, self.count) = (Some(0), count);
                self.push(Role::Companion, separator, start, letters, end);
            }
            _ => self.version_from(separator, start, letters),
        }
    }

    fn is_cumulative(&self, part: Part) -> bool {
        part.role == Role::Counter
            && self.slice(part.digits_at().saturating_sub(2), part.digits_at()) == b"CU"
    }

    fn numbers_of(&self, part: Part) -> u16 {
        std::str::from_utf8(self.bytes).map_or(0, |tag| part.numbers(tag).count() as u16)
    }

    /// Decides between `-b1`, which is a beta, and `-b07` or any `b` after Java's `8u502`, which is a build.
    fn letter_role(&self, word: &[u8], digits: usize, end: usize) -> Role {
        let is_build = word.eq_ignore_ascii_case(b"b")
            && (self.habits.counts_builds
                || self.byte(digits) == Some(b'0')
                || end - digits > 2
                || self.parts.as_slice().iter().any(|part| part.role == Role::Counter));
        if is_build { Role::Counter } else { Role::Prerelease }
    }
}
