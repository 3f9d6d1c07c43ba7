//! To whom a registry's credentials may be shown. Pure.

use public_suffix::{DEFAULT_PROVIDER, EffectiveTLDProvider, ListProvider, Table};
use url::{Host, Url};

/// Token services that belong to a registry though their names do not show it.
const KNOWN_SERVICES: [(&str, &str); 4] = [
    ("registry-1.docker.io", "auth.docker.io"),
    ("registry.gitlab.com", "gitlab.com"),
    ("lscr.io", "ghcr.io"),
    ("registry.access.redhat.com", "sso.redhat.com"),
];

/// Whether the credentials for `registry` (the URL at which it is reached) may be sent to `realm`, which is what the
/// registry says its token service is.
///
/// They may go to the registry's own host, and over https to a sibling of it (a host under the same registrable domain, by
/// the public suffix list) or to a service that is known to be the registry's. Never from https to plain http.
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

fn are_siblings(a: &str, b: &str) -> bool {
    let registrable = |host| DEFAULT_PROVIDER.effective_tld_plus_one(host).ok();
    // Only a suffix on the list says where registration begins; "a.nas.lan" and "b.nas.lan" share none.
    registrable(a).is_some_and(|of_a| registrable(b) == Some(of_a)) && has_listed_suffix(&DEFAULT_PROVIDER, a)
}

/// Whether a host's top level stands on the list. The list's own answer for one that does not is the last label.
fn has_listed_suffix<T: Table>(_: &ListProvider<T>, host: &str) -> bool {
    let top = host.rsplit('.').next();
    let bits = |node: u32, count: u32| (node & ((1 << count) - 1)) as usize;
    // The table begins with the top levels; a node holds where its label stands in the text, and how long it is.
    T::NODES.iter().take(T::NUM_TLD as usize).any(|node| {
        let length = bits(*node, T::NODES_BITS_TEXT_LENGTH);
        let start = bits(node >> T::NODES_BITS_TEXT_LENGTH, T::NODES_BITS_TEXT_OFFSET);
        T::TEXT.get(start..start + length) == top
    })
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
