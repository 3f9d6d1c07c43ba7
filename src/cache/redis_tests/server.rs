//! Debian's `redis-server`, on a port of its own.

use std::{
    net::{Ipv4Addr, TcpListener},
    process::{Child, Command, Stdio},
    time::Duration,
};

use redis::{Cmd, FromRedisValue, aio::MultiplexedConnection};
use tempfile::{TempDir, tempdir};

/// A server on 127.0.0.1 that keeps nothing on disk and ends with the test.
pub(super) struct RedisServer {
    folder: TempDir,
    arguments: Vec<String>,
    /// The beginning of its URL: the scheme, and user and password if it requires them.
    start_of_url: String,
    port: u16,
    process: Option<Child>,
}

impl RedisServer {
    /// Starts a server that requires no password.
    pub(super) async fn start() -> Self {
        Self::start_with("redis://", &[]).await
    }

    /// Starts a server with further settings; `start_of_url` is the beginning of its URL.
    pub(super) async fn start_with(start_of_url: &str, arguments: &[&str]) -> Self {
        let mut server = Self {
            folder: tempdir().expect("a folder"),
            arguments: arguments.iter().map(|&argument| argument.to_owned()).collect(),
            start_of_url: start_of_url.to_owned(),
            port: 0,
            process: None,
        };
        // Another process may take the port before the server does.
        for _ in 0..20 {
            server.port = unused_port();
            if server.run().await {
                return server;
            }
        }
        let log = std::fs::read_to_string(server.folder.path().join("log")).expect("a log");
        panic!("redis-server did not start: {log}");
    }

    /// Starts it again on the same port.
    pub(super) async fn start_again(&mut self) {
        assert!(self.run().await, "it starts on port {}", self.port);
    }

    /// Whether it runs and answers.
    async fn run(&mut self) -> bool {
        let port = self.port.to_string();
        let is_tls = self.start_of_url.starts_with("rediss");
        let (tcp, tls) = if is_tls { ("0", &*port) } else { (&*port, "0") };
        let log = std::fs::File::create(self.folder.path().join("log")).expect("a file");
        let process = Command::new("redis-server")
            .args([
                "--bind",
                "127.0.0.1",
                "--port",
                tcp,
                "--tls-port",
                tls,
                "--save",
                "",
                "--appendonly",
                "no",
            ])
            .args(&self.arguments)
            .current_dir(self.folder.path())
            .stdin(Stdio::null())
            .stdout(log)
            .spawn();
        let process = self.process.insert(process.expect("redis-server is installed"));
        let id = format!("process_id:{}\r\n", process.id());
        for _ in 0..3000 {
            if self.about().await.is_some_and(|about| about.contains(&id)) {
                return true;
            }
            let process = self.process.as_mut().expect("a process");
            if process.try_wait().expect("a state").is_some() {
                return false;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        false
    }

    /// Asks the server at the port about itself; `None` if there is none.
    async fn about(&self) -> Option<String> {
        let mut connection = self.connect().await.ok()?;
        question(&["INFO", "server"]).query_async(&mut connection).await.ok()
    }

    /// Stops the server, which loses all its keys.
    pub(super) fn stop(&mut self) {
        if let Some(mut process) = self.process.take() {
            let _ = process.kill();
            let _ = process.wait();
        }
    }

    /// Sends it a signal, such as `STOP` and `CONT`.
    pub(super) fn signal(&self, name: &str) {
        let process = self.process.as_ref().expect("it runs").id().to_string();
        let status = Command::new("kill").args(["-s", name, &process]).status();
        assert!(status.expect("kill is installed").success());
    }

    /// Its host and port.
    pub(super) fn host(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// Returns its URL.
    pub(super) fn url(&self) -> String {
        format!("{}{}", self.start_of_url, self.host())
    }

    /// Returns its answer to a command.
    pub(super) async fn ask<T: FromRedisValue>(&self, command: &[&str]) -> T {
        let mut connection = self.connect().await.expect("a connection");
        question(command).query_async(&mut connection).await.expect("an answer")
    }

    /// All its keys, in order.
    pub(super) async fn keys(&self) -> Vec<String> {
        let mut keys: Vec<String> = self.ask(&["KEYS", "*"]).await;
        keys.sort();
        keys
    }

    /// Connects with long timeouts.
    async fn connect(&self) -> redis::RedisResult<MultiplexedConnection> {
        let patience = Some(Duration::from_secs(60));
        let config = redis::AsyncConnectionConfig::new()
            .set_connection_timeout(patience)
            .set_response_timeout(patience);
        redis::Client::open(self.url())?.get_multiplexed_async_connection_with_config(&config).await
    }
}

impl Drop for RedisServer {
    fn drop(&mut self) {
        self.stop();
    }
}

fn question(command: &[&str]) -> Cmd {
    let mut question = Cmd::new();
    for part in command {
        question.arg(*part);
    }
    question
}

fn unused_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    listener.local_addr().expect("an address").port()
}
