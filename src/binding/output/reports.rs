//! Reports on their way to JavaScript: as JSON, of which the JavaScript face makes objects of its caller's realm.

use serde::Serialize;

use super::error::{self, PlainError};
use crate::check::report::ImageReport;

/// A report with its error.
#[derive(Serialize)]
pub(crate) struct Document<'a> {
    #[serde(flatten)]
    report: &'a ImageReport,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<PlainError>,
}

impl<'a> Document<'a> {
    pub(crate) fn of(report: &'a ImageReport) -> Self {
        Self { report, error: report.error.as_ref().map(error::plain) }
    }
}

/// Anything as JSON. What this crate tells has no maps with keys that are no strings, which alone would fail.
pub(crate) fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_else(|_| "null".to_owned())
}
