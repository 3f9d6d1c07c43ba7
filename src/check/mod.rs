//! Which version of an image can be run, and why: reports on one image and on many.

mod age;
mod batch;
mod candidates;
mod digest;
mod found;
mod image;
mod inspect;
mod lives;
mod pages;
mod report;
mod running;
mod search;
mod stale;
mod verify;

pub use self::{
    age::AgeSource,
    batch::{Phase, Progress},
    image::CheckRequest,
    inspect::{Inspection, PreparedUpdate, Sibling},
    report::{DigestReport, DownloadSize, ImageReport, Latest, NewestTag, Status, Updates},
};
