//! Docker's folders of certificates: `certs.d/<host>/` holds what one registry is known by, and what it is to be shown
//! (Docker, "Verify repository client with certificates"; Podman reads the same in its own folders).

use std::{
    env,
    ffi::{OsStr, OsString},
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};

use tokio::task::spawn_blocking;

use crate::{
    error::{Error, ErrorKind, Result},
    http::connect::tls::{ClientCertificate, Pem, certificates},
    registry::settings::DockerConfig,
    text::{file::read_bounded, secret::Secret},
};

/// A file of certificates is small; anything larger is something else.
const MAX_FILE: u64 = 1024 * 1024;
/// Files of a folder that are looked at.
const MAX_FILES: usize = 64;

/// What the folder of a registry holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Certificates {
    /// Authorities that are trusted for this registry: all `*.crt`.
    pub(crate) authorities: Option<Pem>,
    /// What the registry is shown: the first `<name>.cert` with its `<name>.key`.
    pub(crate) client: Option<ClientCertificate>,
}

impl Certificates {
    /// What the first folder holds that has one of these names of a registry.
    ///
    /// # Errors
    /// `InvalidArgument` for a certificate without its key, and for a file that cannot be used.
    pub(crate) async fn find(config: &DockerConfig, names: Vec<String>) -> Result<Self> {
        let folders = folders(config, |name| env::var_os(name));
        // Files may lie on a disk that does not answer.
        let found = spawn_blocking(move || {
            let places = folders.iter().flat_map(|folder| names.iter().map(|name| folder.join(name)));
            places
                .into_iter()
                .find(|folder| folder.is_dir())
                .map_or_else(|| Ok(Self::default()), |folder| read(&folder))
        });
        found.await.map_err(|error| {
            Error::new(ErrorKind::AuthFailed, format!("Docker's certificates could not be read: {error}"))
        })?
    }
}

/// Where to look, in order: beside the configuration, for this user, for the machine.
fn folders(config: &DockerConfig, variable: impl Fn(&str) -> Option<OsString>) -> Vec<PathBuf> {
    let given = |name: &str| variable(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let home = || given("HOME").or_else(|| given("USERPROFILE"));
    let beside = match config {
        DockerConfig::Path(path) if path.is_dir() => Some(path.clone()),
        DockerConfig::Path(path) => path.parent().map(Path::to_owned),
        DockerConfig::Default => given("DOCKER_CONFIG").or_else(|| Some(home()?.join(".docker"))),
    };
    let own = given("XDG_CONFIG_HOME").or_else(|| Some(home()?.join(".config")));
    let own = |name: &str| own.as_ref().map(|folder| folder.join(name));
    let all = [
        beside,
        own("docker"),
        own("containers"),
        Some("/etc/docker".into()),
        Some("/etc/containers".into()),
    ];
    all.into_iter().flatten().map(|folder| folder.join("certs.d")).collect()
}

fn read(folder: &Path) -> Result<Certificates> {
    let unusable = |path: &Path, why: &dyn std::fmt::Display| {
        Error::invalid_argument(format!("Docker's certificate {} cannot be used: {why}", path.display()))
    };
    let text = |path: &Path| -> Result<String> {
        let bytes = read_bounded(path, MAX_FILE).map_err(|error| unusable(path, &error))?;
        String::from_utf8(bytes).map_err(|_| unusable(path, &"it is no text"))
    };
    let files = names(folder).map_err(|error| unusable(folder, &error))?;
    let with_end =
        |end: &'static str| files.iter().filter(move |path| path.extension() == Some(OsStr::new(end)));
    let mut authorities = String::new();
    for path in with_end("crt") {
        let pem = text(path)?;
        certificates(&pem).map_err(|error| unusable(path, &error.message()))?;
        authorities.push_str(&pem);
        authorities.push('\n');
    }
    let mut client = None;
    if let Some(path) = with_end("cert").next() {
        let key = path.with_extension("key");
        let certificate = ClientCertificate::new(&text(path)?, Secret::new(text(&key)?));
        client = Some(certificate.map_err(|error| unusable(path, &error.message()))?);
    }
    let authorities = (!authorities.is_empty()).then(|| Arc::from(authorities));
    Ok(Certificates { authorities, client })
}

/// The files of a folder, by name.
fn names(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder)?.take(MAX_FILES).collect::<io::Result<Vec<_>>>()?;
    let mut paths: Vec<PathBuf> = entries.into_iter().map(|entry| entry.path()).collect();
    paths.sort();
    Ok(paths)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_in_the_order_in_which_they_are_looked_through() {
        let variable = |name: &str| match name {
            "HOME" => Some(OsString::from("/home/ada")),
            "DOCKER_CONFIG" => Some(OsString::from("/srv/docker")),
            _ => None,
        };
        let found: Vec<_> = folders(&DockerConfig::Default, variable);
        let expected = [
            "/srv/docker/certs.d",
            "/home/ada/.config/docker/certs.d",
            "/home/ada/.config/containers/certs.d",
            "/etc/docker/certs.d",
            "/etc/containers/certs.d",
        ];
        assert_eq!(found, expected.map(PathBuf::from));
        let named = folders(&DockerConfig::Path("/run/secrets/config.json".into()), |_| None);
        assert_eq!(named.first(), Some(&PathBuf::from("/run/secrets/certs.d")));
    }

    #[tokio::test]
    async fn what_cannot_be_used_is_an_error_that_names_the_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let registry = folder.path().join("certs.d/registry.example:5000");
        fs::create_dir_all(&registry).expect("a folder");
        let config = DockerConfig::Path(folder.path().to_owned());
        let find = |name: &str| Certificates::find(&config, vec![name.to_owned()]);
        assert_eq!(find("other.example").await.expect("nothing"), Certificates::default());
        assert_eq!(find("registry.example:5000").await.expect("nothing"), Certificates::default());
        for (name, text, why) in
            [("ca.crt", "no PEM", "it holds none"), ("client.cert", "no PEM", "client.key")]
        {
            fs::write(registry.join(name), text).expect("a file");
            let error = find("registry.example:5000").await.expect_err(name);
            assert_eq!(error.code(), "INVALID_ARGUMENT");
            assert!(error.message().contains(why), "{error}");
            fs::remove_file(registry.join(name)).expect("a file");
        }
    }
}
