//! What is being asked of registries right now.

use std::sync::Arc;

use super::{
    answer::{Answer, Fetched},
    facts::Content,
    hub_tags::{HubTag, HubTags},
    tag_readers::TagFlights,
};
use crate::{cache::flight::Flights, error::Result, image::config::ImageConfig};

/// Requests under way whose answers are shared, by repository and what is asked of it.
#[derive(Default)]
pub(super) struct Flying {
    pub(super) manifests: Flights<String, Result<Answer<Arc<Fetched>>>>,
    /// Manifests as they are on the wire: who knows the digest of a tag shares with who asks for that.
    pub(super) contents: Flights<String, Result<Answer<Arc<Content>>>>,
    pub(super) configs: Flights<String, Result<Answer<Arc<ImageConfig>>>>,
    pub(super) tags: TagFlights,
    /// What a tag points to.
    pub(super) digests: Flights<String, Result<Answer<Option<String>>>>,
    pub(super) hub: Flights<String, Option<Arc<HubTags>>>,
    pub(super) hub_tags: Flights<String, Option<Arc<HubTag>>>,
}
