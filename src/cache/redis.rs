//! Stores entries in Redis or Valkey, for all machines that share the server.

use std::{
    fmt, io,
    sync::Arc,
    time::{Duration, SystemTime},
};

use parking_lot::Mutex;
use redis::{
    AsyncConnectionConfig, Client, FromRedisValue, Pipeline, RedisResult, aio::MultiplexedConnection,
};
use tokio::{sync::OnceCell, time::timeout};

use super::{
    entry::Entry,
    outage::Outage,
    seal::Seal,
    store::{Fact, Store},
};
use crate::error::{Error, Result};

/// Most bytes of a sealed entry that is shared. A larger one may not cross the network within the time for an answer.
const MAX_BYTES: usize = 1024 * 1024;
/// The longest time that the server keeps an entry. One that is good for ever and still of use is learnt again.
const MAX_LIFE: Duration = Duration::from_secs(30 * 24 * 3600);
/// Keys that the server scans for one answer while everything is forgotten.
const SCAN_COUNT: u32 = 1000;
/// Time for which a server that does not work is left alone.
const PAUSE: Duration = Duration::from_secs(5);
/// The longest time for which a flag is up.
const MAX_FLAG: Duration = Duration::from_secs(3600);
/// What the names of flags start with, behind the prefix.
const FLAG: &str = "flag ";

/// A server that is asked over one connection. The connection is opened when it is first needed, and again after it
/// broke.
pub(crate) struct Redis {
    client: Client,
    prefix: String,
    /// Time for an answer, connecting included.
    limit: Duration,
    seal: Seal,
    outage: Outage,
    link: Mutex<Link>,
}

/// The connection. Callers that need it while it is being opened wait for the same attempt.
type Link = Arc<OnceCell<MultiplexedConnection>>;

impl Redis {
    /// The server that `url` names, with keys that start with `prefix`.
    ///
    /// # Errors
    /// `InvalidArgument` for a URL that names no server, and for an empty prefix: keys without one could be anybody's.
    pub(crate) fn new(url: &str, prefix: String, limit: Duration, seal: Seal) -> Result<Self> {
        if prefix.is_empty() {
            return Err(Error::invalid_argument("The prefix of the cache's keys in Redis must not be empty"));
        }
        // The failure may quote the URL, and with it a password.
        let client = Client::open(url).map_err(|_| {
            Error::invalid_argument(
                "The URL of the cache in Redis must be one such as redis://host:6379/0 or rediss://user:password@host",
            )
        })?;
        // An error only says that a TLS implementation is installed already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let outage = Outage::new(format!("the cache at {}", client.get_connection_info().addr()), PAUSE);
        Ok(Self { client, prefix, limit, seal, outage, link: Mutex::default() })
    }

    /// Asks the server, unless there is an outage. Returns `None` for a failure.
    async fn ask<T: FromRedisValue>(&self, question: &Pipeline) -> Option<T> {
        if self.outage.allows_use() { self.insist(question).await } else { None }
    }

    /// Asks the server even during an outage.
    async fn insist<T: FromRedisValue>(&self, question: &Pipeline) -> Option<T> {
        let link = self.link();
        let was_open = link.initialized();
        let answer = match self.try_ask(&link, question).await {
            // Servers, and proxies before them, close connections that are idle.
            Err(failure) if was_open && failure.is_connection_dropped() => {
                self.try_ask(&self.link(), question).await
            }
            answer => answer,
        };
        let failure = match answer {
            Ok(answer) => {
                self.outage.ends();
                return Some(answer);
            }
            Err(failure) => failure,
        };
        let refusals = failure.clone().into_server_errors();
        match refusals.as_deref().and_then(<[_]>::first) {
            // The server works. Another program keeps a value of another type under the key.
            Some((_, refusal)) if refusal.code() == "WRONGTYPE" => self.outage.ends(),
            Some((_, refusal)) => {
                let details = refusal.details().unwrap_or_default();
                self.outage.begins(format_args!("it refused with {} {details}", refusal.code()));
            }
            None if failure.is_timeout() => {
                self.outage.begins(format_args!("no answer within {} ms", self.limit.as_millis()));
            }
            None => self.outage.begins(failure),
        }
        None
    }

    async fn try_ask<T: FromRedisValue>(&self, link: &Link, question: &Pipeline) -> RedisResult<T> {
        let answer = timeout(self.limit, async {
            let mut connection = link.get_or_try_init(|| self.connect()).await?.clone();
            question.query_async(&mut connection).await
        });
        let answer = answer.await.unwrap_or_else(|_| Err(io::Error::from(io::ErrorKind::TimedOut).into()));
        // After an answer that cannot be read, nobody knows which question the next answer belongs to.
        if answer.as_ref().is_err_and(|failure| failure.clone().into_server_errors().is_none()) {
            self.give_up(link);
        }
        answer
    }

    /// Connects without time limits: the caller has one.
    async fn connect(&self) -> RedisResult<MultiplexedConnection> {
        let config = AsyncConnectionConfig::new().set_connection_timeout(None).set_response_timeout(None);
        self.client.get_multiplexed_async_connection_with_config(&config).await
    }

    fn link(&self) -> Link {
        self.link.lock().clone()
    }

    /// Drops a broken connection, unless another has replaced it already.
    fn give_up(&self, broken: &Link) {
        let mut link = self.link.lock();
        if Arc::ptr_eq(&link, broken) {
            *link = Link::default();
        }
    }

    /// Raises a flag for a while. A flag that is up for longer stays as it is.
    pub(crate) async fn raise(&self, flag: &str, time: Duration) {
        let [left] = self.flags([flag]).await;
        if left.is_some_and(|left| left >= time) {
            return;
        }
        let time = u64::try_from(time.min(MAX_FLAG).as_millis()).unwrap_or(u64::MAX).max(1);
        let mut question = redis::pipe();
        question.cmd("SET").arg(self.flag(flag)).arg("").arg("PX").arg(time).ignore();
        self.ask::<()>(&question).await;
    }

    /// Returns how long each flag stays up; `None` for a flag that is not up.
    pub(crate) async fn flags<const N: usize>(&self, flags: [&str; N]) -> [Option<Duration>; N] {
        let mut question = redis::pipe();
        for flag in flags {
            question.cmd("PTTL").arg(self.flag(flag));
        }
        let left: Vec<i64> = self.ask(&question).await.unwrap_or_default();
        std::array::from_fn(|index| left.get(index).and_then(|left| time_of_flag(*left)))
    }

    fn flag(&self, name: &str) -> String {
        self.name(&format!("{FLAG}{name}"))
    }

    fn name(&self, key: &str) -> String {
        format!("{}{key}", self.prefix)
    }
}

impl Store for Redis {
    async fn get(&self, key: &str) -> Option<Entry> {
        let mut question = redis::pipe();
        // The bound limits the answer: a longer value is not ours, and what is read of it does not open. A missing key
        // reads as no bytes.
        question.cmd("GETRANGE").arg(self.name(key)).arg(0).arg(MAX_BYTES);
        let (sealed,): (Vec<u8>,) = self.ask(&question).await?;
        Entry::open(&sealed, key, &self.seal, SystemTime::now())
    }

    async fn put(&self, facts: Vec<Fact>) {
        let mut question = redis::pipe();
        for Fact { key, entry } in facts {
            let sealed = entry.seal(&key, &self.seal);
            let life = entry.time_left(SystemTime::now()).unwrap_or(MAX_LIFE).min(MAX_LIFE).as_millis();
            if sealed.len() > MAX_BYTES || life == 0 {
                question.cmd("UNLINK").arg(self.name(&key)).ignore();
            } else {
                let life = u64::try_from(life).unwrap_or(u64::MAX);
                question.cmd("SET").arg(self.name(&key)).arg(sealed).arg("PX").arg(life).ignore();
            }
        }
        self.ask::<()>(&question).await;
    }

    async fn clear(&self) {
        let (ours, flags) = (glob(&self.prefix), self.flag(""));
        let mut cursor: u64 = 0;
        loop {
            let mut question = redis::pipe();
            question.cmd("SCAN").arg(cursor).arg("MATCH").arg(&ours).arg("COUNT").arg(SCAN_COUNT);
            let Some(((next, mut keys),)) = self.insist::<((u64, Vec<Vec<u8>>),)>(&question).await else {
                return;
            };
            // Flags stay: they tell others what to do, and end by themselves.
            keys.retain(|key| !key.starts_with(flags.as_bytes()));
            if !keys.is_empty() {
                let mut question = redis::pipe();
                question.cmd("UNLINK").arg(keys).ignore();
                if self.insist::<()>(&question).await.is_none() {
                    return;
                }
            }
            if next == 0 {
                return;
            }
            cursor = next;
        }
    }

    fn close(&self) {
        self.give_up(&self.link());
    }
}

/// Leaves out the client, which holds the password.
impl fmt::Debug for Redis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Redis")
            .field("prefix", &self.prefix)
            .field("outage", &self.outage)
            .finish_non_exhaustive()
    }
}

/// For how long a flag with this `PTTL` is up. What is not up has a negative time, and one that is up for longer than any flag was
/// raised by somebody else, or by nobody.
fn time_of_flag(left: i64) -> Option<Duration> {
    u64::try_from(left).ok().map(Duration::from_millis).filter(|left| *left <= MAX_FLAG)
}

/// Returns the pattern of all keys that start with `prefix`, with its special characters escaped.
fn glob(prefix: &str) -> String {
    let mut pattern = String::with_capacity(prefix.len() + 1);
    for character in prefix.chars() {
        if matches!(character, '*' | '?' | '[' | ']' | '\\') {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    pattern.push('*');
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refused_url_is_not_quoted() {
        for url in
            ["", "sesame", "http://:sesame@host", "redis://:sesame@host:port", "redis://:sesame@host/sesame"]
        {
            let error = Redis::new(url, "p:".into(), Duration::ZERO, Seal::Checksum).expect_err(url);
            assert_eq!(error.code(), "INVALID_ARGUMENT");
            assert!(!format!("{error:?}").contains("sesame"), "{error:?}");
        }
    }

    #[test]
    fn the_password_is_never_shown() {
        for url in
            ["redis://user:sesame@host:6380/1", "rediss://:sesame@host:6380", "valkey://:sesame@host:6380"]
        {
            let shown =
                format!("{:?}", Redis::new(url, "p:".into(), Duration::ZERO, Seal::Checksum).expect(url));
            assert!(shown.contains("host:6380") && !shown.contains("sesame"), "{shown}");
        }
    }

    #[test]
    fn keys_without_a_prefix_are_refused() {
        let error =
            Redis::new("redis://host", String::new(), Duration::ZERO, Seal::Checksum).expect_err("no prefix");
        assert_eq!(error.code(), "INVALID_ARGUMENT");
    }

    #[test]
    fn a_flag_that_nobody_raises_is_not_up() {
        assert_eq!(time_of_flag(1500), Some(Duration::from_millis(1500)));
        assert_eq!(time_of_flag(3_600_000), Some(MAX_FLAG));
        for odd in [-2, -1, 3_600_001, i64::MAX] {
            assert_eq!(time_of_flag(odd), None, "{odd}");
        }
    }

    #[test]
    fn a_prefix_stands_for_itself() {
        assert_eq!(glob("crs:"), "crs:*");
        assert_eq!(glob(r"a*b?[c]\"), r"a\*b\?\[c\]\\*");
    }
}
