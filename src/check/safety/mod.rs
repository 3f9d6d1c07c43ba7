//! Whether an update can be run safely: which weaknesses it mends, what it changes and may break, and what stands beside
//! its image.

pub(crate) mod advisories;
pub(crate) mod changes;
pub(crate) mod provenance;
pub(crate) mod risks;
