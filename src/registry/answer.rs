//! What registries answer.

use crate::{
    error::{Error, Result},
    image::manifest::Manifest,
};

/// What a registry says to a request that reached it.
#[derive(Debug, Clone)]
pub(crate) enum Answer<T> {
    /// It has it.
    Found(T),
    /// It answered with an error status; the error says which.
    Refused(Error),
}

impl<T> Answer<T> {
    /// The answer with something else made of what was found.
    pub(crate) fn map<U>(self, change: impl FnOnce(T) -> U) -> Answer<U> {
        match self {
            Self::Found(found) => Answer::Found(change(found)),
            Self::Refused(error) => Answer::Refused(error),
        }
    }

    /// The thing itself, where a refusal is a failure.
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

/// A manifest as it lies on the registry.
#[derive(Debug, Clone)]
pub(crate) struct Fetched {
    /// What it says. Indexes within an index are put in the place of their entry.
    pub manifest: Manifest,
    /// Digest of its bytes.
    pub digest: String,
    /// Number of its bytes.
    pub size: u64,
}
