//! The kinds of hosts of source repositories.

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

/// The pages of a repository at Gitea, behind its owner and name (Gitea, `routers/web/web.go`).
const GITEA_PAGES: [&str; 26] = [
    "actions",
    "activity",
    "archive",
    "blame",
    "branches",
    "commit",
    "commits",
    "compare",
    "find",
    "forks",
    "graph",
    "issues",
    "labels",
    "media",
    "milestones",
    "packages",
    "projects",
    "pulls",
    "raw",
    "releases",
    "settings",
    "src",
    "stars",
    "tags",
    "watchers",
    "wiki",
];

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

    pub(super) fn named(&self, url: &Url) -> Option<HostKind> {
        let host = url.host_str()?;
        let with_port = url.port().and_then(|port| self.named.get(&format!("{host}:{port}")));
        with_port.or_else(|| self.named.get(host)).copied()
    }

    pub(super) fn built_in(url: &Url) -> Option<HostKind> {
        match url.host_str()? {
            "github.com" => Some(HostKind::GitHub),
            "codeberg.org" | "gitea.com" => Some(HostKind::Gitea),
            host if host.contains("gitlab") => Some(HostKind::GitLab),
            _ => None,
        }
    }

    /// The kind of the host of a label's address: beside the others, that of GitHub Enterprise Cloud's own domains (GitHub's
    /// documentation, "About GitHub Enterprise Cloud with data residency").
    pub(super) fn of_label(&self, url: &Url) -> Option<HostKind> {
        let is_enterprise_cloud = || url.host_str().is_some_and(|host| host.ends_with(".ghe.com"));
        self.named(url)
            .or_else(|| Self::built_in(url))
            .or_else(|| is_enterprise_cloud().then_some(HostKind::GitHub))
    }
}

impl HostKind {
    /// The path of the list of releases, below the repository's path.
    pub(super) fn release_list(self) -> &'static str {
        match self {
            Self::GitHub | Self::Gitea => "/releases",
            Self::GitLab => "/-/releases",
        }
    }

    /// How many segments of a path lead to the host's root. Gitea may be served below a path, while its repositories have an
    /// owner and a name.
    pub(super) fn root(self, segments: &[&str]) -> usize {
        if self != Self::Gitea {
            return 0;
        }
        let is_page = |(index, segment): (usize, &&str)| index >= 2 && GITEA_PAGES.contains(segment);
        let page = segments.iter().enumerate().position(is_page);
        let ending = segments.iter().position(|segment| segment.ends_with(".git")).map(|at| at + 1);
        ending.or(page).unwrap_or(segments.len()).saturating_sub(2)
    }

    /// The repository's part of a path. It is owner and name on GitHub and Gitea. On GitLab, where groups nest, it ends
    /// before `/-/` or a word that GitLab reserves for the repository's own pages.
    pub(super) fn repository_path(self, segments: &[&str]) -> String {
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
