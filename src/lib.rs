//! Which newer version of a container image can I safely run, and where are its release notes?
//!
//! The crate is the core of the npm package `container-registry-service`; without its default feature `binding` it is
//! plain Rust and needs no Node.js.
//!
//! | module | what it knows |
//! |---|---|
//! | [`image`] | what an image is: references, manifests, platforms |
//! | [`version`] | what a tag says |
//! | [`support`] | how long a version lives |
//! | [`source`] | where release notes live |
//! | [`http`] | sockets, time bounds, retries |
//! | [`registry`] | the OCI distribution API |
//! | [`cache`] | what is remembered, and what is being asked right now |
//! | [`service`] | the methods that the package exports |
//! | [`check`] | many images at once |
//!
//! Imports run one way: `binding → service, check → registry, source → http → error`, with the pure modules beside them.

// What napi-derive writes for the binding needs it; nothing else does.
#![cfg_attr(not(feature = "binding"), forbid(unsafe_code))]

#[cfg(feature = "binding")]
#[cfg_attr(
    test,
    allow(dead_code, reason = "exports are registered by constructors, which a test build leaves out")
)]
mod binding;
pub mod cache;
pub mod check;
mod cool_down;
pub mod error;
#[cfg(any(test, fuzzing))]
pub mod fuzzing;
pub mod http;
pub mod image;
pub mod observe;
pub mod options;
pub mod registry;
pub mod secret;
pub mod service;
pub mod source;
pub mod support;
pub mod version;
