//! How a registry lets a request in: challenges, tokens, credentials.

pub(crate) mod authorizer;
pub(crate) mod challenge;
pub(crate) mod credentials;
pub(crate) mod docker_config;
pub(crate) mod helper;
pub(crate) mod realm;
pub(crate) mod token;
pub(crate) mod trust;
