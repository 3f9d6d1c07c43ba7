//! Platforms: operating system, architecture and variant, as the OCI image index names them.

use std::fmt;

use serde::{Deserialize, Serialize, Serializer};

/// A platform as an image index or an image config states it, or as a caller asks for it.
///
/// Names are OCI's (`amd64`, `arm64`, `arm` with `v7`, …): the image specification takes them from Go's `GOOS` and
/// `GOARCH`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize)]
pub struct Platform {
    /// Operating system; `None` stands for `linux`.
    #[serde(serialize_with = "or_linux")]
    pub os: Option<String>,
    /// Architecture, by its `GOARCH` name; empty if none is stated.
    pub architecture: String,
    /// Variant of the architecture, such as `v7` of `arm`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub variant: Option<String>,
}

fn or_linux<S: Serializer>(os: &Option<String>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(os.as_deref().unwrap_or("linux"))
}

/// The operating systems that container images are built for, by their `GOOS` names.
const OPERATING_SYSTEMS: [&str; 6] = ["linux", "windows", "darwin", "freebsd", "android", "wasip1"];

/// The architectures that container images are built for, by their `GOARCH` names.
const ARCHITECTURES: [&str; 17] = [
    "386", "amd64", "arm", "arm64", "loong64", "mips", "mips64", "mips64le", "mipsle", "ppc", "ppc64",
    "ppc64le", "riscv", "riscv64", "s390x", "sparc64", "wasm",
];

/// The fields as JSON has them, before names are unified.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct RawPlatform {
    os: Option<String>,
    architecture: Option<String>,
    variant: Option<String>,
}

impl RawPlatform {
    pub(crate) fn new(os: Option<String>, architecture: Option<String>, variant: Option<String>) -> Self {
        Self { os, architecture, variant }
    }
}

impl From<RawPlatform> for Platform {
    fn from(raw: RawPlatform) -> Self {
        let (architecture, implied) = unify(raw.architecture.as_deref().unwrap_or_default());
        let variant = raw.variant.filter(|variant| !variant.is_empty()).or(implied);
        Self { os: raw.os.filter(|os| !os.is_empty()), architecture, variant }
    }
}

impl fmt::Display for Platform {
    /// `os/architecture[/variant]`, with `linux` where no operating system is stated.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.os.as_deref().unwrap_or("linux"), self.architecture)?;
        self.variant.iter().try_for_each(|variant| write!(f, "/{variant}"))
    }
}

impl Platform {
    /// Parses the platform that a caller asks for: `arm64`, `arm/v7`, `linux/arm64/v8`, or an architecture by another
    /// name (`x86_64`, `aarch64`, `armv7l`, `x64`). An unknown name is kept; it matches only itself.
    pub fn parse(text: &str) -> Self {
        let text = text.trim().to_ascii_lowercase();
        let (os, name_and_variant) = match text.split_once('/') {
            Some((first, name_and_variant)) if OPERATING_SYSTEMS.contains(&first) => {
                (Some(first.to_owned()), name_and_variant)
            }
            _ => (None, text.as_str()),
        };
        let (name, variant) = name_and_variant.split_once('/').unwrap_or((name_and_variant, ""));
        let (architecture, implied) = unify(name);
        let variant = (!variant.is_empty()).then(|| variant.to_owned()).or(implied);
        Self { os, architecture, variant }
    }

    /// Whether images are built for this architecture at all. Other names are likely to be typing errors.
    pub fn is_known(&self) -> bool {
        ARCHITECTURES.contains(&self.architecture.as_str())
    }

    /// Returns the same platform with `linux` as its operating system if it names none.
    #[must_use]
    pub fn on_linux(self) -> Self {
        Self { os: self.os.or_else(|| Some("linux".to_owned())), ..self }
    }

    /// Whether it is no platform at all. An index lists attestations as `unknown/unknown`.
    pub fn is_unknown(&self) -> bool {
        self.architecture.is_empty() || self.architecture == "unknown"
    }

    /// Whether an image for `offered` runs on this machine. The operating system counts only if `self` names one.
    /// Otherwise the rule is that of [`Platform::rank`].
    pub fn supports(&self, offered: &Self) -> bool {
        let os = self.os.clone().or_else(|| offered.os.clone());
        Self { os, ..self.clone() }.rank(offered).is_some()
    }

    /// Returns how well `offered` serves this machine: `None` if it does not, else a rank, where a lower one is better.
    ///
    /// The operating systems must be the same (`linux` where none is named), and so must the architectures. A machine
    /// runs its own variant and those below it (`arm/v7` runs `v6`). A missing variant on either side allows any,
    /// except that `amd64` without a variant is `v1`. An `arm` machine without a variant prefers `v7` to `v6`.
    pub fn rank(&self, offered: &Self) -> Option<u32> {
        let os = |platform: &Self| platform.os.clone().unwrap_or_else(|| "linux".to_owned());
        if self.architecture.is_empty()
            || self.architecture != offered.architecture
            || os(self) != os(offered)
        {
            return None;
        }
        let Some(asked) = &self.variant else {
            let level = offered.level();
            // A machine that names no level of amd64 is only sure to have v1.
            if self.architecture == "amd64" && level > 1 {
                return None;
            }
            return Some(if self.architecture == "arm" { 100u32.saturating_sub(level) } else { level });
        };
        match (&offered.variant, level_of(asked)) {
            (None, _) => Some(50),
            (Some(variant), _) if variant == asked => Some(0),
            (Some(_), Some(asked)) if (1..=asked).contains(&offered.level()) => Some(asked - offered.level()),
            _ => None,
        }
    }

    /// The variant as a number: the usual one if none is stated, 0 if it has no number.
    fn level(&self) -> u32 {
        let usual = match self.architecture.as_str() {
            "arm" => 7,
            "arm64" => 8,
            "amd64" => 1,
            _ => 0,
        };
        self.variant.as_deref().map_or(usual, |variant| level_of(variant).unwrap_or(0))
    }
}

fn level_of(variant: &str) -> Option<u32> {
    let digits: String =
        variant.strip_prefix('v').unwrap_or(variant).chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

/// Returns the `GOARCH` name of an architecture, and the variant that its name implies.
fn unify(name: &str) -> (String, Option<String>) {
    let name = name.to_ascii_lowercase();
    let (architecture, variant) = match name.as_str() {
        "x86_64" | "x86-64" | "x64" => ("amd64", None),
        "aarch64" | "arm64v8" | "armv8" | "armv8l" => ("arm64", None),
        "armhf" | "armv7" | "armv7l" | "armv7a" | "arm32v7" => ("arm", Some("v7")),
        "armel" | "armv6" | "armv6l" | "arm32v6" => ("arm", Some("v6")),
        "armv5" | "armv5l" | "armv5te" | "armv5tel" | "arm32v5" => ("arm", Some("v5")),
        "i386" | "i486" | "i586" | "i686" | "x86" | "ia32" => ("386", None),
        "powerpc64le" | "ppc64el" => ("ppc64le", None),
        "mips64el" => ("mips64le", None),
        "mipsel" => ("mipsle", None),
        "loongarch64" => ("loong64", None),
        other => (other, None),
    };
    (architecture.to_owned(), variant.map(str::to_owned))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offered(architecture: &str, variant: &str) -> Platform {
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Platform { os: Some("linux".into()), architecture: architecture.into(), variant: some(variant) }
    }

    #[test]
    fn names_are_unified() {
        let cases = [
            ("amd64", None, "amd64", None),
            ("x86_64", None, "amd64", None),
            ("x64", None, "amd64", None),
            ("AArch64", None, "arm64", None),
            ("linux/arm64/v8", Some("linux"), "arm64", Some("v8")),
            ("arm64/v8", None, "arm64", Some("v8")),
            ("armv7l", None, "arm", Some("v7")),
            ("arm/v7", None, "arm", Some("v7")),
            ("linux/arm/v6", Some("linux"), "arm", Some("v6")),
            ("windows/amd64", Some("windows"), "amd64", None),
            ("ia32", None, "386", None),
            ("vax", None, "vax", None),
            ("", None, "", None),
        ];
        for (text, os, architecture, variant) in cases {
            let platform = Platform::parse(text);
            assert_eq!(platform.os.as_deref(), os, "{text}");
            assert_eq!(platform.architecture, architecture, "{text}");
            assert_eq!(platform.variant.as_deref(), variant, "{text}");
        }
    }

    #[test]
    fn a_machine_runs_its_variant_and_those_below() {
        let runs = |machine: &str, arch: &str, variant: &str| {
            Platform::parse(machine).rank(&offered(arch, variant)).is_some()
        };
        assert!(runs("arm/v7", "arm", "v7") && runs("arm/v7", "arm", "v6") && runs("arm/v7", "arm", ""));
        assert!(runs("arm/v6", "arm", "v6") && !runs("arm/v6", "arm", "v7"));
        assert!(runs("arm", "arm", "v5") && runs("arm", "arm", "v7") && !runs("arm", "arm64", "v8"));
        assert!(runs("arm64", "arm64", "") && runs("arm64", "arm64", "v8") && runs("arm64/v8", "arm64", ""));
        assert!(
            !runs("amd64", "amd64", "v3")
                && runs("amd64", "amd64", "v1")
                && runs("amd64", "amd64", "")
                && runs("amd64/v2", "amd64", "")
                && !runs("amd64/v2", "amd64", "v3")
                && runs("amd64/v3", "amd64", "v2")
        );
        assert!(!runs("", "", "") && !runs("unknown-arch", "amd64", ""));
        assert!(runs("riscv64", "riscv64", "rva23u64") && !runs("riscv64/rva22", "riscv64", "rvb"));
    }

    #[test]
    fn the_operating_system_counts() {
        let windows = Platform { os: Some("windows".into()), ..Platform::parse("amd64") };
        let unstated = Platform::parse("amd64");
        assert_eq!(Platform::parse("amd64").rank(&windows), None);
        assert!(Platform::parse("windows/amd64").rank(&windows).is_some());
        assert!(
            Platform::parse("amd64").supports(&windows)
                && Platform::parse("windows/amd64").supports(&windows)
        );
        assert!(
            !Platform::parse("linux/amd64").supports(&windows)
                && !Platform::parse("arm64").supports(&windows)
        );
        assert!(Platform::parse("linux/amd64").rank(&unstated).is_some());
    }

    #[test]
    fn a_typing_error_is_no_architecture() {
        for name in
            ["amd64", "x86_64", "aarch64", "armv7l", "arm/v6", "linux/arm64/v8", "windows/amd64", "riscv64"]
        {
            assert!(Platform::parse(name).is_known(), "{name}");
        }
        for name in ["", "intel", "foo bar", "linux", "amd46", "linux/", "plan9/amd64"] {
            assert!(!Platform::parse(name).is_known(), "{name}");
        }
    }

    #[test]
    fn the_better_variant_ranks_lower() {
        let best = |machine: &str, arch: &str, variants: &[&'static str]| {
            let machine = Platform::parse(machine);
            variants
                .iter()
                .copied()
                .min_by_key(|variant| machine.rank(&offered(arch, variant)).unwrap_or(u32::MAX))
        };
        assert_eq!(best("arm", "arm", &["v5", "v6", "v7"]), Some("v7"));
        assert_eq!(best("arm/v6", "arm", &["v5", "v7", "v6"]), Some("v6"));
        assert_eq!(best("amd64", "amd64", &["v3", "v2", ""]), Some(""));
        assert_eq!(best("amd64/v3", "amd64", &["", "v2", "v3"]), Some("v3"));
    }
}
