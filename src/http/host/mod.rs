//! What is known of one host, by everybody in the process.

pub(crate) mod breaker;
pub(crate) mod known;
pub(crate) mod network;
pub(crate) mod notices;
pub(crate) mod pace;
pub(crate) mod pull_quota;
pub(crate) mod rest;
pub(crate) mod until;
