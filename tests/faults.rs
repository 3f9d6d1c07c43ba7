//! Transient faults: which requests are repeated, how often, and when a host is left alone.

mod support;

use std::{net::TcpListener, time::Duration};

use container_registry_service::{
    CheckRequest, ContainerRegistryService,
    error::Result,
    options::{Options, RegistryOptions, Setting},
    version::Rule,
};
use support::{
    Answer, Log, REGISTRY, Server, TAGS, blob, manifest, registry_of, repository, service_with, single,
};
use url::Url;

/// The service with its default options, except for waits that would only take time.
fn service(server: &Server) -> ContainerRegistryService {
    service_with(server, |options| {
        options.http.retry.max_fault_retries = Options::default().http.retry.max_fault_retries;
        options.http.retry.max_delay = Duration::from_millis(1);
    })
}

async fn list(service: &ContainerRegistryService) -> Result<Vec<String>> {
    service.list_tags(&repository()).await
}

#[tokio::test]
async fn what_breaks_is_asked_again_twice_and_nobody_is_told() {
    let broken = || {
        [
            Answer::hang_up(),
            Answer::tags(&["1.0", "1.1"]).cut_short(),
            Answer::status(502),
            Answer::status(503).header("retry-after", "0"),
            Answer::status(504),
        ]
    };
    for (first, second) in broken().into_iter().zip(broken().into_iter().rev()) {
        let log = Log::start();
        let server = Server::start().await;
        server.get(TAGS).once(first);
        server.get(TAGS).once(second);
        server.get(TAGS).once(Answer::tags(&["1.0"]));
        let service = service(&server);
        assert_eq!(list(&service).await.expect("tags"), ["1.0"]);
        assert_eq!(service.stats().retries, 2);
        assert!(log.lines().iter().all(|line| line.starts_with("DEBUG ")), "{:?}", log.lines());
        server.finish();
    }
}

#[tokio::test]
async fn the_third_fault_is_the_answer() {
    for (fault, code, message) in [
        (Answer::status(503), "REGISTRY_ERROR", "Failed to list tags for team/app: 503"),
        (Answer::hang_up(), "NETWORK", "The connection to "),
    ] {
        let server = Server::start().await;
        for _ in 0..3 {
            server.get(TAGS).once(fault.clone());
        }
        let error = list(&service(&server)).await.expect_err("a fault");
        assert_eq!(error.code(), code);
        assert!(error.message().starts_with(message) && error.is_transient(), "{error}");
        server.finish();
    }
}

#[tokio::test]
async fn what_is_no_fault_in_between_is_asked_once() {
    for status in [400, 403, 404, 408, 425, 500, 501, 505] {
        let server = Server::start().await;
        server.get(TAGS).once(Answer::status(status).header("retry-after", "0"));
        let expected = if status == 400 { 3 } else { 1 };
        if status == 400 {
            server.get("/v2/team/app/tags/list?n=100").once(Answer::status(400));
            server.get("/v2/team/app/tags/list").once(Answer::status(400));
        }
        assert!(list(&service(&server)).await.is_err());
        assert_eq!(server.lines().len(), expected, "{status}");
        server.finish();
    }
}

#[tokio::test]
async fn faults_and_refusals_for_now_may_take_turns() {
    let server = Server::start().await;
    for _ in 0..2 {
        server.get(TAGS).once(Answer::too_many_requests(Some("0")));
        server.get(TAGS).once(Answer::status(503));
    }
    server.get(TAGS).once(Answer::tags(&["1.0"]));
    assert_eq!(list(&service(&server)).await.expect("tags"), ["1.0"]);
    server.finish();
}

#[tokio::test]
async fn no_retries_at_all_are_none_after_faults_either() {
    let server = Server::start().await;
    server.get(TAGS).once(Answer::status(503));
    let service = service_with(&server, |options| {
        (options.http.retry.max_retries, options.http.retry.max_fault_retries) = (0, 2)
    });
    assert!(list(&service).await.is_err());
    server.finish();
}

#[tokio::test]
async fn manifests_configs_and_tokens_are_asked_again_too() {
    let server = Server::start().await;
    let image = single("linux/amd64");
    let (path, token) = (manifest("1.0"), "/token?scope=repository:team/app:pull");
    server.get(&path).once(Answer::status(504));
    server.get(&path).once(Answer::challenge(r#"Bearer realm="/token""#));
    server.get(token).once(Answer::hang_up());
    server.get(token).once(Answer::token("t"));
    server.get(&path).with("authorization", "Bearer t").once(Answer::hang_up());
    server.get(&path).with("authorization", "Bearer t").once(image.manifest.answer());
    let config = blob(&image.config.digest);
    server.get(&config).once(image.config.answer().cut_short());
    server.get(&config).once(image.config.answer());
    assert!(!service(&server).check_arch_support(&repository(), "1.0", "arm64").await);
    server.finish();
}

#[tokio::test]
async fn what_may_not_be_sent_twice_is_not() {
    let server = Server::start().await;
    server.get(TAGS).once(Answer::challenge(r#"Bearer realm="/token""#));
    server.expect("POST /token").once(Answer::hang_up());
    let service = service_with(&server, |options| {
        options.http.retry.max_fault_retries = 2;
        let secret = container_registry_service::options::Secret::new("refresh");
        registry_of(options).credential =
            Some(container_registry_service::options::Credential::Identity(secret));
    });
    assert_eq!(list(&service).await.expect_err("a fault").code(), "NETWORK");
    server.finish();
}

#[tokio::test]
async fn a_host_that_fails_all_the_time_is_asked_again_within_its_budget() {
    let server = Server::start().await;
    server.get(TAGS).always(Answer::status(503));
    let service = service(&server);
    for _ in 0..30 {
        assert!(list(&service).await.is_err());
    }
    assert_eq!(server.lines().len(), 50, "30 calls, and 20 retries in all");
    server.finish();
}

#[tokio::test]
async fn words_that_do_not_come_leave_the_status() {
    let refusal = || Answer::refusal(404, "NAME_UNKNOWN", "no such thing").body("x".repeat(1000));
    for answer in [
        Answer::status(404).header("content-encoding", "gzip").body("no gzip"),
        refusal().with_status(404).cut_short(),
        Answer::endless("y".repeat(100_000)).with_status(404),
    ] {
        let server = Server::start().await;
        server.get(TAGS).once(answer);
        let error = list(&service(&server)).await.expect_err("no such repository");
        assert_eq!(error.message(), "Failed to list tags for team/app: 404");
        assert!(error.is_not_found());
        server.finish();
    }
}

#[tokio::test]
async fn a_host_without_a_server_is_left_alone_after_three_failures() {
    Log::install();
    let closed = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = closed.local_addr().expect("an address");
    drop(closed);
    let mut options = Options::default();
    let url = Url::parse(&format!("http://{address}/")).expect("a URL");
    options.registry.add(REGISTRY, RegistryOptions::at(url)).expect("a registry");
    let service = ContainerRegistryService::new(options).expect("a service");
    for _ in 0..3 {
        let error = list(&service).await.expect_err("nobody listens");
        assert!(error.message().starts_with("Could not connect to "), "{error}");
    }
    assert_eq!(service.stats().requests.values().sum::<u64>(), 3);
    let error = list(&service).await.expect_err("left alone");
    assert!(error.message().contains("is left alone for another "), "{error}");
    assert!(error.message().contains("Could not connect to "), "the reason is told: {error}");
    assert_eq!((error.code(), error.host()), ("NETWORK", Some(&*address.to_string())));
    assert!(error.is_transient());
    assert_eq!(service.stats().requests.values().sum::<u64>(), 3, "nothing more was sent");
}

#[tokio::test]
async fn a_host_that_says_something_of_no_use_is_there() {
    let gate = std::sync::Arc::new(tokio::sync::Notify::new());
    let silence = || Answer::tags(&[]).held_by(&gate);
    let server = Server::start().await;
    // Two silent answers in a row would make the host one that cannot be reached.
    for answer in [silence(), Answer::status(200).header("x", &"y".repeat(1_000_000)), silence()] {
        server.get(TAGS).once(answer);
    }
    server.get(TAGS).once(Answer::tags(&["1.0"]));
    let service = service_with(&server, |options| {
        options.http.timeout = Duration::from_millis(300);
        options.http.retry.max_fault_retries = 0;
    });
    for code in ["TIMEOUT", "TOO_LARGE", "TIMEOUT"] {
        assert_eq!(list(&service).await.expect_err(code).code(), code);
    }
    assert_eq!(list(&service).await.expect("the host is asked"), ["1.0"]);
    server.finish();
}

#[tokio::test]
async fn a_call_ends_at_its_deadline_and_drops_what_it_has_in_flight() {
    let gate = std::sync::Arc::new(tokio::sync::Notify::new());
    let server = Server::start().await;
    server.get(TAGS).always(Answer::tags(&[]).held_by(&gate));
    server.get(&manifest("1.0")).always(Answer::tags(&[]).held_by(&gate));
    let service = service_with(&server, |options| options.deadline = Some(Duration::from_millis(50)));
    let error = list(&service).await.expect_err("too late");
    assert_eq!(error.to_string(), "The call was not done within 50 ms (deadline)");
    assert_eq!(error.setting(), Some(Setting::Deadline));
    assert_eq!(error.code(), "TIMEOUT");
    assert!(service.check_arch_support(&repository(), "1.0", "amd64").await, "unknown is supported");
    assert_eq!(service.source_url(&repository(), "1.0").await, None);
    assert_eq!(service.image_download_size(&repository(), "1.0", "amd64").await, None);
    let image = format!("{REGISTRY}/team/app:1.0");
    let error = service
        .available_updates(&CheckRequest::new(image, "amd64").policy(Rule::Original))
        .await
        .expect_err("too late");
    assert!(error.is_timeout() && error.is_transient());
    server.finish();
}

#[test]
fn the_deadline_leaves_room_for_the_waits_that_are_allowed() {
    let minutes = |count: u64| Duration::from_secs(count * 60);
    assert_eq!(Options::default().deadline(), minutes(5) + Duration::from_secs(90));
    let mut options = Options::default();
    options.http.retry.max_delay = minutes(60);
    assert_eq!(options.deadline(), minutes(5 + 180));
    options.http.retry.max_delay = Duration::MAX;
    assert_eq!(options.deadline(), Duration::MAX);
    options.deadline = Some(minutes(1));
    assert_eq!(options.deadline(), minutes(1));
}
