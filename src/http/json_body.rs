//! Bodies as JSON.

use super::{error_document::explained, response::Response};
use crate::error::{Error, Result, json_fault, not_json};

impl Response {
    /// Reads the body as JSON.
    ///
    /// # Errors
    /// [`ErrorKind::BadResponse`] if it is not of the expected shape; [`ErrorKind::RateLimited`] if it is an error document
    /// that asks for fewer requests.
    pub(crate) fn json<T: serde::de::DeserializeOwned>(&self) -> Result<T> {
        serde_json::from_slice(self.body()).map_err(|error| self.not_json(&error))
    }

    /// The error of a body that is not JSON of the expected shape.
    pub(crate) fn not_json(&self, error: &serde_json::Error) -> Error {
        let message = format!("{} answered with something unexpected: {}", self.host(), json_fault(error));
        explained(self, not_json(message, error))
    }
}
