//! Reads the addresses of source repositories, as people and labels write them.

use url::Url;

/// Returns a source URL that is safe to show and to link to: a web address, or one in git's forms. Other schemes, such
/// as `javascript:`, give `None`. User name and password are removed; otherwise the text stays unchanged.
pub(crate) fn presentable(source: &str) -> Option<String> {
    const SCHEMES: [&str; 8] = ["http", "https", "git", "ssh", "git+http", "git+https", "git+ssh", "git+git"];
    let source = source.trim();
    if source.is_empty() || source.chars().any(char::is_control) {
        return None;
    }
    // A text that is no URL is a path, or git's `git@host:owner/name`.
    let Ok(mut url) = Url::parse(source) else { return Some(source.to_owned()) };
    if !SCHEMES.contains(&url.scheme()) {
        // git's `host:owner/name` parses as a URL whose scheme has a dot, which no known scheme has.
        return url.scheme().contains('.').then(|| source.to_owned());
    }
    let is_gits = url.username() == "git" && url.password().is_none();
    if is_gits || url.username().is_empty() && url.password().is_none() {
        return Some(source.to_owned());
    }
    url.set_username("").and_then(|()| url.set_password(None)).ok()?;
    Some(url.into())
}

/// The URL of a repository's page. Web addresses stay; git's own transports become https on the same host.
pub(super) fn page_url(source: &str) -> Option<Url> {
    let source = source.trim();
    let source = source.strip_prefix("git+").unwrap_or(source);
    let url = match Url::parse(source) {
        Ok(url) => url,
        Err(_) => Url::parse(&scp_to_ssh(source)?).ok()?,
    };
    match url.scheme() {
        "http" | "https" | "ftp" | "ws" | "wss" => Some(url),
        "git" | "ssh" => Url::parse(&format!("https://{}{}", url.host_str()?, url.path())).ok(),
        _ => None,
    }
}

/// Rewrites `user@host:path`, which git takes for `ssh://user@host/path`.
fn scp_to_ssh(source: &str) -> Option<String> {
    let (authority, path) = source.split_once(':')?;
    let (user, host) = authority.split_once('@')?;
    let is_plain = |text: &str| !text.is_empty() && !text.contains(['/', '@', ' ']);
    (is_plain(user) && is_plain(host)).then(|| format!("ssh://{authority}/{}", path.trim_start_matches('/')))
}

/// The web address that a label means: a web address, one in git's forms, or one without a scheme. Hosts that serve the
/// repositories of another one become that one. User name, password and fragment are removed. Returns `None` for any other
/// text.
pub(crate) fn web_address(label: &str) -> Option<Url> {
    let text = label.trim().trim_matches(['"', '\'', '<', '>', '`']).trim();
    if text.is_empty() || text.contains(|c: char| c.is_control() || c.is_whitespace()) {
        return None;
    }
    let text = text.strip_prefix("scm:").unwrap_or(text);
    let text = text.strip_prefix("git:").filter(|rest| rest.contains("://")).unwrap_or(text);
    let mut url = with_scheme(text).as_deref().and_then(page_url)?;
    if !matches!(url.scheme(), "http" | "https") {
        return None;
    }
    url.set_username("").and_then(|()| url.set_password(None)).ok()?;
    url.set_fragment(None);
    at_main_host(url)
}

/// A label with its scheme.
fn with_scheme(text: &str) -> Option<String> {
    if let Some(rest) = text.strip_prefix("//") {
        return Some(format!("https://{rest}"));
    }
    let (before, rest) = text.split_once(':').unwrap_or((text, ""));
    // Package managers write a repository of a well-known host in this way.
    let short =
        [("github", "github.com"), ("gitlab", "gitlab.com")].into_iter().find(|(name, _)| *name == before);
    if let Some((_, host)) = short.filter(|_| !rest.is_empty() && !rest.starts_with('/')) {
        return Some(format!("https://{host}/{rest}"));
    }
    if text.contains("://") {
        return Some(text.to_owned());
    }
    let authority = text.split('/').next().unwrap_or_default();
    let (account, host) = authority.rsplit_once('@').unwrap_or(("", authority));
    let (name, port) = host.split_once(':').unwrap_or((host, ""));
    let is_name =
        name.contains('.') && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-'));
    if !is_name || account.contains(|c: char| !c.is_ascii_graphic()) {
        return None;
    }
    let path = text.get(authority.len()..).unwrap_or_default();
    Some(match port.bytes().all(|byte| byte.is_ascii_digit()) {
        true => format!("https://{host}{path}"),
        // git's `host:owner/name`.
        false => format!("https://{name}/{port}{path}"),
    })
}

/// The address at the host whose pages people see.
fn at_main_host(mut url: Url) -> Option<Url> {
    let host = url.host_str()?.trim_end_matches('.').to_owned();
    let host = host.strip_prefix("www.").filter(|host| is_well_known(host)).unwrap_or(&host);
    let main = match host {
        "raw.githubusercontent.com" | "codeload.github.com" | "ssh.github.com" | "api.github.com" => {
            "github.com"
        }
        "altssh.gitlab.com" => "gitlab.com",
        host => host,
    };
    if host == "api.github.com" {
        let path = url.path().strip_prefix("/repos")?.to_owned();
        url.set_path(&path);
    }
    let main = main.to_owned();
    url.set_host(Some(&main)).ok()?;
    Some(url)
}

fn is_well_known(host: &str) -> bool {
    matches!(host, "github.com" | "gitlab.com" | "codeberg.org" | "gitea.com" | "bitbucket.org")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_web_addresses_and_gits_forms_are_presentable() {
        let same = [
            "https://github.com/o/r",
            "git+https://github.com/o/r.git",
            "git://github.com/o/r",
            "ssh://git@github.com/o/r.git",
            "git@github.com:o/r.git",
            "github.com:o/r.git",
            "github.com/o/r",
            "http://nas.lan:3000/o/r",
        ];
        for source in same {
            assert_eq!(presentable(source).as_deref(), Some(source));
        }
        let others = [
            ("https://user:secret@github.com/o/r", Some("https://github.com/o/r")),
            ("https://ghp_secret@github.com/o/r", Some("https://github.com/o/r")),
            ("git+https://:secret@github.com/o/r", Some("git+https://github.com/o/r")),
            ("  https://github.com/o/r ", Some("https://github.com/o/r")),
            ("javascript:alert(1)", None),
            ("JavaScript:alert(1)", None),
            (" javascript:alert(1)", None),
            ("java\nscript:alert(1)", None),
            ("data:text/html,x", None),
            ("file:///etc/passwd", None),
            ("vbscript:x", None),
            ("https://github.com/o/r\r\nX: y", None),
            ("", None),
        ];
        for (source, expected) in others {
            assert_eq!(presentable(source).as_deref(), expected, "{source:?}");
        }
    }
}
