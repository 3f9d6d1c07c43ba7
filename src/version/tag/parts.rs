//! The parts of which a tag is made.

/// What a part of a tag stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// The version: numbers, with or without a `v` before them.
    Version,
    /// A word that introduces the version: `RELEASE`, `version`.
    Label,
    /// A prerelease: `rc1`, `-beta.3`, `-preview.4.24267.1`.
    Prerelease,
    /// A branch that is built again and again: `nightly`, `dev`, `edge`.
    Channel,
    /// A processor architecture: `arm64v8`, `x86_64`.
    Architecture,
    /// A word that tells variants of an image apart: `alpine`, `fpm`, `rocm`.
    Word,
    /// The code name of an operating system's release: `bookworm`, `noble`.
    CodeName,
    /// An operating system with the number of its release, or without one: `alpine3.20`, `debian-12`, `alpine`.
    Os,
    /// The runtime that the image is built on, with a version of its own: `php8.2`, `eclipse-temurin-17`.
    Runtime,
    /// Counts builds of one version: `-ls386`, `-r4`, `u502`, `-2`, the date in `bookworm-20240513`.
    Counter,
    /// Counts fixes of a release: `-p1`, `.post1`, `-security-01`.
    Fix,
    /// Marks the release: `.Final`.
    Final,
    /// The version of a second program: `28.1` in `8.0.36-28.1`, `v2.0.10` in `4.6.4_v2.0.10`.
    Companion,
    /// Stands for any number: the `x` of `1.x`.
    Wildcard,
    /// A letter that counts fixes, as in `1.1.1w`.
    Letter,
    /// A commit's hash.
    Commit,
}

/// A separator, a word and numbers. The parts of a tag cover it without a gap.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Part {
    pub(crate) role: Role,
    /// `-`, `_`, `.`, or 0 for none.
    pub(crate) separator: u8,
    start: u16,
    numbers: u16,
    end: u16,
}

impl Part {
    const NONE: Self = Self { role: Role::Word, separator: 0, start: 0, numbers: 0, end: 0 };

    /// Creates a part `start..end` whose digits begin at `numbers`. Positions are below 2^16.
    pub(crate) fn new(role: Role, separator: u8, start: usize, numbers: usize, end: usize) -> Self {
        Self { role, separator, start: start as u16, numbers: numbers as u16, end: end as u16 }
    }

    pub(crate) fn text<'a>(&self, tag: &'a str) -> &'a str {
        tag.get(usize::from(self.start)..usize::from(self.end)).unwrap_or_default()
    }

    pub(crate) fn word<'a>(&self, tag: &'a str) -> &'a str {
        tag.get(usize::from(self.start)..usize::from(self.numbers)).unwrap_or_default()
    }

    /// The text after the word: digits and their separators.
    pub(crate) fn tail<'a>(&self, tag: &'a str) -> &'a str {
        tag.get(usize::from(self.numbers)..usize::from(self.end)).unwrap_or_default()
    }

    pub(crate) fn has_word(&self) -> bool {
        self.start < self.numbers
    }

    /// The index where the digits begin.
    pub(crate) fn digits_at(&self) -> usize {
        usize::from(self.numbers)
    }

    /// The runs of digits after the word.
    pub(crate) fn numbers<'a>(&self, tag: &'a str) -> impl Iterator<Item = &'a str> + Clone + use<'a> {
        self.tail(tag).split(|c: char| !c.is_ascii_digit()).filter(|run| !run.is_empty())
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.start == self.end
    }

    pub(crate) fn as_role(self, role: Role) -> Self {
        Self { role, ..self }
    }

    /// The same part with another role and end.
    pub(crate) fn extended(self, role: Role, end: usize) -> Self {
        Self { role, end: end as u16, ..self }
    }
}

/// The most parts of a tag. Text with more is no version.
pub(crate) const MOST: usize = 16;

/// A short list without an allocation.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Parts {
    parts: [Part; MOST],
    length: usize,
}

impl Parts {
    pub(crate) fn new() -> Self {
        Self { parts: [Part::NONE; MOST], length: 0 }
    }

    /// Adds a part, or returns `false` when the list is full.
    pub(crate) fn push(&mut self, part: Part) -> bool {
        let Some(slot) = self.parts.get_mut(self.length) else { return false };
        *slot = part;
        self.length += 1;
        true
    }

    pub(crate) fn as_slice(&self) -> &[Part] {
        self.parts.get(..self.length).unwrap_or_default()
    }

    pub(crate) fn last(&self) -> Option<Part> {
        self.as_slice().last().copied()
    }

    pub(crate) fn replace_last(&mut self, part: Part) {
        if let Some(slot) = self.length.checked_sub(1).and_then(|last| self.parts.get_mut(last)) {
            *slot = part;
        }
    }

    pub(crate) fn replace(&mut self, index: usize, part: Part) {
        if let Some(slot) = self.parts.get_mut(index) {
            *slot = part;
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.length
    }
}
