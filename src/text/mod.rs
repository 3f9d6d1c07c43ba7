//! Text from outside: reading it, and hiding what must not be shown.

pub(crate) mod clean;
pub(crate) mod file;
pub(crate) mod json;
pub(crate) mod link;
pub(crate) mod redact;
pub(crate) mod secret;
