//! Words that tags are made of.

/// Words that mark a version as not final. Compared without case.
const PRERELEASES: [&str; 24] = [
    "alpha",
    "beta",
    "rc",
    "cr",
    "pre",
    "prerelease",
    "preview",
    "dev",
    "develop",
    "devel",
    "nightly",
    "snapshot",
    "canary",
    "next",
    "milestone",
    "m",
    "ea",
    "test",
    "testing",
    "unstable",
    "insiders",
    "experimental",
    "insider",
    "candidate",
];

/// What stands for alpha, beta and candidate right behind a number: `3.15.0b1` (Python, PEP 440).
const SHORT_PRERELEASES: [&str; 3] = ["a", "b", "c"];

/// What counts builds of one version: `-ls386` (linuxserver.io), `-r4` (Bitnami), `-b07` (Java).
const BUILDS: [&str; 11] = ["ls", "r", "b", "build", "rev", "revision", "patch", "p", "pl", "hotfix", "post"];

/// Operating systems whose releases stand behind their name: `alpine3.20`, `debian-12`, `ubi9`.
const SYSTEMS: [&str; 19] = [
    "alpine",
    "debian",
    "ubuntu",
    "ubi",
    "rhel",
    "el",
    "centos",
    "fedora",
    "rocky",
    "rockylinux",
    "alma",
    "almalinux",
    "oraclelinux",
    "ol",
    "amazonlinux",
    "al",
    "photon",
    "opensuse",
    "leap",
];

/// Architectures as they stand in tags.
const ARCHITECTURES: [&str; 26] = [
    "amd64",
    "x86",
    "x64",
    "x86_64",
    "i386",
    "386",
    "i686",
    "arm",
    "arm64",
    "arm64v8",
    "arm32v5",
    "arm32v6",
    "arm32v7",
    "armv6",
    "armv7",
    "armv8",
    "armhf",
    "armel",
    "aarch64",
    "ppc64le",
    "s390x",
    "riscv64",
    "mips64le",
    "loong64",
    "loongarch64",
    "armv7hf",
];

/// What numbers behind it name nothing that could be newer: a branch, a change, a run.
const CHANGES: [&str; 12] =
    ["pr", "pull", "mr", "merge", "branch", "commit", "sha", "git", "run", "ci", "issue", "feature"];

/// Words ahead of a number that are part of the version's name: `version-0.6.27`, `b3456`, `release-1.2`.
const NAMES: [&str; 10] = ["v", "version", "ver", "release", "rel", "build", "rev", "r", "b", "n"];

fn is_one_of(words: &[&str], word: &str) -> bool {
    words.iter().any(|known| known.eq_ignore_ascii_case(word))
}

pub(super) fn is_prerelease(word: &str) -> bool {
    is_one_of(&PRERELEASES, word)
}

pub(super) fn is_short_prerelease(word: &str) -> bool {
    is_one_of(&SHORT_PRERELEASES, word)
}

pub(super) fn is_build(word: &str) -> bool {
    is_one_of(&BUILDS, word)
}

pub(super) fn is_system(word: &str) -> bool {
    is_one_of(&SYSTEMS, word)
}

pub(super) fn is_architecture(word: &str) -> bool {
    is_one_of(&ARCHITECTURES, word)
}

pub(super) fn is_change(word: &str) -> bool {
    is_one_of(&CHANGES, word)
}

pub(super) fn is_name(word: &str) -> bool {
    is_one_of(&NAMES, word)
}

/// Whether a text can be an abbreviated or a whole commit: 7 to 40 hexadecimal digits, with a letter and a digit among them,
/// so that neither a word nor a number is taken for one.
pub(super) fn is_commit(text: &str) -> bool {
    let text = text.strip_prefix('g').unwrap_or(text);
    (7..=40).contains(&text.len())
        && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
        && text.bytes().any(|byte| byte.is_ascii_digit())
        && text.bytes().any(|byte| byte.is_ascii_lowercase())
}
