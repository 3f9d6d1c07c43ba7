//! Finds out which newer version of a container image can safely be run, and where its release notes are.
//!
//! The crate is the core of the npm package `container-registry-service`. Without its default feature `binding` it is
//! plain Rust and needs no Node.js.
//!
//! A [`ContainerRegistryService`] asks the registries; it needs a tokio runtime around it. The module [`version`]
//! chooses updates from a list of tags without a network, and [`lifecycle`] tells how long a version is supported.
//!
//! ```
//! use container_registry_service::{
//!     CheckRequest, ContainerRegistryService, Options,
//!     error::Result,
//!     options::RegistryOptions,
//!     report::Status,
//! };
//! use url::Url;
//!
//! # use std::{io::{Read as _, Write as _}, net::TcpListener, thread};
//! # /// A registry on loopback that answers one thing to each path.
//! # fn registry() -> Url {
//! #     let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
//! #     let url = format!("http://{}/", listener.local_addr().expect("an address"));
//! #     thread::spawn(move || {
//! #         for mut stream in listener.incoming().flatten() {
//! #             let mut request = [0; 4096];
//! #             let read = stream.read(&mut request).unwrap_or(0);
//! #             let request = String::from_utf8_lossy(&request[..read]).into_owned();
//! #             let path = request.split(' ').nth(1).unwrap_or_default();
//! #             let (status, body) = if path.contains("/tags/list") {
//! #                 ("200 OK", r#"{"tags": ["1.0.0", "1.1.0", "2.0.0"]}"#)
//! #             } else if path.ends_with("/manifests/1.1.0") || path.ends_with("/manifests/2.0.0") {
//! #                 ("200 OK", r#"{"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json", "layers": [], "config": {"mediaType": "application/vnd.oci.image.config.v1+json", "size": 54, "digest": "sha256:9f8aaa0802ab49a24df64255f9557e2897af2782f8e69f141a8ad8d4e3099857"}}"#)
//! #             } else if path.contains("/blobs/") {
//! #                 ("200 OK", r#"{"architecture": "amd64", "os": "linux", "rootfs": {}}"#)
//! #             } else {
//! #                 ("404 Not Found", "{}")
//! #             };
//! #             let length = body.len();
//! #             let kind = "application/vnd.oci.image.manifest.v1+json";
//! #             let head = format!("HTTP/1.1 {status}\r\ncontent-type: {kind}\r\ncontent-length: {length}\r\nconnection: close");
//! #             let _ = write!(stream, "{head}\r\n\r\n{body}");
//! #         }
//! #     });
//! #     Url::parse(&url).expect("a URL")
//! # }
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<()> {
//! let mut options = Options::default();
//! options.http.user_agent = "my-app/1.0".to_owned();
//! options.registry.add("registry.example", RegistryOptions::at(registry()))?;
//!
//! let service = ContainerRegistryService::new(options)?;
//! let report = service.check_image(&CheckRequest::new("registry.example/team/app:1.0.0", "amd64")).await;
//! assert_eq!(report.status, Status::UpdateAvailable, "{:?}", report.error);
//! assert_eq!(report.updates[0].tag, "1.1.0");
//! assert_eq!(report.latest.major.map(|newest| newest.tag).as_deref(), Some("2.0.0"));
//! # Ok(())
//! # }
//! ```

// The code that napi-derive generates for the binding needs unsafe code; nothing else does.
#![cfg_attr(not(feature = "binding"), forbid(unsafe_code))]

mod advisory;
#[cfg(feature = "binding")]
#[cfg_attr(
    test,
    allow(dead_code, reason = "exports are registered by constructors, which a test build leaves out")
)]
mod binding;
mod cache;
mod check;
mod cool_down;
pub mod error;
#[cfg(any(test, fuzzing))]
#[path = "../fuzz/surface/mod.rs"]
pub mod fuzzing;
mod http;
pub mod image;
pub mod lifecycle;
pub mod observe;
pub mod options;
mod registry;
mod service;
mod source;
mod text;
pub mod version;

pub use self::{
    check::{
        published::notes::NotesRequest,
        request::{CheckRequest, UpdateRequest},
        safety::risks::container::RunningContainer,
    },
    options::Options,
    service::ContainerRegistryService,
};

/// The results of checks and lookups.
pub mod report {
    pub use crate::{
        check::{
            images::ImagePlatform,
            inspect::{Inspection, LifecycleChange, Sibling},
            many::{Phase, Progress},
            published::{
                notes::{MAX_NOTED, NotedRelease, ReleaseNotes, USUAL_NOTED},
                pages::ReleaseUrlSource,
            },
            report::{
                AvailableUpdate, DigestReport, DownloadSize, Ended, EndedPart, ImageReport, Latest,
                NewestTag, Status, Successor,
            },
            safety::{
                advisories::{AdvisoryState, MissingAdvisories, Vulnerability},
                changes::{
                    Change, Changes, Difference, LayerDifference, Layers, Named, NamedDifference, Renewed,
                },
                provenance::{Provenance, Signature},
                risks::{Risk, RiskKind},
            },
            search::image_date::AgeSource,
            stats::Stats,
        },
        image::{container::Healthcheck, referrers::SignatureKind},
        source::releases::{MAX_RELEASES, Release},
    };
}
