//! Policies: which updates a user wants to be offered.

use std::time::Duration;

use serde::Serialize;

use super::patterns::Patterns;
use crate::{
    advisory::severity::Severity,
    lifecycle::{long_term::LongTermPolicy, support_filter::SupportPolicy},
};

/// How far an update may go. A track includes those before it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Track {
    /// The first two numbers stay: `1.2.3` to `1.2.9`. Rebuilds of the same version are on this track too.
    Patch,
    /// The first number stays: `1.2.3` to `1.9.0`. Tags without a breaking number, such as dates, are on this track,
    /// however many years lie between them.
    #[default]
    Minor,
    /// Anything newer: `1.2.3` to `2.0.0`.
    Major,
}

impl Track {
    /// All tracks, the shortest first.
    pub const ALL: [Self; 3] = [Self::Patch, Self::Minor, Self::Major];

    /// The track of an update whose first changed number has this index.
    pub(crate) fn of_number(index: usize) -> Self {
        match index {
            0 => Self::Major,
            1 => Self::Minor,
            _ => Self::Patch,
        }
    }
}

/// Whether an update may be another variant of the image (`alpine`, `rocm`, …).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum Variant {
    /// Only the running variant is offered.
    #[default]
    Same,
    /// Every variant is offered. Among tags of one version, the running variant comes first.
    Any,
}

/// Whether the release of an operating system may change, such as the `3.20` of `alpine3.20`.
///
/// Runtimes (`php8.2`) and code names (`bookworm`) never change under this setting, nor do Windows releases, which have
/// to fit the host.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum OsRelease {
    /// The release may be a newer one.
    #[default]
    Follow,
    /// The release stays.
    Pin,
}

/// What happens where no newer version has the running runtime or code name, such as the `php8.2` or `bookworm` of a
/// variant.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum Runtime {
    /// The report says that the runtime or code name has ended.
    #[default]
    Pin,
    /// The newest tag that differs in nothing else is an update on the major track.
    Follow,
}

/// What happens to a tag of unknown age, where a policy asks for a minimum age.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum UnknownAge {
    /// The tag is offered.
    #[default]
    Offer,
    /// The tag is held back.
    Hold,
}

/// The rule by which a check chooses updates.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum Rule {
    /// The rule of the class that this crate replaces: [`crate::version::original`].
    Original,
    /// Schemes and tracks, as a policy sets them.
    Policy(Policy),
}

impl Default for Rule {
    fn default() -> Self {
        Self::Policy(Policy::default())
    }
}

impl From<Policy> for Rule {
    fn from(policy: Policy) -> Self {
        Self::Policy(policy)
    }
}

/// Decides which tags of a list are updates of the running one.
///
/// Two policies are equal when all their settings are equal; patterns are compared by their text.
///
/// ```
/// use container_registry_service::version::{Patterns, Policy, Track};
///
/// let policy = Policy::default().track(Track::Major).exclude(Patterns::new(["-slim$"])?);
/// assert_eq!(policy, Policy::default().exclude(Patterns::new(["-slim$"])?).track(Track::Major));
/// # Ok::<(), container_registry_service::error::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Policy {
    /// How far an update may go.
    pub track: Track,
    /// Whether prereleases such as `rc1` and `-beta.2` are offered. If not, they are offered only to an image that runs
    /// a prerelease of the same version: `1.0.0-beta.2` follows `1.0.0-beta.1`.
    pub prereleases: bool,
    /// The most major versions that an update may be ahead; `None` for any number.
    pub max_major_step: Option<u32>,
    /// Whether the variant may change.
    pub variant: Variant,
    /// Whether the release of an operating system may change.
    pub os_release: OsRelease,
    /// What happens where the running runtime or code name has ended.
    pub runtime: Runtime,
    /// A tag has to match one of these patterns. An empty set admits every tag.
    pub include: Patterns,
    /// A tag that matches one of these patterns is no update.
    pub exclude: Patterns,
    /// The time that has to pass after a tag was published; zero for none.
    pub min_age: Duration,
    /// What happens to a tag whose age is unknown.
    pub unknown_age: UnknownAge,
    /// Whether updates stay in the running support cycle while it lives. The cycle then replaces the track, except for
    /// products whose cycles are unknown.
    pub within_cycle: bool,
    /// The least severity of a weakness whose mending does not wait for the minimum age; `None` if every version waits.
    pub urgent: Option<Severity>,
    /// Whether a version must be signed if the running one is.
    pub keeps_signatures: bool,
    /// Which releases are offered of a product that has long-term releases and others.
    pub lts: LongTermPolicy,
    /// What happens to versions whose support has ended.
    pub supported: SupportPolicy,
}

impl Policy {
    /// Sets how far an update may go.
    #[must_use]
    pub fn track(mut self, track: Track) -> Self {
        self.track = track;
        self
    }

    /// Sets whether prereleases are offered.
    #[must_use]
    pub fn prereleases(mut self, prereleases: bool) -> Self {
        self.prereleases = prereleases;
        self
    }

    /// Sets the most majors that an update may be ahead.
    #[must_use]
    pub fn max_major_step(mut self, step: impl Into<Option<u32>>) -> Self {
        self.max_major_step = step.into();
        self
    }

    /// Sets whether the variant may change.
    #[must_use]
    pub fn variant(mut self, variant: Variant) -> Self {
        self.variant = variant;
        self
    }

    /// Sets whether the release of an operating system may change.
    #[must_use]
    pub fn os_release(mut self, os_release: OsRelease) -> Self {
        self.os_release = os_release;
        self
    }

    /// Sets what happens where the running runtime or code name has ended.
    #[must_use]
    pub fn runtime(mut self, runtime: Runtime) -> Self {
        self.runtime = runtime;
        self
    }

    /// Sets the patterns of which a tag has to match at least one.
    #[must_use]
    pub fn include(mut self, include: Patterns) -> Self {
        self.include = include;
        self
    }

    /// Sets the patterns of which a tag must not match any.
    #[must_use]
    pub fn exclude(mut self, exclude: Patterns) -> Self {
        self.exclude = exclude;
        self
    }

    /// Sets the time that has to pass after a tag was published, and what happens to a tag of unknown age.
    #[must_use]
    pub fn min_age(mut self, min_age: Duration, unknown_age: UnknownAge) -> Self {
        self.min_age = min_age;
        self.unknown_age = unknown_age;
        self
    }

    /// Sets the least severity of a weakness whose mending does not wait for the minimum age.
    #[must_use]
    pub fn urgent(mut self, severity: impl Into<Option<Severity>>) -> Self {
        self.urgent = severity.into();
        self
    }

    /// Sets whether a version must be signed if the running one is.
    #[must_use]
    pub fn keeps_signatures(mut self, keeps: bool) -> Self {
        self.keeps_signatures = keeps;
        self
    }

    /// Sets whether updates stay in the running support cycle while it lives.
    #[must_use]
    pub fn within_cycle(mut self, within_cycle: bool) -> Self {
        self.within_cycle = within_cycle;
        self
    }

    /// Sets which releases are offered of a product that has long-term releases and others.
    #[must_use]
    pub fn lts(mut self, lts: LongTermPolicy) -> Self {
        self.lts = lts;
        self
    }

    /// Sets what happens to versions whose support has ended.
    #[must_use]
    pub fn supported(mut self, supported: SupportPolicy) -> Self {
        self.supported = supported;
        self
    }

    /// Whether the policy sets a minimum age.
    pub fn asks_age(&self) -> bool {
        !self.min_age.is_zero()
    }

    /// Whether a tag of this age may be offered; `None` stands for an unknown age.
    pub fn admits_age(&self, age: Option<Duration>) -> bool {
        !self.asks_age() || age.map_or(self.unknown_age == UnknownAge::Offer, |age| age >= self.min_age)
    }

    /// Whether the patterns let a tag pass.
    pub fn admits_text(&self, tag: &str) -> bool {
        (self.include.is_empty() || self.include.matches(tag)) && !self.exclude.matches(tag)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn patterns(expressions: &[&str]) -> Patterns {
        Patterns::new(expressions).expect("patterns that compile")
    }

    #[test]
    #[expect(
        clippy::mutable_key_type,
        reason = "a regular expression has a cache inside; the text by which it is compared stays"
    )]
    fn policies_that_say_the_same_are_equal() {
        let policy = || {
            Policy::default()
                .track(Track::Major)
                .include(patterns(&["^1\\.", "^2\\."]))
                .min_age(Duration::from_secs(60), UnknownAge::Hold)
        };
        let others = [
            Policy::default(),
            policy().track(Track::Minor),
            policy().prereleases(true),
            policy().max_major_step(1),
            policy().variant(Variant::Any),
            policy().os_release(OsRelease::Pin),
            policy().include(patterns(&["^1\\."])),
            policy().exclude(patterns(&["^1\\."])),
            policy().min_age(Duration::from_secs(61), UnknownAge::Hold),
            policy().min_age(Duration::from_secs(60), UnknownAge::Offer),
        ];
        assert_eq!(Rule::from(policy()), Rule::Policy(policy()));
        let mut seen = HashSet::from([policy()]);
        assert!(!seen.insert(policy()), "equal policies have one hash");
        for other in others {
            assert_ne!(other, policy());
            assert!(seen.insert(other), "each differs from all others");
        }
    }

    #[test]
    fn ages_count_only_if_a_policy_asks_for_them() {
        let hour = Duration::from_secs(3600);
        let asks = Policy::default().min_age(hour, UnknownAge::Hold);
        assert!(Policy::default().admits_age(None) && Policy::default().admits_age(Some(Duration::ZERO)));
        assert!(asks.admits_age(Some(hour)) && !asks.admits_age(Some(hour / 2)) && !asks.admits_age(None));
        assert!(asks.min_age(hour, UnknownAge::Offer).admits_age(None));
    }
}
