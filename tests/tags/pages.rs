//! The pages of a list, the links between them, and their bounds.

use container_registry_service::error::{Error, Limit, Setting};

use crate::{
    list, list_of,
    support::{Answer, Server, TAGS, registry_of, repository, repository_named, service, service_with},
};

/// The page that follows [`TAGS`].
const NEXT: &str = "/v2/team/app/tags/list?n=1000&last=1.1";

/// The error of listing tags at a server whose first page links to `target`, which is not requested.
async fn refusal_of(target: &str) -> (Error, String) {
    let server = Server::start().await;
    server.get(TAGS).once(Answer::tags(&["1.0"]).header("link", &format!(r#"<{target}>; rel="next""#)));
    let error = list(&server).await.expect_err(target);
    let host = server.host();
    server.finish();
    (error, host)
}

#[tokio::test]
async fn pages_are_followed_however_the_next_one_is_written() {
    let server = Server::start().await;
    let absolute = server.at(NEXT);
    let links = [
        vec![format!(r#"<{NEXT}>; rel="next""#)],
        vec![format!(r#"<{absolute}>; rel="next""#)],
        vec![r#"<?n=1000&last=1.1>; rel="next""#.to_owned()],
        vec![r#"<list?n=1000&last=1.1>;rel=next"#.to_owned()],
        vec![format!(r#"</v2/>; rel="first prev", <{NEXT}>; title="a, b; <c>"; REL="last NEXT""#)],
        vec![r#"</v2/>; rel="prev""#.to_owned(), format!(r#"<{NEXT}>; rel=next"#)],
    ];
    for link in links {
        let first = Answer::tags(&["1.0", "1.1"]);
        server.get(TAGS).once(link.iter().fold(first, |answer, link| answer.header("link", link)));
        server.get(NEXT).once(Answer::tags(&["1.1", "1.2"]));
        assert_eq!(list(&server).await.expect("tags"), ["1.0", "1.1", "1.1", "1.2"], "{link:?}");
    }
    server.finish();
}

#[tokio::test]
async fn of_a_link_on_the_same_origin_only_the_query_counts() {
    // Artifactory leaves out its own path prefix in links, and Nexus links to a path that clients cannot reach.
    for path in ["/v2/app/tags/list", "/repository/docker/v2/team/app/tags/list", "/", "/v2/other/tags/list"]
    {
        let server = Server::start().await;
        let link = format!(r#"<{path}?n=1000&last=1.1>; rel="next""#);
        server.get(TAGS).once(Answer::tags(&["1.0"]).header("link", &link));
        server.get(NEXT).once(Answer::tags(&["1.2"]));
        assert_eq!(list(&server).await.expect("tags"), ["1.0", "1.2"], "{path}");
        server.finish();
    }
}

#[tokio::test]
async fn a_registry_may_be_below_a_path() {
    let server = Server::start().await;
    server
        .get(&format!("/artifactory{TAGS}"))
        .once(Answer::tags(&["1.0"]).header("link", &format!(r#"<{NEXT}>; rel=next"#)));
    server.get(&format!("/artifactory{NEXT}")).once(Answer::tags(&["1.2"]));
    let service = service_with(&server, |options| {
        registry_of(options).url = Some(server.url().join("artifactory").expect("a URL"));
    });
    assert_eq!(service.list_tags(&repository()).await.expect("tags"), ["1.0", "1.2"]);
    server.finish();
}

#[tokio::test]
async fn a_page_size_that_is_refused_is_not_asked_for_again() {
    let sizes = ["?n=1000", "?n=100", ""];
    let list_of = |name: &str, size: &str| format!("/v2/{name}/tags/list{size}");
    for status in [400, 405] {
        for refused in 1..sizes.len() {
            let server = Server::start().await;
            for size in &sizes[..refused] {
                server.get(&list_of("team/app", size)).once(Answer::refusal(status, "UNSUPPORTED", "n"));
            }
            let service = service(&server);
            for name in ["team/app", "other"] {
                server.get(&list_of(name, sizes[refused])).once(Answer::tags(&["1.0"]));
                let tags = service.list_tags(&repository_named(name)).await;
                assert_eq!(tags.expect("tags"), ["1.0"], "{status} to {refused} sizes");
            }
            server.finish();
        }
        let server = Server::start().await;
        for size in sizes {
            server.get(&list_of("team/app", size)).once(Answer::refusal(status, "UNSUPPORTED", "n"));
        }
        let error = list(&server).await.expect_err("every size is refused");
        assert_eq!((error.code(), error.status()), ("REGISTRY_ERROR", Some(status)));
        assert_eq!(error.message(), format!("Failed to list tags for team/app: {status}"));
        server.finish();
    }
}

#[tokio::test]
async fn a_list_beyond_the_bounds_is_too_large() {
    let link = |last: usize| format!(r#"<{TAGS}&last={last}>; rel="next""#);
    let cases = [
        (3, 6, None),
        (2, 6, Some(Limit::TagPages)),
        (3, 5, Some(Limit::Tags)),
        (0, 9, Some(Limit::TagPages)),
    ];
    for (pages, tags, limit) in cases {
        let server = Server::start().await;
        server.get(TAGS).once(Answer::tags(&["1.0", "1.1"]).header("link", &link(1)));
        server.get(&format!("{TAGS}&last=1")).at_will(Answer::tags(&["1.2", "1.3"]).header("link", &link(2)));
        server.get(&format!("{TAGS}&last=2")).at_will(Answer::tags(&["1.4", "1.5"]));
        let service = service_with(&server, |options| {
            (options.http.limits.tag_pages, options.http.limits.tags) = (pages, tags)
        });
        match (service.list_tags(&repository()).await, limit) {
            (Ok(found), None) => assert_eq!(found.len(), 6),
            (Err(error), Some(limit)) => {
                assert_eq!((error.code(), error.host()), ("TOO_LARGE", Some(&*server.host())));
                assert_eq!(error.setting(), Some(Setting::Limit(limit)), "{error}");
            }
            (other, _) => panic!("{pages} pages, {tags} tags: {other:?}"),
        }
        server.finish();
    }
}

#[tokio::test]
async fn every_page_is_asked_for_with_the_token() {
    let server = Server::start().await;
    server.get(TAGS).without("authorization").once(Answer::challenge(r#"Bearer realm="/token""#));
    server.get("/token?scope=repository:team/app:pull").once(Answer::token("t"));
    let authorized = |target| server.get(target).with("authorization", "Bearer t");
    authorized(TAGS).once(Answer::tags(&["1.0"]).header("link", &format!(r#"<{NEXT}>; rel="next""#)));
    authorized(NEXT).once(Answer::tags(&["2.0"]));
    assert_eq!(list(&server).await.expect("tags"), ["1.0", "2.0"]);
    server.finish();
}

#[tokio::test]
async fn a_token_that_ends_between_two_pages_is_renewed() {
    let server = Server::start().await;
    let token = "/token?scope=repository:team/app:pull";
    server.get(TAGS).without("authorization").once(Answer::challenge(r#"Bearer realm="/token""#));
    server.get(token).once(Answer::token("old"));
    let link = format!(r#"<{NEXT}>; rel="next""#);
    server.get(TAGS).with("authorization", "Bearer old").once(Answer::tags(&["1.0"]).header("link", &link));
    server.get(NEXT).with("authorization", "Bearer old").once(Answer::challenge(r#"Bearer realm="/token""#));
    server.get(token).once(Answer::token("new"));
    server.get(NEXT).with("authorization", "Bearer new").once(Answer::tags(&["2.0"]));
    assert_eq!(list(&server).await.expect("tags"), ["1.0", "2.0"]);
    server.finish();
}

#[tokio::test]
async fn a_link_without_a_next_page_ends_the_list() {
    for link in [r#"</v2/>; rel="prev""#, r#"</v2/>; rel="nextish""#, "</v2/>", ""] {
        assert_eq!(
            list_of(Answer::tags(&["1.0"]).header("link", link)).await.expect("tags"),
            ["1.0"],
            "{link}"
        );
    }
}

#[tokio::test]
async fn an_empty_page_ends_the_list_whatever_its_link_says() {
    let server = Server::start().await;
    server.get(TAGS).once(Answer::tags(&["1.0"]).header("link", &format!(r#"<{NEXT}>; rel="next""#)));
    let further = r#"</v2/team/app/tags/list?n=1000&last=>; rel="next""#;
    server.get(NEXT).once(Answer::tags(&[]).header("link", further));
    assert_eq!(list(&server).await.expect("tags"), ["1.0"]);
    server.finish();
}

#[tokio::test]
async fn a_page_that_links_to_itself_ends_the_list() {
    let link = format!(r#"<{TAGS}>; rel="next""#);
    assert_eq!(list_of(Answer::tags(&["1.0"]).header("link", &link)).await.expect("tags"), ["1.0"]);
}

#[tokio::test]
async fn a_page_that_links_back_ends_the_list() {
    let server = Server::start().await;
    server.get(TAGS).once(Answer::tags(&["1.0"]).header("link", &format!(r#"<{NEXT}>; rel="next""#)));
    server.get(NEXT).once(Answer::tags(&["2.0"]).header("link", &format!(r#"<{TAGS}>; rel="next""#)));
    assert_eq!(list(&server).await.expect("tags"), ["1.0", "2.0"]);
    server.finish();
}

#[tokio::test]
async fn a_link_that_cannot_be_read_does_not_end_the_list() {
    for link in [
        r#"rel="next""#,
        r#"</v2/team/app/tags/list?last=1.0; rel="next""#,
        r#"<>; rel="next""#,
        "</v2/\u{e9}>",
    ] {
        let error = list_of(Answer::tags(&["1.0"]).header("link", link)).await.expect_err(link);
        assert_eq!(error.code(), "BAD_RESPONSE", "{link}");
    }
}

#[tokio::test]
async fn a_link_without_brackets_or_relation_is_followed() {
    for link in [format!(r#"{NEXT}; rel="next""#), format!("<{NEXT}>"), NEXT.to_owned()] {
        let server = Server::start().await;
        server.get(TAGS).once(Answer::tags(&["1.0"]).header("link", &link));
        server.get(NEXT).once(Answer::tags(&["1.2"]));
        assert_eq!(list(&server).await.expect("tags"), ["1.0", "1.2"], "{link}");
        server.finish();
    }
}

#[tokio::test]
async fn a_link_to_the_registry_by_another_scheme_or_port_is_followed_on_its_own_url() {
    for target in
        ["https://127.0.0.1", "http://127.0.0.1:1", "//127.0.0.1:2", "https://registry.example:5000"]
    {
        let server = Server::start().await;
        let link = format!(r#"<{target}{NEXT}>; rel="next""#);
        server.get(TAGS).once(Answer::tags(&["1.0"]).header("link", &link));
        server.get(NEXT).once(Answer::tags(&["1.2"]));
        assert_eq!(list(&server).await.expect("tags"), ["1.0", "1.2"], "{target}");
        server.finish();
    }
}

#[tokio::test]
async fn a_next_page_on_another_host_is_refused() {
    for target in ["http://127.0.0.2", "//localhost", "https://registry.example.evil.net", "https://evil.net"]
    {
        let (error, host) = refusal_of(&format!("{target}{NEXT}&secret=x")).await;
        assert_eq!((error.code(), error.host()), ("BAD_RESPONSE", Some(&*host)), "{target}");
        assert!(!error.message().contains("secret=x"), "{error}");
    }
}

#[tokio::test]
async fn a_next_page_that_is_no_plain_url_is_refused() {
    for target in ["http://[", "ftp://127.0.0.1/", "data:,x"] {
        assert_eq!(refusal_of(target).await.0.code(), "BAD_RESPONSE", "{target}");
    }
    let server = Server::start().await;
    let with_user = server.at(NEXT).replace("http://", "http://user:secret@");
    server.get(TAGS).once(Answer::tags(&["1.0"]).header("link", &format!(r#"<{with_user}>; rel="next""#)));
    let error = list(&server).await.expect_err("refused");
    assert_eq!(error.code(), "BAD_RESPONSE");
    assert!(!error.message().contains("secret"), "{error}");
    server.finish();
}

#[tokio::test]
async fn the_bytes_of_a_list_are_bounded_over_all_its_pages() {
    for (bytes, is_read) in [(12, true), (11, false)] {
        let server = Server::start().await;
        server
            .get(TAGS)
            .once(Answer::tags(&["1.0", "1.1"]).header("link", &format!(r#"<{NEXT}>; rel="next""#)));
        server.get(NEXT).once(Answer::tags(&["1.2", "1.3"]));
        let service = service_with(&server, |options| options.http.limits.tag_list_bytes = bytes);
        match (service.list_tags(&repository()).await, is_read) {
            (Ok(tags), true) => assert_eq!(tags.len(), 4),
            (Err(error), false) => {
                assert_eq!(error.code(), "TOO_LARGE");
                assert_eq!(
                    error.setting().map(|setting| setting.name()).as_deref(),
                    Some("limits.tag_list_bytes")
                );
            }
            (other, _) => panic!("{bytes}: {other:?}"),
        }
        server.finish();
    }
}

/// Tags in the order of their names.
fn numbered(from: usize, to: usize) -> Vec<String> {
    (from..to).map(|number| format!("1.{number:05}")).collect()
}

fn page_of(tags: &[String]) -> Answer {
    Answer::tags(&tags.iter().map(String::as_str).collect::<Vec<_>>())
}

#[tokio::test]
async fn a_full_page_without_a_link_is_asked_for_once_more() {
    for size in [50, 100, 200, 250, 500, 1000] {
        let (first, second) = (numbered(0, size), numbered(size, size + 3));
        let server = Server::start().await;
        server.get(TAGS).once(page_of(&first));
        let next = format!("{TAGS}&last={}", first.last().expect("a tag"));
        server.get(&next).once(page_of(&second));
        assert_eq!(list(&server).await.expect("tags"), [first, second].concat(), "{size}");
        server.finish();
    }
}

#[tokio::test]
async fn a_registry_that_knows_no_last_is_recognised() {
    let tags = numbered(0, 100);
    let next = format!("{TAGS}&last={}", tags.last().expect("a tag"));
    for answer in [page_of(&tags), Answer::status(400), Answer::status(404), page_of(&[])] {
        let server = Server::start().await;
        server.get(TAGS).once(page_of(&tags));
        server.get(&next).once(answer);
        assert_eq!(list(&server).await.expect("tags"), tags);
        server.finish();
    }
    let server = Server::start().await;
    server.get(TAGS).once(page_of(&tags));
    server.get(&next).once(Answer::status(500));
    assert_eq!(list(&server).await.expect_err("half a list").status(), Some(500));
    server.finish();
}

#[tokio::test]
async fn an_empty_page_that_has_a_next_is_followed() {
    let server = Server::start().await;
    let last = "/v2/team/app/tags/list?n=1000&last=1.3";
    server.get(TAGS).once(Answer::tags(&["1.0"]).header("link", &format!(r#"<{NEXT}>; rel="next""#)));
    server.get(NEXT).once(Answer::tags(&[]).header("link", &format!(r#"<{last}>; rel="next""#)));
    server.get(last).once(Answer::tags(&["1.4"]));
    assert_eq!(list(&server).await.expect("tags"), ["1.0", "1.4"]);
    server.finish();
}

#[tokio::test]
async fn a_page_that_fails_fails_the_list() {
    let server = Server::start().await;
    server.get(TAGS).once(Answer::tags(&["1.0"]).header("link", &format!(r#"<{NEXT}>; rel="next""#)));
    server.get(NEXT).once(Answer::status(404));
    let error = list(&server).await.expect_err("half a list is none");
    assert_eq!((error.code(), error.status()), ("NOT_FOUND", Some(404)));
    server.finish();
}
