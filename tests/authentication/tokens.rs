//! Tokens: which ones the client requests, how often, and when it renews them.

use std::sync::Arc;

use futures_util::future::join_all;
use serde_json::json;
use tokio::sync::Notify;

use crate::{
    BASIC, TOKEN, accepts, challenge, password, refuses, registry_that_wants, server_that_wants, service_as,
    support::{Answer, Server, TAGS, manifest, repository, repository_named, service, service_with, sha256},
};

#[tokio::test]
async fn the_challenge_decides_where_a_token_comes_from() {
    let server = registry_that_wants(&["secret"]).await;
    server.get(TOKEN).without("authorization").once(Answer::token("secret"));
    assert_eq!(service(&server).list_tags(&repository()).await.expect("tags"), ["1.0"]);
    assert_eq!(server.lines(), [TAGS, TOKEN, TAGS].map(|target| format!("GET {target}")));
    let agents = server.received();
    let name = concat!("container-registry-service/", env!("CARGO_PKG_VERSION"));
    assert!(agents.iter().all(|request| request.header("user-agent") == Some(name)));
    server.finish();
}

#[tokio::test]
async fn a_challenge_is_read_in_every_form_that_registries_send() {
    let server = Server::start().await;
    let realm = server.at("/auth");
    let scoped = "scope=repository:team/app:pull";
    let cases: [(Vec<String>, String); 6] = [
        (vec![r#"Bearer realm="/auth",service="s""#.into()], format!("/auth?service=s&{scoped}")),
        (vec![format!(r#"bearer REALM="{realm}""#)], format!("/auth?{scoped}")),
        (
            vec![format!(r#"Basic realm="a, b", Bearer realm="{realm}", service="s""#)],
            format!("/auth?service=s&{scoped}"),
        ),
        (
            vec![r#"Basic realm="Gitea""#.into(), format!(r#"Bearer realm="{realm}",service="s",scope="*""#)],
            format!("/auth?service=s&{scoped}"),
        ),
        (
            vec![format!(r#"Bearer realm="{realm}",service="a service""#)],
            format!("/auth?service=a+service&{scoped}"),
        ),
        (
            vec![format!(r#"Bearer realm="{realm}?account=x",scope="repository:user/image:pull""#)],
            format!("/auth?account=x&{scoped}"),
        ),
    ];
    for (challenges, token) in cases {
        let refusal = Answer::status(401);
        let refusal = challenges.iter().fold(refusal, |answer, one| answer.header("www-authenticate", one));
        server.get(TAGS).without("authorization").once(refusal);
        server.get(&token).once(Answer::token("t"));
        server.get(TAGS).with("authorization", "Bearer t").once(Answer::tags(&["1.0"]));
        assert_eq!(service(&server).list_tags(&repository()).await.expect("tags"), ["1.0"], "{challenges:?}");
    }
    server.finish();
}

#[tokio::test]
async fn a_registry_that_asks_for_nothing_is_given_nothing() {
    let server = Server::start().await;
    server.get(TAGS).without("authorization").once(Answer::tags(&["1.0"]));
    assert_eq!(service(&server).list_tags(&repository()).await.expect("tags"), ["1.0"]);
    server.finish();
}

#[tokio::test]
async fn a_refusal_without_a_bearer_challenge_is_the_answer() {
    for challenges in [
        &[][..],
        &[r#"Basic realm="Registry""#],
        &["Bearer", r#"Bearer service="x""#],
        &[r#"Bearer realm="unclosed"#],
    ] {
        let server = Server::start().await;
        let refusal = Answer::refusal(401, "UNAUTHORIZED", "log in first");
        let refusal = challenges.iter().fold(refusal, |answer, one| answer.header("www-authenticate", one));
        server.get(TAGS).once(refusal);
        let error = service(&server).list_tags(&repository()).await.expect_err("refused");
        assert_eq!(error.message(), "Failed to list tags for team/app: 401");
        assert_eq!((error.code(), error.status()), ("AUTH_FAILED", Some(401)));
        assert_eq!(error.detail(), Some("UNAUTHORIZED: log in first"));
        server.finish();
    }
}

#[tokio::test]
async fn a_challenge_holds_for_all_repositories_of_a_registry() {
    let server = registry_that_wants(&["one"]).await;
    server.get(TOKEN).once(Answer::token("one"));
    let service = service(&server);
    service.list_tags(&repository()).await.expect("tags");

    let (token, tags) = ("/token?service=s&scope=repository:other:pull", "/v2/other/tags/list?n=1000");
    server.get(token).once(Answer::token("two"));
    server.get(tags).with("authorization", "Bearer two").once(Answer::tags(&["2.0"]));
    assert_eq!(service.list_tags(&repository_named("other")).await.expect("tags"), ["2.0"]);
    assert_eq!(server.lines().split_off(3), [format!("GET {token}"), format!("GET {tags}")]);
    server.finish();
}

#[tokio::test]
async fn twenty_callers_at_once_share_one_token_request() {
    let server = registry_that_wants(&["shared"]).await;
    let gate = Arc::new(Notify::new());
    server.get(TOKEN).once(Answer::token("shared").held_by(&gate));
    let (service, repository) = (service(&server), repository());
    let callers = join_all((0..20).map(|_| service.list_tags(&repository)));
    let all_have_asked = async {
        server.arrival_of(2).await;
        gate.notify_one();
    };
    let (answers, ()) = tokio::join!(callers, all_have_asked);
    for answer in answers {
        assert_eq!(answer.expect("tags"), ["1.0"]);
    }
    // The other repository's tag list is refused once, and then accepted with the token.
    assert_eq!(server.lines().len(), 1 + 1 + 1);
    server.finish();
}

#[tokio::test]
async fn callers_that_share_a_token_request_share_its_failure() {
    let server = Server::start().await;
    server.get(TAGS).once(challenge(&server));
    server.get(TOKEN).once(Answer::status(500));
    let (service, repository) = (service(&server), repository());
    service.list_tags(&repository).await.expect_err("no token");

    let gate = Arc::new(Notify::new());
    server.get(TOKEN).once(Answer::status(503).held_by(&gate));
    let callers = join_all((0..20).map(|_| service.list_tags(&repository)));
    let released = async {
        // The token is requested first, so all callers wait for the same request.
        server.arrival_of(3).await;
        gate.notify_one();
    };
    let (answers, ()) = tokio::join!(callers, released);
    for answer in answers {
        assert_eq!(answer.expect_err("no token").status(), Some(503));
    }
    server.finish();
}

#[tokio::test]
async fn a_token_is_used_again_within_its_lifetime_only() {
    for (expires_in, token_requests) in [(json!(300), 1), (json!(null), 1), (json!("soon"), 1), (json!(0), 3)]
    {
        let server = registry_that_wants(&["t"]).await;
        server.get(TOKEN).always(Answer::json(&json!({"token": "t", "expires_in": expires_in})));
        let service = service(&server);
        for _ in 0..3 {
            service.list_tags(&repository()).await.expect("tags");
        }
        let asked = server.lines().iter().filter(|line| line.contains("/token")).count();
        assert_eq!(asked, token_requests, "expires_in {expires_in}");
        server.finish();
    }
}

#[tokio::test]
async fn a_token_that_was_cleared_is_asked_for_again() {
    let server = registry_that_wants(&["one", "two"]).await;
    let service = service(&server);
    for token in ["one", "two"] {
        server.get(TOKEN).once(Answer::token(token));
        service.list_tags(&repository()).await.expect("tags");
        service.clear_cache().await;
    }
    server.finish();
}

#[tokio::test]
async fn each_service_has_its_own_tokens() {
    let server = registry_that_wants(&["one", "two"]).await;
    server.get(TOKEN).once(Answer::token("one"));
    server.get(TOKEN).once(Answer::token("two"));
    for _ in 0..2 {
        service(&server).list_tags(&repository()).await.expect("tags");
    }
    server.finish();
}

#[tokio::test]
async fn a_token_that_is_refused_later_is_renewed_once() {
    let server = Server::start().await;
    server.get(TAGS).without("authorization").once(challenge(&server));
    server.get(TOKEN).once(Answer::token("old"));
    server.get(TAGS).with("authorization", "Bearer old").once(Answer::tags(&["1.0"]));
    let service = service(&server);
    service.list_tags(&repository()).await.expect("tags");

    server.get(TAGS).with("authorization", "Bearer old").once(challenge(&server));
    server.get(TOKEN).once(Answer::token("new"));
    server.get(TAGS).with("authorization", "Bearer new").once(Answer::tags(&["1.1"]));
    assert_eq!(service.list_tags(&repository()).await.expect("tags"), ["1.1"]);

    server.get(TAGS).with("authorization", "Bearer new").once(challenge(&server));
    server.get(TOKEN).once(Answer::token("newest"));
    server.get(TAGS).with("authorization", "Bearer newest").once(challenge(&server));
    let error = service.list_tags(&repository()).await.expect_err("refused twice");
    assert_eq!((error.code(), error.status()), ("AUTH_FAILED", Some(401)));
    server.finish();
}

#[tokio::test]
async fn callers_that_find_a_token_refused_share_its_renewal() {
    let server = registry_that_wants(&["old"]).await;
    server.get(TOKEN).once(Answer::token("old"));
    let (service, repository) = (service(&server), repository());
    service.list_tags(&repository).await.expect("tags");

    let names: Vec<String> = (0..10).map(|number| format!("1.{number}")).collect();
    for name in &names {
        let head = server.expect(&format!("HEAD {}", manifest(name)));
        head.with("authorization", "Bearer old").at_will(challenge(&server));
        let head = server.expect(&format!("HEAD {}", manifest(name))).with("authorization", "Bearer new");
        head.once(Answer::status(200).header("docker-content-digest", &sha256(name)));
    }
    server.get(TOKEN).once(Answer::token("new"));
    let digests = join_all(names.iter().map(|name| service.image_digest(&repository, name))).await;
    for (name, digest) in names.iter().zip(digests) {
        assert_eq!(digest.expect("a digest"), sha256(name));
    }
    server.finish();
}

#[tokio::test]
async fn a_token_that_does_not_come_holds_up_its_own_repository_only() {
    let server = registry_that_wants(&["late"]).await;
    let gate = Arc::new(Notify::new());
    server.get(TOKEN).once(Answer::token("late").held_by(&gate));
    let (service, repository, other) = (service(&server), repository(), repository_named("other"));
    let (token, tags) = ("/token?service=s&scope=repository:other:pull", "/v2/other/tags/list?n=1000");
    let meanwhile = async {
        server.arrival_of(2).await;
        server.get(token).once(Answer::token("two"));
        server.get(tags).with("authorization", "Bearer two").once(Answer::tags(&["2.0"]));
        assert_eq!(service.list_tags(&other).await.expect("tags"), ["2.0"]);
        gate.notify_one();
    };
    let (held, ()) = tokio::join!(service.list_tags(&repository), meanwhile);
    assert_eq!(held.expect("tags"), ["1.0"]);
    server.finish();
}

#[tokio::test]
async fn a_refused_fresh_token_is_the_answer() {
    let server = Server::start().await;
    let service = service(&server);
    server.get(TAGS).without("authorization").once(challenge(&server));
    // The first token is requested before the challenge is known, the second one after it.
    for token in ["fresh", "fresher"] {
        server.get(TOKEN).once(Answer::json(&json!({"token": token, "expires_in": 0})));
        let insufficient = r#"Bearer realm="/token",error="insufficient_scope""#;
        server
            .get(TAGS)
            .with("authorization", &format!("Bearer {token}"))
            .once(Answer::challenge(insufficient));
        let error = service.list_tags(&repository()).await.expect_err("refused");
        assert_eq!(error.message(), "Failed to list tags for team/app: 401");
        assert_eq!((error.code(), error.host()), ("AUTH_FAILED", Some(&*server.host())));
        assert_eq!(error.detail(), Some("UNAUTHORIZED: authentication required"));
    }
    server.finish();
}

#[tokio::test]
async fn a_token_that_is_refused_as_expired_is_renewed_once() {
    let server = server_that_wants(r#"Bearer realm="/token",service="s""#).await;
    let service = service_with(&server, |_| ());
    server.get(TOKEN).once(Answer::token("old"));
    accepts(&server, "Bearer old");
    service.list_tags(&repository()).await.expect("tags");
    refuses(&server, "Bearer old", 403, "token has expired");
    server.get(TOKEN).once(Answer::token("new"));
    accepts(&server, "Bearer new");
    service.list_tags(&repository()).await.expect("tags");
    refuses(&server, "Bearer new", 403, "token has expired");
    server.get(TOKEN).once(Answer::token("newest"));
    refuses(&server, "Bearer newest", 403, "token has expired");
    assert_eq!(service.list_tags(&repository()).await.expect_err("refused").status(), Some(403));
    server.finish();
}

#[tokio::test]
async fn the_scope_of_the_challenge_is_asked_for_too_and_only_to_read() {
    let scope = r#"Bearer realm="/token",service="s",scope="repository:proxy/team/app:metadata_read,push""#;
    let server = server_that_wants(scope).await;
    let token = format!("{TOKEN}&scope=repository:proxy/team/app:metadata_read");
    server.get(&token).once(Answer::token("t"));
    accepts(&server, "Bearer t");
    assert_eq!(service_with(&server, |_| ()).list_tags(&repository()).await.expect("tags"), ["1.0"]);
    server.finish();
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

#[tokio::test]
async fn a_rate_limit_may_come_as_a_403() {
    let server = Server::start().await;
    server.get(TAGS).once(Answer::refusal(403, "DENIED", "You have exceeded a secondary rate limit"));
    let error = service_with(&server, |_| ()).list_tags(&repository()).await.expect_err("refused");
    assert_eq!((error.code(), error.status(), error.is_transient()), ("RATE_LIMITED", Some(403), true));
    server.finish();
}
