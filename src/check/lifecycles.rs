//! How long versions live: the facts, and what a caller says of them.

use std::sync::Arc;

use super::checker::Checker;
use crate::support::{catalog::Catalog, lifecycle::Names};

impl Checker {
    /// The support data, as new as they can be had.
    pub(crate) async fn support_data(&self) -> Arc<Catalog> {
        Catalog::embedded()
    }

    /// Which products the caller's own images hold.
    pub(crate) fn lifecycle_names(&self) -> &Names {
        static NONE: Names = Names::new();
        &NONE
    }

    /// Whether reports tell how long versions live.
    pub(crate) fn tells_lives(&self) -> bool {
        true
    }
}
