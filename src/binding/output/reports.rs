//! Passes reports to JavaScript as JSON. The JavaScript side parses it into objects of the caller's realm.

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

/// Writes a value as JSON. Only maps with keys that are no strings would fail, and this crate writes none.
pub(crate) fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_else(|_| "null".to_owned())
}
