//! The only room that knows Node.js: it turns JavaScript's values into the core's, and the core's answers into promises.

#![allow(
    unreachable_pub,
    reason = "what is exported to JavaScript is pub for the macro, and private to the crate"
)]

mod abortable_call;
mod batch;
mod input;
mod methods;
mod output;
mod process_scope;
mod runtime;
