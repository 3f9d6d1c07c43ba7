//! The credentials for a registry: those of the options, or else those that Docker has.

use std::{env, path::PathBuf};

use super::{
    credential_helper,
    docker_config::{DockerConfigFile, Found},
};
use crate::{
    error::{Error, Result},
    registry::settings::{Credential, DockerConfig},
};

/// A file of credentials is small; anything larger is something else.
const MAX_FILE: u64 = 1024 * 1024;

/// Looks a registry up in Docker's configuration.
///
/// # Errors
/// `InvalidArgument` for a configuration that was named and cannot be read; what a helper failed with.
pub(crate) async fn from_docker(config: &DockerConfig, registry: &str) -> Result<Option<Credential>> {
    let Some(path) = path(config) else { return Ok(None) };
    let unusable = |why: String| {
        Error::invalid_argument(format!("dockerConfig: {} cannot be used: {why}", path.display()))
    };
    let metadata = match std::fs::metadata(&path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && *config == DockerConfig::Default => {
            return Ok(None);
        }
        other => other.map_err(|error| unusable(error.to_string()))?,
    };
    if metadata.len() > MAX_FILE {
        return Err(unusable(format!("it has more than {MAX_FILE} bytes")));
    }
    let text = std::fs::read(&path).map_err(|error| unusable(error.to_string()))?;
    match DockerConfigFile::parse(&text).map_err(unusable)?.find(registry) {
        Found::Credential(credential) => Ok(Some(credential)),
        Found::Helper { name, key } => credential_helper::get(&name, &key).await,
        Found::Nothing => Ok(None),
    }
}

/// Where the file is: `$DOCKER_CONFIG` names its folder, and so may the option.
fn path(config: &DockerConfig) -> Option<PathBuf> {
    let given = |name| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    match config {
        DockerConfig::Path(path) if path.is_dir() => Some(path.join("config.json")),
        DockerConfig::Path(path) => Some(path.clone()),
        DockerConfig::Default => given("DOCKER_CONFIG")
            .or_else(|| given("HOME").or_else(|| given("USERPROFILE")).map(|home| home.join(".docker")))
            .map(|folder| folder.join("config.json")),
    }
}
