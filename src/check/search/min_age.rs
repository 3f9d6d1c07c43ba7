//! Withholds versions that are younger than the policy's minimum age.

use super::{Search, image_date::ImageDate};

impl Search<'_, '_> {
    /// Whether the policy sets no minimum age, so that no age has to be looked up.
    pub(super) fn asks_no_age(&self) -> bool {
        !self.policy.asks_age()
    }

    /// Whether a version is younger than the policy's minimum age, or its age is unknown and the policy holds it back. One
    /// that mends what the policy calls urgent is never too young.
    pub(super) async fn is_too_young(&self, tag: &str, made: Option<ImageDate>) -> bool {
        if self.policy.admits_age(made.and_then(|made| made.age(self.now))) {
            return false;
        }
        let Some(least) = self.policy.urgent else { return true };
        let advisories = self.advisories.clone().await;
        !advisories.is_some_and(|advisories| advisories.mends(self.running.reference, tag, least))
    }
}
