//! The command: what it answers to whatever it is given.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ungil-gil"));
    command.args(arguments).stdin(Stdio::null());
    command
}

/// The exit code, the standard output and the standard error.
type Answer = (Option<i32>, String, String);

fn answer(output: Output) -> Answer {
    let text = |bytes| String::from_utf8(bytes).expect("it writes UTF-8");
    (output.status.code(), text(output.stdout), text(output.stderr))
}

fn run(arguments: &[&str]) -> Answer {
    answer(command(arguments).output().expect("it can be run"))
}

/// What it says to a program on its standard input.
fn fed(program: impl AsRef<[u8]>, arguments: &[&str]) -> Answer {
    let arguments = [&["-"], arguments].concat();
    let mut child = command(&arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it can be run");
    // It does not read more than it can need.
    let _ = child.stdin.take().expect("it is a pipe").write_all(program.as_ref());
    answer(child.wait_with_output().expect("it ends"))
}

/// A program that is none: the message with its line, exit code 2, and nothing else.
fn refused(program: impl AsRef<[u8]>) -> String {
    let (code, output, errors) = fed(program, &[]);
    assert_eq!((code, output.as_str()), (Some(2), ""), "{errors}");
    errors
}

/// A folder of a test's own, empty.
fn folder(test: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(test);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder can be made");
    folder
}

#[test]
fn a_program_runs() {
    assert_eq!(fed("print('a')\n", &[]), (Some(0), "a\n".to_owned(), String::new()));
    assert_eq!(fed("", &[]), (Some(0), String::new(), String::new()));
    assert_eq!(fed("\u{feff}if 1:\r\n\tprint('a\\\r\nb')\r\n", &[]).1, "ab\n");
    let main = "def main():\n    print(THREADS)\n";
    assert_eq!(fed(main, &["--threads", "3", "--gil", "old"]).1, "3\n3\n3\n");
    let (code, instructions, _) = fed("x = 1\n", &["--dis"]);
    assert_eq!(code, Some(0));
    assert!(instructions.contains("STORE_NAME"), "{instructions}");
}

#[test]
fn an_exception_ends_it_with_1() {
    let folder = folder("an_exception");
    for (text, wanted) in [
        ("1 // 0\n", "ZeroDivisionError: integer division or modulo by zero"),
        ("10**100\n", "OverflowError: integers have 64 bits here, and this result does not fit"),
        (
            "x = 9223372036854775807\nx += 1\n",
            "OverflowError: integers have 64 bits here, and this result does not fit",
        ),
        ("def f():\n    f()\nf()\n", "RecursionError: maximum recursion depth exceeded"),
        ("list(range(10**12))\n", "MemoryError: this would become too long"),
        ("x = 'a' * 100000000\nx + x\n", "MemoryError: this would become too long"),
        (
            "len(range(-1, 9223372036854775807))\n",
            "OverflowError: Python int too large to convert to C ssize_t",
        ),
    ] {
        let file = folder.join("program.py");
        fs::write(&file, text).expect("a file can be written");
        let (code, output, errors) = run(&[file.to_str().expect("a path in UTF-8")]);
        assert_eq!((code, output.as_str(), errors.lines().last()), (Some(1), "", Some(wanted)), "{errors}");
        assert!(errors.starts_with("Traceback (most recent call last):\n"), "{errors}");
    }
    // What came before it came out.
    assert_eq!(fed("print(1, end='')\n1 // 0\n", &[]).1, "1");
    let far = "r = range(-9000000000000000000, 9000000000000000000, 9000000000000000000)\nprint(r[1])\n";
    assert_eq!(fed(far, &[]).1, "0\n");
}

#[test]
fn options_that_make_no_sense_are_refused() {
    for (arguments, wanted) in [
        (&[][..], "which program? ungil-gil --help shows how"),
        (&["-", "--threads", "0"], "--threads takes a number from 1 to 1000, not 0"),
        (&["-", "--threads", "-1"], "--threads takes a number from 1 to 1000, not -1"),
        (&["-", "--threads", "100000"], "--threads takes a number from 1 to 1000, not 100000"),
        (&["-", "--check-interval", "x"], "--check-interval takes a number from 1 to 1000000, not x"),
        (&["-", "--interval", "0"], "--interval takes a time such as 5ms, 500us or 1s, not 0"),
        (&["-", "--interval", "0ms"], "--interval takes a time such as 5ms, 500us or 1s, not 0ms"),
        (&["-", "--interval", "1h"], "--interval takes a time such as 5ms, 500us or 1s, not 1h"),
        (&["-", "--interval", "1e400s"], "--interval takes a time such as 5ms, 500us or 1s, not 1e400s"),
        (&["-", "--interval", "1ms", "--gil", "old"], "--interval is for --gil new"),
        (&["-", "--check-interval", "7"], "--check-interval is for --gil old"),
        (&["-", "--gil", "no"], "--gil is old, new or none, not no"),
        (&["-", "--timeline", "a.png"], "--timeline takes a file that ends with .svg or .json, or -"),
        (&["-", "--bogus"], "invalid option '--bogus'"),
        (&["-", "other.py"], "unexpected argument \"other.py\""),
    ] {
        assert_eq!(run(arguments), (Some(2), String::new(), format!("{wanted}\n")));
    }
}

#[test]
fn what_cannot_be_read_is_said() {
    let folder = folder("what_cannot_be_read");
    let missing = folder.join("missing.py");
    for path in [&folder, &missing] {
        let (code, output, errors) = run(&[path.to_str().expect("a path in UTF-8")]);
        assert_eq!((code, output.as_str()), (Some(2), ""));
        assert!(
            errors.starts_with(&format!("{}: ", path.display())) && errors.lines().count() == 1,
            "{errors}"
        );
    }
    let wanted = "-: a program has at most 256 KiB here\n";
    assert_eq!(refused("x = 1\n".repeat(100_000)), wanted);
    assert_eq!(
        refused(b"\xef\xbb\xbfx = 1\n\xc3\xa9 = '\xff'\n"),
        "-:2:6: the byte 0xff is not UTF-8: save the program as UTF-8\n    \u{e9} = '\u{fffd}'\n         ^\n"
    );
}

#[test]
fn what_is_no_program_is_shown_with_its_place() {
    for (text, wanted) in [
        ("x = 'a\n", "-:1:5: this text is not closed in its line\n    x = 'a\n        ^\n"),
        ("\u{feff}x = = 1\n", "-:1:5: a value is missing before `=`\n    x = = 1\n        ^\n"),
        ("x = 1\0\n", "-:1:6: a program has no `\u{fffd}` here\n    x = 1\u{fffd}\n         ^\n"),
        (
            "if 1:\n        a\n\tb\n",
            "-:3:2: tabs and spaces are mixed: indent this line as those around it, with spaces only\n    \tb\n    \t^\n",
        ),
        (
            "x = '\\d'\n",
            "-:1:6: `\\d` is not offered here: a backslash itself is written `\\\\`\n    x = '\\d'\n         ^\n",
        ),
    ] {
        assert_eq!(refused(text), wanted);
    }
}

/// However long: lines that can be read.
#[test]
fn what_is_nested_too_deeply_is_shown_in_part() {
    let deep = |text: &str| text.repeat(100_000 / text.len());
    for (text, place) in [
        ("x = ".to_owned() + &deep("("), "-:1:100004: "),
        ("x = ".to_owned() + &deep("(") + &deep(")"), "-:1:95: "),
        ("x = ".to_owned() + &deep("[") + &deep("]"), "-:1:95: "),
        ("x = ".to_owned() + &deep("-") + "1", "-:1:95: "),
        ("x = a".to_owned() + &deep(".b"), "-:1:5: "),
        ("x = ".to_owned() + &deep("a") + " b", "-:1:100006: "),
        ((0..500).map(|i| " ".repeat(i) + "if x:\n").collect(), "-:101:101: "),
        ("x = ".to_owned() + &formats(12), "-:1:5: "),
    ] {
        let errors = refused(&text);
        assert!(errors.starts_with(place), "{errors}");
        assert_eq!(errors.lines().count(), 3);
        assert!(errors.lines().all(|line| line.chars().count() < 200), "{errors}");
    }
}

/// So many f-strings in one another, each with the value in many parentheses.
fn formats(times: u32) -> String {
    (0..times).fold("1".to_owned(), |inner, _| {
        let inner = "(".repeat(80) + &inner + &")".repeat(80);
        format!("f'{{{}}}'", inner.replace('\\', "\\\\").replace('\'', "\\'"))
    })
}

/// The folder is asked for before the program runs.
#[test]
fn a_timeline_needs_its_folder() {
    let folder = folder("a_timeline");
    let missing = folder.join("missing").join("a.svg");
    let missing = missing.to_str().expect("a path in UTF-8");
    let (code, output, errors) = fed("print(1)\n", &["--timeline", missing]);
    assert_eq!((code, output.as_str(), errors.lines().count()), (Some(2), "", 1), "{errors}");
    assert!(errors.starts_with(&format!("{missing}: ")), "{errors}");
    for name in ["a.svg", "a.json"] {
        let file = folder.join(name);
        // It takes the place of an older one, and comes even if the program fails.
        fs::write(&file, "x".repeat(1 << 20)).expect("a file can be written");
        let arguments = ["--timeline", file.to_str().expect("a path in UTF-8")];
        assert_eq!(fed("1 // 0\n", &arguments).0, Some(1));
        let picture = fs::read_to_string(&file).expect("it is there");
        assert!(!picture.contains("xx") && picture.contains("MainThread"), "{picture}");
    }
}

#[test]
fn a_timeline_on_the_terminal_leaves_no_file() {
    let folder = folder("a_timeline_on_the_terminal");
    fs::write(folder.join("p.py"), "x = 1\n").expect("a file can be written");
    let output = command(&["p.py", "--timeline", "-"]).current_dir(&folder).output().expect("it can be run");
    let (code, chart, errors) = answer(output);
    assert_eq!((code, errors.as_str()), (Some(0), ""));
    assert!(chart.contains("MainThread"), "{chart}");
    assert_eq!(folder.read_dir().expect("it is there").count(), 1);
}

/// `ungil-gil … | head -1`: it ends, and says nothing.
#[cfg(unix)]
#[test]
fn a_reader_that_has_gone_ends_it() {
    use std::io::{BufRead, BufReader};
    let endless = "def main():\n    while True:\n        print('a')\n";
    for arguments in [&["-", "--threads", "3"][..], &["-", "--threads", "3", "--gil", "none"]] {
        let mut child = command(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it can be run");
        child.stdin.take().expect("a pipe").write_all(endless.as_bytes()).expect("it reads");
        let mut first = String::new();
        BufReader::new(child.stdout.take().expect("a pipe")).read_line(&mut first).expect("it writes");
        assert_eq!(
            (first.as_str(), answer(child.wait_with_output().expect("it ends"))),
            ("a\n", (Some(0), String::new(), String::new()))
        );
    }
    for arguments in [&["--help"][..], &["-", "--dis"]] {
        let (reader, writer) = std::io::pipe().expect("there are pipes");
        drop(reader);
        let output = command(arguments).stdout(writer).output().expect("it can be run");
        assert_eq!(answer(output), (Some(0), String::new(), String::new()));
    }
}

/// What cannot be written is not lost in silence.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_said() {
    let full = || fs::File::options().write(true).open("/dev/full").expect("Linux has it");
    let no_space = "standard output: No space left on device (os error 28)\n";
    let folder = folder("a_full_disk");
    let file = folder.join("program.py");
    fs::write(&file, "print('a', end='')\n").expect("a file can be written");
    for argument in [file.to_str().expect("a path in UTF-8"), "--help"] {
        let output = command(&[argument]).stdout(full()).output().expect("it can be run");
        assert_eq!(answer(output), (Some(2), String::new(), no_space.to_owned()));
    }
    let output = command(&["--bogus"]).stderr(full()).output().expect("it can be run");
    assert_eq!(output.status.code(), Some(2));
}

/// Ctrl-C: the shell makes 130 of it. A shell starts its background jobs with the signal ignored, and they inherit that;
/// `env` undoes it, so that the test holds there, too.
#[cfg(target_os = "linux")]
#[test]
fn an_interrupt_ends_it() {
    use std::io::Read;
    use std::os::unix::process::ExitStatusExt;
    let blocked = "import threading\na = threading.Lock()\nprint('a')\na.acquire()\na.acquire()\n";
    for program in ["print('a')\nwhile True:\n    pass\n", blocked] {
        let mut child = Command::new("env")
            .args(["--default-signal=INT", env!("CARGO_BIN_EXE_ungil-gil"), "-"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("it can be run");
        child.stdin.take().expect("a pipe").write_all(program.as_bytes()).expect("it reads");
        child.stdout.as_mut().expect("a pipe").read_exact(&mut [0; 2]).expect("it writes");
        let kill = Command::new("sh").arg("-c").arg(format!("kill -INT {}", child.id())).status();
        assert!(kill.expect("there is a shell").success());
        assert_eq!(child.wait().expect("it ends").signal(), Some(2));
    }
}

/// Threads that the operating system does not give are the program's affair.
#[cfg(target_os = "linux")]
#[test]
fn too_many_threads_are_an_exception() {
    let folder = folder("too_many_threads");
    let file = folder.join("program.py");
    let main = "def main():\n    pass\n";
    let own = "import threading\ngo = threading.Lock()\ngo.acquire()\ndef f():\n    go.acquire()\n    go.release()\n\
               def start():\n    for i in range(1000):\n        threading.Thread(target=f).start()\n        \
               if i == 0:\n            threading.Thread(target=late).start()\n\
               def late():\n    go.release()\nstart()\n";
    for (text, threads) in [(main, "1000"), (own, "1")] {
        fs::write(&file, text).expect("a file can be written");
        // Room for a few stacks only.
        let line = "ulimit -v 60000; exec \"$0\" \"$1\" --threads \"$2\"";
        let output = Command::new("sh")
            .args(["-c", line, env!("CARGO_BIN_EXE_ungil-gil")])
            .arg(&file)
            .arg(threads)
            .output()
            .expect("it can be run");
        let (code, output, errors) = answer(output);
        assert_eq!((code, output.as_str()), (Some(1), ""), "{errors}");
        assert_eq!(errors.lines().last(), Some("RuntimeError: can't start new thread"), "{errors}");
    }
}
