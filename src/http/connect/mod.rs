//! Connections: addresses, certificates, proxies and pools.

pub(crate) mod address;
pub(crate) mod ahead;
pub(crate) mod cause;
pub(crate) mod flood;
pub(crate) mod pool;
pub(crate) mod proxy;
pub(crate) mod resolver;
pub(crate) mod tls;
