//! Reads a tag, and tells which tags of a list are updates of another one.
//!
//! Everything here is pure: it reads text, and knows neither a network nor a clock.
//!
//! ```
//! use container_registry_service::version::{Policy, Selector, Track};
//!
//! let mut selector = Selector::new("1.27.3-alpine", &Policy::default());
//! for tag in ["1.27.4", "1.27.5-alpine", "1.29.0-alpine", "2.0.0-alpine", "latest"] {
//!     selector.push(tag);
//! }
//! let selection = selector.finish();
//! assert_eq!(selection.newest(Track::Patch), Some("1.27.5-alpine"));
//! assert_eq!(selection.newest(Track::Minor), Some("1.29.0-alpine"));
//! assert_eq!(selection.on(Track::Major).collect::<Vec<_>>(), ["2.0.0-alpine", "1.29.0-alpine", "1.27.5-alpine"]);
//! assert_eq!(selection.rejected.len(), 3, "another variant, another major version, a name without a version");
//! ```

pub(crate) mod compare;
pub(crate) mod explain;
pub(crate) mod floating;
pub(crate) mod numbering;
pub mod original;
pub(crate) mod outdated;
pub(crate) mod patterns;
pub(crate) mod policy;
pub(crate) mod select;
pub(crate) mod tag;

pub use crate::advisory::severity::Severity;

pub use self::{
    compare::order::compare,
    explain::{TagExplanation, compare_tags, explain, explain_among},
    outdated::outdated,
    patterns::Patterns,
    policy::{OsRelease, Policy, Rule, Runtime, Track, UnknownAge, Variant},
    select::{
        rejections::{Reason, Rejection, Rejections},
        selection::Selection,
        selector::Selector,
        sibling::{sibling, sibling_among},
    },
    tag::{kind::TagKind, scheme::TagScheme},
};
