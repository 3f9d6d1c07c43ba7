//! Credentials: how they are sent to their registry, that no other server receives them, and that no text contains
//! them.

use std::{collections::VecDeque, sync::Arc};

use base64::Engine as _;
use container_registry_service::{
    ContainerRegistryService,
    options::{Credential, CredentialProvider, DockerConfig, ProvidedCredential, Secret},
};
use futures_util::{FutureExt, future::BoxFuture};
use parking_lot::Mutex;

use crate::{
    BASIC, TOKEN, accepts, password, refuses, server_that_wants, service_as,
    support::{Answer, Server, TAGS, repository, service_with},
};

#[tokio::test]
async fn a_password_is_shown_to_a_registry_that_asks_for_it_and_from_then_on() {
    for challenge in [r#"Basic realm="Registry""#, r#"BASIC realm="Sonatype Nexus Repository Manager""#] {
        let server = server_that_wants(challenge).await;
        let service = service_as(password(), &server);
        for _ in 0..2 {
            accepts(&server, BASIC);
            assert_eq!(service.list_tags(&repository()).await.expect("tags"), ["1.0"], "{challenge}");
        }
        server.finish();
    }
}

#[tokio::test]
async fn a_password_is_not_shown_unasked() {
    let server = Server::start().await;
    server.get(TAGS).without("authorization").once(Answer::tags(&["1.0"]));
    service_as(password(), &server).list_tags(&repository()).await.expect("tags");
    server.finish();
}

#[tokio::test]
async fn a_password_that_is_refused_is_not_tried_again_and_not_quoted() {
    let server = server_that_wants(r#"Basic realm="Registry""#).await;
    let refusal = Answer::refusal(401, "UNAUTHORIZED", &format!("hunter2 is wrong, and so is {BASIC}"));
    server.get(TAGS).with("authorization", BASIC).once(refusal.header("www-authenticate", "Basic"));
    let error = service_as(password(), &server).list_tags(&repository()).await.expect_err("refused");
    assert_eq!((error.code(), error.status()), ("AUTH_FAILED", Some(401)));
    assert_eq!(error.detail(), Some("UNAUTHORIZED: [redacted] is wrong, and so is Basic [redacted]"));
    server.finish();
}

#[tokio::test]
async fn a_password_is_exchanged_at_the_registrys_own_token_service() {
    let server = server_that_wants(r#"Bearer realm="/token",service="s""#).await;
    server.get(TOKEN).with("authorization", BASIC).once(Answer::token("t"));
    accepts(&server, "Bearer t");
    assert_eq!(service_as(password(), &server).list_tags(&repository()).await.expect("tags"), ["1.0"]);
    server.finish();
}

#[tokio::test]
async fn a_token_goes_to_the_registry_as_it_is() {
    let server = Server::start().await;
    accepts(&server, "Bearer given");
    let service = service_as(Credential::Token(Secret::new("given")), &server);
    service.list_tags(&repository()).await.expect("tags");

    let challenge = Answer::challenge(r#"Bearer realm="/token",service="s""#);
    server.get(TAGS).with("authorization", "Bearer given").once(challenge);
    let error = service.list_tags(&repository()).await.expect_err("refused");
    assert_eq!((error.code(), error.status()), ("AUTH_FAILED", Some(401)));
    server.finish();
}

#[tokio::test]
async fn a_refresh_token_is_exchanged_by_post() {
    let server = server_that_wants(r#"Bearer realm="/token",service="s""#).await;
    server.expect("POST /token").without("authorization").once(Answer::token("t"));
    accepts(&server, "Bearer t");
    let service = service_as(Credential::Identity(Secret::new("refresh&me")), &server);
    assert_eq!(service.list_tags(&repository()).await.expect("tags"), ["1.0"]);

    let exchange = &server.received()[1];
    assert_eq!(exchange.header("content-type"), Some("application/x-www-form-urlencoded"));
    let fields: Vec<_> = url::form_urlencoded::parse(exchange.body.as_bytes()).into_owned().collect();
    let field = |name: &str| fields.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
    assert_eq!(field("grant_type"), Some("refresh_token"));
    assert_eq!(field("refresh_token"), Some("refresh&me"));
    assert_eq!((field("service"), field("scope")), (Some("s"), Some("repository:team/app:pull")));
    assert!(field("client_id").is_some_and(|id| !id.is_empty()), "OAuth2 asks for one");
    server.finish();
}

#[tokio::test]
async fn a_refresh_token_is_not_sent_after_a_redirect() {
    for place in ["/elsewhere", "http://localhost:1/elsewhere"] {
        let server = server_that_wants(r#"Bearer realm="/token",service="s""#).await;
        server.expect("POST /token").once(Answer::redirect(place));
        let service = service_as(Credential::Identity(Secret::new("refresh")), &server);
        let error = service.list_tags(&repository()).await.expect_err("no token");
        assert!(!format!("{error:?}").contains("refresh"), "{error:?}");
        server.finish();
    }
}

#[tokio::test]
async fn credentials_are_left_behind_when_the_origin_changes() {
    for (credential, authorization) in
        [(password(), BASIC), (Credential::Token(Secret::new("given")), "Bearer given")]
    {
        let (server, elsewhere) = (Server::start().await, Server::start().await);
        server.get(TAGS).without("authorization").at_will(Answer::challenge(r#"Basic realm="Registry""#));
        server.get(TAGS).with("authorization", authorization).once(Answer::redirect(&elsewhere.at("/tags")));
        // The other server asks for a password, but is not given one.
        let wants_one_too = Answer::challenge(r#"Basic realm="Registry""#);
        elsewhere.get("/tags").without("authorization").once(wants_one_too);
        let error = service_as(credential, &server).list_tags(&repository()).await.expect_err("refused");
        assert_eq!(error.status(), Some(401));
        server.finish();
        elsewhere.finish();
    }
}

/// A service that reads Docker's configuration at a path.
fn service_with_docker(config: &std::path::Path, server: &Server) -> ContainerRegistryService {
    let config = DockerConfig::Path(config.to_owned());
    service_with(server, |options| options.registry.docker_config = Some(config))
}

#[tokio::test]
async fn docker_configuration_is_a_file_or_its_folder() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("config.json");
    std::fs::write(&file, r#"{"auths":{"registry.example":{"auth":"c29tZWJvZHk6aHVudGVyMg=="}}}"#)
        .expect("a file");
    for path in [folder.path(), &file] {
        let server = server_that_wants(r#"Basic realm="Registry""#).await;
        accepts(&server, BASIC);
        let service = service_with_docker(path, &server);
        assert_eq!(service.list_tags(&repository()).await.expect("tags"), ["1.0"], "{}", path.display());
        server.finish();
    }
}

#[tokio::test]
async fn docker_configuration_that_was_named_has_to_be_usable() {
    let folder = tempfile::tempdir().expect("a folder");
    let (large, limit) = (folder.path().join("large.json"), 1024 * 1024);
    std::fs::write(&large, format!("{{}}{}", " ".repeat(limit - 1))).expect("a file");
    let just_so = folder.path().join("just-so.json");
    std::fs::write(&just_so, format!("{{}}{}", " ".repeat(limit - 2))).expect("a file");
    for (path, why) in [
        (folder.path().join("nothing.json"), Some("cannot be used")),
        (folder.path().to_owned(), Some("cannot be used")),
        (large, Some("more than 1048576 bytes")),
        (just_so, None),
    ] {
        let server = server_that_wants(r#"Basic realm="Registry""#).await;
        let error = service_with_docker(&path, &server).list_tags(&repository()).await.expect_err("refused");
        match why {
            Some(why) => {
                assert_eq!(error.code(), "INVALID_ARGUMENT", "{error}");
                assert!(error.message().contains(&path.display().to_string()), "{error}");
                assert!(error.message().contains(why), "{error}");
            }
            None => assert_eq!((error.code(), error.status()), ("AUTH_FAILED", Some(401)), "{error}"),
        }
        server.finish();
    }
}

/// `somebody:` and a password.
fn basic(password: &str) -> String {
    format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(format!("somebody:{password}")))
}

fn password_is(password: &str) -> Credential {
    Credential::Password { username: "somebody".to_owned(), password: Secret::new(password) }
}

/// Provides one credential after the other, and then the last one again and again.
#[derive(Debug)]
struct Provider {
    credentials: Mutex<VecDeque<Option<Credential>>>,
    asked: Mutex<Vec<String>>,
}

impl Provider {
    fn of(credentials: impl IntoIterator<Item = Option<Credential>>) -> Arc<Self> {
        Arc::new(Self { credentials: Mutex::new(credentials.into_iter().collect()), asked: Mutex::default() })
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().clone()
    }
}

impl CredentialProvider for Provider {
    fn credential<'a>(&'a self, host: &'a str, repository: &'a str) -> BoxFuture<'a, ProvidedCredential> {
        self.asked.lock().push(format!("{host} {repository}"));
        let mut credentials = self.credentials.lock();
        let next = if credentials.len() > 1 { credentials.pop_front() } else { credentials.front().cloned() };
        std::future::ready(next.ok_or_else(|| "the vault is sealed".into())).boxed()
    }
}

fn service_of(provider: &Arc<Provider>, server: &Server) -> ContainerRegistryService {
    let provider: Arc<dyn CredentialProvider> = provider.clone();
    service_with(server, |options| options.registry.credentials = Some(provider))
}

#[tokio::test]
async fn a_provider_is_asked_once_and_again_after_a_refusal() {
    for (status, words) in [(401, "log in"), (403, "Your authorization token has expired. Reauthenticate.")] {
        let server = server_that_wants(r#"Basic realm="Registry""#).await;
        let provider = Provider::of(["old", "new"].map(|password| Some(password_is(password))));
        let service = service_of(&provider, &server);
        for _ in 0..2 {
            accepts(&server, &basic("old"));
            service.list_tags(&repository()).await.expect("tags");
        }
        assert_eq!(provider.asked(), ["registry.example team/app"]);
        refuses(&server, &basic("old"), status, words);
        accepts(&server, &basic("new"));
        assert_eq!(service.list_tags(&repository()).await.expect("tags"), ["1.0"], "{status}");
        assert_eq!(provider.asked().len(), 2);
        server.finish();
    }
}

#[tokio::test]
async fn the_same_secret_is_not_tried_twice() {
    let server = server_that_wants(r#"Basic realm="Registry""#).await;
    let provider = Provider::of([Some(password_is("wrong"))]);
    let service = service_of(&provider, &server);
    for asked in [2, 3] {
        refuses(&server, &basic("wrong"), 401, "wrong");
        let error = service.list_tags(&repository()).await.expect_err("refused");
        assert_eq!((error.code(), error.status()), ("AUTH_FAILED", Some(401)));
        assert_eq!(provider.asked().len(), asked, "the second call remembers what the first one found");
    }
    server.finish();
}

#[tokio::test]
async fn a_403_that_speaks_of_something_else_stands() {
    let server = server_that_wants(r#"Basic realm="Registry""#).await;
    let provider = Provider::of(["old", "new"].map(|password| Some(password_is(password))));
    refuses(&server, &basic("old"), 403, "requested access to the resource is denied");
    let error = service_of(&provider, &server).list_tags(&repository()).await.expect_err("refused");
    assert_eq!((error.code(), error.status(), provider.asked().len()), ("AUTH_FAILED", Some(403), 1));
    server.finish();
}

#[tokio::test]
async fn a_provider_that_fails_fails_the_call_where_credentials_are_wanted() {
    let server = server_that_wants(r#"Basic realm="Registry""#).await;
    let service = service_of(&Provider::of([]), &server);
    let error = service.list_tags(&repository()).await.expect_err("no credentials");
    assert_eq!(error.code(), "AUTH_FAILED");
    assert!(error.message().contains("the vault is sealed"), "{error}");
    assert!(std::error::Error::source(&error).is_some(), "{error:?}");
    server.finish();
}

#[tokio::test]
async fn a_provider_that_gives_nothing_leaves_it_to_the_next() {
    let server = server_that_wants(r#"Basic realm="Registry""#).await;
    let folder = tempfile::tempdir().expect("a folder");
    write_config(&folder, "hunter2");
    accepts(&server, BASIC);
    let provider: Arc<dyn CredentialProvider> = Provider::of([None]);
    let service = service_with(&server, |options| {
        options.registry.credentials = Some(provider);
        options.registry.docker_config = Some(DockerConfig::Path(folder.path().to_owned()));
    });
    assert_eq!(service.list_tags(&repository()).await.expect("tags"), ["1.0"]);
    server.finish();
}

fn write_config(folder: &tempfile::TempDir, password: &str) {
    let config =
        serde_json::json!({"auths": {"registry.example": {"username": "somebody", "password": password}}});
    std::fs::write(folder.path().join("config.json"), config.to_string()).expect("a file");
}

#[tokio::test]
async fn a_config_that_is_written_anew_is_noticed_before_the_old_password_is_refused() {
    let server = server_that_wants(r#"Basic realm="Registry""#).await;
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().to_owned();
    let service =
        service_with(&server, |options| options.registry.docker_config = Some(DockerConfig::Path(path)));
    for password in ["one", "another"] {
        write_config(&folder, password);
        accepts(&server, &basic(password));
        service.list_tags(&repository()).await.expect("tags");
    }
    server.finish();
}
