//! A server that answers the requests that a test expects, and no others.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
    thread,
};

use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, BufReader},
    net::{TcpListener, TcpStream},
    sync::watch,
};
use url::Url;

use super::{Answer, Log};

/// The status of the answer to a request that no test expects.
const UNEXPECTED: u16 = 599;

/// A request as it arrived.
#[derive(Debug, Clone)]
pub struct Received {
    /// Method, path and query, as in `GET /v2/`.
    pub line: String,
    headers: Vec<(String, String)>,
    /// The body as text.
    pub body: String,
}

impl Received {
    /// The first header of a name in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// A scripted HTTP/1.1 server on a free port of 127.0.0.1.
///
/// Requests are matched by method, path, query and the headers that the script names, in any order. One that the script
/// does not have is answered with 599 and makes [`Server::finish`] fail, as does an expectation that was not met.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    script: Arc<Script>,
    is_finished: bool,
}

#[derive(Debug, Default)]
struct Script {
    expected: Mutex<Vec<Expectation>>,
    faults: Mutex<Vec<String>>,
    received: watch::Sender<Vec<Received>>,
}

#[derive(Debug)]
struct Expectation {
    line: String,
    /// Header names with the value they must have; `None` stands for a header that must be absent.
    headers: Vec<(String, Option<String>)>,
    answer: Answer,
    uses: Uses,
    is_met: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Uses {
    Once,
    OnceOrMore,
    AtWill,
}

impl Server {
    /// Starts to listen.
    pub async fn start() -> Self {
        Log::install();
        // The process remembers the pauses that a host has asked for, so a port is kept and not used twice.
        static PORTS: Mutex<Vec<std::net::TcpListener>> = Mutex::new(Vec::new());
        let port = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
        port.set_nonblocking(true).expect("a socket");
        let address = port.local_addr().expect("an address");
        let listener = TcpListener::from_std(port.try_clone().expect("a second handle")).expect("a runtime");
        lock(&PORTS).push(port);
        let script = Arc::<Script>::default();
        tokio::spawn(accept(listener, script.clone()));
        Self { address, script, is_finished: false }
    }

    /// `127.0.0.1:<port>`
    pub fn host(&self) -> String {
        self.address.to_string()
    }

    /// `http://127.0.0.1:<port>/`
    pub fn url(&self) -> Url {
        Url::parse(&self.at("/")).expect("a URL")
    }

    /// The URL of a path.
    pub fn at(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Expects a GET of a path with its query.
    pub fn get(&self, target: &str) -> Expected<'_> {
        self.expect(&format!("GET {target}"))
    }

    /// Expects a request, as in `HEAD /v2/`.
    pub fn expect(&self, line: &str) -> Expected<'_> {
        Expected { script: &self.script, line: line.to_owned(), headers: Vec::new() }
    }

    /// Everything that arrived, in order.
    pub fn received(&self) -> Vec<Received> {
        self.script.received.borrow().clone()
    }

    /// The request lines of everything that arrived, in order.
    pub fn lines(&self) -> Vec<String> {
        self.received().into_iter().map(|request| request.line).collect()
    }

    /// Waits until that many requests have arrived.
    pub async fn arrival_of(&self, count: usize) {
        let mut received = self.script.received.subscribe();
        received.wait_for(|requests| requests.len() >= count).await.expect("the server outlives its callers");
    }

    /// Fails if something unexpected arrived or something expected did not.
    pub fn finish(mut self) {
        self.is_finished = true;
        let mut faults = lock(&self.script.faults).clone();
        let unmet = |next: &&Expectation| !next.is_met && next.uses != Uses::AtWill;
        let expected = lock(&self.script.expected);
        faults.extend(expected.iter().filter(unmet).map(|unmet| format!("never asked for: {}", unmet.line)));
        assert!(faults.is_empty(), "{} received {:#?}\n{}", self.address, self.lines(), faults.join("\n"));
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        assert!(self.is_finished || thread::panicking(), "a test has to end with finish()");
    }
}

/// A request that a test expects.
#[must_use = "an expectation has to be given an answer"]
pub struct Expected<'a> {
    script: &'a Script,
    line: String,
    headers: Vec<(String, Option<String>)>,
}

impl Expected<'_> {
    /// Requires this header; its name is in lower case.
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), Some(value.to_owned())));
        self
    }

    /// Requires that this header is absent.
    pub fn without(mut self, name: &str) -> Self {
        self.headers.push((name.to_owned(), None));
        self
    }

    /// Answers one such request.
    pub fn once(self, answer: Answer) {
        self.add(answer, Uses::Once);
    }

    /// Answers every such request that is not expected `once`. There has to be at least one.
    pub fn always(self, answer: Answer) {
        self.add(answer, Uses::OnceOrMore);
    }

    /// Answers every such request, if there are any.
    pub fn at_will(self, answer: Answer) {
        self.add(answer, Uses::AtWill);
    }

    fn add(self, answer: Answer, uses: Uses) {
        let Self { script, line, headers } = self;
        lock(&script.expected).push(Expectation { line, headers, answer, uses, is_met: false });
    }
}

impl Expectation {
    fn fits(&self, request: &Received) -> bool {
        let holds = |(name, value): &(String, Option<String>)| request.header(name) == value.as_deref();
        self.line == request.line && self.headers.iter().all(holds)
    }
}

impl Script {
    fn answer(&self, request: Received) -> Answer {
        let mut expected = lock(&self.expected);
        let once = |next: &Expectation| next.uses == Uses::Once && !next.is_met && next.fits(&request);
        let standing = |next: &Expectation| next.uses != Uses::Once && next.fits(&request);
        let found = expected.iter().position(once).or_else(|| expected.iter().position(standing));
        let answer = match found.and_then(|index| expected.get_mut(index)) {
            Some(expectation) => {
                expectation.is_met = true;
                expectation.answer.clone()
            }
            None => {
                lock(&self.faults).push(format!("unexpected: {request:?}"));
                Answer::status(UNEXPECTED)
            }
        };
        self.received.send_modify(|received| received.push(request));
        answer
    }
}

async fn accept(listener: TcpListener, script: Arc<Script>) {
    while let Ok((stream, _)) = listener.accept().await {
        // Head and body are written separately, and the body must not wait for the acknowledgement of the head.
        stream.set_nodelay(true).expect("an open connection");
        tokio::spawn(serve(stream, script.clone()));
    }
}

async fn serve(stream: TcpStream, script: Arc<Script>) {
    let mut stream = BufReader::new(stream);
    while let Some(request) = receive(&mut stream).await {
        let is_head = request.line.starts_with("HEAD ");
        if script.answer(request).send(&mut stream, is_head).await.is_err() {
            return;
        }
    }
}

/// The next request of a connection; `None` at its end, or if the client speaks no HTTP, as in a TLS handshake.
async fn receive(stream: &mut BufReader<TcpStream>) -> Option<Received> {
    let begins_with_a_method = stream.fill_buf().await.ok()?.first()?.is_ascii_uppercase();
    if !begins_with_a_method {
        return None;
    }
    let line = read_line(stream).await?.strip_suffix(" HTTP/1.1")?.to_owned();
    let mut headers = Vec::new();
    loop {
        let header = read_line(stream).await?;
        if header.is_empty() {
            break;
        }
        let (name, value) = header.split_once(':')?;
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    let mut request = Received { line, headers, body: String::new() };
    let length = request.header("content-length").map_or(0, |length| length.parse().expect("a length"));
    stream.take(length).read_to_string(&mut request.body).await.ok()?;
    Some(request)
}

async fn read_line(stream: &mut BufReader<TcpStream>) -> Option<String> {
    let mut line = String::new();
    stream.read_line(&mut line).await.ok()?;
    line.strip_suffix("\r\n").map(str::to_owned)
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
