//! How registries are reached.

use std::{collections::HashMap, time::Duration};

use crate::{
    http::request::Bound,
    options::{DockerConfig, HubApi, Limits, RegistryOptions},
};

/// How registries are reached, and how much of them is read.
#[derive(Debug, Clone)]
pub struct RegistrySettings {
    /// Registries that are reached in a special way, by canonical name.
    pub registries: HashMap<String, RegistryOptions>,
    /// Docker's configuration, if its credentials are to be used.
    pub docker_config: Option<DockerConfig>,
    /// Pages of one tag list.
    pub max_tag_pages: usize,
    /// Tags of one tag list.
    pub max_tags: usize,
    /// Bounds of single answers.
    pub limits: Limits,
    /// Time for which a tag is taken to point to the same digest.
    pub tag_ttl: Duration,
    /// Whether Docker Hub's own API is asked.
    pub hub_api: HubApi,
}

impl RegistrySettings {
    pub(crate) fn token_bound(&self) -> Bound {
        Bound { bytes: self.limits.token_bytes, name: "limits.tokenBytes" }
    }

    pub(crate) fn manifest_bound(&self) -> Bound {
        Bound { bytes: self.limits.manifest_bytes, name: "limits.manifestBytes" }
    }

    pub(crate) fn config_bound(&self) -> Bound {
        Bound { bytes: self.limits.config_bytes, name: "limits.configBytes" }
    }

    pub(crate) fn hub_bound(&self) -> Bound {
        Bound { bytes: self.limits.hub_bytes, name: "limits.hubBytes" }
    }
}
