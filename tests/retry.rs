//! Retries after a 429: which requests are repeated, when, and how often.

mod support;

use std::time::{Duration, SystemTime};

use container_registry_service::{ContainerRegistryService, error::Result};
use support::{Answer, Log, Server, TAGS, clock, manifest, repository, service, service_with, single};

const SECOND: Duration = Duration::from_secs(1);
/// The most that is added to a wait, so that clients do not all return at once.
const JITTER: Duration = SECOND;
const HOUR: Duration = Duration::from_secs(60 * 60);

/// Refuses the first `refusals` requests for tags.
async fn busy_server(refusals: usize, retry_after: Option<&str>) -> Server {
    let server = Server::start().await;
    for _ in 0..refusals {
        server.get(TAGS).once(Answer::too_many_requests(retry_after));
    }
    server
}

async fn list(service: &ContainerRegistryService) -> Result<Vec<String>> {
    service.list_tags(&repository()).await
}

fn warning(server: &Server, milliseconds: u64) -> String {
    let url = server.at(TAGS);
    format!("WARN Rate limited on {url}, retrying in {milliseconds}ms")
}

fn http_date(time: SystemTime) -> String {
    httpdate::fmt_http_date(time)
}

#[tokio::test]
async fn a_wait_of_no_time_is_followed_by_another_attempt() {
    let now = SystemTime::now();
    for retry_after in
        ["0", " 0 ", "0.0", &http_date(now), &http_date(now - HOUR), "Sun Nov  6 08:49:37 1994"]
    {
        let log = Log::start();
        let server = busy_server(2, Some(retry_after)).await;
        server.get(TAGS).once(Answer::tags(&["1.0"]));
        assert_eq!(list(&service(&server)).await.expect("tags"), ["1.0"], "{retry_after}");
        assert_eq!(log.lines(), [warning(&server, 0), warning(&server, 0)], "{retry_after}");
        server.finish();
    }
}

#[tokio::test]
async fn the_last_429_is_the_answer() {
    for (max_retries, requests) in [(0, 1), (1, 2), (3, 4), (7, 8)] {
        let log = Log::start();
        let server = busy_server(requests, Some("0")).await;
        let host = server.host();
        let service = service_with(&server, |options| options.http.retry.max_retries = max_retries);
        let error = list(&service).await.expect_err("refused to the end");
        assert_eq!(error.message(), "Failed to list tags for team/app: 429");
        assert_eq!((error.code(), error.status(), error.host()), ("RATE_LIMITED", Some(429), Some(&*host)));
        assert_eq!(error.detail(), Some("TOOMANYREQUESTS: slow down"));
        assert_eq!(log.lines().len(), requests - 1, "a wait is told of, the end is not");
        server.finish();
    }
}

#[tokio::test]
async fn three_retries_are_the_default() {
    let server = busy_server(4, Some("0")).await;
    assert_eq!(list(&service(&server)).await.expect_err("refused to the end").code(), "RATE_LIMITED");
    server.finish();
}

#[tokio::test]
async fn other_refusals_are_not_asked_again() {
    for status in [402, 403, 404, 408, 425, 500, 502, 503, 504] {
        let server = Server::start().await;
        server.get(TAGS).once(Answer::status(status).header("retry-after", "0"));
        let error = list(&service(&server)).await.expect_err("refused");
        assert_eq!(error.status(), Some(status));
        server.finish();
    }
}

#[tokio::test]
async fn a_wait_in_seconds_is_kept_to() {
    let mut log = Log::start();
    let server = busy_server(1, Some("20")).await;
    server.get(TAGS).once(Answer::tags(&["1.0"]));
    let service = service(&server);
    let waits = async {
        assert_eq!(log.line(1).await, warning(&server, 20_000));
        assert_eq!(clock::after(10 * SECOND, || server.lines().len()).await, 1, "asked again too early");
        clock::skip(10 * SECOND + JITTER).await;
    };
    let (tags, ()) = tokio::join!(list(&service), waits);
    assert_eq!(tags.expect("tags"), ["1.0"]);
    server.finish();
}

#[tokio::test]
async fn a_wait_until_a_date_is_kept_to() {
    let mut log = Log::start();
    let server = busy_server(1, Some(&http_date(SystemTime::now() + HOUR))).await;
    server.get(TAGS).once(Answer::tags(&["1.0"]));
    let service = service_with(&server, |options| options.http.retry.max_delay = 2 * HOUR);
    let waits = async {
        let line = log.line(1).await;
        let milliseconds =
            line.rsplit(' ').next().and_then(|word| word.strip_suffix("ms")?.parse::<u128>().ok());
        let is_near = |wait: &u128| *wait > HOUR.as_millis() / 2 && *wait <= HOUR.as_millis();
        assert!(milliseconds.as_ref().is_some_and(is_near), "{line}");
        assert_eq!(clock::after(HOUR / 4, || server.lines().len()).await, 1, "asked again too early");
        clock::skip(HOUR).await;
    };
    let (tags, ()) = tokio::join!(list(&service), waits);
    assert_eq!(tags.expect("tags"), ["1.0"]);
    server.finish();
}

#[tokio::test]
async fn waits_double_where_the_server_names_none() {
    for retry_after in [None, Some("soon"), Some("985.86µs"), Some("-1"), Some("")] {
        let mut log = Log::start();
        let server = busy_server(4, retry_after).await;
        let service = service(&server);
        let waits = async {
            for (count, seconds) in [(1, 1), (2, 2), (3, 4)] {
                assert_eq!(log.line(count).await, warning(&server, seconds * 1000), "{retry_after:?}");
                clock::skip(Duration::from_secs(seconds) + JITTER).await;
            }
        };
        let (tags, ()) = tokio::join!(list(&service), waits);
        assert_eq!(tags.expect_err("refused to the end").code(), "RATE_LIMITED");
        server.finish();
    }
}

#[tokio::test]
async fn a_computed_wait_is_capped() {
    let mut log = Log::start();
    let server = busy_server(3, None).await;
    server.get(TAGS).once(Answer::tags(&["1.0"]));
    let service = service_with(&server, |options| options.http.retry.max_delay = Duration::from_millis(1500));
    let waits = async {
        for (count, milliseconds) in [(1, 1000), (2, 1500), (3, 1500)] {
            assert_eq!(log.line(count).await, warning(&server, milliseconds));
            clock::skip(Duration::from_millis(milliseconds) + JITTER).await;
        }
    };
    let (tags, ()) = tokio::join!(list(&service), waits);
    assert_eq!(tags.expect("tags"), ["1.0"]);
    server.finish();
}

#[tokio::test]
async fn a_wait_beyond_the_limit_is_not_slept_through() {
    let in_an_hour = http_date(SystemTime::now() + HOUR);
    for retry_after in ["31", "86400", "99999999999999999999999999", &in_an_hour] {
        let mut log = Log::start();
        let server = busy_server(1, Some(retry_after)).await;
        let tags = tokio::select! {
            tags = async { list(&service(&server)).await } => tags,
            line = log.line(1) => panic!("{retry_after}: {line}"),
        };
        let error = tags.expect_err("the 429 is the answer");
        assert_eq!((error.code(), error.status()), ("RATE_LIMITED", Some(429)), "{retry_after}");
        server.finish();
    }
}

#[tokio::test]
async fn a_wait_of_just_the_limit_is_slept_through() {
    let mut log = Log::start();
    let server = busy_server(1, Some("30")).await;
    server.get(TAGS).once(Answer::tags(&["1.0"]));
    let service = service(&server);
    let waits = async {
        assert_eq!(log.line(1).await, warning(&server, 30_000));
        clock::skip(30 * SECOND + JITTER).await;
    };
    let (tags, ()) = tokio::join!(list(&service), waits);
    assert_eq!(tags.expect("tags"), ["1.0"]);
    server.finish();
}

#[tokio::test]
async fn the_time_of_waiting_does_not_count_against_an_attempt() {
    let mut log = Log::start();
    let server = busy_server(1, Some("3600")).await;
    server.get(TAGS).once(Answer::tags(&["1.0"]));
    let service = service_with(&server, |options| options.http.retry.max_delay = HOUR);
    let waits = async {
        log.line(1).await;
        clock::skip(HOUR + JITTER).await;
    };
    let (tags, ()) = tokio::join!(list(&service), waits);
    assert_eq!(tags.expect("tags"), ["1.0"], "an attempt may take a minute");
    server.finish();
}

#[tokio::test]
async fn token_services_and_manifests_are_asked_again_too() {
    let log = Log::start();
    let server = Server::start().await;
    let image = single("linux/amd64");
    let (path, token) = (manifest("1.0"), "/token?scope=repository:team/app:pull");
    server.get(&path).once(Answer::challenge(r#"Bearer realm="/token""#));
    server.get(token).once(Answer::too_many_requests(Some("0")));
    server.get(token).once(Answer::token("t"));
    server.get(&path).with("authorization", "Bearer t").once(Answer::too_many_requests(Some("0")));
    server.get(&path).with("authorization", "Bearer t").once(image.manifest.answer());
    assert_eq!(service(&server).image_download_size(&repository(), "1.0", "amd64").await, Some(1000));
    let told =
        [token, &path].map(|target| format!("WARN Rate limited on {}, retrying in 0ms", server.at(target)));
    assert_eq!(log.lines(), told);
    server.finish();
}
