//! Checks for updates from end to end, and the cache for sources of images.

#![expect(clippy::expect_used, reason = "a test stops where it cannot be set up")]

mod support;

use container_registry_service::{
    CheckRequest, ContainerRegistryService, error::Result, options::Options, report::AvailableUpdate,
    version::Rule,
};
use serde_json::json;
use support::{
    Answer, Content, Image, Log, NAME, Server, TAGS, blob, index, manifest, platform, repository, service,
    sha256, single, single_with,
};

const SOURCE: &str = "https://github.com/team/app";
const WARNING: &str = "WARN";

fn update(tag: &str, is_latest: bool, release_url: Option<&str>) -> AvailableUpdate {
    AvailableUpdate::new(tag, is_latest, release_url.map(str::to_owned))
}

/// An index with an image for one platform.
fn index_for(platform: &str) -> Content {
    index(&[single(platform).manifest.entry(platform)])
}

/// An image with a source label.
fn labelled() -> Image {
    single_with(platform("linux/amd64"), &json!({"org.opencontainers.image.source": SOURCE}), &[1])
}

/// A server with these tags, whose images name no source.
async fn server_with(tags: &[&str]) -> Server {
    let server = Server::start().await;
    server.get(TAGS).once(Answer::tags(tags));
    server.get(&manifest("1.0.0")).once(Answer::status(404));
    server
}

/// A check by the original rule.
async fn check(
    service: &ContainerRegistryService,
    image: &str,
    arch: &str,
    fallback: Option<&str>,
) -> Result<Vec<AvailableUpdate>> {
    let mut request = CheckRequest::new(image, arch).policy(Rule::Original);
    request.fallback_source = fallback.map(str::to_owned);
    service.available_updates(&request).await
}

async fn updates(service: &ContainerRegistryService, fallback: Option<&str>) -> Vec<AvailableUpdate> {
    check(service, "registry.example/team/app:1.0.0", "amd64", fallback).await.expect("updates")
}

#[tokio::test]
async fn a_check_names_the_newer_versions_with_their_release_notes() {
    let log = Log::start();
    let server = Server::start().await;
    let token = r#"Bearer realm="/token""#;
    let authorized = |target: &str| server.get(target).with("authorization", "Bearer t");
    // The tags and the source are requested at once. Both requests find that a token is needed, and share it.
    server.get(TAGS).without("authorization").once(Answer::challenge(token));
    server.get(&manifest("v1.2.0")).without("authorization").once(Answer::challenge(token));
    server.get("/token?scope=repository:team/app:pull").once(Answer::token("t"));

    let next = "/v2/team/app/tags/list?last=x";
    let first = Answer::tags(&["latest", "v1.2.0", "1.10.0", "2.0.0", "1.3.0-rc1"]);
    authorized(TAGS).once(first.header("link", &format!(r#"<{next}>; rel="next""#)));
    authorized(next).once(Answer::tags(&["1.1.0", "v1.9", "1.10", "1.3.0-alpine"]));

    let image = labelled();
    let root = index(&[image.manifest.entry("linux/amd64")]);
    authorized(&manifest("v1.2.0")).once(root.answer());
    authorized(&manifest(&image.manifest.digest)).once(image.manifest.answer());
    authorized(&blob(&image.config.digest)).once(image.config.answer());
    for tag in ["1.10.0", "1.10", "v1.9"] {
        authorized(&manifest(tag)).once(root.answer());
    }
    server
        .get("/repos/team/app/releases/tags/v1.2.0")
        .without("authorization")
        .once(Answer::json(&json!({})));

    let found = check(&service(&server), "registry.example/team/app:v1.2.0", "x86_64", None).await;
    let page = |tag| Some(format!("{SOURCE}/releases/tag/{tag}"));
    let expected = [
        update("1.10.0", true, page("v1.10.0").as_deref()),
        update("1.10", false, page("v1.10").as_deref()),
        update("v1.9", false, page("v1.9").as_deref()),
    ];
    assert_eq!(found.expect("updates"), expected);
    assert_eq!(log.lines(), [""; 0]);
    server.finish();
}

#[tokio::test]
async fn ten_candidates_are_checked_and_those_behind_them_offered_unchecked() {
    let tags: Vec<String> = (1..=12).map(|minor| format!("1.{minor}.0")).collect();
    let server = server_with(&tags.iter().map(String::as_str).collect::<Vec<_>>()).await;
    // The ten newest tags are 1.12.0 to 1.3.0. Among them, the first two and one in the middle are for another machine.
    for minor in 3..=12 {
        let platform = if matches!(minor, 6 | 11 | 12) { "linux/arm64" } else { "linux/amd64" };
        index_for(platform).tagged(&format!("1.{minor}.0"), &server);
    }
    let expected =
        [10, 9, 8, 7, 5, 4, 3, 2, 1].map(|minor| update(&format!("1.{minor}.0"), minor == 10, None));
    assert_eq!(updates(&service(&server), None).await, expected);
    server.finish();
}

#[tokio::test]
async fn an_unchecked_version_is_never_called_the_latest() {
    let tags: Vec<String> = (1..=11).map(|minor| format!("1.{minor}.0")).collect();
    let server = server_with(&tags.iter().map(String::as_str).collect::<Vec<_>>()).await;
    for minor in 2..=11 {
        index_for("linux/arm64").tagged(&format!("1.{minor}.0"), &server);
    }
    assert_eq!(updates(&service(&server), None).await, [update("1.1.0", false, None)]);
    server.finish();
}

#[tokio::test]
async fn equal_versions_keep_the_registrys_order_and_a_tag_that_is_listed_twice_is_one() {
    let server = server_with(&["1.2", "v1.2.0", "1.2.0", "1.3.0", "1.2"]).await;
    for tag in ["1.3.0", "1.2", "v1.2.0", "1.2.0"] {
        index_for("linux/amd64").tagged(tag, &server);
    }
    let tags: Vec<_> = updates(&service(&server), None).await.into_iter().map(|update| update.tag).collect();
    assert_eq!(tags, ["1.3.0", "1.2", "v1.2.0", "1.2.0"]);
    server.finish();
}

#[tokio::test]
async fn a_version_whose_platform_cannot_be_found_out_is_offered() {
    let log = Log::start();
    let server = server_with(&["1.3.0", "1.2.0", "1.1.0"]).await;
    server.get(&manifest("1.3.0")).once(Answer::status(200).body("<html>"));
    server.get(&manifest("1.2.0")).once(Answer::status(500));
    server.get(&manifest("1.1.0")).once(Answer::hang_up());
    let expected =
        [("1.3.0", true), ("1.2.0", false), ("1.1.0", false)].map(|(tag, first)| update(tag, first, None));
    assert_eq!(updates(&service(&server), None).await, expected);
    let lines = log.lines();
    assert_eq!(lines.len(), 2, "{lines:#?}");
    assert!(lines[0].starts_with(&format!("{WARNING} Error checking arch for 1.3.0: ")), "{lines:#?}");
    assert!(lines[1].starts_with(&format!("{WARNING} Error checking arch for 1.1.0: ")), "{lines:#?}");
    server.finish();
}

#[tokio::test]
async fn a_tag_that_is_no_version_is_offered_what_begins_with_0() {
    for tag in ["stable", "rc", "sha-4bfc5bb"] {
        let server = Server::start().await;
        server.get(TAGS).once(Answer::tags(&[tag, "0.1.0", "0.2", "1.0.0"]));
        server.get(&manifest(tag)).once(Answer::status(404));
        for offered in ["0.2", "0.1.0"] {
            index_for("linux/amd64").tagged(offered, &server);
        }
        let image = format!("registry.example/team/app:{tag}");
        let found = check(&service(&server), &image, "amd64", None).await.expect("updates");
        assert_eq!(found, [update("0.2", true, None), update("0.1.0", false, None)], "{tag}");
        server.finish();
    }
}

#[tokio::test]
async fn a_source_that_cannot_be_read_costs_the_release_notes_only() {
    let log = Log::start();
    let server = Server::start().await;
    server.get(TAGS).once(Answer::tags(&["1.1.0"]));
    server.get(&manifest("1.0.0")).once(Answer::hang_up());
    index_for("linux/amd64").tagged("1.1.0", &server);
    assert_eq!(updates(&service(&server), None).await, [update("1.1.0", true, None)]);
    let lines = log.lines();
    let warning = format!("{WARNING} Failed to get source URL for registry.example/team/app: ");
    assert!(lines.len() == 1 && lines[0].starts_with(&warning), "{lines:#?}");
    server.finish();
}

#[tokio::test]
async fn the_tag_latest_has_no_updates() {
    let digest = sha256("");
    for image in ["registry.example/team/app", "registry.example/team/app:latest", &format!("nginx@{digest}")]
    {
        let log = Log::start();
        let server = Server::start().await;
        let found = check(&service(&server), image, "amd64", Some(SOURCE)).await.expect("none");
        assert_eq!(found, []);
        assert_eq!(log.lines(), [format!("{WARNING} Cannot check updates for {image} — using :latest tag")]);
        server.finish();
    }
}

#[tokio::test]
async fn what_is_no_reference_is_refused_before_anything_is_asked() {
    let server = Server::start().await;
    for image in ["", "a b:1.0", "registry.example/Team/app:1.0"] {
        let error = check(&service(&server), image, "amd64", None).await.expect_err(image);
        assert_eq!(error.code(), "INVALID_REFERENCE");
    }
    server.finish();
}

#[tokio::test]
async fn the_fallback_stands_in_where_the_image_names_no_source() {
    let gitlab = "https://gitlab.com/group/app";
    let page = format!("{gitlab}/-/releases/1.1.0");
    for (fallback, page) in [
        (Some(gitlab), Some(&*page)),
        (Some("https://bitbucket.org/o/r"), None),
        (Some(""), None),
        (Some("no url"), None),
        (None, None),
    ] {
        let server = server_with(&["1.1.0"]).await;
        index_for("linux/amd64").tagged("1.1.0", &server);
        assert_eq!(updates(&service(&server), fallback).await, [update("1.1.0", true, page)]);
        server.finish();
    }

    let (server, image) = (Server::start().await, labelled());
    server.get(TAGS).once(Answer::tags(&["1.1.0"]));
    image.manifest.tagged("1.0.0", &server);
    image.manifest.tagged("1.1.0", &server);
    server.get(&blob(&image.config.digest)).always(image.config.answer());
    server.get("/repos/team/app/releases/tags/v1.0.0").once(Answer::status(500));
    let page = format!("{SOURCE}/releases/tag/1.1.0");
    let found = updates(&service(&server), Some(gitlab)).await;
    assert_eq!(found, [update("1.1.0", true, Some(&page))], "the label comes first");
    server.finish();
}

#[tokio::test]
async fn a_digest_in_the_reference_is_what_the_source_is_read_from() {
    let (server, image) = (Server::start().await, labelled());
    server.get(TAGS).once(Answer::tags(&["1.0.0", "0.9.0"]));
    image.manifest.by_digest(&server);
    image.config.as_blob(&server);
    let reference = format!("registry.example/{NAME}:1.0.0@{}", image.manifest.digest);
    let service = service(&server);
    assert_eq!(check(&service, &reference, "amd64", None).await.expect("none"), []);
    assert_eq!(service.source_url(&repository(), "1.0.0").await.as_deref(), Some(SOURCE));
    server.finish();
}

#[tokio::test]
async fn a_token_failure_fails_the_check_and_is_the_sources_warning_too() {
    let refused = |status| format!("Failed to get auth token from registry.example: {status}");
    for (answer, code, message) in [
        (Answer::status(403), "AUTH_FAILED", refused(403)),
        (Answer::status(500), "REGISTRY_ERROR", refused(500)),
        (Answer::token(""), "AUTH_FAILED", "No token returned from registry.example".to_owned()),
        (Answer::hang_up(), "NETWORK", String::new()),
        (Answer::status(200).body("<html>"), "BAD_RESPONSE", String::new()),
    ] {
        let log = Log::start();
        let server = Server::start().await;
        let challenge = Answer::challenge(r#"Bearer realm="/token""#);
        server.get(TAGS).once(challenge.clone());
        server.get(&manifest("1.0.0")).once(challenge);
        server.get("/token?scope=repository:team/app:pull").always(answer);
        let image = "registry.example/team/app:1.0.0";
        let error = check(&service(&server), image, "amd64", None).await.expect_err("no token");
        assert_eq!(error.code(), code, "{error}");
        assert!(error.message().starts_with(&message), "{error}");
        let warning =
            format!("{WARNING} Failed to get source URL for registry.example/team/app: {}", error.message());
        assert_eq!(log.lines(), [warning]);
        server.finish();
    }
}

#[tokio::test]
async fn a_tag_list_that_is_refused_fails_the_check() {
    let log = Log::start();
    let server = Server::start().await;
    server.get(TAGS).once(Answer::refusal(404, "NAME_UNKNOWN", "no such repository"));
    server.get(&manifest("1.0.0")).once(Answer::status(404));
    let check = check(&service(&server), "registry.example/team/app:1.0.0", "amd64", None).await;
    let error = check.expect_err("no tags");
    assert_eq!((error.code(), error.message()), ("NOT_FOUND", "Failed to list tags for team/app: 404"));
    assert_eq!(log.lines(), [""; 0]);
    server.finish();
}

#[tokio::test]
async fn a_registry_on_this_machine_needs_no_tls() {
    let server = server_with(&["1.1.0"]).await;
    index_for("linux/amd64").tagged("1.1.0", &server);
    let reference = format!("{}/team/app:1.0.0", server.host());
    let service = ContainerRegistryService::new(Options::default()).expect("a service");
    let found = check(&service, &reference, "amd64", None).await;
    assert_eq!(found.expect("updates"), [update("1.1.0", true, None)]);
    server.finish();
}
