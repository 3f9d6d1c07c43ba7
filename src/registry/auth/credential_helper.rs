//! Credential helpers: programs named `docker-credential-<name>` that keep credentials outside the file.
//!
//! The protocol is docker-credential-helpers': `get` is its argument, the registry's key its input; the output is JSON with
//! `Username` and `Secret`.

use std::{process::Stdio, time::Duration};

use serde::Deserialize;
use tokio::{io::AsyncWriteExt, process::Command};

use super::docker_config::credential;
use crate::{
    error::{Error, ErrorKind, Result},
    registry::settings::Credential,
};

/// A helper that asks a person to unlock a key ring must not hold a check up for ever.
const TIME_LIMIT: Duration = Duration::from_secs(10);

/// What helpers print, by their common library, when they have nothing for a registry.
const NOT_FOUND: &str = "credentials not found";

#[derive(Deserialize)]
struct Output {
    #[serde(rename = "Username")]
    username: String,
    #[serde(rename = "Secret")]
    secret: String,
}

/// Asks a helper for the credentials under `key`; `None` if it has none.
///
/// # Errors
/// `AuthFailed` if the helper is missing or fails, `Timeout` if it takes longer than ten seconds.
pub(crate) async fn get(name: &str, key: &str) -> Result<Option<Credential>> {
    let program = format!("docker-credential-{name}");
    let failed = |why: String| {
        Error::new(ErrorKind::AuthFailed, format!("The credential helper {program}, asked for {key}, {why}"))
    };
    if name.is_empty()
        || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
    {
        return Err(failed("has a name that no program has: look at Docker's config.json".to_owned()));
    }
    let mut child = Command::new(&program)
        .arg("get")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => {
                failed("is not installed: install it, or remove it from Docker's config.json".to_owned())
            }
            _ => failed(format!("could not be started: {error}")),
        })?;
    let stdin = child.stdin.take();
    let run = async {
        if let Some(mut stdin) = stdin {
            // A helper may end without reading what it is told; its output says whether that matters.
            let _ = stdin.write_all(key.as_bytes()).await;
        }
        child.wait_with_output().await
    };
    let output = match tokio::time::timeout(TIME_LIMIT, run).await {
        Ok(output) => output.map_err(|error| failed(format!("could not be run: {error}")))?,
        Err(_) => {
            let message =
                format!("The credential helper {program} gave no answer within {} s", TIME_LIMIT.as_secs());
            return Err(Error::new(ErrorKind::Timeout, message));
        }
    };
    if !output.status.success() {
        let says_nothing_found = String::from_utf8_lossy(&output.stdout).to_lowercase().contains(NOT_FOUND);
        // What else it printed may hold a secret, so it is not quoted.
        return if says_nothing_found {
            Ok(None)
        } else {
            Err(failed(format!("failed with {}", output.status)))
        };
    }
    let answer: Output = serde_json::from_slice(&output.stdout)
        .map_err(|_| failed("printed something else than JSON with Username and Secret".to_owned()))?;
    Ok((!answer.secret.is_empty()).then(|| credential(answer.username, answer.secret)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_missing_helper_is_named() {
        let error = get("no-such-helper-here", "r.example").await.expect_err("missing");
        assert_eq!(error.code(), "AUTH_FAILED");
        assert!(error.message().contains("docker-credential-no-such-helper-here"), "{error}");
        assert!(error.message().contains("not installed"), "{error}");
    }

    #[tokio::test]
    async fn a_name_is_no_path_and_no_command() {
        for name in ["", "../x", "a/b", "a b", "x;y"] {
            assert!(get(name, "r.example").await.is_err(), "{name}");
        }
    }
}
