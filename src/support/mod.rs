//! How long a version lives: the support cycles of products, and the images that hold them. Pure; no network, no clock.
//!
//! The facts are those of endoflife.date (licence: MIT), carried in the binary with their date and refreshed where an
//! option asks for it. Whoever asks says what day it is.

pub mod catalog;
pub mod codenames;
pub mod cycle;
pub mod feed;
pub mod images;
pub mod lifecycle;
pub mod long_term;
pub(crate) mod number;
pub mod parts;
pub mod product;
pub mod sift;
