//! What several test files need: gates for threads, and programs of their own for what is about a whole process.
#![allow(dead_code, unused_imports, unused_macros, reason = "no file uses all of it")]

use std::io::Read;
use std::panic::catch_unwind;
use std::process::{Command, ExitStatus, Stdio, exit};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;
use std::{cell::RefCell, env, thread};

use ungil_threads::{Builder, Runnable, Thread};

/// A net under what does not block: it passes only if the code under test is broken.
pub const NET: Duration = Duration::from_secs(5);
/// A time-out that has to pass.
pub const SHORT: Duration = Duration::from_millis(5);
/// How long a program may take, with the nets inside.
const PROGRAM: Duration = Duration::from_secs(12);

/// A thread passes the gate when the other side is sent something, or dropped, as in a test that fails.
pub fn gate() -> (Sender<()>, Gate) {
    let (open, gate) = channel();
    (open, Gate(gate))
}

pub struct Gate(Receiver<()>);

impl Gate {
    pub fn pass(&self) {
        let _ = self.0.recv();
    }
}

/// Runs until the sender is dropped.
pub fn blocked() -> (Sender<()>, Thread<()>) {
    let (open, gate) = gate();
    (open, ungil_threads::spawn(move || gate.pass()))
}

/// What comes through the channel, within the net.
#[track_caller]
pub fn next<T>(receiver: &Receiver<T>) -> T {
    receiver.recv_timeout(NET).expect("something comes through the channel")
}

/// Everything that comes through the channel until its senders are gone.
pub fn all<T>(receiver: &Receiver<T>) -> Vec<T> {
    std::iter::from_fn(|| receiver.recv_timeout(NET).ok()).collect()
}

/// A slow piece of work. What should wait for it and does not is ahead of it for certain.
pub fn take_a_while() {
    thread::sleep(Duration::from_millis(30));
}

/// Runs when it is dropped.
pub struct OnDrop<F: FnMut()>(pub F);

impl<F: FnMut()> Drop for OnDrop<F> {
    fn drop(&mut self) {
        (self.0)();
    }
}

/// What a `thread_local!` can hold to act in its destructor.
pub type LastAct = RefCell<Option<OnDrop<Box<dyn FnMut() + Send>>>>;

/// Calls `f` in the destructor of a `thread_local!` of this thread.
pub fn at_thread_end(f: impl FnMut() + Send + 'static) {
    thread_local! {
        static LAST_ACT: LastAct = const { RefCell::new(None) };
    }
    LAST_ACT.set(Some(OnDrop(Box::new(f))));
}

/// A thread that the program's exit waits for, whichever thread starts it.
pub fn non_daemon<R>(target: R) -> Thread<R::Output>
where
    R: Runnable + Send + 'static,
    R::Output: Send + Sync + 'static,
{
    Builder::new().daemon(false).spawn(target).expect("a thread can be started")
}

const WHICH: &str = "UNGIL_TEST_PROGRAM";

/// What a program has written, and how it ended.
pub struct Ended {
    pub stdout: String,
    pub stderr: String,
    pub status: ExitStatus,
}

impl Ended {
    /// The lines of its standard output, if it ended well.
    #[track_caller]
    pub fn lines(&self) -> Vec<&str> {
        assert!(self.status.success(), "{}\n{}{}", self.status, self.stdout, self.stderr);
        self.stdout.lines().collect()
    }
}

/// Runs `main` as the main function of a program of its own.
///
/// The program is this test binary again. It calls the test before libtest's own main function, in the main thread; and
/// there this function runs `main` and ends the program. The test has to stand in the file's list [`programs!`].
pub fn program(main: fn()) -> Ended {
    if env::var_os(WHICH).is_some() {
        main();
        exit(0);
    }
    let test = thread::current().name().expect("libtest names the thread after the test").to_owned();
    let mut program = Command::new(env::current_exe().expect("a path"))
        .args([&test, "--exact", "--nocapture", "--test-threads=1"])
        .env(WHICH, &test)
        .env_remove("RUST_BACKTRACE")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the test binary can be started again");
    let stdout = read(program.stdout.take());
    let stderr = read(program.stderr.take());
    let in_time = stdout.recv_timeout(PROGRAM);
    if in_time.is_err() {
        program.kill().expect("its own child can be killed");
    }
    let status = program.wait().expect("its own child can be waited for");
    let stderr = stderr.recv().unwrap_or_default();
    let stdout = in_time.unwrap_or_else(|_| panic!("{test} takes too long: {stderr}"));
    Ended { stdout, stderr, status }
}

fn read(pipe: Option<impl Read + Send + 'static>) -> Receiver<String> {
    let (sender, text) = channel();
    thread::spawn(move || {
        let mut bytes = Vec::new();
        let _ = pipe.expect("a pipe").read_to_end(&mut bytes);
        sender.send(String::from_utf8_lossy(&bytes).into_owned())
    });
    text
}

/// Called before `main`: if this process is to be a program, it becomes that.
pub fn become_program(tests: &[(&str, fn())]) {
    let Ok(which) = env::var(WHICH) else { return };
    let test = tests.iter().find(|(name, _)| *name == which);
    let _panicked = catch_unwind(|| test.expect("the test is in the list of programs").1());
    exit(101);
}

/// The tests of a file that call [`program`].
macro_rules! programs {
    ($($test:ident),+ $(,)?) => {
        /// libtest runs every test in a thread of its own; what runs in the *main* thread has to run before it.
        #[used]
        #[cfg_attr(target_os = "linux", unsafe(link_section = ".init_array"))]
        #[cfg_attr(target_vendor = "apple", unsafe(link_section = "__DATA,__mod_init_func,mod_init_funcs"))]
        #[cfg_attr(windows, unsafe(link_section = ".CRT$XCU"))]
        static BEFORE_MAIN: extern "C" fn() = {
            extern "C" fn become_program() {
                crate::support::become_program(&[$((stringify!($test), $test)),+]);
            }
            become_program
        };
    };
}
pub(crate) use programs;
