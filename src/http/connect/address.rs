//! The addresses to which a server may lead a request.
//!
//! A server may name a URL (the realm of a challenge, a redirect) of a machine that only this one can reach. So a
//! request is led no further inwards than the server that named the URL.

use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    sync::LazyLock,
};

use ipnet::IpNet;
use url::{Host, Url};

use crate::error::{Error, Result, Setting};

/// How far inwards an address lies, from the outermost to the innermost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum AddressClass {
    /// Anywhere on the internet.
    Public,
    /// A private network: RFC 1918, RFC 6598, RFC 4193.
    Private,
    /// This machine.
    Loopback,
    /// One link (RFC 3927, RFC 4291), where clouds keep their metadata services.
    LinkLocal,
}

/// The ranges of IANA's registry of special-purpose addresses (RFC 6890 and its updates), narrower ones first. Globally
/// reachable ranges are public. Ranges that fit no other class are private, because no host of the internet has such an
/// address.
static SPECIAL_V4: LazyLock<Vec<(IpNet, AddressClass)>> = LazyLock::new(|| {
    use AddressClass::{LinkLocal, Loopback, Private, Public};
    ranges(&[
        ("0.0.0.0/8", Loopback),
        ("127.0.0.0/8", Loopback),
        ("169.254.0.0/16", LinkLocal),
        ("224.0.0.0/4", LinkLocal),
        ("255.255.255.255/32", LinkLocal),
        ("192.0.0.9/32", Public),
        ("192.0.0.10/32", Public),
        ("10.0.0.0/8", Private),
        ("100.64.0.0/10", Private),
        ("172.16.0.0/12", Private),
        ("192.0.0.0/24", Private),
        ("192.0.2.0/24", Private),
        ("192.88.99.0/24", Private),
        ("192.168.0.0/16", Private),
        ("198.18.0.0/15", Private),
        ("198.51.100.0/24", Private),
        ("203.0.113.0/24", Private),
        ("240.0.0.0/4", Private),
    ])
});

/// The same for IPv6. Addresses that stand for an IPv4 address are handled before this table is read.
static SPECIAL_V6: LazyLock<Vec<(IpNet, AddressClass)>> = LazyLock::new(|| {
    use AddressClass::{LinkLocal, Private, Public};
    ranges(&[
        ("fe80::/10", LinkLocal),
        ("ff00::/8", LinkLocal),
        // A translator in the local network decides what these addresses mean, so nobody may be led there.
        ("64:ff9b:1::/48", LinkLocal),
        ("2001:1::1/128", Public),
        ("2001:1::2/128", Public),
        ("2001:1::3/128", Public),
        ("2001:3::/32", Public),
        ("2001:4:112::/48", Public),
        ("2001:20::/28", Public),
        ("2001:30::/28", Public),
        ("2001::/23", Private),
        ("2001:db8::/32", Private),
        ("3fff::/20", Private),
    ])
});

fn ranges(table: &[(&str, AddressClass)]) -> Vec<(IpNet, AddressClass)> {
    table.iter().filter_map(|(range, class)| Some((range.parse().ok()?, *class))).collect()
}

fn special(table: &[(IpNet, AddressClass)], address: IpAddr) -> Option<AddressClass> {
    table.iter().find(|(range, _)| range.contains(&address)).map(|(_, class)| *class)
}

impl AddressClass {
    /// Returns the class of an address.
    pub(crate) fn of(address: IpAddr) -> Self {
        match address {
            IpAddr::V4(address) => Self::of_v4(address),
            IpAddr::V6(address) => Self::of_v6(address),
        }
    }

    fn of_v4(address: Ipv4Addr) -> Self {
        special(&SPECIAL_V4, IpAddr::V4(address)).unwrap_or(Self::Public)
    }

    fn of_v6(address: Ipv6Addr) -> Self {
        let [.., a, b, c, d] = address.octets();
        let low = || Self::of_v4(Ipv4Addr::new(a, b, c, d));
        let [_, _, e, f, g, h, ..] = address.octets();
        match address.segments() {
            // Mapped (RFC 4291) and translated (RFC 6052) addresses have the class of their IPv4 address.
            [0, 0, 0, 0, 0, 0xffff, ..] | [0x64, 0xff9b, 0, 0, 0, 0, ..] => low(),
            [0, 0, 0, 0, 0, 0, 0, 0 | 1] => Self::Loopback,
            // So do these, but no host of the internet has one (RFC 4291, RFC 2765, RFC 7526).
            [0, 0, 0, 0, 0, 0, ..] | [0, 0, 0, 0, 0xffff, 0, ..] => low().max(Self::Private),
            [0x2002, ..] => Self::of_v4(Ipv4Addr::new(e, f, g, h)).max(Self::Private),
            // IANA allocates global addresses from this range only ("Internet Protocol Version 6 Address Space").
            [0x2000..=0x3fff, ..] => special(&SPECIAL_V6, IpAddr::V6(address)).unwrap_or(Self::Public),
            _ => special(&SPECIAL_V6, IpAddr::V6(address)).unwrap_or(Self::Private),
        }
    }

    /// Returns the class that a URL states by itself, as an address or as `localhost`. Returns `None` for any other
    /// name.
    pub(crate) fn of_url(url: &Url) -> Option<Self> {
        match url.host()? {
            Host::Ipv4(address) => Some(Self::of_v4(address)),
            Host::Ipv6(address) => Some(Self::of_v6(address)),
            Host::Domain(name) => {
                let name = name.trim_end_matches('.');
                (name == "localhost" || name.ends_with(".localhost")).then_some(Self::Loopback)
            }
        }
    }
}

/// How far inwards a request may go.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub(crate) enum Reach {
    /// Anywhere, because the caller named the URL.
    #[default]
    Anywhere,
    /// No further inwards than this, because a server that was reached there named the URL.
    UpTo(AddressClass),
}

impl Reach {
    /// Returns the reach of a URL that a server at `class` named: no further inwards than the server, and never to
    /// link-local addresses.
    pub(crate) fn of_server(class: AddressClass) -> Self {
        Self::UpTo(class.min(AddressClass::Loopback))
    }

    /// Whether an address of `class` may be asked.
    pub(crate) fn covers(self, class: AddressClass) -> bool {
        match self {
            Self::Anywhere => true,
            Self::UpTo(innermost) => class <= innermost,
        }
    }

    /// Refuses a URL whose host is itself an address out of reach. A name is checked when it is resolved.
    ///
    /// # Errors
    /// `BadResponse`, because a server named that URL.
    pub(crate) fn check(self, url: &Url) -> Result<()> {
        match AddressClass::of_url(url) {
            Some(class) if !self.covers(class) => Err(refusal(url, &OutOfReach(class))),
            _ => Ok(()),
        }
    }
}

/// Whether a URL names this machine itself: `localhost`, `127.0.0.0/8`, `[::1]`.
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        // An address that only stands for a loopback address is first sent to a network.
        Some(Host::Ipv6(address)) => address.is_loopback(),
        _ => AddressClass::of_url(url) == Some(AddressClass::Loopback),
    }
}

/// Returns the error of a URL out of reach. A captive portal causes it too, so it counts as transient.
pub(crate) fn refusal(url: &Url, out_of_reach: &OutOfReach) -> Error {
    let host = crate::text::redact::authority(url);
    Error::bad_response(format!("Refused to ask {host}, to which a server pointed: {out_of_reach}"))
        .with_setting(Setting::AllowPrivateAddresses)
        .with_host(host)
        .passing()
}

/// The class of an address that is out of reach.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OutOfReach(pub(crate) AddressClass);

impl fmt::Display for OutOfReach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let class = match self.0 {
            AddressClass::Public => "a public",
            AddressClass::Private => "a private",
            AddressClass::Loopback => "a loopback",
            AddressClass::LinkLocal => "a link-local",
        };
        write!(f, "it is at {class} address")
    }
}

impl std::error::Error for OutOfReach {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes() {
        use AddressClass::{LinkLocal, Loopback, Private, Public};
        let cases = [
            ("8.8.8.8", Public),
            ("2606:4700::1", Public),
            ("10.1.2.3", Private),
            ("172.16.0.1", Private),
            ("172.32.0.1", Public),
            ("192.168.1.1", Private),
            ("100.64.0.1", Private),
            ("fd00::1", Private),
            ("127.0.0.1", Loopback),
            ("127.9.9.9", Loopback),
            ("0.0.0.0", Loopback),
            ("::1", Loopback),
            ("::", Loopback),
            ("169.254.169.254", LinkLocal),
            ("fe80::1", LinkLocal),
            ("224.0.0.1", LinkLocal),
            ("255.255.255.255", LinkLocal),
            ("::ffff:127.0.0.1", Loopback),
            ("::ffff:10.0.0.1", Private),
            ("64:ff9b::a9fe:a9fe", LinkLocal),
            ("64:ff9b::808:808", Public),
            ("64:ff9b:1::808:808", LinkLocal),
            ("2002:808:808::1", Private),
            ("2002:7f00:1::1", Loopback),
            ("2002:a9fe:a9fe::", LinkLocal),
            ("::127.0.0.1", Loopback),
            ("::8.8.8.8", Private),
            ("::ffff:0:10.0.0.1", Private),
            ("fec0::1", Private),
            ("100::1", Private),
            ("4000::1", Private),
            ("5f00::1", Private),
            ("2001::1", Private),
            ("2001:2::1", Private),
            ("2001:20::1", Public),
            ("2001:db8::1", Private),
            ("3fff::1", Private),
            ("2620:4f:8000::1", Public),
            ("240.0.0.1", Private),
            ("198.18.0.1", Private),
            ("198.20.0.1", Public),
            ("192.0.0.1", Private),
            ("192.0.0.9", Public),
            ("192.0.2.1", Private),
            ("198.51.100.1", Private),
            ("203.0.113.1", Private),
        ];
        for (address, class) in cases {
            assert_eq!(AddressClass::of(address.parse().expect(address)), class, "{address}");
        }
    }

    #[test]
    fn every_range_of_the_tables_is_read() {
        assert_eq!((SPECIAL_V4.len(), SPECIAL_V6.len()), (18, 13));
    }

    #[test]
    fn a_server_leads_no_further_inwards_than_it_is() {
        use AddressClass::{LinkLocal, Loopback, Private, Public};
        let covered = |server| {
            [Public, Private, Loopback, LinkLocal].map(|target| Reach::of_server(server).covers(target))
        };
        assert_eq!(covered(Public), [true, false, false, false]);
        assert_eq!(covered(Private), [true, true, false, false]);
        assert_eq!(covered(Loopback), [true, true, true, false]);
        assert_eq!(covered(LinkLocal), [true, true, true, false]);
        assert!(Reach::Anywhere.covers(LinkLocal));
    }

    #[test]
    fn urls_that_state_an_address_are_checked_at_once() {
        let reach = Reach::of_server(AddressClass::Public);
        for url in [
            "http://127.0.0.1/",
            "http://localhost:1/",
            "http://localhost./",
            "http://x.localhost./",
            "http://2130706433/",
            "http://[::1]/",
            "http://0x7f.1/",
        ] {
            let error = reach.check(&Url::parse(url).expect(url)).expect_err(url);
            assert_eq!(error.code(), "BAD_RESPONSE");
        }
        assert!(reach.check(&Url::parse("https://ghcr.io/token").expect("a URL")).is_ok());
    }

    #[test]
    fn loopback_by_name() {
        for url in [
            "http://localhost:1",
            "http://127.0.0.1",
            "http://127.8.9.1",
            "http://[::1]:2",
            "https://a.localhost",
        ] {
            assert!(is_loopback(&Url::parse(url).expect(url)), "{url}");
        }
        for url in ["http://localhost.example", "http://128.0.0.1", "http://[::2]", "http://10.0.0.1"] {
            assert!(!is_loopback(&Url::parse(url).expect(url)), "{url}");
        }
    }
}
