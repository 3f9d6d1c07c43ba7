//! Requests that are under way. Callers that ask for the same thing at the same time share one answer.
//!
//! `cache::single_flight` lets callers join a request. Tag lists may be joined midway: `tags::readers`.

use std::sync::Arc;

use super::{
    answer::{Answer, Fetched},
    hub::tags::{HubTag, HubTags},
    repository_cache::Content,
    tags::readers::TagRequests,
};
use crate::{cache::single_flight::SingleFlight, error::Result, image::config::ImageConfig};

/// Requests under way, by repository and resource.
#[derive(Default)]
pub(crate) struct SharedRequests {
    pub(crate) manifests: SingleFlight<String, Result<Answer<Arc<Fetched>>>>,
    /// Manifests as bytes. A caller that knows the digest of a tag shares with one that asks for that digest.
    pub(crate) contents: SingleFlight<String, Result<Answer<Arc<Content>>>>,
    pub(crate) configs: SingleFlight<String, Result<Answer<Arc<ImageConfig>>>>,
    pub(crate) tags: TagRequests,
    /// The digest that a tag points to.
    pub(crate) digests: SingleFlight<String, Result<Answer<Option<String>>>>,
    pub(crate) hub: SingleFlight<String, Option<Arc<HubTags>>>,
    pub(crate) hub_tags: SingleFlight<String, Option<Arc<HubTag>>>,
}
