//! The cache in Redis, with Debian's `redis-server`: it is shared, its entries expire, and checks go on without it.

mod flags;
mod server;

use std::{env, path::Path, process::Command, time::Duration};

use self::server::RedisServer;
use super::{Cache, CacheOptions, suite_clock as clock, suite_log::Log};
use crate::text::secret::Secret;

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(60 * 60);
/// The pause after which an unreachable server is tried again.
const PAUSE: Duration = Duration::from_secs(5);
const FOR_EVER: Option<Duration> = None;
const PREFIX: &str = "container-registry-service:";

/// A server may take a minute to answer, because a loaded machine needs that long.
fn settings(server: &RedisServer) -> CacheOptions {
    CacheOptions { redis: Some(Secret::new(server.url())), redis_timeout: MINUTE, ..CacheOptions::default() }
}

/// A cache that has only the server's entries, as on another machine.
fn cache(server: &RedisServer) -> Cache {
    Cache::new(settings(server)).expect("a cache")
}

async fn value(cache: &Cache, key: &str) -> Option<Vec<u8>> {
    cache.get(key).await.map(|entry| entry.value.to_vec())
}

/// Puts a value and waits until the server has it.
async fn put(cache: &Cache, key: &str, value: &[u8], time_to_live: Option<Duration>) {
    cache.put(key, value, time_to_live).await;
    cache.close().await;
}

fn without(server: &RedisServer, why: &str) -> String {
    format!("WARN Going on without the cache at {}: {why}", server.host())
}

fn back(server: &RedisServer) -> String {
    format!("INFO Back to using the cache at {}", server.host())
}

#[tokio::test]
async fn what_one_machine_learns_all_know() {
    let server = RedisServer::start().await;
    let (here, there) = (cache(&server), cache(&server));
    assert_eq!(value(&there, "key").await, None);
    put(&here, "key", b"old", Some(HOUR)).await;
    put(&here, "key", b"new", Some(HOUR)).await;
    put(&here, "ü \0\n*", b"", FOR_EVER).await;
    assert_eq!(there.get("key").await, here.get("key").await);
    assert_eq!(value(&there, "key").await, Some(b"new".to_vec()));
    assert_eq!(value(&there, "ü \0\n*").await, Some(Vec::new()));
    assert_eq!(there.hits(), 3);
    assert_eq!(server.keys().await, [format!("{PREFIX}key"), format!("{PREFIX}ü \0\n*")]);
}

#[tokio::test]
async fn many_values_arrive_and_many_callers_read_them() {
    let server = RedisServer::start().await;
    let here = cache(&server);
    for number in 0..2000 {
        here.put(&number.to_string(), number.to_string().repeat(100).into_bytes(), Some(HOUR)).await;
    }
    here.close().await;
    let there = cache(&server);
    let keys: Vec<String> = (0..2000).map(|number| number.to_string()).collect();
    let read = futures_util::future::join_all(keys.iter().map(|key| value(&there, key))).await;
    for (key, value) in keys.iter().zip(read) {
        assert_eq!(value, Some(key.repeat(100).into_bytes()));
    }
}

#[tokio::test]
async fn the_server_forgets_in_time() {
    let server = RedisServer::start().await;
    let cache = cache(&server);
    for (key, time_to_live) in [("minute", Some(MINUTE)), ("ever", FOR_EVER), ("over", Some(Duration::ZERO))]
    {
        put(&cache, key, b"value", time_to_live).await;
    }
    let left = async |key| server.ask::<i64>(&["PTTL", &format!("{PREFIX}{key}")]).await;
    assert!((1..=60_000).contains(&left("minute").await));
    assert!((60_000..=30 * 24 * 3_600_000).contains(&left("ever").await));
    assert_eq!(left("over").await, -2, "no such key");
    put(&cache, "minute", b"value", Some(Duration::ZERO)).await;
    assert_eq!(left("minute").await, -2, "what is over takes the place of what was good");
}

#[tokio::test]
async fn a_value_too_long_to_share_stays_here() {
    let server = RedisServer::start().await;
    let cache = cache(&server);
    put(&cache, "key", b"short", FOR_EVER).await;
    put(&cache, "key", &vec![0; 1 << 20], FOR_EVER).await;
    assert_eq!(value(&cache, "key").await.map(|value| value.len()), Some(1 << 20));
    assert!(server.keys().await.is_empty());
}

#[tokio::test]
async fn what_is_no_good_entry_is_a_miss() {
    let log = Log::start();
    let server = RedisServer::start().await;
    let here = cache(&server);
    put(&here, "other", b"value", FOR_EVER).await;
    let name = format!("{PREFIX}key");
    for damage in [
        &["SET", &name, "value"][..],
        &["COPY", &format!("{PREFIX}other"), &name],
        &["SETRANGE", &format!("{PREFIX}other"), "12", "x"],
        &["APPEND", &format!("{PREFIX}other"), "x"],
        &["HSET", &name, "a", "b"],
    ] {
        server.ask::<redis::Value>(&["DEL", &name]).await;
        put(&here, "other", b"value", FOR_EVER).await;
        server.ask::<redis::Value>(damage).await;
        let touched = damage[1].trim_start_matches(PREFIX);
        let read = if touched == "other" && damage[0] != "COPY" { "other" } else { "key" };
        assert_eq!(value(&cache(&server), read).await, None, "{damage:?}");
        put(&here, read, b"again", FOR_EVER).await;
        assert_eq!(value(&cache(&server), read).await, Some(b"again".to_vec()), "{damage:?}");
    }
    assert!(log.lines().is_empty(), "{:?}", log.lines());
}

#[tokio::test]
async fn clearing_takes_only_what_is_under_the_prefix() {
    let server = RedisServer::start().await;
    let with = |prefix: &str| {
        Cache::new(CacheOptions { prefix: prefix.to_owned(), ..settings(&server) }).expect("a cache")
    };
    for number in 0..3000 {
        server.ask::<()>(&["SET", &format!("crs[a]*?\\:{number}"), "ours"]).await;
    }
    for key in ["crs[a]*?\\", "crsa*?\\:", "crs[a]xx\\:", "another's"] {
        server.ask::<()>(&["SET", key, "not ours"]).await;
    }
    put(&with("another:"), "key", b"value", FOR_EVER).await;
    let cache = with("crs[a]*?\\:");
    put(&cache, "key", b"value", FOR_EVER).await;
    cache.clear().await;
    assert_eq!(value(&cache, "key").await, None);
    assert_eq!(server.keys().await, ["another's", "another:key", "crs[a]*?\\", "crs[a]xx\\:", "crsa*?\\:"]);
}

#[tokio::test]
async fn a_server_that_stops_is_done_without_and_used_again_when_it_is_back() {
    let log = Log::start();
    let mut server = RedisServer::start().await;
    let here = cache(&server);
    put(&here, "before", b"1", Some(HOUR)).await;
    server.stop();
    for key in ["a", "b", "c"] {
        assert_eq!(value(&here, key).await, None);
        put(&here, key, b"2", Some(HOUR)).await;
        assert_eq!(value(&here, key).await, Some(b"2".to_vec()));
        clock::skip(PAUSE).await;
    }
    assert_eq!(value(&here, "before").await, Some(b"1".to_vec()));
    here.clear().await;
    assert_eq!(value(&here, "before").await, None);
    let [line] = log.lines().try_into().expect("one line");
    assert!(line.starts_with(&without(&server, "")) && line.contains("refused"), "{line}");

    server.start_again().await;
    put(&here, "too early", b"3", Some(HOUR)).await;
    assert!(server.keys().await.is_empty());
    clock::skip(PAUSE).await;
    put(&here, "after", b"4", Some(HOUR)).await;
    put(&here, "soon after", b"4", Some(HOUR)).await;
    assert_eq!(value(&cache(&server), "after").await, Some(b"4".to_vec()));
    assert_eq!(value(&cache(&server), "soon after").await, Some(b"4".to_vec()));
    assert_eq!(log.lines(), [line, back(&server)]);
}

#[tokio::test]
async fn a_server_that_restarts_between_two_questions_is_not_missed() {
    let log = Log::start();
    let mut server = RedisServer::start().await;
    let cache = cache(&server);
    // A write that is under way when the server ends would be missed.
    put(&cache, "a", b"1", FOR_EVER).await;
    assert_eq!(value(&cache, "b").await, None);
    server.stop();
    server.start_again().await;
    assert_eq!(value(&cache, "b").await, None);
    server.ask::<()>(&["CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"]).await;
    put(&cache, "c", b"1", FOR_EVER).await;
    assert_eq!(server.keys().await, [format!("{PREFIX}c")]);
    assert!(log.lines().is_empty(), "{:?}", log.lines());
}

#[tokio::test]
async fn a_server_that_does_not_answer_is_done_without() {
    let log = Log::start();
    let server = RedisServer::start().await;
    let limit = Duration::from_millis(50);
    let hasty = Cache::new(CacheOptions { redis_timeout: limit, ..settings(&server) }).expect("a cache");
    server.signal("STOP");
    let keys = ["a", "b", "c"];
    let read = futures_util::future::join_all(keys.map(|key| value(&hasty, key))).await;
    assert_eq!(read, [None, None, None]);
    put(&hasty, "a", b"1", FOR_EVER).await;
    assert_eq!(value(&hasty, "a").await, Some(b"1".to_vec()));
    assert_eq!(log.lines(), [without(&server, "no answer within 50 ms")]);

    server.signal("CONT");
    // Fifty milliseconds are short for a loaded machine, so more than one try may be needed.
    for _ in 0..1000 {
        clock::skip(PAUSE).await;
        put(&hasty, "b", b"2", FOR_EVER).await;
        if log.lines().len() > 1 {
            break;
        }
    }
    assert_eq!(log.lines().get(1), Some(&back(&server)));
    assert_eq!(value(&cache(&server), "b").await, Some(b"2".to_vec()));
}

#[tokio::test]
async fn a_server_that_refuses_is_done_without() {
    let log = Log::start();
    let server = RedisServer::start().await;
    let cache = cache(&server);
    server.ask::<()>(&["CONFIG", "SET", "maxmemory", "1"]).await;
    put(&cache, "key", b"value", FOR_EVER).await;
    let [line] = log.lines().try_into().expect("one line");
    assert!(line.starts_with(&without(&server, "it refused with OOM ")), "{line}");
    server.ask::<()>(&["CONFIG", "SET", "maxmemory", "0"]).await;
    clock::skip(PAUSE).await;
    put(&cache, "key", b"value", FOR_EVER).await;
    assert_eq!(log.lines(), [line, back(&server)]);
}

#[tokio::test]
async fn a_password_opens_and_is_never_shown() {
    let log = Log::start();
    let server = RedisServer::start_with("redis://:sesame@", &["--requirepass", "sesame"]).await;
    put(&cache(&server), "key", b"value", FOR_EVER).await;
    assert_eq!(value(&cache(&server), "key").await, Some(b"value".to_vec()));
    assert!(log.lines().is_empty());

    let url = format!("redis://ali:babas@{}", server.host());
    let wrong = CacheOptions { redis: Some(Secret::new(url)), ..settings(&server) };
    let shown = format!("{wrong:?}");
    let wrong = Cache::new(wrong).expect("a cache");
    assert_eq!(value(&wrong, "key").await, None);
    let [line] = log.lines().try_into().expect("one line");
    assert!(line.starts_with(&without(&server, "")), "{line}");
    for text in [shown, format!("{wrong:?}"), line] {
        assert!(!text.contains("babas") && !text.contains("ali"), "{text}");
    }
}

#[tokio::test]
async fn the_folder_is_asked_before_the_server() {
    let server = RedisServer::start().await;
    let folder = tempfile::tempdir().expect("a folder");
    let both = || {
        let directory = Some(folder.path().to_owned());
        Cache::new(CacheOptions { directory, ..settings(&server) }).expect("a cache")
    };
    put(&both(), "both", b"1", FOR_EVER).await;
    put(&cache(&server), "server", b"2", FOR_EVER).await;
    put(&cache(&server), "both", b"3", FOR_EVER).await;
    assert_eq!(value(&both(), "both").await, Some(b"1".to_vec()));
    assert_eq!(value(&both(), "server").await, Some(b"2".to_vec()));
    both().clear().await;
    assert!(server.keys().await.is_empty());
    assert_eq!(value(&both(), "both").await, None);
}

/// The environment variable that names the folder with the certificates to the process that trusts them.
const CERTIFICATES: &str = "CACHE_REDIS_TEST_CERTIFICATES";

/// Writes a self-signed certificate for 127.0.0.1 into `folder`.
fn make_certificate(folder: &Path) {
    let made = Command::new("openssl")
        .args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"])
        .args(["-subj", "/CN=redis", "-addext", "subjectAltName=IP:127.0.0.1"])
        .args([
            "-addext",
            "basicConstraints=critical,CA:FALSE",
            "-keyout",
            "key.pem",
            "-out",
            "certificate.pem",
        ])
        .current_dir(folder)
        .output()
        .expect("openssl is installed");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
}

#[tokio::test]
async fn a_server_behind_tls_is_known_by_the_systems_authorities() {
    // The certificate authorities are read from the environment, so another process runs with a changed one.
    let Some(folder) = env::var_os(CERTIFICATES) else {
        let folder = tempfile::tempdir().expect("a folder");
        make_certificate(folder.path());
        let status = Command::new(env::current_exe().expect("this program"))
            .args(["--exact", "cache::redis_tests::a_server_behind_tls_is_known_by_the_systems_authorities"])
            .env(CERTIFICATES, folder.path())
            .env("SSL_CERT_FILE", folder.path().join("certificate.pem"))
            .status();
        return assert!(status.expect("another process").success());
    };
    let file = |name| Path::new(&folder).join(name).display().to_string();
    let (certificate, key) = (file("certificate.pem"), file("key.pem"));
    let arguments = ["--tls-cert-file", &certificate, "--tls-key-file", &key, "--tls-auth-clients", "no"];
    let server = RedisServer::start_with("rediss://", &arguments).await;
    put(&cache(&server), "key", b"value", FOR_EVER).await;
    assert_eq!(value(&cache(&server), "key").await, Some(b"value".to_vec()));
}
