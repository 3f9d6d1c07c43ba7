//! Which addresses a server's word may lead to.
//!
//! A URL that a server hands out (the realm of a challenge, a redirect) may aim at machines that only this one can reach.
//! So it is followed no further inwards than the server that said it was itself reached.

use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
};

use url::{Host, Url};

use crate::error::{Error, Result, Setting};

/// How far inwards an address lies, the outermost first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum AddressClass {
    /// Anywhere on the internet.
    Public,
    /// A network of one's own: RFC 1918, RFC 6598, RFC 4193.
    Private,
    /// This machine.
    Loopback,
    /// The link only (RFC 3927, RFC 4291), where clouds keep their metadata services.
    LinkLocal,
}

impl AddressClass {
    /// The class of an address.
    pub fn of(address: IpAddr) -> Self {
        match address {
            IpAddr::V4(address) => Self::of_v4(address),
            IpAddr::V6(address) => Self::of_v6(address),
        }
    }

    fn of_v4(address: Ipv4Addr) -> Self {
        let [first, second, ..] = address.octets();
        let is_carrier_grade = first == 100 && (64..128).contains(&second);
        if address.is_loopback() || first == 0 {
            Self::Loopback
        } else if address.is_link_local() || address.is_broadcast() || address.is_multicast() {
            Self::LinkLocal
        } else if address.is_private() || is_carrier_grade {
            Self::Private
        } else {
            Self::Public
        }
    }

    fn of_v6(address: Ipv6Addr) -> Self {
        // Mapped (RFC 4291) and translated (RFC 6052) addresses are what they stand for.
        let translated = match address.segments() {
            [0x64, 0xff9b, 0, 0, 0, 0, high, low] => {
                Some(Ipv4Addr::from((u32::from(high) << 16) | u32::from(low)))
            }
            _ => None,
        };
        match address.to_ipv4_mapped().or(translated) {
            Some(address) => Self::of_v4(address),
            None if address.is_loopback() || address.is_unspecified() => Self::Loopback,
            None if address.is_unicast_link_local() || address.is_multicast() => Self::LinkLocal,
            None if address.is_unique_local() => Self::Private,
            None => Self::Public,
        }
    }

    /// The class that a URL states by itself: of an address, or of `localhost`; `None` for any other name.
    pub fn of_url(url: &Url) -> Option<Self> {
        match url.host()? {
            Host::Ipv4(address) => Some(Self::of_v4(address)),
            Host::Ipv6(address) => Some(Self::of_v6(address)),
            Host::Domain(name) if name == "localhost" || name.ends_with(".localhost") => Some(Self::Loopback),
            Host::Domain(_) => None,
        }
    }
}

/// How far inwards a request may go.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Reach {
    /// Anywhere: its URL comes from the caller.
    #[default]
    Anywhere,
    /// No further inwards than this: its URL comes from a server that was reached there.
    UpTo(AddressClass),
}

impl Reach {
    /// What a server that was reached at `class` may lead to. Never to link-local addresses, and never further inwards
    /// than it is itself.
    pub fn of_server(class: AddressClass) -> Self {
        Self::UpTo(class.min(AddressClass::Loopback))
    }

    /// Whether an address of `class` may be asked.
    pub fn covers(self, class: AddressClass) -> bool {
        match self {
            Self::Anywhere => true,
            Self::UpTo(innermost) => class <= innermost,
        }
    }

    /// Refuses a URL whose host is itself an address out of reach; a name is looked at when it is resolved.
    ///
    /// # Errors
    /// `BadResponse`, as a server named that URL.
    pub fn check(self, url: &Url) -> Result<()> {
        match AddressClass::of_url(url) {
            Some(class) if !self.covers(class) => Err(refusal(url, &OutOfReach(class))),
            _ => Ok(()),
        }
    }
}

/// Whether a URL leads to this machine by its very name: `localhost`, `127.0.0.0/8`, `[::1]`.
pub fn is_loopback(url: &Url) -> bool {
    AddressClass::of_url(url) == Some(AddressClass::Loopback)
}

/// The error of a request that a server's word would have led too far inwards. A captive portal leads there too, and passes.
pub(crate) fn refusal(url: &Url, out_of_reach: &OutOfReach) -> Error {
    let host = crate::http::redact::authority(url);
    Error::bad_response(format!("Refused to ask {host}, to which a server pointed: {out_of_reach}"))
        .with_setting(Setting::AllowPrivateAddresses)
        .with_host(host)
        .passing()
}

/// Says which class an address out of reach has.
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
        ];
        for (address, class) in cases {
            assert_eq!(AddressClass::of(address.parse().expect(address)), class, "{address}");
        }
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
