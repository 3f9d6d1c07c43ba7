//! The answers of registries.

use crate::{
    error::{Error, Result},
    image::manifest::Manifest,
};

/// An answer of a registry that was reached.
#[derive(Debug, Clone)]
pub(crate) enum Answer<T> {
    /// The registry has what was asked for.
    Found(T),
    /// The registry answered with an error status, which the error has.
    Refused(Error),
}

impl<T> Answer<T> {
    /// Changes what was found.
    pub(crate) fn map<U>(self, change: impl FnOnce(T) -> U) -> Answer<U> {
        match self {
            Self::Found(found) => Answer::Found(change(found)),
            Self::Refused(error) => Answer::Refused(error),
        }
    }

    /// Returns what was found, where a refusal is a failure.
    ///
    /// # Errors
    /// The refusal.
    pub(crate) fn found(self) -> Result<T> {
        match self {
            Self::Found(found) => Ok(found),
            Self::Refused(error) => Err(error),
        }
    }
}

/// A manifest as the registry stores it.
#[derive(Debug, Clone)]
pub(crate) struct Fetched {
    /// The manifest. An index within an index is replaced by its entries.
    pub manifest: Manifest,
    /// Digest of its bytes.
    pub digest: String,
    /// Number of its bytes.
    pub size: u64,
}
