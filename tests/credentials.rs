//! Credentials: how they are shown, to whom they are not, and that nothing else tells of them.

mod support;

use container_registry_service::{
    ContainerRegistryService,
    options::{Credential, DockerConfig, Secret},
};
use support::{Answer, Log, Server, TAGS, registry_of, repository, service_with};

const TOKEN: &str = "/token?service=s&scope=repository:team/app:pull";
/// `somebody:hunter2`
const BASIC: &str = "Basic c29tZWJvZHk6aHVudGVyMg==";

fn password() -> Credential {
    Credential::Password { username: "somebody".to_owned(), password: Secret::new("hunter2") }
}

fn service_as(credential: Credential, server: &Server) -> ContainerRegistryService {
    service_with(server, |options| registry_of(options).credential = Some(credential))
}

async fn server_that_wants(challenge: &str) -> Server {
    let server = Server::start().await;
    server.get(TAGS).without("authorization").once(Answer::challenge(challenge));
    server
}

fn accepts(server: &Server, authorization: &str) {
    server.get(TAGS).with("authorization", authorization).once(Answer::tags(&["1.0"]));
}

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
async fn another_hosts_token_service_is_asked_for_an_anonymous_token() {
    for credential in [password(), Credential::Identity(Secret::new("hunter2"))] {
        let log = Log::start();
        let elsewhere = Server::start().await;
        let realm = format!("http://localhost:{}/token", elsewhere.url().port().expect("a port"));
        let server = server_that_wants(&format!(r#"Bearer realm="{realm}",service="s""#)).await;
        elsewhere.get(TOKEN).without("authorization").once(Answer::token("anonymous"));
        accepts(&server, "Bearer anonymous");
        service_as(credential, &server).list_tags(&repository()).await.expect("tags");
        let lines = log.lines();
        assert_eq!(lines.len(), 1, "{lines:#?}");
        assert!(lines[0].starts_with("WARN ") && lines[0].contains("localhost"), "{lines:#?}");
        assert!(!lines[0].contains("hunter2") && !lines[0].contains("somebody"), "{lines:#?}");
        assert!(elsewhere.received()[0].body.is_empty());
        server.finish();
        elsewhere.finish();
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
        // Whoever is there may ask for a password, but is given none.
        let wants_one_too = Answer::challenge(r#"Basic realm="Registry""#);
        elsewhere.get("/tags").without("authorization").once(wants_one_too);
        let error = service_as(credential, &server).list_tags(&repository()).await.expect_err("refused");
        assert_eq!(error.status(), Some(401));
        server.finish();
        elsewhere.finish();
    }
}

#[tokio::test]
async fn a_challenge_that_only_the_version_check_states_is_found_there() {
    let server = Server::start().await;
    server.get(TAGS).without("authorization").once(Answer::status(401));
    server.get("/v2/").without("authorization").once(Answer::challenge(r#"Basic realm="registry""#));
    accepts(&server, BASIC);
    accepts(&server, BASIC);
    let service = service_as(password(), &server);
    for _ in 0..2 {
        assert_eq!(service.list_tags(&repository()).await.expect("tags"), ["1.0"]);
    }
    assert_eq!(server.lines(), [TAGS, "/v2/", TAGS, TAGS].map(|target| format!("GET {target}")));
    server.finish();
}

#[tokio::test]
async fn a_refusal_without_any_challenge_stands() {
    for check in [Answer::status(200), Answer::status(401), Answer::status(403), Answer::hang_up()] {
        let server = Server::start().await;
        server.get(TAGS).without("authorization").once(Answer::refusal(401, "UNAUTHORIZED", "no"));
        server.get("/v2/").without("authorization").always(check);
        let error = service_as(password(), &server).list_tags(&repository()).await.expect_err("a refusal");
        assert_eq!((error.code(), error.status()), ("AUTH_FAILED", Some(401)));
        server.finish();
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
