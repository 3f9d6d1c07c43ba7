//! What the files of the service's room for hosts name outside of it.

pub(crate) mod host;

pub(crate) mod retry {
    /// The faults, as the service's retry has them.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub enum Fault {
        Refused,
        Unreachable,
        Silent,
        Broken,
    }
}

pub(crate) mod jitter {
    use std::time::Duration;

    /// No jitter: chance is the scheduler's.
    pub(crate) fn jitter(_: Duration) -> Duration {
        Duration::ZERO
    }
}
