//! Chooses the files that a full folder loses: abandoned ones first, and then those that were read least recently.

use std::{
    io,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use super::folder::{Folder, TOUCH_INTERVAL, blocks, distance, remove};

/// Age at which an incomplete file counts as abandoned by its writer.
pub(super) const ABANDONED: Duration = Duration::from_secs(60 * 60);

impl Folder {
    /// Removes abandoned files, and then the entries that were read least recently, until another share fits.
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
                // A time in the future comes from a wrong clock, and would keep an entry for ever.
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
