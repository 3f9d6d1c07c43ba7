use std::{collections::BTreeSet, sync::Arc, thread, time::UNIX_EPOCH};

use super::{super::evict::ABANDONED, *};
use crate::text::secret::Secret;

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);

struct Temporary {
    folder: Folder,
    root: tempfile::TempDir,
    now: SystemTime,
}

/// A folder of `max_bytes` that does not exist yet, and a time.
fn folder(max_bytes: u64) -> Temporary {
    let root = tempfile::tempdir().expect("a folder");
    let now = SystemTime::now();
    Temporary { folder: Folder::new(root.path().join("a/cache"), max_bytes, Seal::Checksum), root, now }
}

impl Temporary {
    fn write(&self, key: &str, value: &[u8]) -> io::Result<()> {
        self.folder.write(key, &Entry::new(value.into(), self.now, Some(24 * HOUR)), self.now)
    }

    fn read(&self, key: &str) -> Option<Vec<u8>> {
        self.folder.read(key, self.now).map(|entry| entry.value.to_vec())
    }

    fn path(&self, key: &str) -> PathBuf {
        self.folder.path_of(key)
    }

    fn modified(&self, key: &str) -> SystemTime {
        fs::metadata(self.path(key)).and_then(|metadata| metadata.modified()).expect("a file")
    }

    fn set_modified(&self, path: &Path, time: SystemTime) {
        let file = OpenOptions::new().write(true).open(path).expect("a file");
        file.set_modified(time).expect("set");
    }

    fn names(&self) -> BTreeSet<String> {
        let listing = fs::read_dir(self.folder.path()).expect("a folder");
        listing.map(|file| file.expect("a file").file_name().into_string().expect("text")).collect()
    }

    fn total(&self) -> u64 {
        let listing = fs::read_dir(self.folder.path()).expect("a folder");
        listing.map(|file| blocks(file.expect("a file").metadata().expect("a file").len())).sum()
    }
}

#[test]
fn what_is_written_is_read() {
    let cache = folder(1 << 20);
    assert_eq!(cache.read("key"), None);
    cache.write("key", b"old").expect("written");
    cache.write("key", b"new").expect("written");
    cache.write("other", b"").expect("written");
    assert_eq!(cache.read("key").as_deref(), Some(&b"new"[..]));
    assert_eq!(cache.read("other").as_deref(), Some(&b""[..]));
    assert_eq!(cache.names().len(), 2);
}

#[test]
fn nothing_of_a_key_becomes_a_path() {
    let cache = folder(1 << 20);
    let keys = [
        "",
        ".",
        "..",
        "../../escaped",
        "/etc/passwd",
        "a/b",
        "C:\\x",
        "nul\0",
        "a\nb",
        "ü🦀",
        &"k".repeat(10_000),
    ];
    for key in keys {
        cache.write(key, key.as_bytes()).expect(key);
    }
    for key in keys {
        assert_eq!(cache.read(key).as_deref(), Some(key.as_bytes()), "{key:?}");
    }
    let names = cache.names();
    assert_eq!(names.len(), keys.len());
    assert!(names.iter().all(|name| is_named(name.as_ref(), ENTRY)), "{names:?}");
    assert_eq!(fs::read_dir(cache.root.path()).expect("a folder").count(), 1);
}

#[cfg(unix)]
#[test]
fn nobody_else_may_look() {
    use std::os::unix::fs::PermissionsExt as _;
    let cache = folder(1 << 20);
    cache.write("key", b"value").expect("written");
    let mode = |path: &Path| fs::metadata(path).expect("there").permissions().mode() & 0o777;
    assert_eq!(mode(&cache.path("key")), 0o600);
    assert_eq!(mode(cache.folder.path()), 0o700);
    assert_eq!(mode(&cache.root.path().join("a")), 0o700);
}

#[test]
fn what_is_no_good_entry_is_a_miss_and_is_removed() {
    let cache = folder(1 << 20);
    type Damage<'a> = (&'static str, &'a dyn Fn(&Path));
    let damages: [Damage; 5] = [
        ("empty", &|path| fs::write(path, b"").expect("written")),
        ("torn", &|path| {
            OpenOptions::new().write(true).open(path).and_then(|file| file.set_len(60)).expect("cut")
        }),
        ("longer", &|path| {
            OpenOptions::new()
                .append(true)
                .open(path)
                .and_then(|mut file| file.write_all(b"x"))
                .expect("written")
        }),
        ("huge", &|path| {
            OpenOptions::new().write(true).open(path).and_then(|file| file.set_len(1 << 40)).expect("grown")
        }),
        ("another's", &|path| {
            cache.write("other", b"value").expect("written");
            fs::rename(cache.path("other"), path).expect("renamed");
        }),
    ];
    for (name, damage) in damages {
        cache.write("key", b"value").expect("written");
        damage(&cache.path("key"));
        assert_eq!(cache.read("key"), None, "{name}");
        assert!(cache.names().is_empty(), "{name}");
    }
}

#[test]
fn an_entry_is_read_until_it_expires() {
    let cache = folder(1 << 20);
    cache.write("key", b"value").expect("written");
    assert!(cache.folder.read("key", cache.now + 23 * HOUR).is_some());
    assert_eq!(cache.folder.read("key", cache.now + 24 * HOUR), None);
    assert!(cache.names().is_empty());
}

#[cfg(unix)]
#[test]
fn links_are_not_followed() {
    let cache = folder(1 << 20);
    cache.write("key", b"value").expect("written");
    let elsewhere = cache.root.path().join("elsewhere");
    fs::rename(cache.path("key"), &elsewhere).expect("renamed");
    let link = || std::os::unix::fs::symlink(&elsewhere, cache.path("key")).expect("a link");
    link();
    assert_eq!(cache.read("key"), None);
    link();
    cache.write("key", b"new").expect("written");
    assert_eq!(cache.read("key").as_deref(), Some(&b"new"[..]));
    assert!(fs::symlink_metadata(&elsewhere).expect("untouched").is_file());
}

#[test]
fn the_bytes_are_bounded_at_any_time() {
    let max_bytes = 64 * BLOCK;
    let cache = folder(max_bytes);
    for number in 0..300_usize {
        cache.write(&number.to_string(), &vec![0; (number % 7) * 4000]).expect("written");
        assert!(cache.total() <= max_bytes, "{} after {number}", cache.total());
    }
    assert!(cache.total() > max_bytes / 2);
    let next = Folder::new(cache.folder.path().into(), max_bytes / 2, Seal::Checksum);
    next.write("next", &Entry::new(Arc::default(), cache.now, None), cache.now).expect("written");
    assert!(cache.total() <= max_bytes / 2, "a new process looks at once");
}

#[test]
fn an_entry_beyond_its_share_only_replaces() {
    let cache = folder(64 * BLOCK);
    cache.write("key", b"old").expect("written");
    cache.write("other", b"other").expect("written");
    cache.write("key", &vec![0; 8 * 4096]).expect("not written");
    assert_eq!(cache.read("key"), None);
    assert!(cache.read("other").is_some());
    cache.write("key", &vec![0; 8 * 4096 - 1000]).expect("written");
    assert!(cache.read("key").is_some());
}

#[test]
fn what_was_not_read_for_the_longest_time_goes_first() {
    let cache = folder(64 * BLOCK);
    for number in 0..56_u32 {
        let key = number.to_string();
        cache.write(&key, b"value").expect("written");
        cache.set_modified(&cache.path(&key), cache.now - (100 - number) * HOUR);
    }
    cache.set_modified(&cache.path("50"), cache.now + 1000 * HOUR);
    assert!(cache.read("0").is_some() && cache.read("2").is_some());
    for number in 0..9 {
        cache.write(&format!("new {number}"), b"value").expect("written");
    }
    let gone: Vec<u32> = (0..56).filter(|number| !cache.path(&number.to_string()).exists()).collect();
    assert_eq!(gone[..4], [1, 3, 4, 5]);
    assert!(gone.contains(&50), "a time yet to come is no merit: {gone:?}");
    assert!(
        gone.len() < 16 && (0..9).all(|number| cache.path(&format!("new {number}")).exists()),
        "{gone:?}"
    );
}

#[test]
fn reading_is_noted_once_an_hour() {
    let mut cache = folder(1 << 20);
    cache.write("key", b"value").expect("written");
    let written = cache.now - 59 * MINUTE;
    cache.set_modified(&cache.path("key"), written);
    assert!(cache.read("key").is_some());
    assert_eq!(cache.modified("key"), written);
    cache.now += MINUTE;
    assert!(cache.read("key").is_some());
    assert_eq!(cache.modified("key"), cache.now);
    cache.now -= 2 * HOUR;
    assert_eq!(cache.read("key"), None, "learnt two hours from now");
}

#[test]
fn what_was_left_behind_is_removed_and_what_is_being_written_is_not() {
    let cache = folder(1 << 20);
    cache.write("key", b"value").expect("written");
    let old = cache.folder.path().join(incomplete_name().expect("a name"));
    let fresh = cache.folder.path().join(incomplete_name().expect("a name"));
    fs::write(&old, b"half").expect("written");
    fs::write(&fresh, b"half").expect("written");
    cache.set_modified(&old, cache.now - ABANDONED - MINUTE);
    cache.folder.evict(cache.now).expect("room");
    assert!(!old.exists() && fresh.exists() && cache.read("key").is_some());
    cache.folder.clear().expect("cleared");
    assert!(fresh.exists() && cache.read("key").is_none());
}

#[test]
fn what_is_not_ours_stays() {
    let cache = folder(64 * BLOCK);
    cache.write("key", b"value").expect("written");
    let others = [
        "notes.txt",
        "x.entry",
        &format!("{}.entry", "A".repeat(64)),
        &format!("{}.incomplete", "0".repeat(31)),
    ];
    for name in others {
        let path = cache.folder.path().join(name);
        fs::write(&path, vec![0; 1 << 20]).expect("written");
        cache.set_modified(&path, UNIX_EPOCH);
    }
    cache.folder.evict(cache.now).expect("room");
    assert!(cache.read("key").is_some());
    cache.folder.clear().expect("cleared");
    assert_eq!(cache.names(), others.into_iter().map(str::to_owned).collect());
}

#[test]
fn a_folder_that_is_not_there_is_empty_and_is_made_again() {
    let cache = folder(1 << 20);
    cache.folder.clear().expect("nothing to clear");
    cache.write("key", b"value").expect("written");
    fs::remove_dir_all(cache.folder.path()).expect("removed");
    assert_eq!(cache.read("key"), None);
    cache.write("key", b"value").expect("written");
    assert!(cache.read("key").is_some());
}

#[test]
fn what_is_no_folder_cannot_be_written() {
    let cache = folder(1 << 20);
    fs::write(cache.root.path().join("a"), b"a file").expect("written");
    assert_eq!(cache.read("key"), None);
    assert!(cache.write("key", b"value").is_err() && cache.folder.clear().is_err());
}

#[test]
fn many_writers_readers_and_clearings_do_not_disturb_each_other() {
    let cache = folder(32 * BLOCK);
    let path = cache.folder.path();
    thread::scope(|scope| {
        for thread in 0..4_usize {
            scope.spawn(move || {
                let folder = Folder::new(path.into(), 32 * BLOCK, Seal::Checksum);
                for round in 0..200_usize {
                    let key = ((round * 7 + thread) % 20).to_string();
                    let entry = Entry::new(key.repeat(2000).into_bytes().into(), cache.now, None);
                    folder.write(&key, &entry, cache.now).expect("written");
                    let key = (round % 20).to_string();
                    if let Some(entry) = folder.read(&key, cache.now) {
                        assert_eq!(*entry.value, *key.repeat(2000).as_bytes());
                    }
                    if round % 50 == 49 {
                        folder.clear().expect("cleared");
                    }
                }
            });
        }
    });
    assert!(cache.names().iter().all(|name| is_named(name.as_ref(), ENTRY)));
}

#[test]
fn folders_under_the_names_of_entries_make_way() {
    let cache = folder(1 << 20);
    cache.write("key", b"value").expect("written");
    for again in 0..2 {
        fs::remove_file(cache.path("key")).expect("an entry");
        fs::create_dir_all(cache.path("key").join("deep")).expect("a folder");
        if again == 0 {
            cache.folder.clear().expect("cleared");
            assert!(!cache.path("key").exists());
        }
        cache.write("key", b"value").expect("written");
        assert_eq!(cache.read("key").as_deref(), Some(&b"value"[..]));
    }
}

#[cfg(unix)]
#[test]
fn an_entry_that_anybody_can_write_is_not_believed() {
    use std::os::unix::fs::PermissionsExt as _;
    let cache = folder(1 << 20);
    cache.write("key", b"value").expect("written");
    fs::set_permissions(cache.path("key"), fs::Permissions::from_mode(0o666)).expect("set");
    assert_eq!(cache.read("key"), None);
    let seal = Seal::new(Some(&Secret::new("ours")));
    let signed = Folder { seal, ..Folder::new(cache.folder.path().into(), 1 << 20, Seal::Checksum) };
    assert!(signed.read("key", cache.now).is_none(), "nobody with the secret has written it");
    signed
        .write("key", &Entry::new(b"value".as_slice().into(), cache.now, None), cache.now)
        .expect("written");
    fs::set_permissions(cache.path("key"), fs::Permissions::from_mode(0o666)).expect("set");
    assert!(signed.read("key", cache.now).is_some(), "the secret tells who has");
    cache.write("key", b"value").expect("written");
    assert!(cache.read("key").is_some());
}
