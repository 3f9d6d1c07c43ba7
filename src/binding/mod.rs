//! The binding to Node.js, and the only module that knows it. It turns JavaScript's values into the core's, and the
//! core's answers into promises.

#![allow(
    unreachable_pub,
    reason = "what is exported to JavaScript is pub for the macro, and private to the crate"
)]

mod abortable_call;
mod check_requests;
mod input;
mod methods;
mod output;
mod process_scope;
mod runtime;
mod setting_names;
