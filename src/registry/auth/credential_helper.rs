//! Credential helpers: programs named `docker-credential-<name>` that keep credentials outside the file.
//!
//! The protocol is that of docker-credential-helpers: the argument is `get`, the input is the registry's key, and the
//! output is JSON with `Username` and `Secret`.

use std::{
    process::{ExitStatus, Stdio},
    time::Duration,
};

use serde::Deserialize;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    process::Command,
};

use super::docker_config::contents::credential;
use crate::{
    error::{Error, ErrorKind, Result},
    registry::settings::Credential,
    text::json::Object,
};

/// Bounds the time of a helper, which may ask a person to unlock a key ring.
const TIME_LIMIT: Duration = Duration::from_secs(10);

/// Bytes that a helper prints at most.
const MAX_OUTPUT: u64 = 64 * 1024;

/// Time to read the rest of the output once the helper has ended.
const LAST_WORDS: Duration = Duration::from_millis(200);

/// What helpers print if they have no credentials for a registry. The texts come from their common library
/// (docker-credential-helpers, "credentials/error.go").
const NOT_FOUND: [&str; 3] =
    ["credentials not found", "no credentials server url", "no credentials username"];

#[derive(Deserialize)]
struct Output {
    #[serde(rename = "Username")]
    username: String,
    #[serde(rename = "Secret")]
    secret: String,
}

/// The answer of a helper.
pub(crate) enum HelperAnswer {
    Credential(Credential),
    /// It has no credentials for the registry.
    Nothing,
    /// The program is missing. The text is the beginning of a sentence that says so.
    Missing(String),
}

/// Asks a helper for the credentials under `key`.
///
/// # Errors
/// `AuthFailed` if the helper fails, `Timeout` if it takes longer than ten seconds.
pub(crate) async fn get(name: &str, key: &str) -> Result<HelperAnswer> {
    let program = format!("docker-credential-{name}");
    if name.is_empty()
        || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
    {
        let message = format!(
            "The credential helper {program} has a name that no program has: look at Docker's config.json"
        );
        return Err(Error::new(ErrorKind::AuthFailed, message));
    }
    run(&program, key).await
}

async fn run(program: &str, key: &str) -> Result<HelperAnswer> {
    let asked = format!("The credential helper {program}, asked for {key},");
    let failed = |why: String| Error::new(ErrorKind::AuthFailed, format!("{asked} {why}"));
    let mut command = Command::new(program);
    command.arg("get").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).kill_on_drop(true);
    // The helper leads a process group, so that the processes that it starts end with it.
    #[cfg(unix)]
    command.process_group(0);
    let mut child = match command.spawn() {
        Ok(child) => child,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let why = "is not installed: install it, or remove it from Docker's config.json";
            return Ok(HelperAnswer::Missing(format!("{asked} {why}")));
        }
        Err(error) => return Err(failed(format!("could not be started: {error}"))),
    };
    let group = ProcessGroup(child.id());
    let (stdin, stdout) = (child.stdin.take(), child.stdout.take());
    let mut output = Vec::new();
    let run = async {
        if let Some(mut stdin) = stdin {
            // A helper may end without reading its input. Its output says whether that matters.
            let _ = stdin.write_all(key.as_bytes()).await;
        }
        let read = async {
            if let Some(stdout) = stdout {
                // Output that cannot be read counts as ended.
                let _ = stdout.take(MAX_OUTPUT + 1).read_to_end(&mut output).await;
            }
        };
        let mut read = Box::pin(read);
        tokio::select! {
            // The helper has printed as much as is read, and may go on without end.
            () = &mut read => tokio::time::timeout(LAST_WORDS, child.wait()).await.unwrap_or(Ok(ExitStatus::default())),
            status = child.wait() => {
                // A process that the helper has started may keep the output open for ever.
                let _ = tokio::time::timeout(LAST_WORDS, read).await;
                status
            }
        }
    };
    let status = tokio::time::timeout(TIME_LIMIT, run).await;
    drop(group);
    let status = match status {
        Ok(status) => status.map_err(|error| failed(format!("could not be run: {error}")))?,
        Err(_) => {
            let message =
                format!("The credential helper {program} gave no answer within {} s", TIME_LIMIT.as_secs());
            return Err(Error::new(ErrorKind::Timeout, message));
        }
    };
    if output.len() as u64 > MAX_OUTPUT {
        return Err(failed(format!("printed more than {MAX_OUTPUT} bytes")));
    }
    if !status.success() {
        let words = String::from_utf8_lossy(&output).to_lowercase();
        let says_nothing_found = NOT_FOUND.iter().any(|text| words.contains(text));
        // The rest of the output may hold a secret, so it is not quoted.
        return if says_nothing_found {
            Ok(HelperAnswer::Nothing)
        } else {
            Err(failed(format!("failed with {status}")))
        };
    }
    let Object(answer): Object<Output> = serde_json::from_slice(&output)
        .map_err(|_| failed("printed something else than JSON with Username and Secret".to_owned()))?;
    if answer.secret.is_empty() || answer.username.is_empty() {
        return Ok(HelperAnswer::Nothing);
    }
    Ok(HelperAnswer::Credential(credential(answer.username, answer.secret)))
}

/// The process group of a helper. Dropping it ends all of its processes.
struct ProcessGroup(Option<u32>);

impl Drop for ProcessGroup {
    fn drop(&mut self) {
        #[cfg(unix)]
        if let Some(group) =
            self.0.and_then(|id| i32::try_from(id).ok()).and_then(rustix::process::Pid::from_raw)
        {
            // The group may have ended already.
            let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_missing_helper_is_named() {
        let Ok(HelperAnswer::Missing(why)) = get("no-such-helper-here", "r.example").await else {
            panic!("there is no such helper");
        };
        assert!(
            why.contains("docker-credential-no-such-helper-here") && why.contains("not installed"),
            "{why}"
        );
    }

    #[tokio::test]
    async fn a_name_is_no_path_and_no_command() {
        for name in ["", "../x", "a/b", "a b", "x;y"] {
            assert!(get(name, "r.example").await.is_err(), "{name}");
        }
    }

    /// Runs a program as if it were a helper.
    #[cfg(unix)]
    async fn run_script(script: &str) -> Result<HelperAnswer> {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("docker-credential-x");
        std::fs::write(&path, format!("#!/bin/sh\n{script}\n")).expect("a script");
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).expect("a script that runs");
        run(&path.display().to_string(), "r.example").await
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn a_child_that_keeps_the_output_open_is_not_waited_for_and_ends_with_the_helper() {
        let folder = tempfile::tempdir().expect("a folder");
        let id = folder.path().join("id");
        let answer = r#"{"Username":"u","Secret":"p"}"#;
        let script = format!("sleep 1000 & echo $! > {}; echo '{answer}'", id.display());
        assert!(matches!(run_script(&script).await, Ok(HelperAnswer::Credential(_))));
        let child: i32 = std::fs::read_to_string(id).expect("an id").trim().parse().expect("a number");
        let child = rustix::process::Pid::from_raw(child).expect("an id");
        // The process that adopts the child may take a moment to notice its end.
        while std::fs::read_to_string(format!("/proc/{}/stat", child.as_raw_nonzero()))
            .is_ok_and(|stat| !stat.contains(") Z "))
        {
            tokio::task::yield_now().await;
        }
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn what_a_helper_prints_is_bounded() {
        let Err(error) = run_script("exec yes").await else { panic!("it never ends") };
        assert_eq!(error.code(), "AUTH_FAILED");
        assert!(error.message().contains("more than 65536 bytes"), "{error}");
    }
}
