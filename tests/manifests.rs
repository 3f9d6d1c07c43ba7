//! Indexes, manifests and configs: the platforms of an image, and the size of its download.

mod support;

use serde_json::{Value, json};
use support::{
    Answer, Content, Log, Server, annotated, attestation, blob, index, manifest, platform, repository,
    service, sha256, single, single_with,
};

const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";

/// An index with an image for each of these platforms. The size of an image's first layer is its position in the list.
fn index_of(platforms: &[&str]) -> (Content, Vec<support::Image>) {
    let images: Vec<_> =
        (0..).zip(platforms).map(|(size, text)| single_with(platform(text), &json!({}), &[size])).collect();
    let entries: Vec<Value> =
        images.iter().zip(platforms).map(|(image, text)| image.manifest.entry(text)).collect();
    (index(&entries), images)
}

/// Whether a tag that points to `root` is taken to run on `machine`, without further requests.
async fn supports(root: &Content, machine: &str) -> bool {
    let server = Server::start().await;
    root.tagged("1.0", &server);
    let answer = service(&server).check_arch_support(&repository(), "1.0", machine).await;
    server.finish();
    answer
}

#[tokio::test]
async fn an_index_supports_the_platforms_it_lists() {
    let (root, _) = index_of(&["linux/amd64", "linux/arm/v6", "linux/arm64/v8", "windows/386"]);
    for machine in [
        "amd64",
        "x86_64",
        "linux/amd64",
        "arm64",
        "aarch64",
        "arm",
        "arm/v7",
        "armv6l",
        "386",
        "windows/386",
    ] {
        assert!(supports(&root, machine).await, "{machine}");
    }
    for machine in ["linux/386", "windows/amd64", "s390x", "arm/v5", "riscv64", "", "unknown"] {
        assert!(!supports(&root, machine).await, "{machine}");
    }
}

#[tokio::test]
async fn an_index_is_known_by_its_shape_or_its_media_type() {
    let (root, _) = index_of(&["linux/amd64"]);
    let without_type = root.body.replace(&format!(r#""mediaType":"{}","#, root.media_type), "");
    let bare = json!({"schemaVersion": 2, "manifests": null}).to_string();
    let list = "application/vnd.docker.distribution.manifest.list.v2+json";
    let only_said = json!({"mediaType": list, "manifests": []}).to_string();
    for (content_type, body) in [
        ("text/plain", &without_type),
        ("application/json; charset=utf-8", &without_type),
        (MANIFEST, &root.body),
        (list, &bare),
        ("application/json", &only_said),
    ] {
        let server = Server::start().await;
        let answer = Answer::status(200).header("content-type", content_type).body(body.as_str());
        server.get(&manifest("1.0")).once(answer);
        assert!(!service(&server).check_arch_support(&repository(), "1.0", "arm64").await, "{content_type}");
        server.finish();
    }
}

#[tokio::test]
async fn an_attestation_is_no_platform() {
    let image = single("linux/amd64");
    let mut disguised = attestation(&image);
    disguised["platform"] = platform("linux/arm64");
    let root = index(&[attestation(&image), disguised, image.manifest.entry("linux/amd64")]);
    assert!(supports(&root, "amd64").await);
    assert!(!supports(&root, "arm64").await);
    assert!(!supports(&root, "unknown").await);
    for root in [index(&[]), index(&[image.manifest.descriptor()])] {
        assert!(!supports(&root, "amd64").await, "what names no platform supports none");
    }
}

#[tokio::test]
async fn arm_without_a_variant_is_any_arm() {
    for listed in ["linux/arm/v5", "linux/arm/v6", "linux/arm/v7", "linux/arm"] {
        let (root, _) = index_of(&[listed]);
        assert!(supports(&root, "arm").await, "{listed}");
    }
}

#[tokio::test]
async fn an_index_within_an_index_is_looked_into() {
    let (inner, images) = index_of(&["linux/amd64", "linux/arm64"]);
    let outer = single("linux/s390x");
    let root = index(&[inner.descriptor(), outer.manifest.entry("linux/s390x")]);
    for (machine, expected) in [("arm64", true), ("s390x", true), ("riscv64", false)] {
        let server = Server::start().await;
        root.tagged("1.0", &server);
        inner.by_digest(&server);
        assert_eq!(
            service(&server).check_arch_support(&repository(), "1.0", machine).await,
            expected,
            "{machine}"
        );
        server.finish();
    }
    let server = Server::start().await;
    root.tagged("1.0", &server);
    inner.by_digest(&server);
    images[1].manifest.by_digest(&server);
    assert_eq!(service(&server).image_download_size(&repository(), "1.0", "arm64").await, Some(1));
    server.finish();
}

#[tokio::test]
async fn a_nested_index_that_is_refused_leaves_the_platform_open() {
    let (inner, _) = index_of(&["linux/amd64"]);
    let log = Log::start();
    let server = Server::start().await;
    index(&[inner.descriptor()]).tagged("1.0", &server);
    server.get(&manifest(&inner.digest)).once(Answer::status(404));
    assert!(service(&server).check_arch_support(&repository(), "1.0", "arm64").await);
    assert_eq!(log.lines(), [""; 0], "a plain status is silent");
    server.finish();
}

#[tokio::test]
async fn a_tree_of_indexes_is_not_followed_into_every_branch() {
    // A thousand nested indexes would take a thousand requests for one tag.
    let server = Server::start().await;
    let serve = |content: &Content| server.get(&manifest(&content.digest)).at_will(content.answer());
    let leaves: Vec<_> = (0..32).map(|leaf| annotated(&index(&[]), &json!({"leaf": leaf}))).collect();
    let entries: Vec<_> = leaves.iter().map(Content::descriptor).collect();
    let branches: Vec<_> =
        (0..32).map(|branch| annotated(&index(&entries), &json!({"branch": branch}))).collect();
    leaves.iter().chain(&branches).for_each(serve);
    index(&branches.iter().map(Content::descriptor).collect::<Vec<_>>()).tagged("1.0", &server);
    service(&server).check_arch_support(&repository(), "1.0", "amd64").await;
    assert!(server.lines().len() <= 100, "{} requests for one tag", server.lines().len());
    server.finish();
}

#[tokio::test]
async fn the_config_tells_the_platform_of_a_single_image() {
    for (config, machine, expected) in [
        (platform("linux/amd64"), "amd64", true),
        (platform("linux/amd64"), "arm64", false),
        (platform("linux/arm/v7"), "arm/v6", false),
        (platform("windows/amd64"), "amd64", true),
        (platform("windows/amd64"), "linux/amd64", false),
        (json!({"architecture": "amd64"}), "amd64", true),
        (json!({"os": "linux"}), "amd64", true),
        (platform("unknown/unknown"), "amd64", true),
    ] {
        let server = Server::start().await;
        let image = single_with(config.clone(), &json!({}), &[1]);
        image.manifest.tagged("1.0", &server);
        image.config.as_blob(&server);
        let answer = service(&server).check_arch_support(&repository(), "1.0", machine).await;
        assert_eq!(answer, expected, "{config} on {machine}");
        server.finish();
    }
}

#[tokio::test]
async fn a_platform_that_cannot_be_found_out_is_taken_for_the_right_one() {
    let mut log = Log::start();
    let image = single("linux/amd64");
    let no_config = Content::new(MANIFEST, &json!({"schemaVersion": 2, "layers": []}));
    for status in [400, 401, 403, 404, 500, 503] {
        let server = Server::start().await;
        server.get(&manifest("1.0")).once(Answer::status(status));
        assert!(service(&server).check_arch_support(&repository(), "1.0", "arm64").await, "{status}");
        image.manifest.tagged("1.1", &server);
        server.get(&blob(&image.config.digest)).once(Answer::status(status));
        assert!(service(&server).check_arch_support(&repository(), "1.1", "arm64").await, "{status}");
        server.finish();
    }
    assert!(supports(&no_config, "arm64").await);
    assert_eq!(log.lines(), [""; 0], "plain statuses are silent");

    let told = [Answer::status(200).body("<html>"), Answer::hang_up(), image.manifest.answer().cut_short()];
    for (count, answer) in (1..).zip(told) {
        let server = Server::start().await;
        server.get(&manifest("1.0")).once(answer);
        assert!(service(&server).check_arch_support(&repository(), "1.0", "arm64").await);
        let line = log.line(count).await;
        assert!(line.starts_with("WARN Error checking arch for 1.0: "), "{line}");
        server.finish();
    }
}

#[tokio::test]
async fn without_a_token_the_platform_is_taken_for_the_right_one_and_the_size_is_none() {
    let log = Log::start();
    let server = Server::start().await;
    server.get(&manifest("1.0")).once(Answer::challenge(r#"Bearer realm="/token""#));
    server.get("/token?scope=repository:team/app:pull").always(Answer::status(403));
    let service = service(&server);
    assert!(service.check_arch_support(&repository(), "1.0", "arm64").await);
    assert_eq!(service.image_download_size(&repository(), "1.0", "arm64").await, None);
    let refused = "Failed to get auth token from registry.example: 403";
    assert_eq!(
        log.lines(),
        [
            format!("WARN Error checking arch for 1.0: {refused}"),
            format!("WARN Failed to get image size for team/app:1.0: {refused}"),
        ]
    );
    server.finish();
}

#[tokio::test]
async fn schema_1_is_refused_in_plain_words() {
    let log = Log::start();
    let server = Server::start().await;
    let schema_1 = json!({"schemaVersion": 1, "name": "team/app", "architecture": "amd64", "fsLayers": []});
    let answer = Answer::json(&schema_1)
        .header("content-type", "application/vnd.docker.distribution.manifest.v1+json");
    server.get(&manifest("1.0")).always(answer);
    let service = service(&server);
    assert!(service.check_arch_support(&repository(), "1.0", "arm64").await);
    assert_eq!(service.image_download_size(&repository(), "1.0", "arm64").await, None);
    assert_eq!(service.source_url(&repository(), "1.0").await, None);
    let lines = log.lines();
    assert_eq!(lines.len(), 3);
    assert!(lines.iter().all(|line| line.contains("schema 1")), "{lines:#?}");
    server.finish();
}

#[tokio::test]
async fn the_size_is_that_of_the_layers_for_the_asked_platform() {
    let platforms = ["linux/amd64", "linux/arm/v6", "linux/arm/v7", "linux/arm64"];
    let (root, images) = index_of(&platforms);
    for (machine, size) in [("amd64", 0), ("arm/v6", 1), ("arm", 2), ("arm64", 3), ("s390x", 0)] {
        let server = Server::start().await;
        root.tagged("1.0", &server);
        images[size as usize].manifest.by_digest(&server);
        let answer = service(&server).image_download_size(&repository(), "1.0", machine).await;
        assert_eq!(answer, Some(size), "{machine}");
        server.finish();
    }
    let server = Server::start().await;
    single_with(platform("linux/amd64"), &json!({}), &[5, 5, 9_007_199_254]).manifest.tagged("1.0", &server);
    let size = service(&server).image_download_size(&repository(), "1.0", "arm64").await;
    assert_eq!(size, Some(9_007_199_264));
    server.finish();
}

#[tokio::test]
async fn a_size_that_cannot_be_found_out_is_none_with_a_warning() {
    let image = single("linux/amd64");
    let no_size =
        json!({"config": image.config.descriptor(), "layers": [{"size": 1}, {"digest": sha256("")}]});
    let cases = [
        Answer::status(404),
        Answer::status(500),
        Answer::status(200).body("<html>"),
        index(&[]).answer(),
        single_with(platform("linux/amd64"), &json!({}), &[]).manifest.answer(),
        single_with(platform("linux/amd64"), &json!({}), &[u64::MAX, 1]).manifest.answer(),
        Answer::json(&no_size),
        Answer::hang_up(),
    ];
    for answer in cases {
        let mut log = Log::start();
        let server = Server::start().await;
        server.get(&manifest("1.0")).once(answer.clone());
        assert_eq!(
            service(&server).image_download_size(&repository(), "1.0", "amd64").await,
            None,
            "{answer:?}"
        );
        let line = log.line(1).await;
        assert!(line.starts_with("WARN Failed to get image size for team/app:1.0: "), "{line}");
        server.finish();
    }
}

#[tokio::test]
async fn a_child_that_is_missing_is_told_with_its_status() {
    let mut log = Log::start();
    let (root, images) = index_of(&["linux/amd64"]);
    let server = Server::start().await;
    root.tagged("1.0", &server);
    server.get(&manifest(&images[0].manifest.digest)).once(Answer::status(404));
    assert_eq!(service(&server).image_download_size(&repository(), "1.0", "amd64").await, None);
    let line = log.line(1).await;
    assert!(line.starts_with("WARN Failed to get image size for team/app:1.0: "), "{line}");
    assert!(line.contains("404"), "{line}");
    server.finish();
}

#[tokio::test]
async fn a_digest_that_is_none_is_not_asked_for() {
    for digest in ["../../../secret", "sha256:abc", "sha256:", "latest", ""] {
        let log = Log::start();
        let server = Server::start().await;
        index(&[json!({"digest": digest, "platform": platform("linux/amd64")})]).tagged("1.0", &server);
        assert_eq!(
            service(&server).image_download_size(&repository(), "1.0", "amd64").await,
            None,
            "{digest}"
        );
        assert_eq!(log.lines().len(), 1, "{digest}");
        server.finish();
    }
}
