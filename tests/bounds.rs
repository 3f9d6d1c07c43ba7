//! The limits at which the client stops: time, bytes, redirects, and failing connections.

#![expect(clippy::expect_used, reason = "a test stops where it cannot be set up")]

mod support;

use std::{cell::Cell, sync::Arc, time::Duration};

use container_registry_service::{
    ContainerRegistryService,
    error::{Error, Result},
    options::{Options, RegistryOptions},
};
use serde_json::json;
use support::{
    Answer, Log, REGISTRY, Server, TAGS, blob, clock, manifest, platform, repository, service, single_with,
};
use tokio::{
    net::{TcpListener, TcpSocket},
    sync::Notify,
};
use url::Url;

const TOKEN: &str = "/token?scope=repository:team/app:pull";
const MIB: usize = 1024 * 1024;

async fn list(server: &Server) -> Result<Vec<String>> {
    service(server).list_tags(&repository()).await
}

/// The error of listing tags at a server that gives this answer.
async fn failure_of(answer: Answer) -> (Error, String) {
    let server = Server::start().await;
    server.get(TAGS).once(answer);
    let error = list(&server).await.expect_err("no tags");
    let host = server.host();
    server.finish();
    (error, host)
}

/// The service with its default options, except for the URL of the registry.
fn service_at(url: &str, insecure: bool) -> ContainerRegistryService {
    Log::install();
    let mut options = Options::default();
    let mut registry = RegistryOptions::at(Url::parse(url).expect(url));
    registry.insecure = insecure;
    options.registry.add(REGISTRY, registry).expect("a registry");
    ContainerRegistryService::new(options).expect("a service")
}

/// Returns the result of a call that ends `limit` after it has begun, neither long before nor long after. `under_way`
/// ends when the call waits for nothing but time.
async fn ended_by_time<T, U>(
    limit: Duration,
    call: impl Future<Output = T>,
    under_way: impl Future<Output = U>,
) -> T {
    let has_ended = Cell::new(false);
    let call = async {
        let answer = call.await;
        has_ended.set(true);
        answer
    };
    let time_passes = async {
        let _open = under_way.await;
        assert!(!clock::after(limit / 2, || has_ended.get()).await, "given up too early");
        assert!(clock::after(limit, || has_ended.get()).await, "not given up in time");
    };
    tokio::join!(call, time_passes).0
}

#[tokio::test]
async fn an_answer_that_does_not_come_is_waited_for_15_seconds() {
    let gate = Arc::new(Notify::new());
    for answer in [Answer::tags(&["1.0"]).held_by(&gate), Answer::tags(&["1.0"]).stalled()] {
        let server = Server::start().await;
        server.get(TAGS).once(answer);
        let (service, repository) = (service_at(server.url().as_str(), false), repository());
        let call = service.list_tags(&repository);
        let tags = ended_by_time(Duration::from_secs(15), call, server.arrival_of(1)).await;
        let (error, host) = (tags.expect_err("no answer"), server.host());
        assert!(error.is_timeout() && error.code() == "TIMEOUT", "{error:?}");
        let asked = server.at(TAGS);
        assert_eq!(
            error.to_string(),
            format!("No complete answer from {host} within 15000 ms: GET {asked} (timeout)")
        );
        assert_eq!((error.host(), error.status()), (Some(&*host), None));
        server.finish();
    }
}

#[tokio::test]
async fn a_handshake_that_does_not_end_is_waited_for_5_seconds() {
    let silent = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let host = silent.local_addr().expect("an address").to_string();
    let (service, repository) = (service_at(&format!("https://{host}"), true), repository());
    let call = service.list_tags(&repository);
    let tags = ended_by_time(Duration::from_secs(5), call, silent.accept()).await;
    let error = tags.expect_err("no connection");
    assert!(error.is_timeout(), "{error:?}");
    let asked = format!("https://{host}{TAGS}");
    assert_eq!(
        error.to_string(),
        format!("No connection to {host} within 5000 ms: GET {asked} (connect_timeout)")
    );
    assert_eq!(error.host(), Some(&*host));
}

#[tokio::test]
async fn a_server_that_is_not_there_is_a_network_failure() {
    let closed = TcpSocket::new_v4().expect("a socket");
    closed.bind("127.0.0.1:0".parse().expect("an address")).expect("a free port");
    let host = closed.local_addr().expect("an address").to_string();
    let service = service_at(&format!("http://{host}"), false);
    let error = service.list_tags(&repository()).await.expect_err("nobody listens");
    assert!(error.is_network() && error.code() == "NETWORK", "{error:?}");
    assert_eq!((error.host(), error.status()), (Some(&*host), None));
    assert!(error.message().starts_with(&format!("Could not connect to {host}: ")), "{error}");
    assert!(std::error::Error::source(&error).is_some(), "the cause is told");
}

#[tokio::test]
async fn a_connection_that_breaks_is_a_network_failure() {
    let whole = || Answer::tags(&["1.0", "1.1"]);
    let zipped = || Answer::status(200).header("content-encoding", "gzip").body(blanks_70_000());
    for answer in [Answer::hang_up(), whole().cut_short(), zipped().cut_short()] {
        let (error, host) = failure_of(answer.clone()).await;
        assert_eq!((error.code(), error.host()), ("NETWORK", Some(&*host)), "{answer:?}: {error}");
        assert!(error.message().starts_with(&format!("The connection to {host} broke: ")), "{error}");
    }
}

#[tokio::test]
async fn a_body_that_cannot_be_decoded_is_a_bad_response() {
    let (error, host) = failure_of(Answer::tags(&["1.0"]).header("content-encoding", "gzip")).await;
    assert_eq!((error.code(), error.host()), ("BAD_RESPONSE", Some(&*host)), "{error}");
}

#[tokio::test]
async fn a_body_may_come_in_chunks() {
    let server = Server::start().await;
    server.get(TAGS).once(Answer::tags(&["1.0", "1.1"]).chunked(3));
    assert_eq!(list(&server).await.expect("tags"), ["1.0", "1.1"]);
    server.finish();
}

#[tokio::test]
async fn a_token_answer_has_64_kib_at_most() {
    let token = json!({"token": "t"}).to_string();
    let padded = |length: usize| Answer::status(200).body(token.clone() + &" ".repeat(length - token.len()));
    let bound = 64 * 1024;
    for (answer, code) in [
        (padded(bound), None),
        (padded(bound + 1), Some("TOO_LARGE")),
        (padded(bound + 1).chunked(1000), Some("TOO_LARGE")),
        (Answer::endless(" ".repeat(10_000)), Some("TOO_LARGE")),
        (Answer::status(200).header("content-encoding", "gzip").body(blanks_70_000()), Some("TOO_LARGE")),
    ] {
        let server = Server::start().await;
        server.get(TAGS).without("authorization").once(Answer::challenge(r#"Bearer realm="/token""#));
        server.get(TOKEN).once(answer);
        if code.is_none() {
            server.get(TAGS).with("authorization", "Bearer t").once(Answer::tags(&["1.0"]));
        }
        let error = list(&server).await.err();
        assert_eq!(error.as_ref().map(Error::code), code, "{error:?}");
        if let Some(error) = error {
            assert_eq!(error.host(), Some(&*server.host()));
            assert!(error.message().contains("more than 65536 bytes"), "{error}");
        }
        server.finish();
    }
}

/// 70,000 blanks in 104 bytes of gzip.
fn blanks_70_000() -> Vec<u8> {
    const HEAD: [u8; 27] =
        *b"\x1f\x8b\x08\0\0\0\0\0\x02\x03\xed\xc1\x31\x01\0\0\0\xc2\xa0\x2a\xeb\x9f\xd2\x12\x9e\x40\x01";
    const TAIL: [u8; 10] = *b"\x6f\x03\x60\xac\x45\x1f\x70\x11\x01\0";
    [&HEAD[..], &[0; 67], &TAIL].concat()
}

#[tokio::test]
async fn every_other_body_has_its_bound_too() {
    let blanks = || Answer::endless(" ".repeat(MIB));
    let (error, _) = failure_of(blanks()).await;
    assert_eq!(error.code(), "TOO_LARGE");
    assert!(error.message().contains(&format!("more than {} bytes", 32 * MIB)), "{error}");

    let image = single_with(platform("linux/amd64"), &json!({}), &[1]);
    let mut log = Log::start();
    let server = Server::start().await;
    server.get(&manifest("1.0")).once(blanks());
    assert_eq!(service(&server).source_url(&repository(), "1.0").await, None);
    assert!(log.line(1).await.contains(&format!("more than {} bytes", 4 * MIB)));
    image.manifest.tagged("1.1", &server);
    server.get(&blob(&image.config.digest)).once(blanks());
    assert_eq!(service(&server).source_url(&repository(), "1.1").await, None);
    assert!(log.line(2).await.contains(&format!("more than {} bytes", 8 * MIB)));
    server.finish();
}

#[tokio::test]
async fn five_redirects_are_followed_and_a_sixth_is_not() {
    for (redirects, code) in [(5, None), (6, Some("TOO_LARGE"))] {
        let server = Server::start().await;
        server.get(TAGS).once(Answer::redirect("/hop/1"));
        for hop in 1..redirects {
            server.get(&format!("/hop/{hop}")).once(Answer::redirect(&format!("/hop/{}", hop + 1)));
        }
        if code.is_none() {
            server.get(&format!("/hop/{redirects}")).once(Answer::tags(&["1.0"]));
        }
        let error = list(&server).await.err();
        assert_eq!(error.as_ref().map(Error::code), code, "{error:?}");
        server.finish();
    }
}

#[tokio::test]
async fn a_redirect_in_circles_is_given_up() {
    let server = Server::start().await;
    server.get(TAGS).always(Answer::redirect(TAGS));
    let error = list(&server).await.expect_err("no tags");
    assert_eq!((error.code(), error.host()), ("TOO_LARGE", Some(&*server.host())));
    assert_eq!(server.lines().len(), 6);
    server.finish();
}

#[tokio::test]
async fn every_kind_of_redirect_is_followed() {
    for status in [301, 302, 303, 307, 308] {
        let server = Server::start().await;
        server.get(TAGS).once(Answer::redirect("../../elsewhere?n=1").with_status(status));
        server.get("/v2/team/elsewhere?n=1").once(Answer::tags(&["1.0"]));
        assert_eq!(list(&server).await.expect("tags"), ["1.0"], "{status}");
        server.finish();
    }
    for answer in [
        Answer::status(307),
        Answer::redirect("/x").with_status(304),
        Answer::redirect("/x").with_status(300),
    ] {
        assert_eq!(failure_of(answer).await.0.code(), "REGISTRY_ERROR");
    }
}

#[tokio::test]
async fn a_token_is_left_behind_when_the_origin_changes() {
    let (registry, storage) = (Server::start().await, Server::start().await);
    let token = "Bearer t";
    registry.get(TAGS).without("authorization").once(Answer::challenge(r#"Bearer realm="/token""#));
    registry.get(TOKEN).once(Answer::token("t"));
    registry.get(TAGS).with("authorization", token).once(Answer::redirect("/same"));
    registry
        .get("/same")
        .with("authorization", token)
        .once(Answer::redirect(&storage.at("/other?signature=s")));
    storage.get("/other?signature=s").without("authorization").once(Answer::redirect(&registry.at("/back")));
    registry.get("/back").without("authorization").once(Answer::tags(&["1.0"]));
    assert_eq!(list(&registry).await.expect("tags"), ["1.0"]);
    registry.finish();
    storage.finish();
}

#[tokio::test]
async fn pages_behind_a_redirect_elsewhere_are_asked_for_without_the_token() {
    let (registry, elsewhere) = (Server::start().await, Server::start().await);
    registry.get(TAGS).without("authorization").once(Answer::challenge(r#"Bearer realm="/token""#));
    registry.get(TOKEN).once(Answer::token("t"));
    registry.get(TAGS).with("authorization", "Bearer t").once(Answer::redirect(&elsewhere.at("/page/1")));
    let first = Answer::tags(&["1.0"]).header("link", r#"</page/2>; rel="next""#);
    elsewhere.get("/page/1").without("authorization").once(first);
    elsewhere.get("/page/2").without("authorization").once(Answer::tags(&["2.0"]));
    assert_eq!(list(&registry).await.expect("tags"), ["1.0", "2.0"]);
    registry.finish();
    elsewhere.finish();
}

#[tokio::test]
async fn a_redirect_to_what_is_no_plain_url_is_refused() {
    for location in ["ftp://127.0.0.1/", "file:///etc/passwd", "http://user:secret@127.0.0.1/", "http://["] {
        let (error, _) = failure_of(Answer::redirect(location)).await;
        assert_eq!((error.code(), error.status()), ("BAD_RESPONSE", Some(307)), "{location}");
        assert!(error.message().starts_with("Refused a redirect"), "{error}");
        assert!(!format!("{error} {error:?}").contains("secret"), "{error:?}");
    }
}

#[tokio::test]
async fn signatures_in_urls_are_not_logged() {
    let mut log = Log::start();
    let (registry, storage) = (Server::start().await, Server::start().await);
    let image = single_with(platform("linux/amd64"), &json!({}), &[1]);
    image.manifest.tagged("1.0", &registry);
    registry
        .get(&blob(&image.config.digest))
        .once(Answer::redirect(&storage.at("/blob?X-Amz-Signature=secret&n=1")));
    storage.get("/blob?X-Amz-Signature=secret&n=1").once(Answer::hang_up());
    assert_eq!(service(&registry).source_url(&repository(), "1.0").await, None);
    let line = log.line(1).await;
    assert!(line.contains(&storage.at("/blob?X-Amz-Signature=REDACTED&n=1")), "{line}");
    registry.finish();
    storage.finish();
}
