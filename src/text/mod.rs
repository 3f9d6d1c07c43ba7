//! Text from outside: how it is read, and what of it may be shown.

pub(crate) mod file;
pub(crate) mod json;
pub(crate) mod redact;
pub(crate) mod secret;
