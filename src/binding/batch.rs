//! Many images at once: what is asked, how far it is, what came of it.

use std::collections::{BTreeMap, HashMap};

use napi::bindgen_prelude::{Array, Unknown};
use napi_derive::napi;

use super::{
    arguments::{Argument, Checked},
    error::{Fields, fields},
    types::AvailableUpdate,
};
use crate::{
    check::{CheckRequest, Phase, Progress},
    error::Result,
    service,
};

/// Reads the images of a batch; `options.arch` stands in where an image names no architecture, and this machine's where
/// neither does.
pub(super) fn requests(images: Unknown<'_>, options: Unknown<'_>) -> Checked<Vec<CheckRequest>> {
    let arch = match Argument::new("options", options).optional()? {
        Some(options) => match options.object()?.get("arch")? {
            Some(arch) => arch.string()?,
            None => std::env::consts::ARCH.to_owned(),
        },
        None => std::env::consts::ARCH.to_owned(),
    };
    let images: Array<'_> = Argument::new("images", images).array()?;
    (0..images.len())
        .map(|index| {
            let item = images.get::<Unknown<'_>>(index)?;
            let item = item.map(|item| Argument::new(format!("images[{index}]"), item));
            match item {
                Some(item) => request(&item, &arch),
                None => {
                    Err(crate::error::Error::invalid_argument(format!("images[{index}] must be an image"))
                        .into())
                }
            }
        })
        .collect()
}

fn request(item: &Argument<'_>, arch: &str) -> Checked<CheckRequest> {
    if let Ok(image) = item.string() {
        return Ok(CheckRequest { image, arch: arch.to_owned(), fallback_source: None });
    }
    let fields = item.object()?;
    fields.only(&["image", "arch", "fallbackSourceRepo"])?;
    let text = |key: &str| match fields.get(key)? {
        Some(value) => value.string().map(Some),
        None => Ok(None),
    };
    Ok(CheckRequest {
        image: fields.required("image")?.string()?,
        arch: text("arch")?.unwrap_or_else(|| arch.to_owned()),
        fallback_source: text("fallbackSourceRepo")?,
    })
}

/// How far a batch has come.
#[napi(object, object_from_js = false)]
pub struct CheckProgress {
    /// Images that are done, failed ones among them.
    pub done: u32,
    /// Images in all.
    pub total: u32,
    /// The image that this is about.
    pub image: String,
    /// What has happened to it.
    #[napi(ts_type = "'started' | 'done' | 'failed'")]
    pub phase: &'static str,
}

impl From<Progress> for CheckProgress {
    fn from(progress: Progress) -> Self {
        let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        Self {
            done: count(progress.done),
            total: count(progress.total),
            image: progress.image,
            phase: match progress.phase {
                Phase::Started => "started",
                Phase::Done => "done",
                Phase::Failed => "failed",
            },
        }
    }
}

/// What came of one image of a batch: `updates` or `error`.
#[napi(object, object_from_js = false)]
pub struct ImageCheck {
    /// The image, as it was asked for.
    pub image: String,
    /// Newer versions, newest first; absent if the check failed.
    pub updates: Option<Vec<AvailableUpdate>>,
    /// Why the check failed; absent if it did not.
    #[napi(ts_type = "ContainerRegistryError")]
    pub error: Option<Fields>,
}

impl ImageCheck {
    pub(super) fn new(request: CheckRequest, result: Result<Vec<service::AvailableUpdate>>) -> Self {
        let (updates, error) = match result {
            Ok(updates) => (Some(updates.into_iter().map(Into::into).collect()), None),
            Err(error) => (None, Some(fields(&error))),
        };
        Self { image: request.image, updates, error }
    }
}

/// What a service has asked and remembered since it was made.
#[napi(object, object_from_js = false)]
pub struct ServiceStats {
    /// Requests by host, redirects and retries included.
    pub requests: HashMap<String, f64>,
    /// Facts that were known and did not have to be asked for.
    pub cache_hits: f64,
    /// Manifests that were asked for by GET, which is what Docker Hub counts as a pull.
    pub manifest_gets: f64,
    /// Requests that were sent again.
    pub retries: f64,
    /// Bytes of bodies, after decompression.
    pub bytes: f64,
    /// The last `ratelimit-remaining` or `x-ratelimit-remaining`, by host, where one was sent.
    pub rate_limit_remaining: HashMap<String, f64>,
}

impl From<service::Stats> for ServiceStats {
    fn from(stats: service::Stats) -> Self {
        // Counts stay far below 2^53, where doubles are exact.
        let numbers = |counts: BTreeMap<String, u64>| {
            counts.into_iter().map(|(host, count)| (host, count as f64)).collect()
        };
        Self {
            requests: numbers(stats.requests),
            cache_hits: stats.cache_hits as f64,
            manifest_gets: stats.manifest_gets as f64,
            retries: stats.retries as f64,
            bytes: stats.bytes as f64,
            rate_limit_remaining: numbers(stats.rate_limit_remaining),
        }
    }
}
