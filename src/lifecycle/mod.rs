//! How long a version lives: the support cycles of products, and the images that hold them. Pure; no network, no clock.
//!
//! The facts are those of endoflife.date (licence: MIT), carried in the binary with their date and refreshed where an
//! option asks for it. Whoever asks says what day it is.

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
