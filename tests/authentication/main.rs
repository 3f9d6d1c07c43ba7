//! Authentication: which credentials and tokens a server is shown, where tokens come from, and what is told without them.

#![expect(clippy::expect_used, reason = "a test stops where it cannot be set up")]

mod credentials;
#[path = "../support/mod.rs"]
mod support;
mod token_service;
mod tokens;

use container_registry_service::{
    ContainerRegistryService,
    options::{Credential, Secret},
};
use support::{Answer, Server, TAGS, registry_of, service_with};

/// The URL of the token for the usual repository, after a challenge that names the service `s`.
const TOKEN: &str = "/token?service=s&scope=repository:team/app:pull";
/// `somebody:hunter2`
const BASIC: &str = "Basic c29tZWJvZHk6aHVudGVyMg==";

fn password() -> Credential {
    Credential::Password { username: "somebody".to_owned(), password: Secret::new("hunter2") }
}

fn service_as(credential: Credential, server: &Server) -> ContainerRegistryService {
    service_with(server, |options| registry_of(options).credential = Some(credential))
}

/// The challenge of a registry whose token service is on the same server.
fn challenge(server: &Server) -> Answer {
    Answer::challenge(&format!(r#"Bearer realm="{}",service="s""#, server.at("/token")))
}

/// A registry that refuses one request with this challenge.
async fn server_that_wants(challenge: &str) -> Server {
    let server = Server::start().await;
    server.get(TAGS).without("authorization").once(Answer::challenge(challenge));
    server
}

/// A registry that requires one of these tokens, and refuses whoever has none, as often as it is asked.
async fn registry_that_wants(tokens: &[&str]) -> Server {
    let server = Server::start().await;
    server.get(TAGS).without("authorization").always(challenge(&server));
    for token in tokens {
        let authorization = format!("Bearer {token}");
        server.get(TAGS).with("authorization", &authorization).always(Answer::tags(&["1.0"]));
    }
    server
}

/// Has the registry accept one request.
fn accepts(server: &Server, authorization: &str) {
    server.get(TAGS).with("authorization", authorization).once(Answer::tags(&["1.0"]));
}

/// Has the registry refuse one request, in these words.
fn refuses(server: &Server, authorization: &str, status: u16, words: &str) {
    server.get(TAGS).with("authorization", authorization).once(Answer::refusal(status, "DENIED", words));
}
