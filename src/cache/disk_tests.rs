//! The cache in a folder, used by one process after another and by several at once.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, SystemTime},
};

use tempfile::{TempDir, tempdir};

use super::{Cache, CacheOptions, Entry, suite_clock as clock, suite_log::Log};

const HOUR: Duration = Duration::from_secs(60 * 60);
const FOR_EVER: Option<Duration> = None;

fn settings(folder: &Path) -> CacheOptions {
    CacheOptions { directory: Some(folder.to_owned()), ..CacheOptions::default() }
}

/// A cache that has only the entries of the folder, as in a new process.
fn cache(folder: &Path) -> Cache {
    Cache::new(settings(folder)).expect("a cache")
}

async fn value(cache: &Cache, key: &str) -> Option<Vec<u8>> {
    cache.get(key).await.map(|entry| entry.value.to_vec())
}

fn files(folder: &Path) -> Vec<PathBuf> {
    fs::read_dir(folder).expect("a folder").map(|file| file.expect("a file").path()).collect()
}

fn has_end(path: &Path, end: &str) -> bool {
    path.extension().is_some_and(|extension| extension == end)
}

/// Makes a folder with one entry, and returns its file.
async fn folder_with(key: &str, content: &[u8], time_to_live: Option<Duration>) -> (TempDir, PathBuf) {
    let folder = tempdir().expect("a folder");
    let cache = cache(folder.path());
    cache.put(key, content, time_to_live).await;
    cache.close().await;
    let [file] = files(folder.path()).try_into().expect("one file");
    (folder, file)
}

#[tokio::test]
async fn a_new_process_knows_what_the_last_one_learnt() {
    let folder = tempdir().expect("a folder");
    let first = cache(folder.path());
    first.put("a", *b"1", FOR_EVER).await;
    first.put("b", *b"2", Some(HOUR)).await;
    first.put("a", *b"3", Some(HOUR)).await;
    let learnt = first.get("a").await.map(|entry| entry.learnt);
    first.close().await;
    let second = cache(folder.path());
    let entry: Option<Entry> = second.get("a").await;
    assert_eq!(entry.as_ref().map(|entry| entry.learnt), learnt);
    assert_eq!(entry.map(|entry| entry.value.to_vec()), Some(b"3".to_vec()));
    assert_eq!(value(&second, "b").await, Some(b"2".to_vec()));
    assert_eq!((value(&second, "c").await, second.hits()), (None, 2));
}

#[tokio::test]
async fn a_hit_in_the_folder_is_remembered() {
    let (folder, file) = folder_with("key", b"value", FOR_EVER).await;
    let cache = cache(folder.path());
    assert!(value(&cache, "key").await.is_some());
    fs::remove_file(file).expect("removed");
    assert!(value(&cache, "key").await.is_some());
}

#[tokio::test]
async fn a_cache_that_was_closed_goes_on() {
    let folder = tempdir().expect("a folder");
    let first = cache(folder.path());
    first.close().await;
    first.put("key", *b"value", FOR_EVER).await;
    first.close().await;
    assert!(value(&cache(folder.path()), "key").await.is_some());
}

#[tokio::test]
async fn what_expires_at_once_is_known_nowhere() {
    let (folder, file) = folder_with("key", b"value", Some(Duration::ZERO)).await;
    assert_eq!(value(&cache(folder.path()), "key").await, None);
    assert!(!file.exists());
}

#[tokio::test]
async fn damage_to_any_byte_is_a_miss() {
    let (folder, file) = folder_with("key", b"value", Some(HOUR)).await;
    let intact = fs::read(&file).expect("a file");
    for at in 0..intact.len() {
        let mut damaged = intact.clone();
        damaged[at] = !damaged[at];
        for content in [&damaged[..], &intact[..at]] {
            fs::write(&file, content).expect("written");
            assert_eq!(value(&cache(folder.path()), "key").await, None, "at {at}");
            assert!(!file.exists(), "at {at}");
        }
    }
    fs::write(&file, intact).expect("written");
    assert!(value(&cache(folder.path()), "key").await.is_some());
}

#[tokio::test]
async fn the_bytes_are_bounded_whoever_writes() {
    let folder = tempdir().expect("a folder");
    let max_bytes = 1 << 20;
    for process in 0..3 {
        let cache = Cache::new(CacheOptions { max_bytes, ..settings(folder.path()) }).expect("a cache");
        for number in 0..300 {
            cache.put(&format!("{process} {number}"), vec![process; number * 10], FOR_EVER).await;
        }
        cache.close().await;
        let lengths = files(folder.path()).into_iter().map(|file| file.metadata().expect("a file").len());
        let total: u64 = lengths.map(|length| length.next_multiple_of(4096)).sum();
        assert!((max_bytes / 2..=max_bytes).contains(&total), "{total}");
        assert!(value(&cache, &format!("{process} 299")).await.is_some());
    }
}

#[tokio::test]
async fn clearing_is_for_everybody_and_leaves_what_is_not_ours() {
    let (folder, _) = folder_with("key", b"value", FOR_EVER).await;
    let notes = folder.path().join("notes.txt");
    fs::write(&notes, "mine").expect("written");
    let second = cache(folder.path());
    second.put("other", *b"value", FOR_EVER).await;
    second.clear().await;
    for cache in [&second, &cache(folder.path())] {
        assert_eq!((value(cache, "key").await, value(cache, "other").await), (None, None));
    }
    assert_eq!(files(folder.path()), [notes]);
    second.put("other", *b"again", FOR_EVER).await;
    second.close().await;
    assert!(value(&cache(folder.path()), "other").await.is_some());
}

#[tokio::test]
async fn without_a_folder_it_goes_on_and_says_so_once() {
    let log = Log::start();
    let root = tempdir().expect("a folder");
    let folder = root.path().join("cache");
    fs::write(&folder, "no folder").expect("written");
    let cache = cache(&folder);
    for key in ["a", "b", "c"] {
        assert_eq!(value(&cache, key).await, None);
        cache.put(key, *b"value", FOR_EVER).await;
        cache.close().await;
        assert!(value(&cache, key).await.is_some());
    }
    let [line] = log.lines().try_into().expect("one line");
    let start = format!("WARN Going on without the cache in {}: ", folder.display());
    assert!(line.starts_with(&start), "{line}");

    fs::remove_file(&folder).expect("removed");
    cache.put("too early", *b"value", FOR_EVER).await;
    cache.close().await;
    assert!(!folder.exists());
    clock::skip(Duration::from_secs(60)).await;
    cache.put("d", *b"value", FOR_EVER).await;
    cache.close().await;
    assert_eq!(files(&folder).len(), 1);
    let back = format!("INFO Back to using the cache in {}", folder.display());
    assert_eq!(log.lines(), [line, back]);
}

/// The environment variable that names the folder to the process that is killed.
const FOLDER: &str = "CACHE_DISK_TEST_FOLDER";
/// Keys that both processes write. The values are long, so that the processes spend most of their time writing.
const KEYS: usize = 8;
const LENGTH: usize = 2 << 20;

fn shared(folder: &Path) -> Cache {
    Cache::new(CacheOptions { memory_bytes: 0, max_bytes: 256 << 20, ..settings(folder) }).expect("a cache")
}

/// A key's value in one round. Its length and all its bytes tell the key and the round.
fn long_value(key: usize, round: usize) -> Vec<u8> {
    let byte = u8::try_from((key * 31 + round) % 251).expect("a byte");
    vec![byte; LENGTH - usize::from(byte)]
}

async fn write_for_ever(folder: &Path) {
    let cache = shared(folder);
    for round in 0.. {
        for key in 0..KEYS {
            cache.put(&key.to_string(), long_value(key, round), FOR_EVER).await;
            cache.close().await;
        }
    }
}

/// Another process that writes.
struct Writer(Child);

impl Writer {
    fn start(folder: &Path) -> Self {
        let mut command = Command::new(env::current_exe().expect("this program"));
        command
            .args(["--exact", "cache::disk_tests::a_process_that_is_killed_while_writing_disturbs_nobody"]);
        Self(command.env(FOLDER, folder).stdout(Stdio::null()).spawn().expect("another process"))
    }

    fn assert_is_alive(&mut self) {
        assert_eq!(self.0.try_wait().expect("a state"), None, "it writes until it is killed");
    }
}

/// Kills the process.
impl Drop for Writer {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Checks that every value in the folder was written as a whole, and returns the number of keys.
async fn check(folder: &Path) -> usize {
    let cache = shared(folder);
    let mut count = 0;
    for key in 0..KEYS {
        let Some(value) = value(&cache, &key.to_string()).await else { continue };
        let byte = *value.first().expect("a byte");
        assert!(
            value.len() == LENGTH - usize::from(byte) && value.iter().all(|other| *other == byte),
            "{key}"
        );
        count += 1;
    }
    count
}

#[tokio::test]
async fn a_process_that_is_killed_while_writing_disturbs_nobody() {
    if let Some(folder) = env::var_os(FOLDER) {
        return write_for_ever(Path::new(&folder)).await;
    }
    let folder = tempdir().expect("a folder");
    let folder = folder.path();
    let half_written = || files(folder).into_iter().find(|file| has_end(file, "incomplete"));
    let mut left_behind = None;
    // The process is killed in the middle of a file, but it may first complete the file that was seen.
    for round in 0..1000 {
        let mut writer = Writer::start(folder);
        let ours = shared(folder);
        while check(folder).await < KEYS {
            writer.assert_is_alive();
            ours.put("0", long_value(0, round), FOR_EVER).await;
            ours.close().await;
        }
        while half_written().is_none() {
            writer.assert_is_alive();
        }
        drop(writer);
        assert_eq!(check(folder).await, KEYS);
        left_behind = half_written();
        if left_behind.is_some() {
            break;
        }
    }
    let left_behind = left_behind.expect("killed while writing");

    let next = shared(folder);
    for (age, is_there) in [(HOUR / 2, true), (2 * HOUR, false)] {
        let file = fs::File::options().write(true).open(&left_behind).expect("left behind");
        file.set_modified(SystemTime::now() - age).expect("aged");
        let next = shared(folder);
        next.put("0", long_value(0, 0), FOR_EVER).await;
        next.close().await;
        assert_eq!(left_behind.exists(), is_there, "{age:?}");
    }
    assert_eq!(value(&next, "0").await, Some(long_value(0, 0)));
    assert_eq!(check(folder).await, KEYS);
}
