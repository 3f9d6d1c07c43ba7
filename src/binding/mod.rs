//! The only room that knows Node.js: it turns JavaScript's values into the core's, and the core's answers into promises.

#![allow(
    unreachable_pub,
    reason = "what is exported to JavaScript is pub for the macro, and private to the crate"
)]

mod arguments;
mod batch;
mod call;
mod checks;
mod error;
mod images;
mod logger;
mod options;
mod policy;
mod registry_options;
mod reports;
mod service;
mod shared;
mod stats;
mod types;
