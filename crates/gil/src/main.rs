//! `ungil-gil program.py --gil new`: runs a program under a GIL.

use std::fmt;
use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Read, Write, stdin, stdout};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use lexopt::prelude::*;
use ungil_gil::platform::Real;
use ungil_gil::{Ended, Gil, Interpreter, NewGil, NoGil, Observer, OldGil, Program, Recorder, chart};
use ungil_timeline::{Chart, Style};

const HELP: &str = "\
Usage: ungil-gil PROGRAM [OPTIONS]

Runs a program in a small Python under a global interpreter lock.

  PROGRAM                  a file; - is the standard input
  --gil old|new|none       which GIL: CPython's up to 3.1, CPython's since 3.2, or none (default: new)
  --threads N              the program's global variable THREADS; if it has a function main() and does not use
                           `threading`, N threads run main() after the program itself has ended
  --interval TIME          how long a thread keeps the new GIL while others wait: 5ms, 500us, 1s (default: 5ms)
  --check-interval N       how many instructions a thread keeps the old GIL (default: 100)
  --dis                    shows the instructions instead of running them
  --timeline FILE          when each thread had the GIL: a picture (.svg), a trace for Perfetto (.json), or - for the terminal
";

/// Larger than any program that a person writes. It also stops the reading of a device that has no end.
const MAX_PROGRAM: u64 = 256 << 10;

/// Each waiting thread wakes up every few milliseconds to ask for the GIL, and a computer cannot wake more threads than
/// this so often.
const MAX_THREADS: u32 = 1000;

/// Why the command cannot run the program or write its output: one line.
struct Misuse(String);

impl<E: fmt::Display> From<E> for Misuse {
    fn from(error: E) -> Self {
        Misuse(error.to_string())
    }
}

#[derive(Clone, Copy)]
enum GilKind {
    Old,
    New,
    None,
}

struct Options {
    program: PathBuf,
    gil: GilKind,
    threads: Option<u32>,
    interval: Option<Duration>,
    check_interval: Option<u32>,
    disassemble: bool,
    timeline: Option<PathBuf>,
}

fn main() -> ExitCode {
    match options().and_then(|options| options.map_or(Ok(ExitCode::SUCCESS), |options| run(&options))) {
        Ok(code) => code,
        Err(Misuse(message)) => {
            // If standard error is closed, there is no further place to report an error.
            let _ = writeln!(io::stderr(), "{message}");
            ExitCode::from(2)
        }
    }
}

/// The standard output. When its reader has gone, the command ends without an error.
struct Output;

impl Output {
    fn checked<T>(result: io::Result<T>) -> io::Result<T> {
        match result {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => std::process::exit(0),
            result => result,
        }
    }

    /// Writes the whole text.
    fn show(mut self, text: &str) -> Result<(), Misuse> {
        let written = self.write_all(text.as_bytes()).and_then(|()| self.flush());
        written.map_err(|error| Misuse(format!("standard output: {error}")))
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        Output::checked(stdout().write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        Output::checked(stdout().flush())
    }
}

/// `None` if the command was only asked for help.
fn options() -> Result<Option<Options>, Misuse> {
    let mut program = None;
    let (mut gil, mut disassemble) = (GilKind::New, false);
    let (mut threads, mut interval, mut check_interval, mut timeline) = (None, None, None, None);
    let mut words = lexopt::Parser::from_env();
    while let Some(word) = words.next()? {
        match word {
            Short('h') | Long("help") => {
                Output.show(HELP)?;
                return Ok(None);
            }
            Long("gil") => {
                gil = match words.value()?.string()?.as_str() {
                    "old" => GilKind::Old,
                    "new" => GilKind::New,
                    "none" => GilKind::None,
                    other => return Err(Misuse(format!("--gil is old, new or none, not {other}"))),
                }
            }
            Long("threads") => threads = Some(count("--threads", &words.value()?.string()?, MAX_THREADS)?),
            Long("check-interval") => {
                check_interval = Some(count("--check-interval", &words.value()?.string()?, 1_000_000)?);
            }
            Long("interval") => interval = Some(time(&words.value()?.string()?)?),
            Long("dis") => disassemble = true,
            Long("timeline") => {
                let file = PathBuf::from(words.value()?);
                if !(file.as_os_str() == "-" || matches!(extension(&file), "svg" | "json")) {
                    return Err(Misuse(
                        "--timeline takes a file that ends with .svg or .json, or -".to_owned(),
                    ));
                }
                timeline = Some(file);
            }
            Value(file) if program.is_none() => program = Some(PathBuf::from(file)),
            other => return Err(other.unexpected().into()),
        }
    }
    let program = program.ok_or_else(|| Misuse("which program? ungil-gil --help shows how".to_owned()))?;
    if interval.is_some() && !matches!(gil, GilKind::New) {
        return Err(Misuse("--interval is for --gil new".to_owned()));
    }
    if check_interval.is_some() && !matches!(gil, GilKind::Old) {
        return Err(Misuse("--check-interval is for --gil old".to_owned()));
    }
    Ok(Some(Options { program, gil, threads, interval, check_interval, disassemble, timeline }))
}

fn extension(file: &Path) -> &str {
    file.extension().and_then(|extension| extension.to_str()).unwrap_or_default()
}

fn count(option: &str, word: &str, most: u32) -> Result<u32, Misuse> {
    let number = word.parse().ok().filter(|number| (1..=most).contains(number));
    number.ok_or_else(|| Misuse(format!("{option} takes a number from 1 to {most}, not {word}")))
}

fn time(word: &str) -> Result<Duration, Misuse> {
    let digits = word.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = match &word[digits.len()..] {
        "us" => 1e-6,
        "ms" => 1e-3,
        "s" => 1.0,
        _ => f64::NAN,
    };
    let seconds = digits.parse().unwrap_or(f64::NAN) * unit;
    let time = Duration::try_from_secs_f64(seconds).ok().filter(|time| !time.is_zero());
    time.ok_or_else(|| Misuse(format!("--interval takes a time such as 5ms, 500us or 1s, not {word}")))
}

/// The bytes of a program.
fn read(name: &str, file: impl Read) -> Result<Vec<u8>, Misuse> {
    let mut bytes = Vec::new();
    file.take(MAX_PROGRAM + 1).read_to_end(&mut bytes).map_err(|error| Misuse(format!("{name}: {error}")))?;
    if bytes.len() as u64 > MAX_PROGRAM {
        return Err(Misuse(format!("{name}: a program has at most {} KiB here", MAX_PROGRAM >> 10)));
    }
    Ok(bytes)
}

fn run(options: &Options) -> Result<ExitCode, Misuse> {
    let name = options.program.display().to_string();
    let named = |error: io::Error| Misuse(format!("{name}: {error}"));
    let bytes = if name == "-" {
        read(&name, stdin())?
    } else {
        read(&name, File::open(&options.program).map_err(named)?)?
    };
    let program = Program::read(&name, &bytes)?;
    if options.disassemble {
        Output.show(&program.disassembly())?;
        return Ok(ExitCode::SUCCESS);
    }
    let (ended, drawn) = match &options.timeline {
        None => (run_on(Real::new(), (), options, program), Ok(())),
        Some(file) => {
            let wrong = |error| Misuse(format!("{}: {error}", file.display()));
            // Checked now: otherwise the program would have run in vain.
            if file.as_os_str() != "-" {
                OpenOptions::new().append(true).create(true).open(file).map_err(wrong)?;
            }
            let platform = Real::new();
            let recorder = Recorder::new(platform.clone());
            let ended = run_on(platform, recorder.clone(), options, program);
            let chart = chart(&name, &recorder.take());
            (ended, show(&chart, file).map_err(wrong))
        }
    };
    drawn?;
    // Flushes what the program has printed.
    Output.show("")?;
    Ok(if ended.uncaught.is_some() { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn show(chart: &Chart, file: &Path) -> std::io::Result<()> {
    match extension(file) {
        "svg" => std::fs::write(file, chart.svg()),
        "json" => std::fs::write(file, chart.chrome_trace()),
        _ => Output.write_all(chart.text(&Style::detect()).as_bytes()),
    }
}

fn run_on(platform: Real, observer: impl Observer, options: &Options, program: Program) -> Ended {
    match options.gil {
        GilKind::Old => run_under(OldGil::observed(platform, observer), options, program),
        GilKind::New => run_under(NewGil::observed(platform, observer), options, program),
        GilKind::None => run_under(NoGil::observed(platform, observer), options, program),
    }
}

fn run_under(gil: impl Gil, options: &Options, program: Program) -> Ended {
    if let Some(interval) = options.interval {
        gil.set_interval(interval);
    }
    if let Some(ticks) = options.check_interval {
        gil.set_check_interval(ticks);
    }
    let mut interpreter = Interpreter::new(gil).output(Output);
    if let Some(threads) = options.threads {
        interpreter = interpreter.global("THREADS", i64::from(threads));
        if program.has_main() {
            interpreter = interpreter.threads(threads);
        }
    }
    interpreter.run(program)
}
