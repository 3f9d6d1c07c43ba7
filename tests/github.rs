//! The prefix of a repository's release tags: which requests GitHub receives, and which answers are cached.

mod support;

use container_registry_service::options::{HostKind, Secret};
use serde_json::json;
use support::{Answer, Log, Server, clock, service, service_with};

const SOURCE: &str = "https://github.com/team/app";
const WITH_V: &str = "/repos/team/app/releases/tags/v1.2.3";
const PLAIN: &str = "/repos/team/app/releases/tags/1.2.3";

fn release() -> Answer {
    Answer::json(&json!({"tag_name": "any"}))
}

fn no_release() -> Answer {
    Answer::json(&json!({"message": "Not Found"})).with_status(404)
}

#[tokio::test]
async fn a_release_with_a_v_settles_it() {
    for sample in ["1.2.3", "v1.2.3"] {
        let server = Server::start().await;
        server.get(WITH_V).once(release());
        assert_eq!(service(&server).detect_release_tag_prefix(SOURCE, sample).await, "v", "{sample}");
        server.finish();
    }
}

#[tokio::test]
async fn the_plain_form_is_asked_for_after_a_miss() {
    for answer in [release(), no_release()] {
        let server = Server::start().await;
        server.get(WITH_V).once(no_release());
        server.get(PLAIN).once(answer);
        assert_eq!(service(&server).detect_release_tag_prefix(SOURCE, "v1.2.3").await, "");
        assert_eq!(server.lines(), [WITH_V, PLAIN].map(|target| format!("GET {target}")));
        server.finish();
    }
}

#[tokio::test]
async fn a_source_url_is_cut_to_its_repository() {
    for source in [
        "https://github.com/team/app.git",
        "https://github.com/team/app/",
        "https://github.com/team/app/tree/main/docs",
        "git+https://github.com/team/app.git",
        "git://github.com/team/app",
        "ssh://git@github.com/team/app.git",
        "git@github.com:team/app.git",
    ] {
        let server = Server::start().await;
        server.get(WITH_V).once(release());
        assert_eq!(service(&server).detect_release_tag_prefix(source, "1.2.3").await, "v", "{source}");
        server.finish();
    }
}

#[tokio::test]
async fn requests_say_who_asks_and_for_what() {
    for token in [None, Some("github-token")] {
        let server = Server::start().await;
        server.get(WITH_V).once(no_release());
        server.get(PLAIN).once(no_release());
        let service = service_with(&server, |options| {
            options.http.user_agent = "updates/1.0".to_owned();
            options.source.github_token = token.map(Secret::new);
        });
        service.detect_release_tag_prefix(SOURCE, "1.2.3").await;
        let authorization = token.map(|token| format!("Bearer {token}"));
        for request in server.received() {
            assert_eq!(request.header("user-agent"), Some("updates/1.0"));
            assert_eq!(request.header("accept"), Some("application/vnd.github.v3+json"));
            assert_eq!(request.header("authorization"), authorization.as_deref());
        }
        server.finish();
    }
}

#[tokio::test]
async fn what_stands_in_for_github_may_be_below_a_path() {
    for path in ["api/v3", "api/v3/"] {
        let server = Server::start().await;
        server.get(&format!("/api/v3{WITH_V}")).once(release());
        let service = service_with(&server, |options| {
            options.source.github_api_url = Some(server.url().join(path).expect("a URL"));
        });
        assert_eq!(service.detect_release_tag_prefix(SOURCE, "1.2.3").await, "v", "{path}");
        server.finish();
    }
}

#[tokio::test]
async fn another_github_is_asked_for_its_own_repositories_and_without_the_token() {
    let server = Server::start().await;
    server.get(&format!("/api/v3{WITH_V}")).without("authorization").once(release());
    let service = service_with(&server, |options| {
        options.source.github_api_url = None;
        options.source.github_token = Some(Secret::new("t"));
        options.source.hosts.insert(server.host(), HostKind::GitHub);
    });
    let source = server.at("/team/app.git");
    assert_eq!(service.detect_release_tag_prefix(&source, "1.2.3").await, "v");
    let page = service.build_release_url(&source, "1.2.3", "v");
    assert_eq!(page, Some(server.at("/team/app/releases/tag/v1.2.3")));
    server.finish();
}

#[tokio::test]
async fn a_tag_stays_one_part_of_the_path() {
    let server = Server::start().await;
    server.get("/repos/team/app/releases/tags/v..%2F..%2Fx%3Fy%23z").once(release());
    assert_eq!(service(&server).detect_release_tag_prefix(SOURCE, "../../x?y#z").await, "v");
    server.finish();
}

#[tokio::test]
async fn other_hosts_are_not_asked_and_have_no_prefix() {
    let server = Server::start().await;
    let service = service(&server);
    for source in [
        "https://gitlab.com/team/app",
        "https://www.github.com/team/app",
        "https://example.org/x",
        "no url",
        "",
    ] {
        assert_eq!(service.detect_release_tag_prefix(source, "1.2.3").await, "", "{source}");
    }
    server.finish();
}

#[tokio::test]
async fn a_renamed_repository_is_followed() {
    let server = Server::start().await;
    server.get(WITH_V).once(Answer::redirect("/repositories/1/releases/tags/v1.2.3").with_status(301));
    server.get("/repositories/1/releases/tags/v1.2.3").once(release());
    assert_eq!(service(&server).detect_release_tag_prefix(SOURCE, "1.2.3").await, "v");
    server.finish();
}

#[tokio::test]
async fn a_final_answer_is_remembered_for_the_source_url_as_it_was_given() {
    for (with_v, plain, prefix) in
        [(release(), None, "v"), (no_release(), Some(release()), ""), (no_release(), Some(no_release()), "")]
    {
        let server = Server::start().await;
        let service = service(&server);
        for source in [SOURCE, "https://github.com/team/app.git"] {
            server.get(WITH_V).once(with_v.clone());
            plain.iter().for_each(|plain| server.get(PLAIN).once(plain.clone()));
            for sample in ["1.2.3", "9.9.9"] {
                assert_eq!(service.detect_release_tag_prefix(source, sample).await, prefix);
            }
        }
        server.finish();
    }
}

#[tokio::test]
async fn a_failure_is_no_evidence_and_is_not_remembered() {
    let failures = [
        Answer::status(401),
        Answer::status(403),
        Answer::status(500),
        Answer::status(503),
        Answer::hang_up(),
        Answer::endless(" ".repeat(1024 * 1024)),
    ];
    for failure in failures {
        let log = Log::start();
        let server = Server::start().await;
        let service = service(&server);
        server.get(WITH_V).once(failure.clone());
        assert_eq!(service.detect_release_tag_prefix(SOURCE, "1.2.3").await, "", "{failure:?}");
        server.get(WITH_V).once(no_release());
        server.get(PLAIN).once(failure.clone());
        assert_eq!(service.detect_release_tag_prefix(SOURCE, "1.2.3").await, "", "{failure:?}");
        server.get(WITH_V).once(release());
        assert_eq!(service.detect_release_tag_prefix(SOURCE, "1.2.3").await, "v", "{failure:?}");
        assert!(log.lines().iter().all(|line| line.starts_with("DEBUG ")), "{:#?}", log.lines());
        server.finish();
    }
}

#[tokio::test]
async fn a_limit_is_no_evidence_and_is_obeyed() {
    let rate_limited = Answer::json(&json!({"message": "API rate limit exceeded"}))
        .with_status(403)
        .header("x-ratelimit-remaining", "0")
        .header("x-ratelimit-reset", "4102444800");
    for limit in [rate_limited, Answer::too_many_requests(Some("86400"))] {
        let server = Server::start().await;
        server.get(WITH_V).once(limit);
        let prefix = async || service(&server).detect_release_tag_prefix(SOURCE, "1.2.3").await;
        assert_eq!(prefix().await, "");
        assert_eq!(prefix().await, "", "another service leaves the host alone too");
        server.finish();
    }
}

#[tokio::test]
async fn github_is_asked_again_once_at_most() {
    for (max_retries, requests) in [(0, 1), (1, 2), (3, 2)] {
        let mut log = Log::start();
        let server = Server::start().await;
        for _ in 0..requests {
            server.get(WITH_V).once(Answer::too_many_requests(None));
        }
        let service = service_with(&server, |options| options.http.retry.max_retries = max_retries);
        let waits = async {
            for wait in 1..requests {
                let expected = format!("Rate limited on {}, retrying in 1000ms", server.at(WITH_V));
                assert_eq!(log.line(wait).await, format!("WARN {expected}"));
                clock::skip(std::time::Duration::from_secs(2)).await;
            }
        };
        let (prefix, ()) = tokio::join!(service.detect_release_tag_prefix(SOURCE, "1.2.3"), waits);
        assert_eq!(prefix, "");
        server.finish();
    }
}
