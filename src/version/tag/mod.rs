//! Reads one tag: its parts, its version, its scheme.

pub(crate) mod dates;
pub(crate) mod digits;
pub(crate) mod kind;
pub(crate) mod letters;
pub(crate) mod parse;
pub(crate) mod parsed;
pub(crate) mod parts;
pub(crate) mod prerelease;
pub(crate) mod scheme;
pub(crate) mod words;
