//! Remembers answers, and lets callers share work that is under way.

mod disk;
mod entry;
mod layers;
mod memory;
mod outage;
mod redis;
pub(crate) mod seal;
mod store;

pub use self::layers::CacheOptions;
pub(crate) use self::{entry::Entry, layers::Cache};
pub(crate) mod single_flight;

#[cfg(test)]
mod disk_tests;
#[cfg(test)]
#[cfg(feature = "redis-tests")]
mod redis_tests;
#[cfg(test)]
#[path = "../../tests/support/clock.rs"]
#[allow(dead_code, unreachable_pub, reason = "the suites beside the crate use the rest")]
mod suite_clock;
#[cfg(test)]
#[path = "../../tests/support/log.rs"]
#[allow(dead_code, unreachable_pub, reason = "the suites beside the crate use the rest")]
mod suite_log;
