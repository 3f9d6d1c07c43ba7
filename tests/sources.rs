//! The source repository of an image: where it is read, and which answers are cached.

mod support;

use container_registry_service::{
    ContainerRegistryService,
    options::{HostKind, Options},
};
use serde_json::{Value, json};
use support::{
    Answer, Content, Image, Log, Server, annotated, attestation, blob, index, manifest, platform, repository,
    repository_named, service, service_with, single, single_with,
};

const SOURCE: &str = "https://github.com/team/app";
const OTHER: &str = "https://github.com/team/other";
const LABEL: &str = "org.opencontainers.image.source";
const OLD_LABEL: &str = "org.label-schema.vcs-url";
const WARNING: &str = "WARN Failed to get source URL for registry.example/team/app: ";

fn labelled(labels: &Value) -> Image {
    single_with(platform("linux/amd64"), labels, &[1])
}

fn with_source() -> Image {
    labelled(&json!({LABEL: SOURCE}))
}

async fn source_of(service: &ContainerRegistryService, reference: &str) -> Option<String> {
    service.source_url(&repository(), reference).await
}

#[tokio::test]
async fn the_label_of_the_config_names_the_source() {
    for (labels, source) in [
        (json!({LABEL: SOURCE}), Some(SOURCE)),
        (json!({LABEL: " git@github.com:team/app.git#main "}), Some("git@github.com:team/app.git#main")),
        (json!({LABEL: SOURCE, OLD_LABEL: OTHER}), Some(SOURCE)),
        (json!({OLD_LABEL: OTHER}), Some(OTHER)),
        (json!({LABEL: "", OLD_LABEL: OTHER}), Some(OTHER)),
        (json!({LABEL: 7, "maintainer": null}), None),
        (json!({}), None),
        (json!(null), None),
    ] {
        let (server, image) = (Server::start().await, labelled(&labels));
        image.manifest.tagged("1.0", &server);
        image.config.as_blob(&server);
        assert_eq!(source_of(&service(&server), "1.0").await.as_deref(), source, "{labels}");
        server.finish();
    }
}

#[tokio::test]
async fn an_annotation_spares_the_requests_behind_it() {
    let image = with_source();
    let root = index(&[image.manifest.entry("linux/amd64")]);

    let server = Server::start().await;
    annotated(&root, &json!({LABEL: OTHER})).tagged("1.0", &server);
    assert_eq!(source_of(&service(&server), "1.0").await.as_deref(), Some(OTHER));
    annotated(&image.manifest, &json!({LABEL: OTHER})).tagged("1.1", &server);
    assert_eq!(source_of(&service(&server), "1.1").await.as_deref(), Some(OTHER));
    server.finish();

    for annotations in [json!({LABEL: ""}), json!({OLD_LABEL: OTHER}), json!({LABEL: 7}), json!(null)] {
        let server = Server::start().await;
        annotated(&root, &annotations).tagged("1.0", &server);
        image.manifest.by_digest(&server);
        image.config.as_blob(&server);
        assert_eq!(source_of(&service(&server), "1.0").await.as_deref(), Some(SOURCE), "{annotations}");
        server.finish();
    }
}

#[tokio::test]
async fn the_source_is_read_from_the_image_of_a_real_platform() {
    let real = with_source();
    let other = single("windows/amd64");
    let entry = real.manifest.entry("linux/arm64");
    for entries in [
        vec![attestation(&real), entry.clone()],
        vec![single("unknown/unknown").manifest.entry("unknown/unknown"), entry.clone()],
        vec![other.manifest.entry("windows/amd64"), attestation(&real), entry.clone()],
        vec![entry.clone(), other.manifest.entry("windows/amd64")],
        vec![real.manifest.descriptor()],
    ] {
        let server = Server::start().await;
        index(&entries).tagged("1.0", &server);
        real.manifest.by_digest(&server);
        real.config.as_blob(&server);
        assert_eq!(source_of(&service(&server), "1.0").await.as_deref(), Some(SOURCE), "{entries:#?}");
        server.finish();
    }
}

#[tokio::test]
async fn bytes_that_are_not_those_of_their_digest_are_refused() {
    let (image, forged) = (with_source(), labelled(&json!({LABEL: OTHER})));
    let root = index(&[image.manifest.entry("linux/amd64")]);
    let log = Log::start();
    let server = Server::start().await;

    root.tagged("1.0", &server);
    server.get(&manifest(&image.manifest.digest)).once(forged.manifest.answer());
    assert_eq!(source_of(&service(&server), "1.0").await, None, "a manifest");

    image.manifest.tagged("1.1", &server);
    server.get(&blob(&image.config.digest)).once(forged.config.answer());
    assert_eq!(source_of(&service(&server), "1.1").await, None, "a config");

    server.get(&manifest(&root.digest)).once(forged.manifest.answer());
    assert_eq!(source_of(&service(&server), &root.digest).await, None, "what the caller names");

    let lines = log.lines();
    assert_eq!(lines.len(), 3, "{lines:#?}");
    assert!(lines.iter().all(|line| line.starts_with(WARNING)), "{lines:#?}");
    server.finish();
}

#[tokio::test]
async fn a_source_is_remembered_for_its_repository_whatever_the_tag() {
    let (server, image) = (Server::start().await, with_source());
    image.manifest.tagged("1.0", &server);
    image.config.as_blob(&server);
    let service = service(&server);
    for tag in ["1.0", "2.0", "1.0"] {
        assert_eq!(source_of(&service, tag).await.as_deref(), Some(SOURCE));
    }
    image.manifest.tagged("2.0", &server);
    image.config.as_blob(&server);
    let another = support::service(&server);
    assert_eq!(source_of(&another, "2.0").await.as_deref(), Some(SOURCE), "another service asks for itself");
    server.get("/v2/other/manifests/1.0").once(Answer::status(404));
    assert_eq!(service.source_url(&repository_named("other"), "1.0").await, None);
    server.finish();
}

#[tokio::test]
async fn a_final_answer_that_there_is_no_source_is_remembered() {
    let log = Log::start();
    let empty = labelled(&json!({LABEL: ""}));
    let no_config = Content::new(empty.manifest.media_type, &json!({"schemaVersion": 2, "layers": []}));
    for (root, config) in [
        (Answer::status(404), None),
        (no_config.answer(), None),
        (index(&[]).answer(), None),
        (empty.manifest.answer(), Some(Answer::status(404))),
        (empty.manifest.answer(), Some(empty.config.answer())),
    ] {
        let server = Server::start().await;
        server.get(&manifest("1.0")).once(root.clone());
        if let Some(config) = config {
            server.get(&blob(&empty.config.digest)).once(config);
        }
        let service = service(&server);
        for _ in 0..2 {
            assert_eq!(source_of(&service, "1.0").await, None, "{root:?}");
        }
        server.finish();
    }
    assert_eq!(log.lines(), [""; 0]);
}

#[tokio::test]
async fn a_failed_lookup_is_not_remembered() {
    let image = with_source();
    let silent = [400, 401, 403, 429, 500, 503].map(Answer::status);
    let told = [
        Answer::hang_up(),
        Answer::status(200).body("<html>"),
        Answer::status(200).body(r#"["x"]"#),
        Answer::tags(&["1.0"]).cut_short(),
    ];
    for (answers, lines_expected) in [(&silent[..], 0), (&told[..], 2)] {
        for answer in answers {
            let log = Log::start();
            let server = Server::start().await;
            let service = service_with(&server, |options| options.http.retry.max_retries = 0);
            server.get(&manifest("1.0")).once(answer.clone());
            assert_eq!(source_of(&service, "1.0").await, None);
            image.manifest.tagged("1.0", &server);
            server.get(&blob(&image.config.digest)).once(answer.clone());
            assert_eq!(source_of(&service, "1.0").await, None);
            // The manifest is cached.
            image.config.as_blob(&server);
            assert_eq!(source_of(&service, "1.0").await.as_deref(), Some(SOURCE));
            let lines = log.lines();
            assert_eq!(lines.len(), lines_expected, "{answer:?}: {lines:#?}");
            assert!(lines.iter().all(|line| line.starts_with(WARNING)), "{lines:#?}");
            server.finish();
        }
    }
}

#[tokio::test]
async fn a_lookup_without_a_token_is_not_remembered() {
    let log = Log::start();
    let (server, image) = (Server::start().await, with_source());
    let token = "/token?scope=repository:team/app:pull";
    server.get(&manifest("1.0")).without("authorization").once(Answer::challenge(r#"Bearer realm="/token""#));
    server.get(token).once(Answer::status(500));
    let service = service(&server);
    assert_eq!(source_of(&service, "1.0").await, None);
    assert_eq!(log.lines(), [format!("{WARNING}Failed to get auth token from registry.example: 500")]);
    server.get(token).once(Answer::token("t"));
    image.manifest.tagged("1.0", &server);
    image.config.as_blob(&server);
    assert_eq!(source_of(&service, "1.0").await.as_deref(), Some(SOURCE));
    server.finish();
}

#[tokio::test]
async fn a_source_that_is_no_web_address_is_not_asked() {
    let mut options = Options::default();
    options.source.hosts.insert("nas.lan".to_owned(), HostKind::GitHub);
    let service = ContainerRegistryService::new(options).expect("a service");
    for source in ["wss://gitlab.com/o/r", "ftp://codeberg.org/o/r", "ws://nas.lan/o/r"] {
        let error = service.list_releases(source, 1).await.expect_err(source);
        assert_eq!(error.code(), "INVALID_ARGUMENT", "{error}");
        assert!(error.message().ends_with(" is no http or https URL"), "{error}");
        assert_eq!(service.detect_release_tag_prefix(source, "1.0").await, "");
    }
    assert!(service.stats().requests.is_empty());
}
