//! The answers of a scripted server.

use std::{io, sync::Arc};

use serde_json::{Value, json};
use tokio::{
    io::{AsyncWrite, AsyncWriteExt},
    sync::Notify,
};

/// An HTTP answer, or a failure to give one.
#[derive(Debug, Clone)]
pub struct Answer {
    status: u16,
    headers: Vec<(String, String)>,
    body: Body,
    gate: Option<Arc<Notify>>,
}

#[derive(Debug, Clone)]
enum Body {
    Whole(Vec<u8>),
    /// In chunks, without a stated length.
    Chunked(Vec<Vec<u8>>),
    /// Chunk after chunk for as long as the client reads.
    Endless(Vec<u8>),
    /// The connection ends before the stated length is reached.
    CutShort(Vec<u8>),
    /// The connection stays open, and nothing comes, before the stated length is reached.
    Stalled(Vec<u8>),
    /// The connection ends before the answer begins.
    Missing,
}

impl Answer {
    /// An answer without a body.
    pub fn status(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: Body::Whole(Vec::new()), gate: None }
    }

    /// 200 with a JSON document.
    pub fn json(document: &Value) -> Self {
        Self::status(200).header("content-type", "application/json").body(document.to_string())
    }

    /// 200 with a page of tags.
    pub fn tags(tags: &[&str]) -> Self {
        Self::json(&json!({"name": super::NAME, "tags": tags}))
    }

    /// 200 with a token.
    pub fn token(token: &str) -> Self {
        Self::json(&json!({"token": token}))
    }

    /// An error in the words of the OCI distribution specification.
    pub fn refusal(status: u16, code: &str, message: &str) -> Self {
        Self::json(&json!({"errors": [{"code": code, "message": message}]})).with_status(status)
    }

    /// 401 with a challenge.
    pub fn challenge(challenge: &str) -> Self {
        Self::refusal(401, "UNAUTHORIZED", "authentication required").header("www-authenticate", challenge)
    }

    /// 429, with the header `retry-after` if it is given.
    pub fn too_many_requests(retry_after: Option<&str>) -> Self {
        let answer = Self::refusal(429, "TOOMANYREQUESTS", "slow down");
        retry_after.into_iter().fold(answer, |answer, value| answer.header("retry-after", value))
    }

    /// 307 to another place.
    pub fn redirect(location: &str) -> Self {
        Self::status(307).header("location", location)
    }

    /// The connection is closed without an answer.
    pub fn hang_up() -> Self {
        Self { body: Body::Missing, ..Self::status(0) }
    }

    /// 200 with `chunk` again and again.
    pub fn endless(chunk: impl Into<Vec<u8>>) -> Self {
        Self { body: Body::Endless(chunk.into()), ..Self::status(200) }
    }

    /// Another status.
    pub fn with_status(self, status: u16) -> Self {
        Self { status, ..self }
    }

    /// One header more.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Another body.
    pub fn body(self, body: impl Into<Vec<u8>>) -> Self {
        Self { body: Body::Whole(body.into()), ..self }
    }

    /// The same body in chunks of a size, without a stated length.
    pub fn chunked(self, size: usize) -> Self {
        let chunks = self.bytes().chunks(size).map(<[u8]>::to_vec).collect();
        Self { body: Body::Chunked(chunks), ..self }
    }

    /// The same body, but the connection closes after half of it.
    pub fn cut_short(self) -> Self {
        Self { body: Body::CutShort(self.bytes().to_vec()), ..self }
    }

    /// The same body, of which the second half never comes.
    pub fn stalled(self) -> Self {
        Self { body: Body::Stalled(self.bytes().to_vec()), ..self }
    }

    /// Sends the answer only after `gate` is notified.
    pub fn held_by(self, gate: &Arc<Notify>) -> Self {
        Self { gate: Some(gate.clone()), ..self }
    }

    fn bytes(&self) -> &[u8] {
        match &self.body {
            Body::Whole(body) => body,
            other => unreachable!("a body was chosen already: {other:?}"),
        }
    }

    /// Sends the answer; an error closes the connection.
    pub(super) async fn send(&self, to: &mut (impl AsyncWrite + Unpin), is_head: bool) -> io::Result<()> {
        if let Some(gate) = &self.gate {
            gate.notified().await;
        }
        let framing = match &self.body {
            Body::Whole(body) | Body::CutShort(body) | Body::Stalled(body) => {
                format!("content-length: {}", body.len())
            }
            Body::Chunked(_) | Body::Endless(_) => "transfer-encoding: chunked".to_owned(),
            Body::Missing => return Err(io::ErrorKind::ConnectionAborted.into()),
        };
        let headers: String =
            self.headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        let head = format!("HTTP/1.1 {} Scripted\r\n{headers}{framing}\r\n\r\n", self.status);
        to.write_all(head.as_bytes()).await?;
        if !is_head {
            self.send_body(to).await?;
        }
        to.flush().await
    }

    async fn send_body(&self, to: &mut (impl AsyncWrite + Unpin)) -> io::Result<()> {
        match &self.body {
            Body::Whole(body) => to.write_all(body).await,
            Body::Chunked(chunks) => {
                for chunk in chunks {
                    send_chunk(to, chunk).await?;
                }
                to.write_all(b"0\r\n\r\n").await
            }
            Body::Endless(chunk) => loop {
                send_chunk(to, chunk).await?;
            },
            Body::CutShort(body) => {
                send_half(to, body).await?;
                Err(io::ErrorKind::ConnectionAborted.into())
            }
            Body::Stalled(body) => {
                send_half(to, body).await?;
                std::future::pending().await
            }
            Body::Missing => Ok(()),
        }
    }
}

async fn send_chunk(to: &mut (impl AsyncWrite + Unpin), chunk: &[u8]) -> io::Result<()> {
    to.write_all(format!("{:x}\r\n", chunk.len()).as_bytes()).await?;
    to.write_all(chunk).await?;
    to.write_all(b"\r\n").await
}

async fn send_half(to: &mut (impl AsyncWrite + Unpin), body: &[u8]) -> io::Result<()> {
    let (half, _) = body.split_at(body.len() / 2);
    to.write_all(half).await?;
    to.flush().await
}
