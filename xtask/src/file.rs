//! Reads a file that a learner, or the learner's code, may have replaced by anything.

use std::fs::{self, File, FileType, OpenOptions};
use std::io::{self, Read};
use std::path::Path;

/// The most bytes that are read. No answer, record or progress file is as large.
const MOST: u64 = 4 << 20;

/// Reads a whole file. Never blocks: a pipe, a folder, a link or a device is an error, and so is a file of more than 4 MiB.
pub fn read(path: &Path) -> io::Result<Vec<u8>> {
    let file_type = fs::symlink_metadata(path)?.file_type();
    if !file_type.is_file() {
        return Err(io::Error::other(format!("it is {}, not a file", in_words(file_type))));
    }
    let mut bytes = Vec::new();
    if open(path)?.take(MOST + 1).read_to_end(&mut bytes)? as u64 > MOST {
        return Err(io::Error::other(format!("it has more than {} MiB", MOST >> 20)));
    }
    Ok(bytes)
}

/// [`read`], for a text in UTF-8.
pub fn read_to_string(path: &Path) -> io::Result<String> {
    String::from_utf8(read(path)?).map_err(|_| io::Error::other("it is no text in UTF-8"))
}

/// What was a file a moment ago may be a pipe or a link by now: neither is waited for or followed.
fn open(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        use rustix::fs::OFlags;
        let flags = (OFlags::NONBLOCK | OFlags::NOFOLLOW).bits();
        std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, flags.cast_signed());
    }
    options.open(path)
}

fn in_words(file_type: FileType) -> &'static str {
    if file_type.is_dir() {
        "a folder"
    } else if file_type.is_symlink() {
        "a link"
    } else {
        "a pipe or a device"
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn only_files_are_read_and_nothing_is_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        fs::write(path("file"), "text").unwrap();
        assert_eq!(read_to_string(&path("file")).unwrap(), "text");
        std::os::unix::fs::symlink(path("file"), path("link")).unwrap();
        rustix::fs::mkfifoat(rustix::fs::CWD, path("pipe"), rustix::fs::Mode::RUSR).unwrap();
        File::create(path("large")).unwrap().set_len(MOST + 1).unwrap();
        for (name, why) in [
            ("link", "it is a link, not a file"),
            ("pipe", "it is a pipe or a device, not a file"),
            ("", "it is a folder, not a file"),
            ("large", "it has more than 4 MiB"),
        ] {
            assert_eq!(read(&path(name)).unwrap_err().to_string(), why);
        }
    }
}
