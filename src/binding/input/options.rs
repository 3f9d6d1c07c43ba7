//! Reads the constructor's options.

use std::{path::PathBuf, time::Duration};

use super::{
    arguments::{Argument, Checked, Fields},
    credentials, policy, registry_options,
};
use crate::{
    binding::setting_names::{camel_case, setting_name},
    error::Setting,
    lifecycle::catalog::Catalog,
    options::{
        DockerConfig, FULL_LIST, HostKind, HubApi, Limit, Limits, Options, Secret, authorities, http_url,
        is_loopback, proxy_url, server_url,
    },
};

/// The longest time that an option may name. JavaScript's timers end there, at nearly 25 days.
const MAX_MILLISECONDS: u32 = i32::MAX as u32;
/// The time for which a list of advisories is used.
const ADVISORIES_FRESH: Duration = Duration::from_secs(24 * 3600);
/// The words for a value of `releaseUrls`.
const RELEASE_URL: &str =
    "an http or https URL with no placeholders but {tag}, {version}, {major}, {minor}, {patch} and {source}";
const MAX_RETRIES: u32 = 100;
const MAX_CONCURRENCY: u32 = 1000;

/// The constructor's options.
#[derive(Default)]
pub(crate) struct Given {
    pub(crate) options: Options,
    /// Whether there is a logger, which stays in JavaScript.
    pub(crate) has_logger: bool,
    /// Policy of calls that state none.
    pub(crate) policy: Option<policy::Given>,
    /// Whether calls that do not say so look at what stands beside images.
    pub(crate) provenance: bool,
    /// Whether the service shares what it learns with the process's other services of equal options.
    pub(crate) is_shared: bool,
}

/// Reads the options object; `undefined` and `null` are no options.
pub(crate) fn read(argument: Argument<'_>) -> Checked<Given> {
    let Some(argument) = argument.optional()? else { return Ok(Given::default()) };
    let fields = argument.object()?;
    let mut options = Options::default();
    network(&mut options, &fields)?;
    registries(&mut options, &fields)?;
    memory(&mut options, &fields)?;
    if let Some(value) = fields.get("lifecycle")? {
        lifecycle(&mut options, &value)?;
    }
    if let Some(value) = fields.get("advisories")? {
        options.advisories = value.boolean()?.then_some(ADVISORIES_FRESH);
    }
    if let Some(value) = fields.get("github")? {
        github(&mut options, &value)?;
    }
    if let Some(value) = fields.get("releaseHosts")? {
        release_hosts(&mut options, &value)?;
    }
    if let Some(value) = fields.get("sources")? {
        by_image(&value, "an http or https URL without a user name", |pattern, text| {
            options.source.sources.add_source(pattern, text)
        })?;
    }
    if let Some(value) = fields.get("releaseUrls")? {
        by_image(&value, RELEASE_URL, |pattern, text| {
            options.source.release_urls.add_release_url(pattern, text)
        })?;
    }
    let has_logger = match fields.get("logger")? {
        Some(value) => logger(&value)?,
        None => false,
    };
    let is_shared = match fields.get("scope")? {
        Some(value) => match value.string()?.as_str() {
            "process" => true,
            "instance" => false,
            _ => return Err(value.invalid("\"instance\" or \"process\"")),
        },
        None => false,
    };
    let policy = fields.get("policy")?.map(|value| policy::read(&value)).transpose()?;
    let provenance = match fields.get("provenance")? {
        Some(value) => value.boolean()?,
        None => false,
    };
    fields.no_others()?;
    Ok(Given { options, has_logger, is_shared, policy, provenance })
}

/// Reads the options of requests.
fn network(options: &mut Options, fields: &Fields<'_>) -> Checked<()> {
    if let Some(value) = fields.get("userAgent")? {
        options.http.user_agent = header_text(&value)?;
    }
    if let Some(value) = fields.get("timeoutMs")? {
        options.http.timeout = milliseconds(&value, 1)?;
    }
    if let Some(value) = fields.get("connectTimeoutMs")? {
        options.http.connect_timeout = milliseconds(&value, 1)?;
    }
    if let Some(value) = fields.get("deadlineMs")? {
        options.deadline = Some(milliseconds(&value, 1)?);
    }
    if let Some(value) = fields.get("closeTimeoutMs")? {
        options.cache.close_timeout = milliseconds(&value, 1)?;
    }
    if let Some(value) = fields.get("maxRetries")? {
        options.http.retry.max_retries = value.integer(0, MAX_RETRIES)?;
    }
    if let Some(value) = fields.get("maxFaultRetries")? {
        options.http.retry.max_fault_retries = value.integer(0, MAX_RETRIES)?;
    }
    if let Some(value) = fields.get("limits")? {
        options.http.limits = limits(&value)?;
    }
    if let Some(value) = fields.get("maxRetryDelayMs")? {
        options.http.retry.max_delay = milliseconds(&value, 0)?;
    }
    if let Some(value) = fields.get("concurrency")? {
        options.http.concurrency = value.integer(1, MAX_CONCURRENCY)? as usize;
    }
    if let Some(value) = fields.get("proxy")? {
        options.http.proxy = Some(proxy_url(&value.string()?, value.name())?);
    }
    if let Some(value) = fields.get("ca")? {
        options.http.ca = Some(authorities(&value.string()?, value.name())?);
    }
    if let Some(value) = fields.get("allowPrivateAddresses")? {
        options.http.allow_private_addresses = value.boolean()?;
    }
    Ok(())
}

/// Reads the bounds of answers.
fn limits(value: &Argument<'_>) -> Checked<Limits> {
    let fields = value.object()?;
    let mut limits = Limits::default();
    for limit in Limit::ALL.iter().filter(|limit| !is_apart(**limit)) {
        if let Some(value) = fields.get(&camel_case(limit.name()))? {
            limits.set(*limit, bound(&value, *limit)?);
        }
    }
    fields.no_others()?;
    Ok(limits)
}

/// Reads the options of registries and tag lists.
fn registries(options: &mut Options, fields: &Fields<'_>) -> Checked<()> {
    for limit in Limit::ALL.iter().filter(|limit| is_apart(**limit)) {
        if let Some(value) = fields.get(&setting_name(Setting::Limit(*limit)))? {
            options.http.limits.set(*limit, bound(&value, *limit)?);
        }
    }
    if let Some(value) = fields.get("registries")? {
        let registries = value.object()?;
        for host in registries.keys()? {
            if let Some(value) = registries.entry(&host)?.optional()? {
                options.registry.add(&host, registry_options::read(&value)?)?;
            }
        }
        options.registry.check_mirrors()?;
    }
    if let Some(value) = fields.get("aliases")? {
        let aliases = value.object()?;
        for cache in aliases.keys()? {
            if let Some(value) = aliases.entry(&cache)?.optional()? {
                options.registry.add_alias(&cache, &value.string()?)?;
            }
        }
    }
    if let Some(value) = fields.get("credentials")? {
        options.registry.credentials = Some(credentials::read(&value)?);
    }
    if let Some(value) = fields.get("dockerConfig")? {
        options.registry.docker_config = match value.boolean() {
            Ok(true) => Some(DockerConfig::Default),
            Ok(false) => None,
            Err(_) => match value.string() {
                Ok(path) if !path.is_empty() => Some(DockerConfig::Path(PathBuf::from(path))),
                _ => return Err(value.invalid("true, false, or the path of Docker's config.json")),
            },
        };
    }
    Ok(())
}

/// Reads the options of what is remembered.
fn memory(options: &mut Options, fields: &Fields<'_>) -> Checked<()> {
    if let Some(value) = fields.get("tagTtlMs")? {
        options.registry.tag_ttl = milliseconds(&value, 0)?;
    }
    if let Some(value) = fields.get("hubApi")? {
        options.registry.hub_api = match value.boolean() {
            Ok(true) => HubApi::Default,
            Ok(false) => HubApi::Off,
            Err(_) => {
                let hub = value.object()?;
                let url = hub.required("url")?;
                hub.no_others()?;
                HubApi::At(server_url(&url.string()?, url.name())?)
            }
        };
    }
    if let Some(value) = fields.get("staleIfError")? {
        options.stale_if_error = value.boolean()?;
    }
    if let Some(value) = fields.get("cache")? {
        let cache = value.object()?;
        let text = |key: &str| match cache.get(key)? {
            Some(value) => match value.string()? {
                text if text.is_empty() => Err(value.invalid("a text that is not empty")),
                text => Ok(Some(text)),
            },
            None => Ok(None),
        };
        options.cache.directory = text("directory")?.map(PathBuf::from);
        options.cache.redis = text("redis")?.map(Secret::new);
        options.cache.secret = text("secret")?.map(Secret::new);
        if let Some(prefix) = text("prefix")? {
            options.cache.prefix = prefix;
        }
        if let Some(value) = cache.get("maxBytes")? {
            options.cache.max_bytes = value.integer(1, u32::MAX)?.into();
        }
        cache.no_others()?;
    }
    Ok(())
}

fn bound(value: &Argument<'_>, limit: Limit) -> Checked<usize> {
    let least = u32::try_from(limit.least()).unwrap_or(u32::MAX);
    Ok(value.integer(least, u32::MAX)? as usize)
}

/// Whether a limit is an option of the service rather than one of its `limits`.
fn is_apart(limit: Limit) -> bool {
    matches!(limit, Limit::Tags | Limit::TagPages)
}

fn milliseconds(value: &Argument<'_>, least: u32) -> Checked<Duration> {
    Ok(Duration::from_millis(value.integer(least, MAX_MILLISECONDS)?.into()))
}

/// Reads a text that an HTTP header can carry.
fn header_text(value: &Argument<'_>) -> Checked<String> {
    let text = value.string()?;
    let is_visible = |c: char| c == ' ' || c.is_ascii_graphic();
    if text.is_empty() || !text.chars().all(is_visible) {
        return Err(value.invalid("a text of visible ASCII characters"));
    }
    Ok(text)
}

fn lifecycle(options: &mut Options, value: &Argument<'_>) -> Checked<()> {
    let lifecycle = &mut options.lifecycle;
    if let Ok(is_told) = value.boolean() {
        lifecycle.is_told = is_told;
        return if is_told { Err(value.invalid("false or an object")) } else { Ok(()) };
    }
    let fields = value.object_like("false or an object")?;
    if let Some(value) = fields.get("refresh")? {
        lifecycle.refresh = match value.boolean() {
            Ok(true) => Some(http_url(FULL_LIST, value.name())?),
            Ok(false) => None,
            Err(_) => match value.string() {
                Ok(url) => Some(server_url(&url, value.name())?),
                Err(_) => return Err(value.invalid("true, false, or a URL")),
            },
        };
    }
    if let Some(value) = fields.get("everyHours")? {
        lifecycle.every = Duration::from_secs(u64::from(value.integer(1, 10_000)?) * 3600);
    }
    if let Some(value) = fields.get("images")? {
        let images = value.object()?;
        for image in images.keys()? {
            let Some(product) = images.entry(&image)?.optional()? else { continue };
            let name = product.string()?;
            // A list from endoflife.date may have products that the package does not know.
            if lifecycle.refresh.is_none() && !Catalog::has_product(&name) {
                return Err(
                    product.invalid("the name of a product at endoflife.date, such as \"postgresql\"")
                );
            }
            if lifecycle.add_image(&image, &name).is_err() {
                return Err(product.invalid("named by an image without a tag, such as registry.example/pg"));
            }
        }
    }
    fields.no_others()
}

fn github(options: &mut Options, value: &Argument<'_>) -> Checked<()> {
    let fields = value.object()?;
    if let Some(value) = fields.get("apiUrl")? {
        let url = server_url(&value.string()?, value.name())?;
        if url.scheme() == "http" && !is_loopback(&url) {
            return Err(value.invalid("https, or http on this machine"));
        }
        options.source.github_api_url = Some(url);
    }
    if let Some(value) = fields.get("token")? {
        options.source.github_token = Some(Secret::new(header_text(&value)?));
    }
    fields.no_others()?;
    Ok(())
}

fn release_hosts(options: &mut Options, value: &Argument<'_>) -> Checked<()> {
    let hosts = value.object()?;
    for host in hosts.keys()? {
        let Some(kind) = hosts.entry(&host)?.optional()? else { continue };
        let kind = match kind.string()?.as_str() {
            "github" => HostKind::GitHub,
            "gitlab" => HostKind::GitLab,
            "gitea" => HostKind::Gitea,
            _ => return Err(kind.invalid("\"github\", \"gitlab\" or \"gitea\"")),
        };
        options.source.hosts.insert(host, kind);
    }
    Ok(())
}

/// Reads texts by patterns over images.
fn by_image(
    value: &Argument<'_>,
    expected: &str,
    mut add: impl FnMut(&str, &str) -> crate::error::Result<()>,
) -> Checked<()> {
    let texts = value.object()?;
    for pattern in texts.keys()? {
        let Some(text) = texts.entry(&pattern)?.optional()? else { continue };
        add(&pattern, &text.string()?).map_err(|_| text.invalid(expected))?;
    }
    Ok(())
}

/// Reads a logger. It must have at least one of the four methods, and may have other properties.
fn logger(value: &Argument<'_>) -> Checked<bool> {
    let fields: Fields<'_> = value.object()?;
    for level in ["debug", "info", "warn", "error"] {
        if let Some(method) = fields.get(level)?
            && !method.is_function()?
        {
            return Err(method.invalid("a function"));
        }
    }
    Ok(true)
}
