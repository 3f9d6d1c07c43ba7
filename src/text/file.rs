//! Files that somebody else wrote. Everything here blocks.

use std::{
    fs::{Metadata, OpenOptions},
    io::{self, Read as _},
    path::Path,
};

/// The bytes of a regular file, at most `bound` of them. A pipe or a device would keep its reader waiting, so it is not read.
///
/// # Errors
/// Whatever keeps the file from being read; a file that is no regular one or too large.
pub(crate) fn read_bounded(path: &Path, bound: u64) -> io::Result<Vec<u8>> {
    read_regular(path, bound).map(|(bytes, _)| bytes)
}

/// The same, with what is known of the file that was read, whatever stands under its name by now.
///
/// # Errors
/// As [`read_bounded`].
pub(crate) fn read_regular(path: &Path, bound: u64) -> io::Result<(Vec<u8>, Metadata)> {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        // Opening a pipe would wait for whoever writes to it.
        options.custom_flags(i32::try_from(rustix::fs::OFlags::NONBLOCK.bits()).unwrap_or_default());
    }
    let file = options.open(path)?;
    let metadata = file.metadata()?;
    if !metadata.is_file() {
        return Err(io::Error::other("it is no regular file"));
    }
    let mut bytes = Vec::new();
    file.take(bound.saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > bound {
        return Err(io::Error::other(format!("it has more than {bound} bytes")));
    }
    Ok((bytes, metadata))
}

#[cfg(all(test, unix))]
mod tests {
    use std::fs;

    use rustix::fs::{CWD, FileType, Mode, mknodat};

    use super::*;

    #[test]
    fn what_is_no_file_of_bounded_size_is_refused_at_once() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = |name: &str| folder.path().join(name);
        mknodat(CWD, path("pipe"), FileType::Fifo, Mode::RWXU, 0).expect("a pipe");
        fs::write(path("large"), "123").expect("a file");
        fs::write(path("good"), "12").expect("a file");
        for path in [path("pipe"), path("large"), path("missing"), "/dev/zero".into(), folder.path().into()] {
            assert!(read_bounded(&path, 2).is_err(), "{}", path.display());
        }
        assert_eq!(read_bounded(&path("good"), 2).expect("its bytes"), b"12");
    }
}
