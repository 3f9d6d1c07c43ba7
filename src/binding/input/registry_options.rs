//! Reads the options of one registry.

use super::arguments::{Argument, Checked, Complaint, Fields};
use crate::{
    error::Error,
    image::reference::is_repository,
    options::{
        ClientCertificate, Credential, RegistryOptions, RegistryProxy, Secret, authorities, proxy_url,
        server_url,
    },
};

pub(crate) fn read(value: &Argument<'_>) -> Checked<RegistryOptions> {
    let fields = value.object()?;
    let mut options =
        RegistryOptions { credential: credential(value.name(), &fields)?, ..RegistryOptions::default() };
    if let Some(url) = fields.get("url")? {
        options.url = Some(server_url(&url.string()?, url.name())?);
    }
    if let Some(service) = fields.get("tokenService")? {
        options.token_service = Some(server_url(&service.string()?, service.name())?);
    }
    if let Some(prefix) = fields.get("repositoryPrefix")? {
        options.repository_prefix = Some(repository_path(&prefix)?);
    }
    if let Some(size) = fields.get("pageSize")? {
        options.page_size = Some(size.integer(1, MAX_PAGE_SIZE)? as usize);
    }
    if let Some(insecure) = fields.get("insecure")? {
        options.insecure = insecure.boolean()?;
    }
    if let Some(mirrors) = fields.get("mirrors")? {
        for (index, mirror) in mirrors.strings()?.iter().enumerate() {
            options.mirrors.push(server_url(mirror, &format!("{}[{index}]", mirrors.name()))?);
        }
    }
    if let Some(ca) = fields.get("ca")? {
        options.ca = Some(authorities(&ca.string()?, ca.name())?);
    }
    if let Some(value) = fields.get("clientCertificate")? {
        let pair = value.object()?;
        let (cert, key) = (pair.required("cert")?.string()?, pair.required("key")?.string()?);
        pair.no_others()?;
        let certificate = ClientCertificate::new(&cert, Secret::new(key));
        let refused = |error: Error| Error::invalid_argument(format!("{}.{}", value.name(), error.message()));
        options.client_certificate = Some(certificate.map_err(refused)?);
    }
    if let Some(value) = fields.get("proxy")? {
        options.proxy = Some(match value.boolean() {
            Ok(false) => RegistryProxy::Direct,
            Ok(true) => return Err(value.invalid("the URL of a proxy, or false")),
            Err(_) => RegistryProxy::At(proxy_url(&value.string()?, value.name())?),
        });
    }
    fields.no_others()?;
    Ok(options)
}

/// Most tags per page that may be asked for.
const MAX_PAGE_SIZE: u32 = 100_000;

/// Reads the beginning of a repository's path.
fn repository_path(value: &Argument<'_>) -> Checked<String> {
    let path = value.string()?;
    let path = path.trim_matches('/');
    match is_repository(path) {
        true => Ok(path.to_owned()),
        false => Err(value.invalid("the beginning of a repository's path, such as \"dockerhub-proxy\"")),
    }
}

/// Reads one kind of credentials: user name with password, `token`, or `identityToken`.
fn credential(name: &str, fields: &Fields<'_>) -> Checked<Option<Credential>> {
    let text = |key: &str| match fields.get(key)? {
        Some(value) => match value.string()? {
            text if text.is_empty() => Err(value.invalid("a text that is not empty")),
            text => Ok(Some(text)),
        },
        None => Ok(None),
    };
    let refused = |why: &str| -> Complaint { Error::invalid_argument(format!("{name} {why}")).into() };
    match (text("username")?, text("password")?, text("token")?, text("identityToken")?) {
        (None, None, None, None) => Ok(None),
        (Some(username), Some(password), None, None) if !username.contains(':') => {
            Ok(Some(Credential::Password { username, password: Secret::new(password) }))
        }
        (Some(username), Some(_), None, None) if username.contains(':') => {
            Err(refused("must have a username without a colon (RFC 7617)"))
        }
        (None, None, Some(token), None) => Ok(Some(Credential::Token(Secret::new(token)))),
        (_, None, None, Some(token)) => Ok(Some(Credential::Identity(Secret::new(token)))),
        (Some(_), None, ..) => Err(refused("has a username, and so must have a password")),
        (None, Some(_), ..) => Err(refused("has a password, and so must have a username")),
        _ => Err(refused("must have one of username with password, token, and identityToken")),
    }
}
