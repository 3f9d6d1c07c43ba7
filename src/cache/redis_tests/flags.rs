//! Flags: messages of one machine to all others, with an expiry.

use std::time::Duration;

use super::{FOR_EVER, MINUTE, PAUSE, PREFIX, back, cache, put, server::RedisServer, without};
use crate::cache::{suite_clock as clock, suite_log::Log};

const HOUR: Duration = Duration::from_secs(60 * 60);

#[tokio::test]
async fn a_flag_that_one_raises_all_see_until_it_comes_down() {
    let server = RedisServer::start().await;
    let (here, there) = (cache(&server), cache(&server));
    assert_eq!(there.flags(["a", "b"]).await, [None, None]);
    here.raise("b", MINUTE).await;
    let [none, left] = there.flags(["a", "b"]).await;
    assert_eq!(none, None);
    assert!(left.is_some_and(|left| left > MINUTE / 2 && left <= MINUTE), "{left:?}");
    server.ask::<i64>(&["PEXPIRE", &format!("{PREFIX}flag b"), "0"]).await;
    assert_eq!(there.flags(["b"]).await, [None]);
}

#[tokio::test]
async fn the_longer_time_stays() {
    let server = RedisServer::start().await;
    let (here, there) = (cache(&server), cache(&server));
    for time in [MINUTE, HOUR, Duration::ZERO, MINUTE] {
        here.raise("flag", time).await;
    }
    let [left] = there.flags(["flag"]).await;
    assert!(left.is_some_and(|left| left > HOUR / 2 && left <= HOUR), "{left:?}");
    here.raise("brief", Duration::ZERO).await;
    assert!(server.ask::<i64>(&["PTTL", &format!("{PREFIX}flag brief")]).await <= 1, "it always ends");
}

#[tokio::test]
async fn clearing_leaves_flags() {
    let server = RedisServer::start().await;
    let cache = cache(&server);
    put(&cache, "flagstaff", b"value", FOR_EVER).await;
    cache.raise("a", HOUR).await;
    cache.clear().await;
    assert_eq!(server.keys().await, [format!("{PREFIX}flag a")]);
}

#[tokio::test]
async fn without_a_server_there_are_no_flags() {
    let log = Log::start();
    let mut server = RedisServer::start().await;
    let cache = cache(&server);
    server.stop();
    cache.raise("a", HOUR).await;
    assert_eq!(cache.flags(["a"]).await, [None]);
    let [line] = log.lines().try_into().expect("one line");
    assert!(line.starts_with(&without(&server, "")), "{line}");
    server.start_again().await;
    clock::skip(PAUSE).await;
    cache.raise("a", HOUR).await;
    // One caller was let through and found that the server is back.
    assert_eq!(log.lines(), [line, back(&server)]);
    assert!(cache.flags(["a"]).await[0].is_some());
}
