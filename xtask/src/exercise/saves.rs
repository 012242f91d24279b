//! Sees that a file was saved: by the system's events, and where these do not come (network drives, some virtual
//! machines) by looking at it now and then.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;

use notify::{RecursiveMode, Watcher};

use crate::file;

/// How often the file is read where no events come.
const LOOK: Duration = Duration::from_millis(400);

/// An editor may write in several steps. After this time without an event the save is complete.
const QUIET: Duration = Duration::from_millis(15);

/// Watches one file at a time.
pub struct Saves {
    to_watch: mpsc::Sender<Message>,
}

enum Message {
    /// Watch this file from now on; this is its content now.
    File(PathBuf, Option<Vec<u8>>),
    /// An event of the system: a file may have changed.
    Event,
}

impl Saves {
    /// Calls `saved` after each change of the file's content, until `saved` returns false.
    pub fn listen(saved: impl Fn() -> bool + Send + 'static) -> Saves {
        let (to_watch, inbox) = mpsc::channel();
        let events = to_watch.clone();
        std::thread::spawn(move || {
            // Without a watcher, the file is read now and then.
            let tell = move |event: notify::Result<notify::Event>| {
                // Reading the file is an event, too.
                if event.is_ok_and(|event| !event.kind.is_access()) {
                    // The receiver lives as long as the runner.
                    let _ = events.send(Message::Event);
                }
            };
            let mut watcher = notify::recommended_watcher(tell).ok();
            let mut path = PathBuf::new();
            let mut seen = None;
            loop {
                match inbox.recv_timeout(LOOK) {
                    Ok(Message::File(new, content)) => {
                        if let Some(watcher) = &mut watcher {
                            watch(watcher, &path, &new);
                        }
                        (path, seen) = (new, content);
                        continue;
                    }
                    Ok(Message::Event) => {}
                    Err(RecvTimeoutError::Timeout) => {}
                    Err(RecvTimeoutError::Disconnected) => return,
                }
                if file::read(&path).ok() == seen {
                    continue;
                }
                while let Ok(Message::Event) = inbox.recv_timeout(QUIET) {}
                seen = file::read(&path).ok();
                if !saved() {
                    return;
                }
            }
        });
        Saves { to_watch }
    }

    /// Watches the file at `path` instead of the previous one. Its present content is not a save.
    pub fn watch(&self, path: PathBuf) {
        let content = file::read(&path).ok();
        // The receiver lives as long as the runner.
        let _ = self.to_watch.send(Message::File(path, content));
    }
}

/// The folders, not the files: many editors write a new file and give it the name of the old one.
fn watch(watcher: &mut impl Watcher, old: &Path, new: &Path) {
    let (old, new) = (old.parent(), new.parent());
    if old == new {
        return;
    }
    // If it fails, the file is still read now and then.
    if let Some(old) = old.filter(|old| !old.as_os_str().is_empty()) {
        let _ = watcher.unwatch(old);
    }
    if let Some(new) = new {
        let _ = watcher.watch(new, RecursiveMode::NonRecursive);
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_save_is_seen_and_a_file_that_appears_too() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("answer.rs");
        let (sender, receiver) = mpsc::channel();
        let saves = Saves::listen(move || sender.send(()).is_ok());
        saves.watch(file.clone());
        let long = Duration::from_secs(60);
        for text in ["one", "two"] {
            fs::write(&file, text).unwrap();
            receiver.recv_timeout(long).unwrap();
        }
        fs::remove_file(&file).unwrap();
        receiver.recv_timeout(long).unwrap();
    }
}
