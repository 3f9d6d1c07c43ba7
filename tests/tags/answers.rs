//! What an answer says, and answers that are no list.

use serde_json::json;

use crate::{
    list, list_of,
    support::{Answer, Log, Server, TAGS},
};

#[tokio::test]
async fn order_and_duplicates_stay_as_the_registry_sends_them() {
    let sent = ["2.0", "1.0", "latest", "2.0", "v1", "sha256-ab.sig"];
    assert_eq!(list_of(Answer::tags(&sent)).await.expect("tags"), sent);
}

#[tokio::test]
async fn tags_that_are_null_are_none() {
    for body in [json!({"name": "team/app", "tags": null}), json!({"tags": []})] {
        assert_eq!(list_of(Answer::json(&body)).await.expect("tags"), [""; 0], "{body}");
    }
}

#[tokio::test]
async fn an_answer_that_does_not_say_which_tags_there_are_is_no_list() {
    let cases = [
        (json!({}), "BAD_RESPONSE", None),
        (json!({"name": "team/app"}), "BAD_RESPONSE", None),
        (json!({"message": "blocked by policy"}), "BAD_RESPONSE", Some("blocked by policy")),
        (json!({"errors": [{"code": "DENIED", "message": "no"}]}), "BAD_RESPONSE", Some("DENIED: no")),
        (
            json!({"errors": [{"code": "TOOMANYREQUESTS", "message": "slow down"}]}),
            "RATE_LIMITED",
            Some("TOOMANYREQUESTS: slow down"),
        ),
        (json!([["1.0.1"]]), "BAD_RESPONSE", None),
        (json!(["team/app", ["1.0.1"]]), "BAD_RESPONSE", None),
    ];
    for (body, code, detail) in cases {
        let error = list_of(Answer::json(&body)).await.expect_err("no list");
        assert_eq!((error.code(), error.status(), error.detail()), (code, Some(200), detail), "{body}");
    }
}

#[tokio::test]
async fn what_is_no_tag_list_is_a_bad_response() {
    let bodies = [
        r#"{"tags":["1.0",2]}"#,
        r#"{"tags":[null]}"#,
        r#"{"tags":"1.0"}"#,
        "<html>",
        "",
        "[",
        "null",
        "7",
        r#"["1.0"]"#,
        r#"{"tags": ["1.0", "2""#,
    ];
    for body in bodies {
        let error = list_of(Answer::status(200).body(body)).await.expect_err(body);
        assert_eq!((error.code(), error.status()), ("BAD_RESPONSE", Some(200)), "{body}: {error}");
        assert!(error.host().is_some_and(|host| host.starts_with("127.0.0.1:")), "{error:?}");
    }
}

#[tokio::test]
async fn what_is_no_tag_is_left_out_with_one_warning() {
    let log = Log::start();
    let long = "a".repeat(129);
    assert_eq!(
        list_of(Answer::tags(&["1.0", "", &long, "-x", "a b", "1.1"])).await.expect("tags"),
        ["1.0", "1.1"]
    );
    let warnings: Vec<_> = log.lines().into_iter().filter(|line| line.starts_with("WARN")).collect();
    assert!(warnings.len() == 1 && warnings[0].contains("4 entries that are no tags"), "{warnings:#?}");
    let error = list_of(Answer::tags(&["", "-x"])).await.expect_err("not a single tag");
    assert_eq!(error.code(), "BAD_RESPONSE");
}

#[tokio::test]
async fn the_content_type_does_not_matter() {
    for content_type in ["text/plain; charset=utf-8", "application/octet-stream", "text/html"] {
        let answer = Answer::status(200).header("content-type", content_type).body(r#"{"tags":["1.0"]}"#);
        assert_eq!(list_of(answer).await.expect("tags"), ["1.0"], "{content_type}");
    }
}

#[tokio::test]
async fn a_refusal_is_told_in_the_originals_words_with_the_servers_own_beside_them() {
    let cases = [
        (401, "AUTH_FAILED"),
        (403, "AUTH_FAILED"),
        (404, "NOT_FOUND"),
        (410, "REGISTRY_ERROR"),
        (418, "REGISTRY_ERROR"),
        (500, "REGISTRY_ERROR"),
        (503, "REGISTRY_ERROR"),
    ];
    for (status, code) in cases {
        let server = Server::start().await;
        server.get(TAGS).once(Answer::refusal(status, "NAME_UNKNOWN", "repository name not known"));
        let error = list(&server).await.expect_err("refused");
        assert_eq!(error.message(), format!("Failed to list tags for team/app: {status}"));
        assert_eq!((error.code(), error.status()), (code, Some(status)));
        assert_eq!(error.host(), Some(&*server.host()));
        assert_eq!(error.detail(), Some("NAME_UNKNOWN: repository name not known"));
        server.finish();
    }
}

#[tokio::test]
async fn the_servers_own_words_need_not_be_json() {
    let long = "é".repeat(300);
    for (body, detail) in [
        ("", None),
        ("  Bad\r\n\tgateway ", Some("Bad gateway".to_owned())),
        (r#"{"errors":[]}"#, None),
        (r#"{"errors":[{"code":"DENIED"},{"code":"SECOND"}]}"#, Some("DENIED".to_owned())),
        (&long, Some("é".repeat(200))),
    ] {
        let error = list_of(Answer::status(502).body(body)).await.expect_err("refused");
        assert_eq!((error.status(), error.detail()), (Some(502), detail.as_deref()), "{body}");
    }
}

#[tokio::test]
async fn a_repository_that_has_moved_is_followed_once() {
    let log = Log::start();
    let server = Server::start().await;
    let moved = |name: &str| Answer::status(301).header("location", &format!("/v2/{name}/tags/list?n=1000"));
    server.get(TAGS).once(moved("team/new"));
    server.get("/v2/team/new/tags/list?n=1000").without("authorization").once(Answer::tags(&["1.0"]));
    assert_eq!(list(&server).await.expect("tags"), ["1.0"]);
    assert!(
        log.lines().iter().any(|line| line.starts_with("WARN") && line.contains("has moved to")),
        "{log:?}"
    );

    server.get(TAGS).once(moved("team/new"));
    server.get("/v2/team/new/tags/list?n=1000").once(moved("team/newer"));
    assert_eq!(list(&server).await.expect_err("moved twice").status(), Some(301));
    server.finish();
}
