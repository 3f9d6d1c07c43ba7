//! Random additions to waits.

use std::{
    hash::{BuildHasher, Hasher, RandomState},
    time::Duration,
};

/// Returns a random time of at most a tenth of a wait, and at most a second, to add to the wait. Callers that wait for
/// the same thing then do not all return at once.
pub(crate) fn jitter(wait: Duration) -> Duration {
    wait.mul_f64(random() / 10.0).min(Duration::from_secs(1))
}

/// Returns a random time of at most the wait itself, to add to the wait. It spreads callers that the same fault has
/// stopped.
pub(crate) fn spread(wait: Duration) -> Duration {
    wait.mul_f64(random())
}

/// Returns a number of at least 0 and below 1.
fn random() -> f64 {
    (RandomState::new().build_hasher().finish() % 1000) as f64 / 1000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jitter_only_adds_a_little() {
        for seconds in [0, 1, 30, 3600] {
            let wait = Duration::from_secs(seconds);
            assert!((0..100).all(|_| jitter(wait) <= (wait / 10).min(Duration::from_secs(1))));
            assert!((0..100).all(|_| spread(wait) <= wait));
        }
    }
}
