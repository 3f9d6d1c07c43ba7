//! Authentication: challenges, token services, tokens and credentials.

pub(crate) mod ahead;
pub(crate) mod authorizer;
pub(crate) mod challenge;
pub(crate) mod credential_helper;
pub(crate) mod credentials;
pub(crate) mod docker_config;
pub(crate) mod realm;
pub(crate) mod refusal;
pub(crate) mod scopes;
pub(crate) mod token_exchange;
pub(crate) mod tokens;
pub(crate) mod trust;
