//! Entries as files of one folder. Everything here blocks.
//!
//! Any number of processes may share the folder, and each of them may end at any moment. Three rules follow: a file
//! gets its name only when it is complete, a reader trusts only what the checksum confirms, and a missing file is no
//! error.

use std::{
    ffi::OsStr,
    fs::{self, DirBuilder, DirEntry, File, Metadata, OpenOptions},
    io::{self, ErrorKind, Write as _},
    path::{Path, PathBuf},
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
    time::{Duration, SystemTime},
};

use ring::{
    digest::{SHA256, digest},
    rand::{SecureRandom as _, SystemRandom},
};

use crate::{
    cache::{entry::Entry, seal::Seal},
    text::file::read_regular,
};

/// Unit in which the size of files is counted: the least space that most file systems give to a file.
const BLOCK: u64 = 4096;
/// The bound of the folder divided by this is the most that one entry may take, and the most that is written before the
/// size of the folder is counted again.
const SHARE: u64 = 8;
/// Precision of the time at which an entry was last read. A coarse one spares writes.
pub(super) const TOUCH_INTERVAL: Duration = Duration::from_secs(60 * 60);
/// The suffixes of complete and of incomplete files, and the number of hexadecimal digits before each.
const ENTRY: (&str, usize) = (".entry", 64);
const INCOMPLETE: (&str, usize) = (".incomplete", 32);

/// A folder of entries, with a bound on its bytes.
#[derive(Debug)]
pub(crate) struct Folder {
    path: PathBuf,
    pub(super) max_bytes: u64,
    seal: Seal,
    /// Bytes written since the size of the folder was last counted.
    written: AtomicU64,
    /// Whether it has been said that entries are not read.
    has_warned: AtomicBool,
}

impl Folder {
    /// Uses the folder at `path`, which the first write creates.
    pub(crate) fn new(path: PathBuf, max_bytes: u64, seal: Seal) -> Self {
        Self { path, max_bytes, seal, written: AtomicU64::new(u64::MAX), has_warned: AtomicBool::new(false) }
    }

    /// The folder's path.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Reads the entry under a key. A file under its name that holds no good entry is removed.
    pub(crate) fn read(&self, key: &str, now: SystemTime) -> Option<Entry> {
        let path = self.path_of(key);
        let metadata = fs::symlink_metadata(&path).ok()?;
        let sealed = match metadata.is_file() && metadata.len() <= self.share() {
            true => {
                let (sealed, metadata) = read_regular(&path, self.share()).ok()?;
                if !self.seal.is_keyed() && !self.is_trusted(&metadata) {
                    return None;
                }
                sealed
            }
            false => Vec::new(),
        };
        let entry = Entry::open(&sealed, key, &self.seal, now);
        match entry {
            Some(_) => touch(&path, &metadata, now),
            None => remove(&path),
        }
        entry
    }

    /// Writes an entry. One that is larger than its share of the folder is not kept, but removes the entry that it
    /// replaces.
    ///
    /// # Errors
    /// Whatever keeps the file from being written.
    pub(crate) fn write(&self, key: &str, entry: &Entry, now: SystemTime) -> io::Result<()> {
        let path = self.path_of(key);
        let sealed = entry.seal(key, &self.seal);
        let bytes = blocks(u64::try_from(sealed.len()).unwrap_or(u64::MAX));
        if bytes > self.share() {
            remove(&path);
            return Ok(());
        }
        if self.written.load(Ordering::Relaxed).saturating_add(bytes) > self.share() {
            self.evict(now)?;
            self.written.store(0, Ordering::Relaxed);
        }
        self.written.fetch_add(bytes, Ordering::Relaxed);
        let incomplete = self.path.join(incomplete_name()?);
        let done = self.create(&incomplete).and_then(|mut file| file.write_all(&sealed)).and_then(|()| {
            fs::rename(&incomplete, &path).or_else(|_| {
                // Something that is no file may stand under the entry's name.
                remove(&path);
                fs::rename(&incomplete, &path)
            })
        });
        if done.is_err() {
            remove(&incomplete);
        }
        done
    }

    /// Removes all entries. Files that another process is still writing stay, and so do files that are not the cache's.
    ///
    /// # Errors
    /// Whatever keeps them from being removed.
    pub(crate) fn clear(&self) -> io::Result<()> {
        for (file, _) in self.files()?.into_iter().filter(|(_, is_complete)| *is_complete) {
            match try_remove(&file.path()) {
                Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
                _ => (),
            }
        }
        Ok(())
    }

    /// Lists the folder's files, and whether each is complete.
    pub(super) fn files(&self) -> io::Result<Vec<(DirEntry, bool)>> {
        let listing = match fs::read_dir(&self.path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            listing => listing?,
        };
        let mut files = Vec::new();
        for file in listing {
            let file = file?;
            let name = file.file_name();
            let is_complete = is_named(&name, ENTRY);
            if is_complete || is_named(&name, INCOMPLETE) {
                files.push((file, is_complete));
            }
        }
        Ok(files)
    }

    /// Creates a new file, and the folder if there is none.
    fn create(&self, path: &Path) -> io::Result<File> {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        let mut directories = DirBuilder::new();
        directories.recursive(true);
        #[cfg(unix)]
        {
            use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
            options.mode(0o600);
            directories.mode(0o700);
        }
        match options.open(path) {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                directories.create(&self.path)?;
                options.open(path)
            }
            opened => opened,
        }
    }

    /// Whether what a file says may be believed: nobody else can have written it than this process's user, root, or whoever owns
    /// the folder.
    #[cfg(unix)]
    fn is_trusted(&self, file: &Metadata) -> bool {
        use std::os::unix::fs::MetadataExt as _;
        let owner_of_folder = || fs::metadata(&self.path).ok().map(|folder| folder.uid());
        let is_owner_known = [0, rustix::process::geteuid().as_raw()].contains(&file.uid())
            || owner_of_folder() == Some(file.uid());
        let is_trusted = is_owner_known && file.mode() & 0o002 == 0;
        if !is_trusted && !self.has_warned.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                "Entries of the cache in {} that somebody else could write are not read; a secret that all who share it have lifts that (cache.secret)",
                self.path.display()
            );
        }
        is_trusted
    }

    #[cfg(not(unix))]
    fn is_trusted(&self, _: &Metadata) -> bool {
        true
    }

    /// Returns the path of a key's file. The name is a digest, because a key may hold characters that no file name may.
    fn path_of(&self, key: &str) -> PathBuf {
        self.path.join(hex(digest(&SHA256, key.as_bytes()).as_ref()) + ENTRY.0)
    }

    pub(super) fn share(&self) -> u64 {
        self.max_bytes / SHARE
    }
}

/// Returns a random name, which no other process uses, not even one on another machine that shares the folder.
fn incomplete_name() -> io::Result<String> {
    let mut random = [0; INCOMPLETE.1 / 2];
    SystemRandom::new().fill(&mut random).map_err(|_| io::Error::other("there are no random numbers"))?;
    Ok(hex(&random) + INCOMPLETE.0)
}

fn is_named(name: &OsStr, (end, digits): (&str, usize)) -> bool {
    name.to_str().and_then(|name| name.strip_suffix(end)).is_some_and(|name| {
        name.len() == digits && name.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    })
}

/// Notes that a file was read, at most once per [`TOUCH_INTERVAL`].
fn touch(path: &Path, metadata: &Metadata, now: SystemTime) {
    if metadata.modified().is_ok_and(|modified| distance(modified, now) < TOUCH_INTERVAL) {
        return;
    }
    // Without the note the entry is only removed earlier.
    let _ = OpenOptions::new().write(true).open(path).and_then(|file| file.set_modified(now));
}

/// Removes a file if that is possible. A file that stays is a miss again, or is counted again.
pub(super) fn remove(path: &Path) {
    let _ = try_remove(path);
}

/// Removes what stands under a name, be it a folder.
fn try_remove(path: &Path) -> io::Result<()> {
    if fs::symlink_metadata(path)?.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) }
}

pub(super) fn blocks(bytes: u64) -> u64 {
    bytes.checked_next_multiple_of(BLOCK).unwrap_or(u64::MAX)
}

pub(super) fn distance(a: SystemTime, b: SystemTime) -> Duration {
    a.duration_since(b).unwrap_or_else(|earlier| earlier.duration())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
#[path = "folder_tests.rs"]
mod tests;
