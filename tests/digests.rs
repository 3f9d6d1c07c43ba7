//! The digest of a tag, requested without a pull, and the platforms behind it.

mod support;

use container_registry_service::{image::platform::Platform, report::ImagePlatform};
use serde_json::json;
use support::{
    Answer, Content, Server, attestation, blob, index, manifest, platform, repository, service, sha256,
    single, single_with,
};

const DIGEST_HEADER: &str = "docker-content-digest";

fn head(reference: &str) -> String {
    format!("HEAD {}", manifest(reference))
}

fn found(text: &str, manifest: &Content) -> ImagePlatform {
    let size = manifest.body.len() as u64;
    ImagePlatform { platform: Platform::parse(text), digest: manifest.digest.clone(), size }
}

#[tokio::test]
async fn the_digest_is_asked_for_without_a_pull() {
    let server = Server::start().await;
    let digest = sha256("anything");
    let answer = Answer::status(200).header(DIGEST_HEADER, &digest);
    server.expect(&head("1.0")).with("accept", support::ACCEPT).once(answer);
    assert_eq!(service(&server).image_digest(&repository(), "1.0").await.expect("a digest"), digest);
    server.finish();
}

#[tokio::test]
async fn the_digest_is_that_of_the_bytes_where_the_registry_does_not_tell() {
    let root = single("linux/amd64").manifest;
    for answer in [
        Answer::status(405),
        Answer::status(501),
        Answer::status(200),
        Answer::status(200).header(DIGEST_HEADER, "sha256:short"),
        Answer::status(200).header(DIGEST_HEADER, ""),
    ] {
        let server = Server::start().await;
        server.expect(&head("1.0")).once(answer.clone());
        root.tagged("1.0", &server);
        let digest = service(&server).image_digest(&repository(), "1.0").await;
        assert_eq!(digest.expect("a digest"), root.digest, "{answer:?}");
        server.finish();
    }
}

#[tokio::test]
async fn a_digest_that_is_refused_is_told_with_its_status() {
    let digest = sha256("anything");
    for (reference, status, code, message) in [
        ("1.0", 404, "NOT_FOUND", "Failed to get digest of team/app:1.0: 404".to_owned()),
        ("1.0", 403, "AUTH_FAILED", "Failed to get digest of team/app:1.0: 403".to_owned()),
        (&digest, 500, "REGISTRY_ERROR", format!("Failed to get digest of team/app@{digest}: 500")),
    ] {
        let server = Server::start().await;
        server.expect(&head(reference)).once(Answer::status(status));
        server.get(&manifest(reference)).once(Answer::status(status));
        let error = service(&server).image_digest(&repository(), reference).await.expect_err("refused");
        assert_eq!((error.code(), error.status(), error.message()), (code, Some(status), &*message));
        assert_eq!(error.host(), Some(&*server.host()));
        server.finish();
    }
    let server = Server::start().await;
    server.expect(&head("1.0")).once(Answer::status(405));
    server.get(&manifest("1.0")).once(Answer::refusal(404, "MANIFEST_UNKNOWN", "no such tag"));
    let error = service(&server).image_digest(&repository(), "1.0").await.expect_err("refused");
    assert_eq!(error.message(), "Failed to get digest of team/app:1.0: 404");
    assert_eq!(error.detail(), Some("MANIFEST_UNKNOWN: no such tag"));
    server.finish();
}

/// The requests that a server receives for a digest that is requested twice, if it refuses HEAD with a status.
async fn asked_twice(status: u16, get: &Answer) -> Vec<String> {
    let server = Server::start().await;
    server.expect(&head("1.0")).at_will(Answer::status(status));
    server.get(&manifest("1.0")).at_will(get.clone());
    let service = service(&server);
    for _ in 0..2 {
        let _ = service.image_digest(&repository(), "1.0").await;
    }
    let lines = server.lines();
    server.finish();
    lines
}

#[tokio::test]
async fn get_stands_in_for_a_head_that_is_refused_and_that_is_remembered() {
    let root = single("linux/amd64").manifest;
    let get = format!("GET {}", manifest("1.0"));
    for status in [400, 403, 404, 405, 406, 415] {
        let lines = asked_twice(status, &root.answer()).await;
        assert_eq!(lines, [head("1.0"), get.clone(), get.clone()], "{status}");
    }
    // A failing server may have recovered, so HEAD is tried again.
    assert_eq!(asked_twice(500, &root.answer()).await, [head("1.0"), get.clone(), head("1.0"), get.clone()]);
    // GET confirms the 404 of the first HEAD request, so the next one is believed.
    assert_eq!(asked_twice(404, &Answer::status(404)).await, [head("1.0"), get.clone(), head("1.0")]);
    assert_eq!(asked_twice(403, &Answer::status(403)).await, [head("1.0"), get.clone(), head("1.0"), get]);
    assert_eq!(asked_twice(401, &root.answer()).await, [head("1.0"), head("1.0")]);
}

#[tokio::test]
async fn a_digest_that_cannot_be_verified_is_refused() {
    let server = Server::start().await;
    let digest = format!("blake3:{}", "0a".repeat(32));
    let error = service(&server).image_digest(&repository(), &digest).await.expect_err("refused");
    assert_eq!(error.code(), "BAD_RESPONSE");
    assert!(error.message().contains("sha256 and sha512"), "{error}");
    server.finish();
}

#[tokio::test]
async fn another_digest_than_the_one_asked_for_is_refused() {
    let (asked, other) = (single("linux/amd64").manifest, single("linux/arm64").manifest);
    let server = Server::start().await;
    server.expect(&head(&asked.digest)).once(Answer::status(200).header(DIGEST_HEADER, &other.digest));
    let error = service(&server).image_digest(&repository(), &asked.digest).await.expect_err("refused");
    assert_eq!(error.code(), "BAD_RESPONSE");
    server.expect(&head(&asked.digest)).once(Answer::status(405));
    server.get(&manifest(&asked.digest)).once(other.answer());
    let error = service(&server).image_digest(&repository(), &asked.digest).await.expect_err("refused");
    assert_eq!(error.code(), "BAD_RESPONSE");
    server.finish();
}

#[tokio::test]
async fn the_platforms_of_an_index_are_those_of_its_images() {
    let [amd64, arm, windows, riscv] =
        ["linux/amd64", "linux/arm/v7", "windows/amd64", "linux/riscv64"].map(|text| single(text).manifest);
    let inner = index(&[riscv.entry("linux/riscv64"), attestation(&single("linux/riscv64"))]);
    let root = index(&[
        arm.entry("linux/arm/v7"),
        attestation(&single("linux/arm/v7")),
        inner.descriptor(),
        windows.entry("windows/amd64"),
        amd64.entry("linux/amd64"),
    ]);
    let server = Server::start().await;
    root.tagged("1.0", &server);
    inner.by_digest(&server);
    let expected = [
        found("linux/arm/v7", &arm),
        found("linux/riscv64", &riscv),
        found("windows/amd64", &windows),
        found("linux/amd64", &amd64),
    ];
    assert_eq!(service(&server).image_platforms(&repository(), "1.0").await.expect("platforms"), expected);
    server.finish();
}

#[tokio::test]
async fn the_platform_of_a_single_image_is_that_of_its_config() {
    for (config, text) in [
        (platform("linux/arm/v6"), Some("linux/arm/v6")),
        (platform("windows/amd64"), Some("windows/amd64")),
        (platform("unknown/unknown"), None),
        (json!({}), None),
    ] {
        let image = single_with(config, &json!({}), &[1]);
        let server = Server::start().await;
        image.manifest.tagged("1.0", &server);
        image.config.as_blob(&server);
        let expected: Vec<_> = text.map(|text| found(text, &image.manifest)).into_iter().collect();
        assert_eq!(
            service(&server).image_platforms(&repository(), "1.0").await.expect("platforms"),
            expected
        );
        server.finish();
    }
}

#[tokio::test]
async fn platforms_that_are_refused_are_told_with_their_status() {
    let image = single("linux/amd64");
    for config in [None, Some(404)] {
        let server = Server::start().await;
        match config {
            None => server.get(&manifest("1.0")).once(Answer::status(404)),
            Some(status) => {
                image.manifest.tagged("1.0", &server);
                server.get(&blob(&image.config.digest)).once(Answer::status(status));
            }
        }
        let error = service(&server).image_platforms(&repository(), "1.0").await.expect_err("refused");
        assert_eq!(error.message(), "Failed to get platforms of team/app:1.0: 404");
        assert_eq!((error.code(), error.status()), ("NOT_FOUND", Some(404)));
        server.finish();
    }
}
