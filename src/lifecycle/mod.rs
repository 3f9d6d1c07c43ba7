//! How long a version is supported: the support cycles of products, and the images that hold them. Nothing here uses a
//! network or a clock.
//!
//! The support data are those of endoflife.date (licence: MIT). The binary contains them with their date, and an option
//! refreshes them. The caller passes the current date.

pub(crate) mod catalog;
pub(crate) mod codenames;
pub(crate) mod cycle;
pub(crate) mod feed;
mod images;
pub(crate) mod long_term;
mod number;
mod parts;
mod product;
pub(crate) mod summary;
pub(crate) mod support_filter;

pub use self::{
    cycle::{LongTerm, Support},
    long_term::LongTermPolicy,
    parts::Part,
    summary::Lifecycle,
    support_filter::SupportPolicy,
};
