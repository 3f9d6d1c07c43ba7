//! Connections: which addresses, which certificates, which pool.

pub(crate) mod address;
pub(crate) mod cause;
pub(crate) mod pool;
pub mod proxy;
pub(crate) mod resolver;
pub(crate) mod tls;
