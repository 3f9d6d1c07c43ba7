//! Shared by the test suites: scripted servers, images with their true digests, and a record of the log.
//!
//! Each suite is a crate of its own, runs one service against servers on 127.0.0.1, and ends with [`Server::finish`].

#![allow(dead_code, unused_imports, reason = "every suite uses its own part of this")]
#![allow(unreachable_pub, reason = "a suite is a program, which nothing reaches into")]
#![allow(clippy::expect_used, clippy::indexing_slicing, reason = "a test stops where it cannot be set up")]

mod answer;
pub mod clock;
mod images;
mod log;
mod server;

use std::time::Duration;

use container_registry_service::{
    ContainerRegistryService,
    image::reference::Repository,
    options::{Options, RegistryOptions},
};

pub use self::{
    answer::Answer,
    images::{Content, Image, annotated, attestation, index, platform, sha256, single, single_with},
    log::Log,
    server::{Received, Server},
};

/// The host by which images name the scripted registry.
pub const REGISTRY: &str = "registry.example";
/// The repository that most tests ask for.
pub const NAME: &str = "team/app";
/// Its tag list.
pub const TAGS: &str = "/v2/team/app/tags/list?n=1000";
/// The media types of the `Accept` header.
pub use container_registry_service::image::manifest::ACCEPT;

/// The repository [`NAME`] of [`REGISTRY`].
pub fn repository() -> Repository {
    repository_named(NAME)
}

/// Another repository of [`REGISTRY`].
pub fn repository_named(name: &str) -> Repository {
    Repository::new(REGISTRY, name).expect("a repository")
}

/// The path of the manifest of a tag or a digest of [`NAME`].
pub fn manifest(reference: &str) -> String {
    format!("/v2/{NAME}/manifests/{reference}")
}

/// The path of a blob of [`NAME`].
pub fn blob(digest: &str) -> String {
    format!("/v2/{NAME}/blobs/{digest}")
}

/// A service that reaches [`REGISTRY`] and GitHub's API at `server`.
pub fn service(server: &Server) -> ContainerRegistryService {
    service_with(server, |_| ())
}

/// A service as [`service`] makes it, with some options changed.
///
/// An attempt may take a minute, because a loaded machine needs that long. Requests are not repeated after faults, so
/// that a script contains each fault once; the suite about faults changes that.
pub fn service_with(server: &Server, change: impl FnOnce(&mut Options)) -> ContainerRegistryService {
    let mut options = Options::default();
    options.http.timeout = Duration::from_secs(60);
    options.http.connect_timeout = Duration::from_secs(60);
    options.http.retry.max_fault_retries = 0;
    options.source.github_api_url = Some(server.url());
    options.registry.add(REGISTRY, RegistryOptions::at(server.url())).expect("a registry");
    change(&mut options);
    ContainerRegistryService::new(options).expect("a service")
}

/// The options of [`REGISTRY`].
pub fn registry_of(options: &mut Options) -> &mut RegistryOptions {
    options.registry.registries.get_mut(REGISTRY).expect("a service is made with it")
}
