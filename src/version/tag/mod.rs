//! What one tag says: its parts, its version, its scheme.

pub(crate) mod dates;
pub(crate) mod digits;
pub(crate) mod item;
pub(crate) mod kind;
pub(crate) mod letters;
pub(crate) mod parse;
pub(crate) mod reading;
pub mod scheme;
pub(crate) mod words;
