//! Chooses the proxy of a request.

use std::{env, net::IpAddr, sync::LazyLock};

use hyper_util::client::proxy::matcher::Matcher;
use ipnet::IpNet;
use url::{Host, Url};

use super::address::AddressClass;
use crate::error::{Error, Result};

/// The proxy option of one registry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RegistryProxy {
    /// No proxy, whatever the environment says.
    Direct,
    /// The proxy at this URL.
    At(Url),
}

/// Reads the URL of a proxy, which may have a user name and a password in it.
///
/// # Errors
/// `InvalidArgument`, naming `option`, for anything but the URL of an HTTP or a SOCKS proxy.
pub fn proxy_url(text: &str, option: &str) -> Result<Url> {
    let url = Url::parse(text).map_err(|error| {
        Error::invalid_argument(format!("{option} must be a URL such as http://proxy.lan:3128: {error}"))
    })?;
    if !is_proxy(&url) {
        return Err(Error::invalid_argument(format!(
            "{option} must be an http, https, socks5 or socks5h URL"
        )));
    }
    Ok(url)
}

fn is_proxy(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https" | "socks5" | "socks5h") && url.host_str().is_some()
}

/// The proxies of the environment, or else of the system. They are read when they are first needed.
pub(crate) static SYSTEM: LazyLock<SystemProxies> =
    LazyLock::new(|| SystemProxies::read(|name| env::var(name).ok(), Some(Matcher::from_system())));

/// Proxies by scheme, and the hosts that are reached without one.
pub(crate) struct SystemProxies {
    http: Option<Url>,
    https: Option<Url>,
    exceptions: Exceptions,
    /// Settings of the system, where the environment names no proxy.
    system: Option<Matcher>,
}

impl SystemProxies {
    fn read(variable: impl Fn(&str) -> Option<String>, system: Option<Matcher>) -> Self {
        let first = |names: &[&str]| {
            let text = names.iter().find_map(|name| variable(name).filter(|text| !text.trim().is_empty()))?;
            let text = text.trim();
            let full = if text.contains("://") { text.to_owned() } else { format!("http://{text}") };
            Url::parse(&full).ok().filter(is_proxy)
        };
        // A CGI program receives the client's header `Proxy` as HTTP_PROXY (CVE-2016-5386).
        let is_cgi = variable("REQUEST_METHOD").is_some();
        let of_http: &[&str] = match is_cgi {
            true => &["http_proxy", "ALL_PROXY", "all_proxy"],
            false => &["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"],
        };
        let (http, https) =
            (first(of_http), first(&["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"]));
        let is_silent = http.is_none() && https.is_none();
        let exceptions = ["NO_PROXY", "no_proxy"]
            .iter()
            .find_map(|name| variable(name).filter(|text| !text.is_empty()))
            .map(|text| Exceptions::parse(&text))
            .unwrap_or_default();
        Self { http, https, exceptions, system: system.filter(|_| is_silent && !is_cgi) }
    }

    /// Returns the proxy for a URL. Loopback hosts never get one, because the proxy would connect to itself.
    pub(crate) fn of(&self, url: &Url) -> Option<Url> {
        if AddressClass::of_url(url) == Some(AddressClass::Loopback) || self.exceptions.cover(url) {
            return None;
        }
        let named = if url.scheme() == "https" { &self.https } else { &self.http };
        named.clone().or_else(|| {
            let found = self.system.as_ref()?.intercept(&url.as_str().parse().ok()?)?;
            Url::parse(&found.uri().to_string()).ok().filter(is_proxy)
        })
    }
}

/// Hosts that are reached without a proxy: `NO_PROXY`, read as Go reads it (golang.org/x/net/http/httpproxy).
#[derive(Debug, Default)]
struct Exceptions {
    all: bool,
    networks: Vec<IpNet>,
    addresses: Vec<(IpAddr, Option<u16>)>,
    domains: Vec<Domain>,
}

#[derive(Debug)]
struct Domain {
    /// The domain with a dot in front.
    suffix: String,
    /// Whether the entry covers the domain itself, and not only the hosts in it.
    is_meant_itself: bool,
    port: Option<u16>,
}

impl Exceptions {
    fn parse(text: &str) -> Self {
        let mut exceptions = Self::default();
        for entry in
            text.split(',').map(|entry| entry.trim().to_lowercase()).filter(|entry| !entry.is_empty())
        {
            if entry == "*" {
                return Self { all: true, ..Self::default() };
            }
            if let Ok(network) = entry.parse() {
                exceptions.networks.push(network);
                continue;
            }
            let (host, port) = host_and_port(&entry);
            let host = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
            if let Ok(address) = host.parse() {
                exceptions.addresses.push((address, port));
                continue;
            }
            let host = host.strip_prefix('*').filter(|rest| rest.starts_with('.')).unwrap_or(host);
            let (bare, is_meant_itself) = host.strip_prefix('.').map_or((host, true), |rest| (rest, false));
            // An internationalized name is compared in the form in which it is asked for.
            let Ok(Host::Domain(bare)) = Host::parse(bare) else { continue };
            exceptions.domains.push(Domain { suffix: format!(".{bare}"), is_meant_itself, port });
        }
        exceptions
    }

    fn cover(&self, url: &Url) -> bool {
        let is_same = |port: Option<u16>| port.is_none() || port == url.port_or_known_default();
        let address = match url.host() {
            _ if self.all => return true,
            Some(Host::Ipv4(address)) => IpAddr::V4(address),
            Some(Host::Ipv6(address)) => IpAddr::V6(address),
            Some(Host::Domain(name)) => {
                let name = name.trim_end_matches('.');
                let is_it = |domain: &Domain| {
                    name.ends_with(&domain.suffix)
                        || (domain.is_meant_itself && domain.suffix.strip_prefix('.') == Some(name))
                };
                return self.domains.iter().any(|domain| is_it(domain) && is_same(domain.port));
            }
            None => return false,
        };
        self.networks.iter().any(|network| network.contains(&address))
            || self.addresses.iter().any(|(excepted, port)| *excepted == address && is_same(*port))
    }
}

/// Splits `host:port`. An IPv6 address with a port stands in brackets.
fn host_and_port(entry: &str) -> (&str, Option<u16>) {
    match entry.rsplit_once(':') {
        Some((host, port)) if !host.contains(':') || host.ends_with(']') => match port.parse() {
            Ok(port) => (host, Some(port)),
            Err(_) => (entry, None),
        },
        _ => (entry, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).expect(text)
    }

    #[test]
    fn no_proxy_is_read_as_go_reads_it() {
        let cases = [
            ("example.com", "https://example.com/", true),
            ("example.com", "https://a.example.com/", true),
            ("example.com", "https://notexample.com/", false),
            ("EXAMPLE.com", "https://Example.COM/", true),
            (".example.com", "https://a.b.example.com/", true),
            (".example.com", "https://example.com/", false),
            ("*.example.com", "https://a.example.com/", true),
            ("*.example.com", "https://example.com/", false),
            ("example.com:5000", "http://example.com:5000/", true),
            ("example.com:5000", "http://example.com/", false),
            ("example.com:443", "https://a.example.com/", true),
            ("*", "https://anything.example/", true),
            ("a.example, *", "http://10.0.0.1/", true),
            ("10.0.0.0/8", "http://10.1.2.3:5000/", true),
            ("10.0.0.0/8", "http://11.1.2.3/", false),
            ("10.0.0.0/8", "http://ten.example/", false),
            ("10.0.0.1", "http://10.0.0.1:5000/", true),
            ("10.0.0.1:5000", "http://10.0.0.1:5001/", false),
            ("fd00::/8", "http://[fd12::1]:5000/", true),
            ("::2", "http://[::2]/", true),
            ("[fd00::1]:5000", "http://[fd00::1]:5000/", true),
            ("[fd00::1]:5000", "http://[fd00::1]/", false),
            ("bücher.example", "https://xn--bcher-kva.example/", true),
            ("", "https://example.com/", false),
            (",, ,", "https://example.com/", false),
            ("10.0.0.0/99, b.example", "https://b.example/", true),
        ];
        for (list, asked, expected) in cases {
            assert_eq!(Exceptions::parse(list).cover(&url(asked)), expected, "{list} {asked}");
        }
    }

    #[test]
    fn the_environment_names_proxies_by_scheme() {
        let read = |variables: &'static [(&str, &str)]| {
            let variable = |name: &str| {
                variables.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
            };
            SystemProxies::read(variable, None)
        };
        let of =
            |proxies: &SystemProxies, asked: &str| proxies.of(&url(asked)).map(|proxy| proxy.to_string());
        let both =
            read(&[("HTTP_PROXY", "plain.lan:3128"), ("https_proxy", "socks5h://u:p@secure.lan:1080")]);
        assert_eq!(of(&both, "http://a.example/").as_deref(), Some("http://plain.lan:3128/"));
        assert_eq!(of(&both, "https://a.example/").as_deref(), Some("socks5h://u:p@secure.lan:1080"));
        for here in ["http://localhost:5000/", "http://127.0.0.2/", "https://[::1]/", "http://x.localhost./"]
        {
            assert_eq!(of(&both, here), None, "{here}");
        }
        let all = read(&[("ALL_PROXY", "http://all.lan"), ("NO_PROXY", "a.example")]);
        assert_eq!(of(&all, "https://b.example/").as_deref(), Some("http://all.lan/"));
        assert_eq!(of(&all, "https://a.example/"), None);
        let cgi = read(&[("HTTP_PROXY", "http://evil.net"), ("REQUEST_METHOD", "GET")]);
        assert_eq!(of(&cgi, "http://a.example/"), None);
        assert_eq!(of(&read(&[("HTTPS_PROXY", "ftp://odd.lan")]), "https://a.example/"), None);
    }

    #[test]
    fn a_proxy_speaks_http_or_socks() {
        for fine in ["http://p:1", "https://u:p@p", "socks5://p:1080", "socks5h://p"] {
            assert!(proxy_url(fine, "proxy").is_ok(), "{fine}");
        }
        for odd in ["", "p:1", "ftp://p", "socks4://p", "http://"] {
            assert!(proxy_url(odd, "proxy").expect_err(odd).message().starts_with("proxy must be"), "{odd}");
        }
    }
}
