//! The only room that knows Node.js: it turns JavaScript's values into the core's, and the core's answers into promises.

#![allow(
    unreachable_pub,
    reason = "what is exported to JavaScript is pub for the macro, and private to the crate"
)]

// What is exported is declared in index.d.ts in this order.
mod service;

mod references;

mod lookups;
mod sources;
mod updates;

mod checks;
mod upkeep;

mod tags;

mod arguments;
mod batch;
mod call;
mod error;
mod flood;
mod images;
mod logger;
mod options;
mod panic;
mod policy;
mod registry_options;
mod reports;
mod runtime;
mod shared;
mod signal;
