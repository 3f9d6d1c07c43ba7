//! Withholds versions that are younger than the policy's minimum age.

use super::{Search, image_date::ImageDate};

impl Search<'_, '_> {
    /// Whether the policy sets no minimum age, so that no age has to be looked up.
    pub(super) fn asks_no_age(&self) -> bool {
        !self.policy.asks_age()
    }

    /// Whether a version is younger than the policy's minimum age, or its age is unknown and the policy holds it back.
    pub(super) fn is_too_young(&self, made: Option<ImageDate>) -> bool {
        !self.policy.admits_age(made.and_then(|made| made.age(self.now)))
    }
}
