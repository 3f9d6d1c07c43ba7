//! Finds the page with the release notes of a tag, from a source URL. Nothing here uses a network.
//!
//! | host | page |
//! |---|---|
//! | `github.com`, GitHub Enterprise | `/owner/name/releases/tag/<tag>` |
//! | a host with `gitlab` in its name | `/group/…/name/-/releases/<tag>` |
//! | `codeberg.org`, `gitea.com` | `/owner/name/releases/tag/<tag>` |
//!
//! The caller names the kind of any other host ([`ReleaseHosts`]).

use url::Url;

use super::{
    address::{page_url, web_address},
    host::{HostKind, ReleaseHosts},
};

/// First parts of paths that are no owners on GitHub.
const GITHUBS_OWN: [&str; 8] =
    ["apps", "collections", "features", "marketplace", "orgs", "sponsors", "topics", "users"];

/// A source repository, reduced to the part of its URL for which the host serves pages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SourceRepository {
    kind: HostKind,
    /// Scheme, host and port, and the path below which the host serves repositories, without a slash at the end.
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
        let kind = hosts.named(&url).or_else(|| ReleaseHosts::built_in(&url))?;
        let segments: Vec<&str> = url.path().split('/').filter(|segment| !segment.is_empty()).collect();
        let path = match segments.len() {
            // A path without a repository is kept, but for the ending `.git` and a slash.
            0 | 1 => {
                let path = url.path();
                let path = path.strip_suffix(".git").unwrap_or(path);
                path.strip_suffix('/').unwrap_or(path).to_owned()
            }
            _ => return Self::below(&url, kind, &segments, hosts),
        };
        Self::at(&url, kind, path, hosts)
    }

    /// Finds the repository that a label of an image names, which may lack a scheme, have a branch and a folder behind it, or
    /// lead to one of the repository's files. Returns `None` for any other text, for a page of its host that belongs to no
    /// repository, and for hosts whose release pages are unknown.
    pub(crate) fn of_label(label: &str, hosts: &ReleaseHosts) -> Option<Self> {
        let url = web_address(label)?;
        let kind = hosts.of_label(&url)?;
        let segments: Vec<&str> = url.path().split('/').filter(|segment| !segment.is_empty()).collect();
        let is_of_host =
            kind == HostKind::GitHub && segments.first().is_some_and(|first| GITHUBS_OWN.contains(first));
        if is_of_host || segments.len() < 2 {
            return None;
        }
        Self::below(&url, kind, &segments, hosts)
            .filter(|source| !source.url().contains(['%', '\\', '$', '{']))
    }

    /// The repository to which the segments of a path lead. A host that the caller has named may serve Gitea below a path.
    fn below(url: &Url, kind: HostKind, segments: &[&str], hosts: &ReleaseHosts) -> Option<Self> {
        let root = if hosts.named(url).is_some() { kind.root(segments) } else { 0 };
        let (root, segments) = segments.split_at_checked(root)?;
        let mut source = Self::at(url, kind, kind.repository_path(segments), hosts)?;
        for segment in root {
            source.origin.push('/');
            source.origin.push_str(segment);
        }
        Some(source)
    }

    fn at(url: &Url, kind: HostKind, path: String, hosts: &ReleaseHosts) -> Option<Self> {
        Some(Self {
            kind,
            is_named: hosts.named(url).is_some(),
            origin: url.origin().ascii_serialization(),
            host: url.host_str()?.to_owned(),
            path,
        })
    }

    /// The page of its changelog at its default branch.
    pub(crate) fn changelog_page(&self) -> String {
        let path = match self.kind {
            HostKind::GitHub => "blob/HEAD",
            HostKind::GitLab => "-/blob/HEAD",
            HostKind::Gitea => "src/HEAD",
        };
        format!("{}/{path}/CHANGELOG.md", self.url())
    }

    /// The address of its page.
    pub(crate) fn url(&self) -> String {
        format!("{}{}", self.origin, self.path)
    }

    /// Whether it may be asked for at any address: its host is `github.com`, or the caller has named it.
    pub(crate) fn is_trusted(&self) -> bool {
        self.is_named || self.host == "github.com"
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

    /// Scheme, host and port, and the path below which the host serves repositories.
    pub(crate) fn origin(&self) -> &str {
        &self.origin
    }

    /// Path of the repository on its host, `/owner/name`.
    pub(crate) fn path(&self) -> &str {
        &self.path
    }

    /// The name of the repository, the last part of its path.
    pub(crate) fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or_default()
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
            let mut segments = page.path_segments_mut().ok()?;
            match self.kind {
                // GitLab's route takes one segment (GitLab, `config/routes/project.rb`, "releases").
                HostKind::GitLab => segments.pop_if_empty().push(release_tag),
                HostKind::GitHub | HostKind::Gitea => segments.pop_if_empty().extend(release_tag.split('/')),
            };
            drop(segments);
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

/// The tag without its own `v`. A `v` that begins a word, as in `version/1.2`, is a part of it.
pub(crate) fn without_v(tag: &str) -> &str {
    tag.strip_prefix('v').filter(|bare| bare.starts_with(|c: char| c.is_ascii_digit())).unwrap_or(tag)
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
    fn labels_name_repositories_in_many_ways() {
        let hosts = ReleaseHosts::new([
            ("ghe.corp.example".to_owned(), HostKind::GitHub),
            ("nas.lan:3000".to_owned(), HostKind::Gitea),
        ]);
        let github = Some("https://github.com/o/r");
        let group = Some("https://gitlab.com/g/s/t/p");
        let cases = [
            ("https://github.com/o/r", github),
            ("https://www.github.com/o/r", github),
            ("http://www.github.com/o/r/", Some("http://github.com/o/r")),
            ("github.com/o/r", github),
            ("www.github.com/o/r", github),
            ("//github.com/o/r", github),
            ("HTTPS://GitHub.com/o/r", github),
            ("https://github.com/o/r.git#main:docker/app", github),
            ("https://github.com/o/r.git#v1.2.3", github),
            ("github.com/o/r.git#main", github),
            ("https://github.com/o/r#readme", github),
            ("https://github.com/o/r?tab=readme-ov-file", github),
            ("https://github.com/o/r/tree/main/charts/app", github),
            ("https://github.com/o/r/blob/main/Dockerfile", github),
            ("https://github.com/o/r/releases/tag/v1.0.0", github),
            ("https://github.com/o/r/pkgs/container/r", github),
            ("https://github.com//o//r", github),
            ("https://github.com./o/r", github),
            ("https://user:secret@github.com/o/r", github),
            ("https://ghp_secret@github.com/o/r.git", github),
            ("user:secret@github.com/o/r", github),
            ("git@github.com:o/r.git", github),
            ("git@github.com/o/r.git", github),
            ("github.com:o/r.git", github),
            ("git://github.com/o/r.git", github),
            ("git+https://github.com/o/r.git", github),
            ("git+ssh://git@github.com/o/r.git", github),
            ("ssh://git@github.com:22/o/r.git", github),
            ("ssh://git@ssh.github.com:443/o/r.git", github),
            ("scm:git:https://github.com/o/r.git", github),
            ("github:o/r", github),
            ("https://raw.githubusercontent.com/o/r/main/README.md", github),
            ("https://api.github.com/repos/o/r", github),
            (" <https://github.com/o/r> ", github),
            ("\"https://github.com/o/r\"", github),
            ("https://gitlab.com/g/s/t/p", group),
            ("https://gitlab.com/g/s/t/p.git#main:dir", group),
            ("https://gitlab.com/g/s/t/p/-/tree/main", group),
            ("gitlab.com/g/s/t/p/tree/main", group),
            ("gitlab:g/s/t/p", group),
            ("git@gitlab.com:g/s/t/p.git", group),
            ("https://codeberg.org/o/r/src/branch/main", Some("https://codeberg.org/o/r")),
            ("https://ghe.corp.example/o/r/tree/x", Some("https://ghe.corp.example/o/r")),
            ("ghe.corp.example/o/r", Some("https://ghe.corp.example/o/r")),
            ("https://corp.ghe.com/o/r", Some("https://corp.ghe.com/o/r")),
            ("http://nas.lan:3000/o/r", Some("http://nas.lan:3000/o/r")),
            ("http://nas.lan:3000/git/o/r/wiki", Some("http://nas.lan:3000/git/o/r")),
            ("https://github.com/o", None),
            ("https://github.com", None),
            ("https://github.com/orgs/o/packages", None),
            ("https://github.com/${{ github.repository }}", None),
            ("https://github.com/$OWNER/r", None),
            ("https://bitbucket.org/o/r", None),
            ("https://git.sr.ht/~o/r", None),
            ("https://git.example/o/r", None),
            ("https://o.github.io/r", None),
            ("javascript:alert(1)//github.com/o/r", None),
            ("data:text/html,github.com/o/r", None),
            ("file:///github.com/o/r", None),
            ("https://github.com/o/r\r\nX: y", None),
            ("unknown", None),
            ("o/r", None),
            ("", None),
        ];
        for (label, expected) in cases {
            let found = SourceRepository::of_label(label, &hosts).map(|source| source.url());
            assert_eq!(found.as_deref(), expected, "{label:?}");
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
            ("https://git.home.lan/git/o/r", Some("https://git.home.lan/git/o/r/releases/tag/v1.0")),
            ("https://git.home.lan/git/o/r.git", Some("https://git.home.lan/git/o/r/releases/tag/v1.0")),
            (
                "https://git.home.lan/a/b/o/r/src/branch/main/x",
                Some("https://git.home.lan/a/b/o/r/releases/tag/v1.0"),
            ),
            ("https://git.home.lan/o/r/releases/tag/v1", Some("https://git.home.lan/o/r/releases/tag/v1.0")),
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
        let word = Some("https://github.com/o/r/releases/tag/version/2024.6.0");
        assert_eq!(page("version/2024.6.0", "").as_deref(), word, "its v begins a word");
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
            if let Some(source) = SourceRepository::of_label(&source, &ReleaseHosts::default()) {
                proptest::prop_assert!(source.url().starts_with("http"));
            }
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
        let gitlab =
            SourceRepository::parse("https://gitlab.com/g/p", &ReleaseHosts::default()).expect("a source");
        for (tag, path) in [("app/v1.2", "/app%2Fv1.2"), ("v1.2+b", "/v1.2+b"), ("a/../b", "")] {
            assert_eq!(gitlab.page(tag), format!("https://gitlab.com/g/p/-/releases{path}"), "{tag}");
        }
    }
}
