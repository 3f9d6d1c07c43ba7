use proptest::prelude::*;

use super::*;

const HEX: &str = "6c3c624b58dbbcd3c0dd82b4c53f04194d1247c6eebdaab7c610cf7d66709b3b";

#[test]
fn references_are_read_as_docker_reads_them() {
    let cases = [
        ("nginx", "registry-1.docker.io", "library", "nginx", "latest"),
        ("nginx:1.27", "registry-1.docker.io", "library", "nginx", "1.27"),
        ("ollama/ollama:0.24.0", "registry-1.docker.io", "ollama", "ollama", "0.24.0"),
        ("a/b/c:1", "registry-1.docker.io", "a/b", "c", "1"),
        ("docker.io/nginx", "registry-1.docker.io", "library", "nginx", "latest"),
        ("docker.io/library/nginx", "registry-1.docker.io", "library", "nginx", "latest"),
        ("index.docker.io/ollama/ollama:1", "registry-1.docker.io", "ollama", "ollama", "1"),
        ("registry-1.docker.io/nginx", "registry-1.docker.io", "", "nginx", "latest"),
        ("ghcr.io/kiwix/kiwix-serve:3.7.0", "ghcr.io", "kiwix", "kiwix-serve", "3.7.0"),
        ("localhost/app:2", "localhost", "", "app", "2"),
        ("localhost:5000/app", "localhost:5000", "", "app", "latest"),
        ("localhost:5000", "registry-1.docker.io", "library", "localhost", "5000"),
        ("[::1]:5000/team/app:v1", "[::1]:5000", "team", "app", "v1"),
        ("registry.gitlab.com/a/b/c/d:1", "registry.gitlab.com", "a/b/c", "d", "1"),
        ("GHCR.io/a/b", "GHCR.io", "a", "b", "latest"),
    ];
    for (text, registry, namespace, repo, tag) in cases {
        let parsed = ImageReference::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(
            (&*parsed.registry, &*parsed.namespace, &*parsed.repo, &*parsed.tag, parsed.digest.as_deref()),
            (registry, namespace, repo, tag, None),
            "{text}"
        );
    }
}

#[test]
fn a_digest_is_no_tag() {
    let digest = format!("sha256:{HEX}");
    for (text, tag) in [(format!("nginx@{digest}"), "latest"), (format!("nginx:1.27@{digest}"), "1.27")] {
        let parsed = ImageReference::parse(&text).expect(&text);
        assert_eq!((parsed.tag.as_str(), parsed.digest.as_deref()), (tag, Some(&*digest)));
        assert_eq!(parsed.tag_or_digest(), digest);
    }
}

#[test]
fn an_invalid_reference_is_refused() {
    let long = "a".repeat(300);
    let long_tag = format!("nginx:{}", "1".repeat(129));
    let upper = format!("nginx@sha256:{}", HEX.to_uppercase());
    let cases = [
        "",
        " ",
        " nginx",
        "nginx ",
        "a b",
        "Nginx",
        "ghcr.io/Kiwix/serve",
        "Foo/bar",
        "nginx:",
        "nginx:a b",
        "nginx:-1",
        "a:b:c",
        "/nginx",
        "nginx/",
        "a//b",
        "ghcr.io//x",
        "ghcr.io/",
        "nginx\n",
        "ngi\u{0}nx",
        "ñginx",
        "https://ghcr.io/a/b",
        "nginx@",
        "nginx@sha256:abc",
        "nginx@latest",
        &upper,
        "-a/b",
        "a_/b",
        "a___b",
        "a..b",
        "host:0/x",
        "host:99999/x",
        "host:/x",
        ".a.b/c",
        "a.b-/c",
        "[::g]:1/x",
        "user@ghcr.io/x",
        &long,
        &long_tag,
    ];
    for text in cases {
        let error = ImageReference::parse(text).expect_err(text);
        assert_eq!(error.code(), "INVALID_REFERENCE", "{text}");
    }
}

#[test]
fn the_hub_has_one_canonical_name() {
    for host in ["docker.io", "index.docker.io", "registry-1.docker.io", "Docker.IO"] {
        assert_eq!(canonical_registry(host), DOCKER_HUB);
    }
    assert_eq!(canonical_registry("GHCR.io"), "ghcr.io");
}

#[test]
fn a_familiar_reference_is_what_a_person_writes() {
    let digest = format!("@sha256:{}", "0a".repeat(32));
    for (text, familiar) in [
        ("nginx", "nginx:latest".to_owned()),
        ("docker.io/library/nginx:1.27", "nginx:1.27".to_owned()),
        ("registry-1.docker.io/library/nginx:1.27", "nginx:1.27".to_owned()),
        ("registry-1.docker.io/nginx:1.27", "registry-1.docker.io/nginx:1.27".to_owned()),
        ("docker.io/localhost/x:1", "registry-1.docker.io/localhost/x:1".to_owned()),
        ("grafana/grafana:11.0.0", "grafana/grafana:11.0.0".to_owned()),
        ("nas.lan:5000/a/b:1", "nas.lan:5000/a/b:1".to_owned()),
        (&format!("nas.lan:5000/a{digest}"), format!("nas.lan:5000/a:latest{digest}")),
    ] {
        let parsed = ImageReference::parse(text).expect(text);
        assert_eq!(parsed.familiar(), familiar);
        assert_eq!(ImageReference::parse(&familiar).expect("a reference"), parsed);
    }
}

#[test]
fn another_tag_leaves_the_name_as_it_was_written() {
    let digest = "@sha256:".to_owned() + &"0a".repeat(32);
    for (text, expected) in [
        ("nginx", "nginx:2"),
        ("docker.io/nginx:1", "docker.io/nginx:2"),
        ("nas.lan:5000/a", "nas.lan:5000/a:2"),
        ("nas.lan:5000/a:1", "nas.lan:5000/a:2"),
        (&format!("nas.lan:5000/a{digest}"), "nas.lan:5000/a:2"),
        (&format!("a/b:1.0{digest}"), "a/b:2"),
    ] {
        assert_eq!(with_tag(text, "2").ok().as_deref(), Some(expected), "{text}");
    }
    for (text, tag) in [("", "2"), ("A", "2"), ("a", ""), ("a", "-2"), ("a", "2@x"), ("a", "b:c")] {
        assert_eq!(
            with_tag(text, tag).map_err(|error| error.code()),
            Err("INVALID_REFERENCE"),
            "{text} {tag}"
        );
    }
}

#[test]
fn repositories_put_together_by_hand_are_checked() {
    assert!(Repository::new("ghcr.io", "a/b").is_ok());
    for (registry, name) in [
        ("ghcr.io/x", "a"),
        ("", "a"),
        ("a b", "a"),
        ("ghcr.io", "../x"),
        ("ghcr.io", "a?b"),
        ("ghcr.io", ""),
    ] {
        assert!(Repository::new(registry, name).is_err(), "{registry} {name}");
    }
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in any::<String>()) {
        let _ = ImageReference::parse(&text);
    }

    #[test]
    fn a_written_reference_is_read_again(
        text in "([a-z]{1,6}(\\.[a-z]{2,3})?(:[1-9][0-9]{1,3})?/)?[a-z0-9]{1,5}(/[a-z]{1,4}-[0-9]){0,2}(:[a-z0-9_][a-zA-Z0-9._-]{0,9})?"
    ) {
        if let Ok(parsed) = ImageReference::parse(&text) {
            prop_assert_eq!(ImageReference::parse(&parsed.to_string()).ok(), Some(parsed.clone()));
            prop_assert_eq!(ImageReference::parse(&parsed.familiar()).ok(), Some(parsed));
        }
    }
}

#[test]
fn a_common_mistake_is_named() {
    for (text, why) in [
        ("", "it is empty"),
        (" nginx:1.27 ", "begins or ends with a blank"),
        ("nginx:1.27\n", "begins or ends with a blank"),
        ("https://ghcr.io/a/b:1.0", "it is a URL"),
        ("NGINX", "lower-case"),
    ] {
        let error = ImageReference::parse(text).expect_err(text);
        assert!(error.message().contains(why), "{error}");
    }
}
