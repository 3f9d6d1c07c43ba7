//! The service's own files about one host.

#[path = "../../../../src/http/host/allowance.rs"]
pub(crate) mod allowance;
#[path = "../../../../src/http/host/breaker.rs"]
pub(crate) mod breaker;
#[path = "../../../../src/http/host/pace.rs"]
pub(crate) mod pace;
#[path = "../../../../src/http/host/places.rs"]
pub(crate) mod places;
#[path = "../../../../src/http/host/shared_cool_down.rs"]
pub(crate) mod shared_cool_down;

pub(crate) mod pause {
    use std::time::Duration;

    /// For whom a pause is, as the service has it.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub(crate) enum Pause {
        Everybody(Duration),
        Account(Duration),
        Pulls(Duration),
    }
}
