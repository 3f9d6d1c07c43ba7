//! The token service: who is asked, with what, and what its answers mean.

use container_registry_service::{
    error::Error,
    options::{Credential, Options, Secret},
};
use serde_json::json;

use crate::{
    BASIC, TOKEN, accepts, password, registry_that_wants, server_that_wants, service_as,
    support::{Answer, Log, Server, TAGS, registry_of, repository, service, service_with},
};

/// The error of listing tags when the token service gives this answer.
async fn failure_of(answer: Answer) -> (Error, String) {
    let server = registry_that_wants(&[]).await;
    let host = server.host();
    server.get(TOKEN).once(answer);
    let error = service(&server).list_tags(&repository()).await.expect_err("there is no token");
    server.finish();
    (error, host)
}

#[tokio::test]
async fn a_token_may_go_by_either_name() {
    for answer in [
        json!({"access_token": "t"}),
        json!({"token": "", "access_token": "t"}),
        json!({"token": null, "access_token": "t"}),
        json!({"token": "t", "access_token": "other"}),
    ] {
        let server = registry_that_wants(&["t"]).await;
        server.get(TOKEN).once(Answer::json(&answer));
        assert_eq!(service(&server).list_tags(&repository()).await.expect("tags"), ["1.0"], "{answer}");
        server.finish();
    }
}

#[tokio::test]
async fn a_refusal_by_the_token_service_is_told_in_the_originals_words() {
    for (status, code) in [
        (400, "REGISTRY_ERROR"),
        (401, "AUTH_FAILED"),
        (403, "AUTH_FAILED"),
        (404, "AUTH_FAILED"),
        (500, "REGISTRY_ERROR"),
    ] {
        let (error, host) = failure_of(Answer::refusal(status, "DENIED", "not for you")).await;
        assert_eq!(error.message(), format!("Failed to get auth token from registry.example: {status}"));
        assert_eq!((error.code(), error.status()), (code, Some(status)));
        assert_eq!((error.host(), error.detail()), (Some(&*host), Some("DENIED: not for you")));
    }
}

#[tokio::test]
async fn an_answer_without_a_token_is_told_in_the_originals_words() {
    for answer in [json!({}), json!({"token": ""}), json!({"token": null, "access_token": ""})] {
        let (error, host) = failure_of(Answer::json(&answer)).await;
        assert_eq!(error.message(), "No token returned from registry.example", "{answer}");
        assert_eq!((error.code(), error.host()), ("AUTH_FAILED", Some(&*host)));
    }
}

#[tokio::test]
async fn a_service_that_says_what_is_wrong_with_status_200_has_failed() {
    for (code, expected) in [("DENIED", "BAD_RESPONSE"), ("TOOMANYREQUESTS", "RATE_LIMITED")] {
        let (error, _) = failure_of(Answer::refusal(200, code, "words")).await;
        assert_eq!((error.code(), error.status()), (expected, Some(200)));
        assert_eq!(error.detail(), Some(&*format!("{code}: words")));
    }
}

#[tokio::test]
async fn an_answer_that_is_none_is_a_bad_response_and_not_quoted() {
    for body in [
        "",
        "<html>",
        r#"{"token":"secret""#,
        r#"["secret"]"#,
        r#"["secret",null,null]"#,
        r#"{"token":{"is":"secret"}}"#,
    ] {
        let (error, host) = failure_of(Answer::status(200).body(body)).await;
        assert_eq!((error.code(), error.host()), ("BAD_RESPONSE", Some(&*host)), "{error}");
        assert!(!format!("{error} {error:?}").contains("secret"), "{error:?}");
    }
}

#[tokio::test]
async fn a_token_that_no_header_can_carry_is_not_sent() {
    let (error, _) = failure_of(Answer::token("a\r\nX-Injected: b")).await;
    assert_eq!(error.code(), "AUTH_FAILED");
    assert!(!error.message().contains("Injected"), "{error}");
}

#[tokio::test]
async fn a_failed_token_request_is_not_remembered() {
    let server = registry_that_wants(&["t"]).await;
    server.get(TOKEN).once(Answer::status(503));
    let service = service(&server);
    service.list_tags(&repository()).await.expect_err("no token");
    server.get(TOKEN).once(Answer::token("t"));
    assert_eq!(service.list_tags(&repository()).await.expect("tags"), ["1.0"]);
    server.finish();
}

#[tokio::test]
async fn a_realm_that_is_no_place_for_a_request_is_refused() {
    for realm in
        ["ftp://127.0.0.1/token", "file:///etc/passwd", "http://user:secret@127.0.0.1/token", "https://["]
    {
        let server = Server::start().await;
        server.get(TAGS).once(Answer::challenge(&format!(r#"Bearer realm="{realm}""#)));
        let error = service(&server).list_tags(&repository()).await.expect_err(realm);
        assert_eq!(error.code(), "BAD_RESPONSE", "{realm}");
        assert!(!format!("{error} {error:?}").contains("secret"), "{error:?}");
        server.finish();
    }
}

#[tokio::test]
async fn a_service_that_takes_post_only_is_given_the_form() {
    let server = server_that_wants(r#"Bearer realm="/token",service="s""#).await;
    server.get(TOKEN).once(Answer::status(405));
    server.expect("POST /token").once(Answer::token("t"));
    accepts(&server, "Bearer t");
    service_as(password(), &server).list_tags(&repository()).await.expect("tags");
    let form = &server.received()[2].body;
    for field in ["grant_type=password", "username=somebody", "password=hunter2", "service=s"] {
        assert!(form.contains(field), "{form}");
    }
    server.finish();
}

#[tokio::test]
async fn a_server_that_the_registry_redirects_to_is_given_an_anonymous_token_of_its_own() {
    let (server, elsewhere) = (Server::start().await, Server::start().await);
    server.get(TAGS).without("authorization").once(Answer::challenge(r#"Basic realm="Registry""#));
    server.get(TAGS).with("authorization", BASIC).once(Answer::redirect(&elsewhere.at("/moved")));
    elsewhere
        .get("/moved")
        .without("authorization")
        .once(Answer::challenge(r#"Bearer realm="/token",service="e",scope="repository:mirror/app:pull""#));
    elsewhere
        .get("/token?service=e&scope=repository:mirror/app:pull")
        .without("authorization")
        .once(Answer::token("anonymous"));
    elsewhere.get("/moved").with("authorization", "Bearer anonymous").once(Answer::tags(&["1.0"]));
    assert_eq!(service_as(password(), &server).list_tags(&repository()).await.expect("tags"), ["1.0"]);
    server.finish();
    elsewhere.finish();
}

#[tokio::test]
async fn a_token_service_that_the_caller_names_may_have_the_credentials() {
    let elsewhere = Server::start().await;
    let realm = format!("http://localhost:{}/token", elsewhere.url().port().expect("a port"));
    let server = server_that_wants(&format!(r#"Bearer realm="{realm}",service="s""#)).await;
    elsewhere.get(TOKEN).with("authorization", BASIC).once(Answer::token("t"));
    accepts(&server, "Bearer t");
    let service = service_with(&server, |options: &mut Options| {
        let registry = registry_of(options);
        registry.credential = Some(password());
        registry.token_service = Some(realm.parse().expect("a URL"));
    });
    service.list_tags(&repository()).await.expect("tags");
    server.finish();
    elsewhere.finish();
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
