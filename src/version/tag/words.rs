//! The words of tags that have a meaning of their own.

/// The meaning of a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Class {
    /// Marks a prerelease: `alpha`, `beta`, `rc`.
    Prerelease,
    /// Marks a prerelease when a number follows. Alone it names a branch that is built again and again: `dev`,
    /// `nightly`.
    Channel,
    /// Counts builds when a number follows: `build`, `ls`.
    Counter,
    /// Counts fixes of a release when a number follows: `hotfix`, `p`, `post`.
    Fix,
    /// Marks the release: `final`.
    Final,
    /// An operating system.
    Os,
    /// The code name of an operating system's release.
    CodeName,
    /// Asks for the newest version: `latest`.
    Newest,
    /// Introduces a version: `release`, `version`.
    Version,
    /// A build of something that never became a version: `pr`, `sha`.
    Unordered,
    /// Any other word: a variant.
    Other,
}

/// Words in lower case, sorted for the search.
const WORDS: [(&str, Class); 106] = {
    use Class::*;
    [
        ("al", Os),
        ("alma", Os),
        ("almalinux", Os),
        ("alpha", Prerelease),
        ("alpine", Os),
        ("amazonlinux", Os),
        ("amzn", Os),
        ("azurelinux", Os),
        ("beta", Prerelease),
        ("bionic", CodeName),
        ("bookworm", CodeName),
        ("branch", Unordered),
        ("build", Counter),
        ("bullseye", CodeName),
        ("buster", CodeName),
        ("canary", Channel),
        ("centos", Os),
        ("commit", Unordered),
        ("cr", Prerelease),
        ("cu", Counter),
        ("current", Newest),
        ("debian", Os),
        ("dev", Channel),
        ("develop", Channel),
        ("development", Channel),
        ("ea", Prerelease),
        ("edge", Channel),
        ("eksbuild", Counter),
        ("el", Os),
        ("exp", Channel),
        ("experimental", Channel),
        ("fc", Os),
        ("fedora", Os),
        ("final", Final),
        ("fix", Fix),
        ("focal", CodeName),
        ("forky", CodeName),
        ("ga", Final),
        ("gdr", Counter),
        ("git", Unordered),
        ("gke", Counter),
        ("head", Newest),
        ("hotfix", Fix),
        ("insider", Channel),
        ("insiders", Channel),
        ("jammy", CodeName),
        ("jessie", CodeName),
        ("kinetic", CodeName),
        ("latest", Newest),
        ("leap", Os),
        ("ls", Counter),
        ("lunar", CodeName),
        ("main", Channel),
        ("mantic", CodeName),
        ("mariner", Os),
        ("master", Channel),
        ("milestone", Prerelease),
        ("mr", Unordered),
        ("next", Channel),
        ("nightly", Channel),
        ("noble", CodeName),
        ("ol", Os),
        ("oraclelinux", Os),
        ("oracular", CodeName),
        ("p", Fix),
        ("patch", Fix),
        ("photon", Os),
        ("pl", Fix),
        ("plucky", CodeName),
        ("post", Fix),
        ("pr", Unordered),
        ("pre", Prerelease),
        ("prerelease", Prerelease),
        ("preview", Prerelease),
        ("pull", Unordered),
        ("questing", CodeName),
        ("r", Counter),
        ("rc", Prerelease),
        ("rel", Version),
        ("release", Version),
        ("resolute", CodeName),
        ("rev", Counter),
        ("rhel", Os),
        ("rocky", Os),
        ("rockylinux", Os),
        ("rolling", Newest),
        ("security", Fix),
        ("sha", Unordered),
        ("sid", CodeName),
        ("snapshot", Channel),
        ("sp", Fix),
        ("stretch", CodeName),
        ("testing", Channel),
        ("trixie", CodeName),
        ("trunk", Channel),
        ("u", Counter),
        ("ubi", Os),
        ("ubu", Os),
        ("ubuntu", Os),
        ("unstable", Channel),
        ("update", Counter),
        ("ver", Version),
        ("version", Version),
        ("wheezy", CodeName),
        ("wolfi", Os),
        ("xenial", CodeName),
    ]
};

const LONGEST: usize = 16;

/// The index in `WORDS` where the words of each letter begin, followed by the end of the last ones.
#[expect(clippy::indexing_slicing, reason = "the compiler runs it, and refuses what is out of bounds")]
const STARTS: [usize; 27] = {
    let mut starts = [0; 27];
    let (mut letter, mut index) = (0, 0);
    while letter < starts.len() {
        while index < WORDS.len() && WORDS[index].0.as_bytes()[0] < b'a' + letter as u8 {
            index += 1;
        }
        starts[letter] = index;
        letter += 1;
    }
    starts
};

/// The class of a word, in whatever case it is written.
pub(crate) fn class(word: &[u8]) -> Class {
    let mut lower = [0; LONGEST];
    let Some(lower) = lower.get_mut(..word.len()) else { return Class::Other };
    lower.copy_from_slice(word);
    lower.make_ascii_lowercase();
    let Some(letter) = lower.first().and_then(|first| first.checked_sub(b'a')).map(usize::from) else {
        return Class::Other;
    };
    let (Some(start), Some(end)) = (STARTS.get(letter), STARTS.get(letter + 1)) else { return Class::Other };
    let words = WORDS.get(*start..*end).unwrap_or_default();
    words.iter().find(|(entry, _)| entry.as_bytes() == lower).map_or(Class::Other, |(_, class)| *class)
}

/// Whether a segment of a tag names a processor architecture, as Docker, Go, Debian or the Linux kernel do.
pub(crate) fn is_architecture(segment: &[u8]) -> bool {
    match segment.first() {
        Some(b'a') => matches!(
            segment,
            b"amd64"
                | b"arm64"
                | b"aarch64"
                | b"arm"
                | b"armhf"
                | b"armel"
                | b"arm64v8"
                | b"arm32v5"
                | b"arm32v6"
                | b"arm32v7"
                | b"armv5"
                | b"armv6"
                | b"armv6l"
                | b"armv7"
                | b"armv7l"
                | b"armv8"
                | b"arm6"
                | b"arm7"
                | b"arm32"
        ),
        Some(b'i') => matches!(segment, b"i386" | b"i586" | b"i686"),
        Some(b'l') => matches!(segment, b"loong64" | b"loongarch64"),
        Some(b'm') => matches!(segment, b"mips64le" | b"mips64" | b"mipsle"),
        Some(b'p') => matches!(segment, b"ppc64le" | b"ppc64" | b"ppc64el"),
        Some(b'r') => segment == b"riscv64",
        Some(b's') => segment == b"s390x",
        Some(b'x') => matches!(segment, b"x64" | b"x86"),
        _ => false,
    }
}

/// Whether a number can be the release of an operating system.
///
/// Alpine's releases are `3.x`, Debian's are one number or `12.5`, Ubuntu's are `24.04`. Other systems may have any
/// release of at most two numbers.
pub(crate) fn is_release_of(os: &[u8], first: &str, count: usize) -> bool {
    let is_short = first.len() <= 2;
    match os.to_ascii_lowercase().as_slice() {
        b"alpine" => first == "3" && count > 1,
        b"ubuntu" => first.len() == 2 && count == 2 && first >= "12",
        b"debian" => is_short && count <= 2 && (first.len() == 2 || matches!(first, "7" | "8" | "9")),
        _ => count <= 2,
    }
}

/// Whether numbers behind a word count lines of versions, as in `pg16` and `stream9`. Those of runtimes, drivers,
/// hardware and Windows never change by themselves.
pub(crate) fn counts_lines(word: &[u8]) -> bool {
    let is_bound = matches!(
        word,
        b"cuda"
            | b"cudnn"
            | b"rocm"
            | b"gfx"
            | b"sm"
            | b"ltsc"
            | b"win"
            | b"windows"
            | b"server"
            | b"ipv"
            | b"gen"
    );
    word.len() > 1 && !is_bound && class(word) == Class::Other && release_numbers(word) == 0
}

/// How many numbers tell the releases of a runtime apart; 0 for a word that names none. PHP 8.2 is left for 8.3 as Java
/// 17 is for 21: what runs on it has to follow.
pub(crate) fn release_numbers(word: &[u8]) -> usize {
    match word {
        b"php" | b"python" | b"py" | b"ruby" | b"perl" | b"go" | b"golang" => 2,
        b"erlang" | b"otp" | b"node" | b"nodejs" | b"jdk" | b"jre" | b"java" | b"openjdk" | b"temurin"
        | b"corretto" | b"zulu" | b"liberica" | b"semeru" | b"sapmachine" | b"graalvm" | b"dotnet" => 1,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_are_sorted_once_each_and_short_enough() {
        for pair in WORDS.windows(2) {
            assert!(pair[0].0 < pair[1].0, "{} {}", pair[0].0, pair[1].0);
        }
        assert!(WORDS.iter().all(|(word, _)| word.len() <= LONGEST));
    }

    #[test]
    fn words_are_recognised_in_any_case() {
        assert_eq!(class(b"RC"), Class::Prerelease);
        assert_eq!(class(b"SNAPSHOT"), Class::Channel);
        assert_eq!(class(b"rocm"), Class::Other);
        assert_eq!(class(b""), Class::Other);
        assert_eq!(class(&[b'a'; 200]), Class::Other);
    }

    #[test]
    fn releases_of_operating_systems() {
        for (os, first, count) in
            [("alpine", "3", 2), ("debian", "12", 1), ("ubuntu", "24", 2), ("ubi", "9", 1)]
        {
            assert!(is_release_of(os.as_bytes(), first, count), "{os} {first}");
        }
        for (os, first, count) in
            [("alpine", "2", 1), ("debian", "1", 1), ("ubuntu", "2", 2), ("ubi", "9", 3)]
        {
            assert!(!is_release_of(os.as_bytes(), first, count), "{os} {first}");
        }
    }
}
