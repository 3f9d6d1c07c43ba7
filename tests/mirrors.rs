//! Mirrors: they are asked first and in order, skipped when they fail, and never receive the registry's credentials.

mod support;

use container_registry_service::{
    ContainerRegistryService,
    image::reference::Repository,
    options::{Credential, Options, RegistryOptions, Secret},
};
use support::{Answer, Log, Server, TAGS, manifest, registry_of, repository, service_with, single};

/// A service for a registry with these mirrors.
fn service(mirrors: &[&Server], registry: &Server) -> ContainerRegistryService {
    service_with(registry, |options| set_mirrors(options, mirrors))
}

fn set_mirrors(options: &mut Options, mirrors: &[&Server]) {
    registry_of(options).mirrors = mirrors.iter().map(|mirror| mirror.url()).collect();
}

async fn two_servers() -> (Server, Server) {
    (Server::start().await, Server::start().await)
}

#[tokio::test]
async fn the_first_mirror_that_has_it_is_the_last_to_be_asked() {
    let (first, second) = two_servers().await;
    let registry = Server::start().await;
    first.get(TAGS).once(Answer::refusal(404, "NAME_UNKNOWN", "not mirrored"));
    let next = format!("{TAGS}&last=1.0");
    second.get(TAGS).once(Answer::tags(&["1.0"]).header("link", &format!(r#"<{next}>; rel="next""#)));
    second.get(&next).once(Answer::tags(&["2.0"]));
    let tags = service(&[&first, &second], &registry).list_tags(&repository()).await;
    assert_eq!(tags.expect("tags"), ["1.0", "2.0"]);
    first.finish();
    second.finish();
    registry.finish();
}

#[tokio::test]
async fn a_mirror_that_refuses_is_passed_over_and_asked_again_next_time() {
    for status in [401, 403, 404, 429, 500, 503] {
        let log = Log::start();
        let (mirror, registry) = two_servers().await;
        let service = service(&[&mirror], &registry);
        for _ in 0..2 {
            mirror.get(TAGS).once(Answer::status(status).header("retry-after", "0"));
            registry.get(TAGS).once(Answer::tags(&["1.0"]));
            assert_eq!(service.list_tags(&repository()).await.expect("tags"), ["1.0"], "{status}");
        }
        assert!(log.lines().iter().all(|line| line.starts_with("DEBUG ")), "{:#?}", log.lines());
        mirror.finish();
        registry.finish();
    }
}

#[tokio::test]
async fn a_mirror_that_cannot_be_reached_is_left_alone_for_a_while() {
    let log = Log::start();
    let (mirror, registry) = two_servers().await;
    mirror.get(TAGS).once(Answer::hang_up());
    let service = service(&[&mirror], &registry);
    for _ in 0..3 {
        registry.get(TAGS).once(Answer::tags(&["1.0"]));
        assert_eq!(service.list_tags(&repository()).await.expect("tags"), ["1.0"]);
    }
    let lines = log.lines();
    assert_eq!(lines.len(), 1, "{lines:#?}");
    assert!(lines[0].starts_with("WARN ") && lines[0].contains(&mirror.host()), "{lines:#?}");
    mirror.finish();
    registry.finish();
}

#[tokio::test]
async fn the_registrys_own_answer_is_the_one_that_is_told() {
    let (mirror, registry) = two_servers().await;
    mirror.get(TAGS).once(Answer::status(500));
    registry.get(TAGS).once(Answer::refusal(404, "NAME_UNKNOWN", "no such repository"));
    let error = service(&[&mirror], &registry).list_tags(&repository()).await.expect_err("refused");
    assert_eq!((error.code(), error.host()), ("NOT_FOUND", Some(&*registry.host())));
    assert_eq!(error.detail(), Some("NAME_UNKNOWN: no such repository"));
    mirror.finish();
    registry.finish();
}

#[tokio::test]
async fn a_mirror_has_its_own_tokens() {
    let (mirror, registry) = two_servers().await;
    let token = "/token?scope=repository:team/app:pull";
    for (server, value) in [(&mirror, "mirror"), (&registry, "registry")] {
        server.get(TAGS).without("authorization").once(Answer::challenge(r#"Bearer realm="/token""#));
        server.get(token).once(Answer::token(value));
    }
    mirror.get(TAGS).with("authorization", "Bearer mirror").once(Answer::status(404));
    registry.get(TAGS).with("authorization", "Bearer registry").once(Answer::tags(&["1.0"]));
    let tags = service(&[&mirror], &registry).list_tags(&repository()).await;
    assert_eq!(tags.expect("tags"), ["1.0"]);
    mirror.finish();
    registry.finish();
}

#[tokio::test]
async fn the_registrys_credentials_are_not_shown_to_a_mirror() {
    let (mirror, registry) = two_servers().await;
    let challenge = Answer::challenge(r#"Basic realm="Registry""#);
    mirror.get(TAGS).without("authorization").once(challenge.clone());
    registry.get(TAGS).without("authorization").once(challenge);
    let basic = "Basic c29tZWJvZHk6aHVudGVyMg==";
    registry.get(TAGS).with("authorization", basic).once(Answer::tags(&["1.0"]));
    let service = service_with(&registry, |options| {
        set_mirrors(options, &[&mirror]);
        let password =
            Credential::Password { username: "somebody".to_owned(), password: Secret::new("hunter2") };
        registry_of(options).credential = Some(password);
    });
    assert_eq!(service.list_tags(&repository()).await.expect("tags"), ["1.0"]);
    mirror.finish();
    registry.finish();
}

#[tokio::test]
async fn a_mirror_that_answers_nonsense_is_passed_over() {
    for nonsense in [r#"{"errors":[{"code":"DENIED"}]}"#, "{}", "<html>portal</html>", r#"[["1.0"]]"#] {
        let (mirror, registry) = two_servers().await;
        mirror.get(TAGS).once(Answer::status(200).body(nonsense));
        registry.get(TAGS).once(Answer::tags(&["1.0"]));
        let tags = service(&[&mirror], &registry).list_tags(&repository()).await;
        assert_eq!(tags.expect("tags"), ["1.0"], "{nonsense}");
        mirror.finish();
        registry.finish();
    }
    let root = single("linux/amd64").manifest;
    let (mirror, registry) = two_servers().await;
    mirror.get(&manifest("1.0")).once(Answer::status(200).body("{}"));
    root.tagged("1.0", &registry);
    let size = service(&[&mirror], &registry).image_download_size(&repository(), "1.0", "amd64").await;
    assert_eq!(size, Some(1000));
    mirror.finish();
    registry.finish();
}

#[tokio::test]
async fn a_registry_is_asked_where_its_url_and_its_prefix_say() {
    let tags = |path: &str| format!("{path}/team/app/tags/list?n=1000");
    for (below, prefix, path) in [
        ("", None, "/v2"),
        ("v2", None, "/v2"),
        ("v2/dockerhub-proxy", None, "/v2/dockerhub-proxy"),
        ("artifactory/api/docker", None, "/artifactory/api/docker/v2"),
        ("", Some("proxy/hub"), "/v2/proxy/hub"),
    ] {
        let server = Server::start().await;
        server.get(&tags(path)).once(Answer::challenge(r#"Bearer realm="/token""#));
        let name = path.rsplit_once("/v2").map_or("", |(_, name)| name).trim_start_matches('/');
        let name = if name.is_empty() { "team/app".to_owned() } else { format!("{name}/team/app") };
        server.get(&format!("/token?scope=repository:{name}:pull")).once(Answer::token("t"));
        server.get(&tags(path)).with("authorization", "Bearer t").once(Answer::tags(&["1.0"]));
        let service = service_with(&server, |options| {
            registry_of(options).url = Some(server.url().join(below).expect("a URL"));
            registry_of(options).repository_prefix = prefix.map(str::to_owned);
        });
        assert_eq!(service.list_tags(&repository()).await.expect("tags"), ["1.0"], "{below} {prefix:?}");
        server.finish();
    }
}

#[tokio::test]
async fn an_image_of_a_proxy_cache_is_looked_for_upstream_without_the_caches_credentials() {
    let (cache, registry) = two_servers().await;
    registry.get(TAGS).without("authorization").once(Answer::challenge(r#"Basic realm="r""#));
    let service = service_with(&registry, |options| {
        let mut proxy = RegistryOptions::at(cache.url());
        proxy.credential = Some(Credential::Token(Secret::new("secret")));
        options.registry.add("cache.example", proxy).expect("a registry");
        options.registry.add_alias("cache.example/hub/", "registry.example/").expect("an alias");
    });
    let repository = Repository::new("cache.example", "hub/team/app").expect("a repository");
    assert_eq!(service.list_tags(&repository).await.expect_err("refused").status(), Some(401));
    cache.finish();
    registry.finish();
}

#[tokio::test]
async fn a_page_size_is_the_registrys_own() {
    let server = Server::start().await;
    server.get("/v2/team/app/tags/list?n=7").once(Answer::status(400));
    server.get("/v2/team/app/tags/list").once(Answer::tags(&["1.0"]));
    let service = service_with(&server, |options| registry_of(options).page_size = Some(7));
    assert_eq!(service.list_tags(&repository()).await.expect("tags"), ["1.0"]);
    server.finish();
}
