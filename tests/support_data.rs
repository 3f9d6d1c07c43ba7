//! Current support data: which requests their server receives while they are cached.

mod support;

use std::time::Duration;

use container_registry_service::CheckRequest;
use serde_json::json;
use support::{Answer, REGISTRY, Server, service_with};

const LIST: &str = "/support";

fn product_list(generated_at: &str) -> Answer {
    let releases = json!([{"name": "99", "releaseDate": "2098-05-05", "isLts": false, "isEol": false}]);
    let product = json!({
        "name": "nodejs",
        "identifiers": [{"type": "purl", "id": "pkg:docker/library/node"}],
        "releases": releases,
    });
    Answer::json(&json!({"generated_at": generated_at, "result": [product]}))
}

#[tokio::test]
async fn they_are_asked_for_again_with_their_etag_and_outlive_their_server() {
    let server = Server::start().await;
    server
        .get(LIST)
        .without("if-none-match")
        .once(product_list("2099-01-01T00:00:00Z").header("etag", "\"1\""));
    server.get(LIST).with("if-none-match", "\"1\"").once(Answer::status(304));
    server
        .get(LIST)
        .with("if-none-match", "\"1\"")
        .once(product_list("2099-02-02T00:00:00Z").header("etag", "\"2\""));
    server.get(LIST).with("if-none-match", "\"2\"").once(Answer::status(500));
    let service = service_with(&server, |options| {
        options.lifecycle.refresh = server.url().join(LIST).ok();
        options.lifecycle.every = Duration::ZERO;
    });
    for as_of in ["2099-01-01", "2099-01-01", "2099-02-02", "2099-02-02", "2099-02-02"] {
        // The image need not exist, because its lifecycle does not depend on the registry.
        let image = format!("{REGISTRY}/library/node:99.0.0");
        let request = CheckRequest::new(image, "amd64").current_digest("no digest");
        let report = service.check_image(&request).await;
        let lifecycle = report.lifecycle.expect("a lifecycle");
        assert_eq!((lifecycle.as_of.as_str(), lifecycle.cycle.as_deref()), (as_of, Some("99")));
    }
    server.finish();
}
