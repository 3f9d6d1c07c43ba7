//! Something random that is added to waits.

use std::{
    hash::{BuildHasher, Hasher, RandomState},
    time::Duration,
};

/// Something between nothing and a tenth of a wait, at most a second: callers that wait for the same thing do not all come
/// back at once. Only ever added.
pub(crate) fn jitter(wait: Duration) -> Duration {
    wait.mul_f64(random() / 10.0).min(Duration::from_secs(1))
}

/// Something between nothing and the wait itself, for those who have been thrown back by the same fault. Only ever added.
pub(crate) fn spread(wait: Duration) -> Duration {
    wait.mul_f64(random())
}

/// At least 0, below 1.
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
