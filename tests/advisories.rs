//! Security advisories: which requests GitHub receives once a list is remembered.

mod support;

use std::time::Duration;

use container_registry_service::CheckRequest;
use serde_json::{Value, json};
use support::{Answer, Image, NAME, REGISTRY, Server, service_with, single_with};

const FIRST: &str = "/repos/team/app/security-advisories?state=published&per_page=100";
const SECOND: &str = "/repos/team/app/security-advisories?state=published&per_page=100&after=two";
const NEXT: &str = "<https://elsewhere.example/repositories/7/security-advisories?after=two>; rel=\"next\"";

fn page(id: &str, etag: &str) -> Answer {
    let advisory: Value = json!({
        "ghsa_id": id, "summary": "A hole", "severity": "low", "state": "published",
        "published_at": "2026-01-02T03:04:05Z",
        "vulnerabilities": [{"package": {"name": "app"}, "vulnerable_version_range": "< 2"}],
    });
    Answer::json(&json!([advisory])).header("ETag", etag)
}

fn unchanged() -> Answer {
    Answer::status(304)
}

/// A registry with one tag whose image names its source.
fn serve(server: &Server) {
    let image: Image = single_with(
        json!({"os": "linux", "architecture": "amd64"}),
        &json!({"org.opencontainers.image.source": "https://github.com/team/app"}),
        &[1],
    );
    server.get("/v2/team/app/tags/list?n=1000").always(Answer::tags(&["1.0.0"]));
    image.manifest.tagged("1.0.0", server);
    image.config.as_blob(server);
}

#[tokio::test]
async fn each_page_is_asked_for_by_its_etag() {
    let server = Server::start().await;
    serve(&server);
    server.get(FIRST).once(page("GHSA-1", "\"a\"").header("Link", NEXT));
    server.get(SECOND).once(page("GHSA-2", "\"b\""));
    // The first page has not changed, and the second one has.
    server.get(FIRST).once(unchanged());
    server.get(SECOND).once(page("GHSA-3", "\"c\""));
    let service = service_with(&server, |options| options.advisories = Some(Duration::ZERO));
    let image = format!("{REGISTRY}/{NAME}:1.0.0");
    let mut found = Vec::new();
    for _ in 0..2 {
        let report = service.check_image(&CheckRequest::new(&*image, "amd64")).await;
        assert!(report.error.is_none(), "{:?}", report.error);
        let vulnerabilities = report.vulnerabilities.expect("advisories");
        found.push(vulnerabilities.into_iter().map(|one| one.id).collect::<Vec<_>>());
    }
    assert_eq!(found, [["GHSA-1", "GHSA-2"], ["GHSA-1", "GHSA-3"]]);
    let asked = server.received();
    let asked = asked.iter().filter(|request| request.line.contains("security-advisories"));
    let etags: Vec<_> = asked.map(|request| request.header("if-none-match").map(str::to_owned)).collect();
    assert_eq!(etags, [None, None, Some("\"a\"".to_owned()), Some("\"b\"".to_owned())]);
    server.finish();
}
