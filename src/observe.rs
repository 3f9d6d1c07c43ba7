//! What happens while questions are answered, told to whoever measures.
//!
//! Told as `tracing` events of the target [`TARGET`], with the fields `subject` (`request` or `check`) and `document`, a JSON
//! object. There is nothing secret in them: hosts without paths, and images as they were asked for.

use serde::Serialize;
use tracing::Level;

/// The target of these events.
pub const TARGET: &str = "container_registry_service::observe";

/// One attempt of one request.
#[derive(Debug, Serialize)]
pub struct RequestEvent<'a> {
    /// Host that was asked, with its port unless it is the usual one.
    pub host: &'a str,
    /// `GET`, `HEAD` or `POST`.
    pub method: &'a str,
    /// What was asked for, in the words of who asked.
    pub kind: &'static str,
    /// Status of the answer; absent if none came.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// Code of the failure; absent if an answer came.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<&'static str>,
    /// Number of the attempt, from 1.
    pub attempt: u32,
    /// Time from sending to the last byte.
    pub milliseconds: f64,
    /// `revalidated` if what was known is still right, else `miss`.
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
    /// Updates that were found.
    pub updates: usize,
    /// Time that it took.
    pub milliseconds: f64,
}

/// Whether anybody measures.
pub fn is_observed() -> bool {
    tracing::enabled!(target: TARGET, Level::TRACE)
}

/// Tells of a request.
pub fn request(event: &RequestEvent<'_>) {
    tell("request", event);
}

/// Tells of a check.
pub fn check(event: &CheckEvent<'_>) {
    tell("check", event);
}

fn tell(subject: &str, event: &impl Serialize) {
    if !is_observed() {
        return;
    }
    // Numbers and texts always become JSON.
    if let Ok(document) = serde_json::to_string(event) {
        tracing::trace!(target: TARGET, subject, document);
    }
}
