//! Which versions are held back for their age.

use super::{Search, image_date::ImageDate};

impl Search<'_, '_> {
    /// Whether the policy cares how old a version is. Where it does not, nobody is asked for it.
    pub(super) fn asks_no_age(&self) -> bool {
        !self.policy.asks_age()
    }

    /// Whether a version has not yet reached the age that the policy wants, or has none where the policy wants one.
    pub(super) fn is_too_young(&self, made: Option<ImageDate>) -> bool {
        !self.policy.admits_age(made.and_then(|made| made.age(self.now)))
    }
}
