//! Tag lists: how their pages are followed, and what an answer has to be to be one.

#![expect(clippy::expect_used, reason = "a test stops where it cannot be set up")]

mod answers;
mod pages;
#[path = "../support/mod.rs"]
mod support;

use container_registry_service::error::Result;
use support::{Answer, Server, TAGS, repository, service};

async fn list(server: &Server) -> Result<Vec<String>> {
    service(server).list_tags(&repository()).await
}

/// The tags of a registry that gives this answer once.
async fn list_of(answer: Answer) -> Result<Vec<String>> {
    let server = Server::start().await;
    server.get(TAGS).once(answer);
    let tags = list(&server).await;
    server.finish();
    tags
}
