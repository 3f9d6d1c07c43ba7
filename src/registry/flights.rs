//! What is being asked of registries right now.

use std::sync::Arc;

use super::{
    answer::{Answer, Fetched},
    facts::Content,
    hub::tags::{HubTag, HubTags},
    tags::readers::TagFlights,
};
use crate::{cache::single_flight::Flights, error::Result, image::config::ImageConfig};

/// Requests under way whose answers are shared, by repository and what is asked of it.
#[derive(Default)]
pub(crate) struct Flying {
    pub(crate) manifests: Flights<String, Result<Answer<Arc<Fetched>>>>,
    /// Manifests as they are on the wire: who knows the digest of a tag shares with who asks for that.
    pub(crate) contents: Flights<String, Result<Answer<Arc<Content>>>>,
    pub(crate) configs: Flights<String, Result<Answer<Arc<ImageConfig>>>>,
    pub(crate) tags: TagFlights,
    /// What a tag points to.
    pub(crate) digests: Flights<String, Result<Answer<Option<String>>>>,
    pub(crate) hub: Flights<String, Option<Arc<HubTags>>>,
    pub(crate) hub_tags: Flights<String, Option<Arc<HubTag>>>,
}
