//! What the process knows of a host.

pub(crate) mod allowance;
pub(crate) mod breaker;
pub(crate) mod https;
pub(crate) mod network;
pub(crate) mod pace;
pub(crate) mod pause;
pub(crate) mod peer;
pub(crate) mod places;
pub(crate) mod shared_cool_down;
pub(crate) mod shared_pauses;
