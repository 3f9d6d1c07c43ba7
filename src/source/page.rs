//! Finds the page with the release notes of a tag, from a source URL. Nothing here uses a network.
//!
//! | host | page |
//! |---|---|
//! | `github.com`, GitHub Enterprise | `/owner/name/releases/tag/<tag>` |
//! | a host with `gitlab` in its name | `/group/…/name/-/releases/<tag>` |
//! | `codeberg.org`, `gitea.com` | `/owner/name/releases/tag/<tag>` |
//!
//! The caller names the kind of any other host ([`ReleaseHosts`]).

use std::collections::BTreeMap;

use url::Url;

/// The kind of a host, which decides where its release pages are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HostKind {
    /// GitHub or GitHub Enterprise.
    GitHub,
    /// GitLab.
    GitLab,
    /// Gitea or Forgejo.
    Gitea,
}

/// The kinds of the hosts that serve release pages.
#[derive(Debug, Clone, Default)]
pub(crate) struct ReleaseHosts {
    named: BTreeMap<String, HostKind>,
}

impl ReleaseHosts {
    /// Creates the list of hosts from those that a caller names, by host or by host and port. They take precedence over
    /// the built-in ones.
    pub(crate) fn new(named: impl IntoIterator<Item = (String, HostKind)>) -> Self {
        Self { named: named.into_iter().map(|(host, kind)| (host.to_ascii_lowercase(), kind)).collect() }
    }

    fn named(&self, url: &Url) -> Option<HostKind> {
        let host = url.host_str()?;
        let with_port = url.port().and_then(|port| self.named.get(&format!("{host}:{port}")));
        with_port.or_else(|| self.named.get(host)).copied()
    }

    fn built_in(url: &Url) -> Option<HostKind> {
        match url.host_str()? {
            "github.com" => Some(HostKind::GitHub),
            "codeberg.org" | "gitea.com" => Some(HostKind::Gitea),
            host if host.contains("gitlab") => Some(HostKind::GitLab),
            _ => None,
        }
    }
}

/// A source repository, reduced to the part of its URL for which the host serves pages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SourceRepository {
    kind: HostKind,
    /// Scheme, host and port, without a slash at the end.
    origin: String,
    host: String,
    /// Path of the repository on its host, with a slash at its front and none at its end.
    path: String,
    is_named: bool,
}

impl SourceRepository {
    /// Parses a source URL in any of git's forms: `https://…`, `git+https://…`, `git://…`, `ssh://git@…`,
    /// `git@host:owner/name.git`. Returns `None` for any other text and for hosts whose release pages are unknown.
    pub(crate) fn parse(source: &str, hosts: &ReleaseHosts) -> Option<Self> {
        let url = page_url(source)?;
        let named = hosts.named(&url);
        let kind = named.or_else(|| ReleaseHosts::built_in(&url))?;
        let segments: Vec<&str> = url.path().split('/').filter(|segment| !segment.is_empty()).collect();
        Some(Self {
            kind,
            is_named: named.is_some(),
            origin: url.origin().ascii_serialization(),
            host: url.host_str()?.to_owned(),
            path: match segments.len() {
                // A path without a repository is kept, but for the ending `.git` and a slash.
                0 | 1 => {
                    let path = url.path();
                    let path = path.strip_suffix(".git").unwrap_or(path);
                    path.strip_suffix('/').unwrap_or(path).to_owned()
                }
                _ => kind.repository_path(&segments),
            },
        })
    }

    /// Whether the caller named its host, which may then have any address.
    pub(crate) fn is_on_named_host(&self) -> bool {
        self.is_named
    }

    /// The kind of its host.
    pub(crate) fn kind(&self) -> HostKind {
        self.kind
    }

    /// Whether its host is `github.com` or a GitHub Enterprise server.
    pub(crate) fn is_github(&self) -> bool {
        self.kind == HostKind::GitHub
    }

    /// The host, without a port.
    pub(crate) fn host(&self) -> &str {
        &self.host
    }

    /// Scheme, host and port.
    pub(crate) fn origin(&self) -> &str {
        &self.origin
    }

    /// Path of the repository on its host, `/owner/name`.
    pub(crate) fn path(&self) -> &str {
        &self.path
    }

    /// The page of one release. `prefix` replaces the tag's own `v`; otherwise the tag is used unchanged.
    pub(crate) fn release_page(&self, tag: &str, prefix: &str) -> String {
        self.unchecked_page(&format!("{prefix}{}", without_v(tag)))
    }

    /// The page of the release with exactly this tag. A tag with path segments such as `..` has the list of releases as
    /// its page.
    pub(crate) fn page(&self, release_tag: &str) -> String {
        let is_step = |segment: &str| matches!(segment, "" | "." | "..");
        let page = Url::parse(&self.unchecked_page(""))
            .ok()
            .filter(|_| !release_tag.split(['/', '\\']).any(is_step));
        let with_tag = page.and_then(|mut page| {
            page.path_segments_mut().ok()?.pop_if_empty().extend(release_tag.split('/'));
            Some(page.into())
        });
        with_tag.unwrap_or_else(|| format!("{}{}{}", self.origin, self.path, self.kind.release_list()))
    }

    fn unchecked_page(&self, release_tag: &str) -> String {
        let releases = match self.kind {
            HostKind::GitHub | HostKind::Gitea => "releases/tag",
            HostKind::GitLab => "-/releases",
        };
        format!("{}{}/{releases}/{release_tag}", self.origin, self.path)
    }
}

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

impl HostKind {
    /// The path of the list of releases, below the repository's path.
    fn release_list(self) -> &'static str {
        match self {
            Self::GitHub | Self::Gitea => "/releases",
            Self::GitLab => "/-/releases",
        }
    }

    /// The repository's part of a path. It is owner and name on GitHub and Gitea. On GitLab, where groups nest, it ends
    /// before `/-/` or a word that GitLab reserves for the repository's own pages.
    fn repository_path(self, segments: &[&str]) -> String {
        const RESERVED: [&str; 7] = ["-", "tree", "blob", "raw", "blame", "commits", "wikis"];
        let is_end = |index: usize, segment: &str| match self {
            Self::GitHub | Self::Gitea => index >= 2,
            Self::GitLab => index >= 2 && RESERVED.contains(&segment),
        };
        let mut path = String::new();
        for (index, segment) in segments.iter().enumerate() {
            if is_end(index, segment) {
                break;
            }
            path.push('/');
            match segment.strip_suffix(".git").filter(|_| index >= 1) {
                Some(bare) => {
                    path.push_str(bare);
                    break;
                }
                None => path.push_str(segment),
            }
        }
        path
    }
}

/// The tag without its own `v`.
pub(crate) fn without_v(tag: &str) -> &str {
    tag.strip_prefix('v').unwrap_or(tag)
}

/// Returns the page with the notes of release `tag`, or `None` if the source's host has no known release pages.
///
/// `prefix` is the prefix of the repository's release tags: `v` or nothing.
pub(crate) fn build_release_url(
    source: &str,
    tag: &str,
    prefix: &str,
    hosts: &ReleaseHosts,
) -> Option<String> {
    Some(SourceRepository::parse(source, hosts)?.release_page(tag, prefix))
}

/// The URL of a repository's page. Web addresses stay; git's own transports become https on the same host.
fn page_url(source: &str) -> Option<Url> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages() {
        let github = Some("https://github.com/o/r/releases/tag/v1.2.3");
        let gitlab = Some("https://gitlab.com/g/s/p/-/releases/v1.2.3");
        let cases = [
            ("https://github.com/o/r", github),
            ("https://github.com/o/r.git", github),
            ("https://github.com/o/r/", github),
            ("https://github.com/o/r.git/", github),
            ("https://github.com/o/r/tree/main/x", github),
            ("https://user:secret@github.com/o/r?x=1#y", github),
            ("git+https://github.com/o/r.git", github),
            ("git://github.com/o/r.git", github),
            ("git://github.com:9418/o/r", github),
            ("ssh://git@github.com/o/r.git", github),
            ("git+ssh://git@github.com:22/o/r.git", github),
            ("git@github.com:o/r.git", github),
            ("http://github.com/o/r", Some("http://github.com/o/r/releases/tag/v1.2.3")),
            ("https://github.com:8443/o/r", Some("https://github.com:8443/o/r/releases/tag/v1.2.3")),
            ("https://github.com/o.git/r", Some("https://github.com/o.git/r/releases/tag/v1.2.3")),
            ("https://github.com/o.git/", Some("https://github.com/o.git/releases/tag/v1.2.3")),
            ("https://github.com/o//", Some("https://github.com/o//releases/tag/v1.2.3")),
            ("https://github.com/o", Some("https://github.com/o/releases/tag/v1.2.3")),
            ("https://github.com", Some("https://github.com/releases/tag/v1.2.3")),
            ("https://gitlab.com/g/s/p", gitlab),
            ("https://gitlab.com/g/s/p.git", gitlab),
            ("https://gitlab.com/g/s/p/-/tree/main", gitlab),
            ("https://gitlab.com/g/s/p/blob/main/Dockerfile", gitlab),
            ("git@gitlab.com:g/s/p.git", gitlab),
            ("https://my-gitlab.example/g/p", Some("https://my-gitlab.example/g/p/-/releases/v1.2.3")),
            (
                "https://codeberg.org/o/r/src/branch/main",
                Some("https://codeberg.org/o/r/releases/tag/v1.2.3"),
            ),
            ("https://gitea.com/o/r.git", Some("https://gitea.com/o/r/releases/tag/v1.2.3")),
            ("https://git.example/o/r", None),
            ("https://www.github.com/o/r", None),
            ("foo://github.com/o/r", None),
            ("file:///github.com/o/r", None),
            ("github.com/o/r", None),
            ("not a url", None),
            ("", None),
        ];
        for (source, page) in cases {
            assert_eq!(
                build_release_url(source, "v1.2.3", "v", &ReleaseHosts::default()).as_deref(),
                page,
                "{source}"
            );
        }
    }

    #[test]
    fn the_caller_names_the_kind_of_own_hosts() {
        let hosts = ReleaseHosts::new([
            ("git.home.lan".to_owned(), HostKind::Gitea),
            ("Code.corp.example".to_owned(), HostKind::GitLab),
            ("ghe.corp.example".to_owned(), HostKind::GitHub),
            ("nas.lan:3000".to_owned(), HostKind::Gitea),
            ("gitlab.odd.example".to_owned(), HostKind::Gitea),
        ]);
        let page = |source: &str| build_release_url(source, "1.0", "v", &hosts);
        let cases = [
            ("git@git.home.lan:o/r.git", Some("https://git.home.lan/o/r/releases/tag/v1.0")),
            (
                "https://code.corp.example/g/s/p/-/tree/x",
                Some("https://code.corp.example/g/s/p/-/releases/v1.0"),
            ),
            ("https://ghe.corp.example/o/r/tree/x", Some("https://ghe.corp.example/o/r/releases/tag/v1.0")),
            ("http://nas.lan:3000/o/r", Some("http://nas.lan:3000/o/r/releases/tag/v1.0")),
            ("http://nas.lan/o/r", None),
            ("https://gitlab.odd.example/o/r", Some("https://gitlab.odd.example/o/r/releases/tag/v1.0")),
        ];
        for (source, expected) in cases {
            assert_eq!(page(source).as_deref(), expected, "{source}");
        }
    }

    #[test]
    fn the_prefix_replaces_the_tags_own() {
        let page =
            |tag, prefix| build_release_url("https://github.com/o/r", tag, prefix, &ReleaseHosts::default());
        assert_eq!(page("v1.2", "").as_deref(), Some("https://github.com/o/r/releases/tag/1.2"));
        assert_eq!(page("1.2", "v").as_deref(), Some("https://github.com/o/r/releases/tag/v1.2"));
        assert_eq!(
            page("1.2", "release-").as_deref(),
            Some("https://github.com/o/r/releases/tag/release-1.2")
        );
        assert_eq!(
            page("a b/c", "").as_deref(),
            Some("https://github.com/o/r/releases/tag/a b/c"),
            "not encoded"
        );
    }

    proptest::proptest! {
        #[test]
        fn any_source_has_a_page_or_none(source in ".*", tag in ".*") {
            let _ = build_release_url(&source, &tag, "v", &ReleaseHosts::default());
        }
    }

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

    #[test]
    fn the_page_of_a_release_stays_among_the_releases() {
        let source =
            SourceRepository::parse("https://github.com/o/r", &ReleaseHosts::default()).expect("a source");
        let cases = [
            ("v1.2.3+build", "/tag/v1.2.3+build"),
            ("app/v1.2", "/tag/app/v1.2"),
            ("a b?c#d", "/tag/a%20b%3Fc%23d"),
            ("%2e%2e/x", "/tag/%252e%252e/x"),
            ("../../../evil/r", ""),
            ("a/../b", ""),
            ("..\\..\\x", ""),
            ("", ""),
        ];
        for (tag, path) in cases {
            assert_eq!(source.page(tag), format!("https://github.com/o/r/releases{path}"), "{tag}");
        }
    }
}
