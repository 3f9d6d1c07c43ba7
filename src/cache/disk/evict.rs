//! Which files of a full folder go: those that nobody completed, then those that nobody has read for the longest time.

use std::{
    io,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use super::folder::{Folder, TOUCH_INTERVAL, blocks, distance, remove};

/// Age from which a file that was never completed has been left behind.
pub(super) const ABANDONED: Duration = Duration::from_secs(60 * 60);

impl Folder {
    /// Removes what was left behind, and what was not read for the longest time, until there is room for another share.
    pub(super) fn evict(&self, now: SystemTime) -> io::Result<()> {
        let mut entries = Vec::new();
        let mut total: u64 = 0;
        for (file, is_complete) in self.files()? {
            // Another process may have removed it.
            let Ok(metadata) = file.metadata() else { continue };
            let used = metadata.modified().unwrap_or(UNIX_EPOCH);
            if is_complete {
                let bytes = blocks(metadata.len());
                total = total.saturating_add(bytes);
                // A time yet to come was written by a clock that was wrong, and would make an entry stay for ever.
                entries.push((
                    if used > now + TOUCH_INTERVAL { UNIX_EPOCH } else { used },
                    bytes,
                    file.path(),
                ));
            } else if distance(used, now) > ABANDONED {
                remove(&file.path());
            }
        }
        entries.sort_unstable();
        for (_, bytes, path) in entries {
            if total <= self.max_bytes.saturating_sub(self.share()) {
                break;
            }
            remove(&path);
            total = total.saturating_sub(bytes);
        }
        Ok(())
    }
}
