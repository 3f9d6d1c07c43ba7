//! Events for programs that measure requests and checks.
//!
//! They are `tracing` events of the target [`TARGET`], with the fields `subject` (`request` or `check`) and `document`,
//! a JSON object. They hold no secrets: hosts come without paths, and images as they were asked for.

use serde::Serialize;
use tracing::{
    Level,
    dispatcher::{get_default, with_default},
};

/// The target of these events.
pub const TARGET: &str = "container_registry_service::observe";

/// One attempt of one request.
#[derive(Debug, Serialize)]
pub struct RequestEvent<'a> {
    /// Host that was asked, with its port unless that is the scheme's own.
    pub host: &'a str,
    /// `GET`, `HEAD` or `POST`.
    pub method: &'a str,
    /// Kind of what was asked for, such as `tags` or `token`.
    pub kind: &'static str,
    /// Status of the answer; absent if none came.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// Code of the failure; absent if an answer came.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<&'static str>,
    /// Number of the attempt, from 1.
    pub attempt: u32,
    /// Milliseconds from sending to the last byte.
    pub milliseconds: f64,
    /// `revalidated` if the server confirmed what was remembered (304), else `miss`.
    pub cache: &'static str,
    /// Bytes of the body, after decompression.
    pub bytes: usize,
}

/// One check of one image.
#[derive(Debug, Serialize)]
pub struct CheckEvent<'a> {
    /// The image, as it was asked for.
    pub image: &'a str,
    /// Architecture, as it was asked for.
    pub arch: &'a str,
    /// How it ended: `up-to-date`, `update-available`, `unorderable` or `failed`.
    pub status: &'static str,
    /// Code of the failure; absent if there was none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<&'static str>,
    /// Number of updates that were found.
    pub updates: usize,
    /// Milliseconds that it took.
    pub milliseconds: f64,
}

/// Whether anybody listens to these events.
pub fn is_observed() -> bool {
    tracing::enabled!(target: TARGET, Level::DEBUG)
}

/// Publishes a request.
pub fn request(event: &RequestEvent<'_>) {
    tell("request", event);
}

/// Publishes a check.
pub fn check(event: &CheckEvent<'_>) {
    tell("check", event);
}

/// Returns `work` for another thread. Its lines and events go where those of the caller go.
pub(crate) fn heard_here<T>(work: impl FnOnce() -> T) -> impl FnOnce() -> T {
    let listener = get_default(Clone::clone);
    move || with_default(&listener, work)
}

fn tell(subject: &str, event: &impl Serialize) {
    if !is_observed() {
        return;
    }
    // Numbers and texts always become JSON.
    if let Ok(document) = serde_json::to_string(event) {
        tracing::debug!(target: TARGET, subject, document);
    }
}
