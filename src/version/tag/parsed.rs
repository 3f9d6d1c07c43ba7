//! A tag taken apart: its parts, and the kind of tag that they make.

use super::{
    dates,
    kind::{Shape, TagKind},
    parse::{Habits, Reader},
    parts::{Part, Parts, Role},
    prerelease::says_prerelease,
    words::{self, Class},
};

/// The parts of a tag, and their common meaning.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ParsedTag {
    parts: Parts,
    /// The index of the version among the parts.
    version: Option<usize>,
    /// How many numbers the version has.
    pub(crate) count: u16,
    pub(crate) shape: Shape,
    pub(crate) kind: TagKind,
    /// Whether a part marks a prerelease.
    pub(crate) is_prerelease: bool,
}

impl ParsedTag {
    /// Takes any text apart, in one pass.
    pub(crate) fn of(tag: &str) -> Self {
        Self::read(tag, Habits::default())
    }

    /// Takes any text apart, by the habits of its repository.
    pub(crate) fn read(tag: &str, habits: Habits) -> Self {
        if is_signature(tag) {
            return Self::whole(tag, TagKind::Signature);
        }
        match Reader::read(tag, habits) {
            Some(reader) => Self::from_reader(tag, reader),
            None => Self::whole(tag, TagKind::Unorderable),
        }
    }

    fn from_reader(tag: &str, reader: Reader<'_>) -> Self {
        let mut parsed = Self {
            parts: reader.parts,
            version: reader.version,
            count: reader.count,
            shape: reader.shape,
            kind: TagKind::Floating,
            is_prerelease: false,
        };
        parsed.is_prerelease = says_prerelease(parsed.parts());
        parsed.kind = parsed.kind_of(tag, reader.is_newest);
        parsed
    }

    /// Makes a tag of a single part.
    fn whole(tag: &str, kind: TagKind) -> Self {
        let mut parts = Parts::new();
        if tag.len() <= usize::from(u16::MAX) {
            parts.push(Part::new(Role::Word, 0, 0, tag.len(), tag.len()));
        }
        Self { parts, version: None, count: 0, shape: Shape::Dotted, kind, is_prerelease: false }
    }

    pub(crate) fn parts(&self) -> &[Part] {
        self.parts.as_slice()
    }

    pub(crate) fn version(&self) -> Option<Part> {
        self.version.and_then(|index| self.parts().get(index).copied())
    }

    /// The parts before the version; none where there is no version.
    pub(crate) fn prefix(&self) -> &[Part] {
        self.version.and_then(|index| self.parts().get(..index)).unwrap_or_default()
    }

    /// The parts after the version; all of them where there is none.
    pub(crate) fn suffix(&self) -> &[Part] {
        self.parts().get(self.version.map_or(0, |index| index + 1)..).unwrap_or_default()
    }

    pub(crate) fn has(&self, role: Role) -> bool {
        self.parts().iter().any(|part| part.role == role)
    }

    fn kind_of(&self, tag: &str, is_newest: bool) -> TagKind {
        let says_unordered = |part: &Part| {
            part.role == Role::Word && words::class(part.word(tag).as_bytes()) == Class::Unordered
        };
        let Some(version) = self.version() else {
            let is_unordered = self.has(Role::Commit) || self.parts().iter().any(says_unordered);
            return if is_unordered { TagKind::Unorderable } else { TagKind::Floating };
        };
        if self.prefix().iter().any(says_unordered) {
            return TagKind::Unorderable;
        }
        // `latest-build-494` is one of many fixed tags, while `latest-2` moves.
        let is_counted_newest = !self.has(Role::Wildcard)
            && self.prefix().iter().any(|part| words::class(part.text(tag).as_bytes()) == Class::Newest);
        if is_newest && !is_counted_newest {
            return TagKind::Floating;
        }
        let first = version.numbers(tag).next().unwrap_or_default();
        if self.shape != Shape::Dotted || dates::is_date(first.as_bytes()) {
            return TagKind::Calendar;
        }
        if self.count > 1 {
            return if dates::is_year_digits(first.as_bytes()) {
                TagKind::Calendar
            } else {
                TagKind::Semantic
            };
        }
        if dates::is_month(first.as_bytes()) {
            return TagKind::Calendar;
        }
        self.kind_of_one_number(tag, version, first)
    }

    /// One number names a line of versions (`7-alpine`), unless another part says which of them is meant.
    fn kind_of_one_number(&self, tag: &str, version: Part, first: &str) -> TagKind {
        let counts = |word: &str| matches!(words::class(word.as_bytes()), Class::Counter | Class::Fix);
        let counts_builds = match version.word(tag) {
            "" | "v" | "V" => self.prefix().last().is_some_and(|part| {
                let is_release = part.role == Role::Label && part.separator == 0;
                counts(part.word(tag)) || (is_release && self.suffix().is_empty() && first.len() > 2)
            }),
            word => word.eq_ignore_ascii_case("b") || counts(word),
        };
        let pins = |role| self.suffix().iter().any(|part| part.role == role);
        if counts_builds || first.len() >= 5 || (first.len() == 4 && !dates::is_year_digits(first.as_bytes()))
        {
            TagKind::Build
        } else if [Role::Prerelease, Role::Counter, Role::Fix, Role::Companion, Role::Letter, Role::Commit]
            .into_iter()
            .any(pins)
        {
            TagKind::Semantic
        } else {
            TagKind::Floating
        }
    }
}

/// Whether a tag is derived from another manifest's digest: cosign's `sha256-<hex>.sig`, `.att` and `.sbom`, and the
/// referrers tag schema of the OCI distribution specification, for registries without the referrers API.
fn is_signature(tag: &str) -> bool {
    let Some(encoded) = tag.strip_prefix("sha256-").or_else(|| tag.strip_prefix("sha512-")) else {
        return false;
    };
    let hex = encoded.bytes().take_while(u8::is_ascii_hexdigit).count();
    hex >= 64 && !encoded.as_bytes().get(hex).is_some_and(u8::is_ascii_alphanumeric)
}
