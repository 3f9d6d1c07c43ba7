//! Decides which token services may see a registry's credentials. Pure.

use public_suffix::{DEFAULT_PROVIDER, EffectiveTLDProvider};
use url::{Host, Url};

/// Token services whose names do not show that they belong to a registry.
const KNOWN_SERVICES: [(&str, &str); 4] = [
    ("registry-1.docker.io", "auth.docker.io"),
    ("registry.gitlab.com", "gitlab.com"),
    ("lscr.io", "ghcr.io"),
    ("registry.access.redhat.com", "sso.redhat.com"),
];

/// Top-level names under which nobody registers domains: IANA's special-use names, `internal`, and names that private
/// networks, clusters and service meshes use. The public suffix list treats them as ordinary unknown top levels.
const PRIVATE_TOP_LEVELS: [&str; 24] = [
    "alt",
    "arpa",
    "cluster",
    "consul",
    "corp",
    "domain",
    "example",
    "home",
    "internal",
    "intern",
    "intra",
    "intranet",
    "invalid",
    "k8s",
    "lan",
    "local",
    "localdomain",
    "localhost",
    "mail",
    "mesh",
    "onion",
    "priv",
    "private",
    "test",
];

/// Whether the credentials for `registry`, the URL at which it is reached, may be sent to `realm`, the token service
/// that the registry names.
///
/// They may go to the registry's own host. Over https they may also go to a sibling, which is a host under the same
/// registrable domain by the public suffix list, and to a service that is known to be the registry's. They never go
/// from https to plain http.
pub(crate) fn may_have_credentials(registry: &Url, realm: &Url) -> bool {
    let is_https = realm.scheme() == "https";
    if !is_https && (registry.scheme() != "http" || realm.scheme() != "http") {
        return false;
    }
    let (Some(own), Some(other)) = (registry.host(), realm.host()) else { return false };
    if own == other {
        return true;
    }
    let (Host::Domain(own), Host::Domain(other)) = (own, other) else { return false };
    is_https && (are_siblings(own, other) || KNOWN_SERVICES.contains(&(own, other)))
}

/// Whether two hosts stand under the same registrable domain. In a private network they never do: neighbouring names
/// there may belong to different people.
fn are_siblings(a: &str, b: &str) -> bool {
    let registrable = |host| DEFAULT_PROVIDER.effective_tld_plus_one(host).ok();
    let is_private = a.rsplit('.').next().is_some_and(|top_level| PRIVATE_TOP_LEVELS.contains(&top_level));
    !is_private && registrable(a).is_some_and(|of_a| registrable(b) == Some(of_a))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_stay_in_the_family() {
        let cases = [
            ("https://r.example.com", "https://r.example.com/token", true),
            ("https://r.example.com:5000", "https://r.example.com:8443/token", true),
            ("https://r.example.com", "https://auth.example.com/token", true),
            ("https://r.example.com", "https://example.com/token", true),
            ("https://registry-1.docker.io", "https://auth.docker.io/token", true),
            ("https://registry.gitlab.com", "https://gitlab.com/jwt/auth", true),
            ("https://lscr.io", "https://ghcr.io/token", true),
            ("https://quay.io", "https://quay.io/v2/auth", true),
            ("http://127.0.0.1:5000", "http://127.0.0.1:5001/token", true),
            ("http://nas.lan:5000", "https://nas.lan/token", true),
            ("https://r.example.com", "http://r.example.com/token", false),
            ("https://r.example.com", "https://example.org/token", false),
            ("https://r.example.com", "https://r.example.com.evil.net/token", false),
            ("https://ghcr.io", "https://lscr.io/token", false),
            ("https://one.github.io", "https://two.github.io/token", false),
            ("https://a.co.uk", "https://b.co.uk/token", false),
            ("https://a.example.co.uk", "https://b.example.co.uk/token", true),
            ("https://a.team.github.io", "https://b.team.github.io/token", true),
            ("https://nas.lan", "https://evil.lan/token", false),
            ("https://a.nas.lan", "https://b.nas.lan/token", false),
            ("https://r.one.svc.cluster.local", "https://r.two.svc.cluster.local/token", false),
            ("https://r.corp.internal", "https://auth.corp.internal/token", false),
            ("https://co.uk", "https://co.uk./token", false),
            ("http://nas.lan", "http://auth.nas.lan/token", false),
            ("http://127.0.0.1:5000", "http://127.0.0.2:5000/token", false),
            ("https://10.0.0.1", "https://10.0.0.2/token", false),
        ];
        for (registry, realm, expected) in cases {
            let (from, to) = (Url::parse(registry).expect(registry), Url::parse(realm).expect(realm));
            assert_eq!(may_have_credentials(&from, &to), expected, "{registry} {realm}");
        }
    }
}
