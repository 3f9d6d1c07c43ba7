//! The files in which Docker, Podman and their tools keep credentials, and the variable in which CI runners give them.
//!
//! The first of these that knows a registry wins: `DOCKER_AUTH_CONFIG` (the text itself), `REGISTRY_AUTH_FILE`,
//! `$XDG_RUNTIME_DIR/containers/auth.json`, `$DOCKER_CONFIG/config.json` or `~/.docker/config.json`.

pub(crate) mod certs_d;
pub(crate) mod contents;

use std::{
    env,
    ffi::OsString,
    io::ErrorKind as IoErrorKind,
    path::{Path, PathBuf},
    sync::Arc,
    time::SystemTime,
};

use parking_lot::Mutex;
use tokio::task::spawn_blocking;

use self::contents::DockerConfigFile;
use crate::{
    error::{Error, ErrorKind, Result},
    observe::heard_here,
    registry::settings::DockerConfig,
    text::file::read_bounded,
};

/// Bytes of the largest file that is read. A file of credentials is small.
const MAX_FILE: u64 = 1024 * 1024;

/// The files of one configuration. They are read again when they have changed.
#[derive(Debug)]
pub(crate) struct DockerConfigFiles {
    config: DockerConfig,
    read: Mutex<Option<Contents>>,
}

/// The content of each place, in the order in which they are looked at, or why it cannot be used.
type Files = Arc<[Result<Arc<DockerConfigFile>>]>;

#[derive(Debug, Clone)]
struct Contents {
    stamps: Vec<Stamp>,
    files: Files,
}

/// Size and time of a file, which change when it is written. A text from the environment has neither.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Stamp {
    place: Place,
    written: Option<(u64, Option<SystemTime>)>,
}

/// A place that may hold credentials.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Place {
    Text(String),
    /// A file. It may be missing, unless the caller named it.
    File {
        path: PathBuf,
        is_named: bool,
    },
}

impl DockerConfigFiles {
    pub(crate) fn new(config: DockerConfig) -> Self {
        Self { config, read: Mutex::default() }
    }

    /// Returns the present content of the files.
    ///
    /// # Errors
    /// `AuthFailed` while the process ends. Each place has its own: `InvalidArgument` for a file that is no configuration,
    /// and for one that the caller named and that cannot be read.
    pub(crate) async fn read(&self) -> Result<Files> {
        let (config, before) = (self.config.clone(), self.read.lock().clone());
        // A file may lie on a disk that does not answer, so reading may block.
        let contents = spawn_blocking(heard_here(move || read_again(&config, before))).await;
        let contents = contents.map_err(|error| {
            Error::new(ErrorKind::AuthFailed, format!("Docker's configuration could not be read: {error}"))
        })?;
        let files = contents.files.clone();
        *self.read.lock() = Some(contents);
        Ok(files)
    }

    /// Forgets what was read.
    pub(crate) fn forget(&self) {
        *self.read.lock() = None;
    }
}

fn read_again(config: &DockerConfig, before: Option<Contents>) -> Contents {
    let stamps: Vec<Stamp> = places(config, |name| env::var_os(name)).into_iter().map(Stamp::of).collect();
    if let Some(before) = before.clone().filter(|before| before.stamps == stamps) {
        return before;
    }
    let earlier = |place: &Place| {
        let before = before.as_ref()?;
        let index = before.stamps.iter().position(|stamp| stamp.place == *place)?;
        before.files.get(index)?.as_ref().ok().cloned()
    };
    let mut is_whole = true;
    let read = |stamp: &Stamp| match (stamp.place.read(), earlier(&stamp.place)) {
        // A file that is being written has its content in a moment, and had one a moment ago.
        (Err(error), Some(file)) => {
            is_whole = false;
            tracing::warn!("{error}; what was read before is used");
            Ok(file)
        }
        (read, _) => read.map(|file| Arc::new(file.unwrap_or_default())),
    };
    let files = stamps.iter().map(read).collect();
    // What was kept from before is read again the next time.
    Contents { files, stamps: if is_whole { stamps } else { Vec::new() } }
}

/// Returns the places to search, in order.
fn places(config: &DockerConfig, variable: impl Fn(&str) -> Option<OsString>) -> Vec<Place> {
    let given = |name: &str| variable(name).filter(|value| !value.is_empty());
    let file = |path: PathBuf| Place::File { path, is_named: false };
    match config {
        DockerConfig::Path(path) => {
            let path = if path.is_dir() { path.join("config.json") } else { path.clone() };
            vec![Place::File { path, is_named: true }]
        }
        DockerConfig::Default => {
            let text =
                given("DOCKER_AUTH_CONFIG").map(|text| Place::Text(text.to_string_lossy().into_owned()));
            let named = given("REGISTRY_AUTH_FILE").map(PathBuf::from);
            let runtime =
                given("XDG_RUNTIME_DIR").map(|folder| Path::new(&folder).join("containers/auth.json"));
            let home = || {
                given("HOME").or_else(|| given("USERPROFILE")).map(|home| Path::new(&home).join(".docker"))
            };
            let docker = given("DOCKER_CONFIG").map(PathBuf::from).or_else(home);
            let docker = docker.map(|folder| folder.join("config.json"));
            text.into_iter().chain([named, runtime, docker].into_iter().flatten().map(file)).collect()
        }
    }
}

impl Stamp {
    fn of(place: Place) -> Self {
        let written = match &place {
            Place::Text(_) => None,
            Place::File { path, .. } => {
                std::fs::metadata(path).ok().map(|file| (file.len(), file.modified().ok()))
            }
        };
        Self { place, written }
    }
}

impl Place {
    fn read(&self) -> Result<Option<DockerConfigFile>> {
        match self {
            Self::Text(text) => {
                let unusable =
                    |why| Error::invalid_argument(format!("DOCKER_AUTH_CONFIG cannot be used: {why}"));
                DockerConfigFile::parse(text.as_bytes()).map(Some).map_err(unusable)
            }
            Self::File { path, is_named } => {
                let unusable = |why: String| {
                    Error::invalid_argument(format!(
                        "Docker's configuration {} cannot be used: {why}",
                        path.display()
                    ))
                };
                match read_bounded(path, MAX_FILE) {
                    Err(error) if error.kind() == IoErrorKind::NotFound && !is_named => Ok(None),
                    Err(error) => Err(unusable(error.to_string())),
                    Ok(text) => DockerConfigFile::parse(&text).map(Some).map_err(unusable),
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(variables: &[(&str, &str)]) -> Vec<String> {
        let variable = |name: &str| {
            variables.iter().find(|(key, _)| *key == name).map(|(_, value)| OsString::from(value))
        };
        let shown = |place| match place {
            Place::Text(text) => text,
            Place::File { path, .. } => path.display().to_string(),
        };
        places(&DockerConfig::Default, variable).into_iter().map(shown).collect()
    }

    #[test]
    fn variables_say_where_to_look_and_in_which_order() {
        let home = ("HOME", "/home/ada");
        assert_eq!(paths(&[home]), ["/home/ada/.docker/config.json"]);
        assert_eq!(paths(&[home, ("DOCKER_CONFIG", "/etc/docker")]), ["/etc/docker/config.json"]);
        assert_eq!(paths(&[("USERPROFILE", "/ada"), ("DOCKER_CONFIG", "")]), ["/ada/.docker/config.json"]);
        let all = [
            home,
            ("XDG_RUNTIME_DIR", "/run/user/1"),
            ("REGISTRY_AUTH_FILE", "/run/auth.json"),
            ("DOCKER_AUTH_CONFIG", "{}"),
        ];
        let expected =
            ["{}", "/run/auth.json", "/run/user/1/containers/auth.json", "/home/ada/.docker/config.json"];
        assert_eq!(paths(&all), expected);
        assert_eq!(paths(&[]), [""; 0]);
    }

    #[tokio::test]
    async fn a_file_that_was_named_and_cannot_be_read_is_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        for path in [PathBuf::from("/dev/zero"), folder.path().join("missing")] {
            let error = DockerConfigFiles::new(DockerConfig::Path(path.clone()))
                .read()
                .await
                .expect("places")
                .first()
                .cloned()
                .expect("a place")
                .expect_err("refused");
            assert_eq!(error.code(), "INVALID_ARGUMENT", "{}: {error}", path.display());
        }
    }

    #[tokio::test]
    async fn a_file_that_is_written_anew_is_read_anew() {
        let folder = tempfile::tempdir().expect("a folder");
        let files = DockerConfigFiles::new(DockerConfig::Path(folder.path().to_owned()));
        for text in ["{}", r#"{"credsStore":"x"}"#] {
            std::fs::write(folder.path().join("config.json"), text).expect("a file");
            let found = files
                .read()
                .await
                .expect("files")
                .first()
                .and_then(|file| file.as_ref().ok().cloned())
                .map(|file| file.find("r.example", "a"));
            assert_eq!(found == Some(super::contents::Found::Nothing), text == "{}", "{text}");
        }
    }
}
