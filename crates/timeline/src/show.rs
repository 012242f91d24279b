//! Where a picture goes: to the standard output, or into files for the course's runner.

use crate::{Chart, Style};
use std::{
    env, fs,
    io::{self, Write},
    path::Path,
};

impl Chart {
    /// Draws the chart.
    ///
    /// If `UNGIL_TIMELINE_DIR` is set and not empty, writes `<name>.txt`, `<name>.svg` and, for Perfetto,
    /// `<name>.json` into that folder and prints nothing. A missing folder is created, and characters that a file
    /// name should not have become `-`. Otherwise prints [`Chart::text`] in the [detected](Style::detect) style
    /// to the standard output; a closed pipe is not an error. Any other error is one line on the standard error.
    pub fn show(&self) {
        let style = Style::detect();
        let dir = env::var_os("UNGIL_TIMELINE_DIR").filter(|dir| !dir.is_empty());
        let result = match dir {
            Some(dir) => self.write(Path::new(&dir), &style),
            None => print(&self.text(&style)),
        };
        if let Err(error) = result {
            // There is no further place to report an error of standard error.
            let _ = writeln!(io::stderr(), "timeline {:?}: {error}", self.name);
        }
    }

    fn write(&self, dir: &Path, style: &Style) -> io::Result<()> {
        let stem = file_stem(&self.name);
        fs::create_dir_all(dir)?;
        fs::write(dir.join(format!("{stem}.txt")), self.text(style))?;
        fs::write(dir.join(format!("{stem}.svg")), self.svg())?;
        fs::write(dir.join(format!("{stem}.json")), self.chrome_trace())
    }
}

fn print(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        result => result,
    }
}

/// The name without characters that would lead out of the folder.
fn file_stem(name: &str) -> String {
    let kept = |c: char| if c.is_alphanumeric() || "-_ ".contains(c) { c } else { '-' };
    match name.trim().chars().map(kept).take(60).collect::<String>() {
        stem if stem.is_empty() => "timeline".into(),
        stem => stem,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stay_in_the_folder() {
        assert_eq!(file_stem("01_countdown"), "01_countdown");
        assert_eq!(file_stem("../a/b\\c\n"), "---a-b-c");
        assert_eq!(file_stem(""), "timeline");
    }
}
