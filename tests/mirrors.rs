//! Mirrors: asked first and in order, passed over when they fail, and trusted with nothing that is the registry's.

mod support;

use container_registry_service::{
    ContainerRegistryService,
    options::{Credential, Options, Secret},
};
use support::{Answer, Log, Server, TAGS, registry_of, repository, service_with};

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
