//! A user's platform and GIL that do unusual things which are allowed: run an interpreter in a destructor, and panic.

use std::io::{self, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;

use ungil_gil::platform::Real;
use ungil_gil::{Buffer, ExceptionKind, Gil, Interpreter, NewGil, NoGil, OldGil, Platform, Point, Program};

/// Real threads, and a closure that is called when a condition is dropped.
#[derive(Clone)]
struct Hooked {
    real: Real,
    hook: Arc<dyn Fn() + Send + Sync>,
}

struct HookedCondition {
    condition: <Real as Platform>::Condition,
    hook: Arc<dyn Fn() + Send + Sync>,
}

impl Drop for HookedCondition {
    fn drop(&mut self) {
        (self.hook)();
    }
}

// SAFETY: the mutex is the real platform's.
unsafe impl Platform for Hooked {
    type Flag = AtomicBool;
    type Mutex<T: Send + 'static> = <Real as Platform>::Mutex<T>;
    type Guard<'a, T: Send + 'static> = <Real as Platform>::Guard<'a, T>;
    type Condition = HookedCondition;
    type Thread = <Real as Platform>::Thread;

    fn flag(&self) -> AtomicBool {
        self.real.flag()
    }

    fn mutex<T: Send + 'static>(&self, value: T) -> Self::Mutex<T> {
        self.real.mutex(value)
    }

    fn condition(&self) -> HookedCondition {
        HookedCondition { condition: self.real.condition(), hook: Arc::clone(&self.hook) }
    }

    fn lock<'a, T: Send + 'static>(&self, mutex: &'a Self::Mutex<T>) -> Self::Guard<'a, T> {
        self.real.lock(mutex)
    }

    fn wait<T: Send + 'static>(&self, condition: &HookedCondition, guard: &mut Self::Guard<'_, T>) {
        self.real.wait(&condition.condition, guard);
    }

    fn wait_timeout<T: Send + 'static>(
        &self,
        condition: &HookedCondition,
        guard: &mut Self::Guard<'_, T>,
        timeout: Duration,
    ) -> bool {
        self.real.wait_timeout(&condition.condition, guard, timeout)
    }

    fn notify_one<T: Send + 'static>(&self, condition: &HookedCondition, guard: &Self::Guard<'_, T>) {
        self.real.notify_one(&condition.condition, guard);
    }

    fn spawn(&self, name: &str, body: impl FnOnce() + Send + 'static) -> Self::Thread {
        self.real.spawn(name, body)
    }

    fn join(&self, thread: Self::Thread) {
        self.real.join(thread);
    }

    fn name(&self) -> String {
        self.real.name()
    }

    fn now(&self) -> Duration {
        self.real.now()
    }

    fn sleep(&self, time: Duration) {
        self.real.sleep(time);
    }
}

/// Under a GIL of another kind, with containers of its own: they must not be taken for the outer one's.
#[test]
fn an_interpreter_runs_in_a_destructor() {
    const PROGRAM: &str = "from threading import Lock\nl = [[Lock()], 7]\nl = None\n";
    let dropped = Arc::new(AtomicUsize::new(0));
    let inside = Arc::new(Mutex::new(None));
    let hook = {
        let (dropped, inside) = (Arc::clone(&dropped), Arc::clone(&inside));
        move || {
            if inside.lock().unwrap().is_some() {
                return;
            }
            let counted = Arc::clone(&dropped);
            let hook = Arc::new(move || {
                counted.fetch_add(1, Ordering::Relaxed);
            });
            let gil = NoGil::new(Hooked { real: Real::new(), hook });
            Interpreter::new(gil).run(Program::compile("inner.py", PROGRAM).unwrap());
            *inside.lock().unwrap() = Some(dropped.load(Ordering::Relaxed));
        }
    };
    let gil = OldGil::new(Hooked { real: Real::new(), hook: Arc::new(hook) });
    Interpreter::new(gil).run(Program::compile("outer.py", PROGRAM).unwrap());
    // The lock's condition and the main thread's, both when the inner one has ended.
    assert_eq!(*inside.lock().unwrap(), Some(2));
}

/// Tells of each line.
struct Tells(mpsc::Sender<()>);

impl Write for Tells {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // At the end no thread receives any more.
        let _ = self.0.send(());
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A writer that blocks until it is told to go on.
struct Waits(mpsc::Receiver<()>);

impl Write for Waits {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.recv().expect("the other end is there");
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The traceback of the main thread is written at once, although another thread goes on until the traceback was
/// written.
#[test]
fn the_main_threads_traceback_waits_for_nobody() {
    let program = "\
from threading import Thread
Thread(target=print, args=('late',)).start()
1 // 0
";
    let (sender, told) = mpsc::channel();
    let interpreter = Interpreter::new(NoGil::new(Real::new())).output(Waits(told)).errors(Tells(sender));
    let ended = interpreter.run(Program::compile("p.py", program).unwrap());
    assert_eq!(ended.uncaught.map(|uncaught| uncaught.kind()), Some(ExceptionKind::ZeroDivisionError));
}

/// Without a GIL another thread looks at a dict and a list while what they do not take is dropped.
#[test]
fn a_destructor_runs_while_containers_are_free() {
    const PROGRAM: &str = "\
from threading import Lock, Thread
d = {1: 0}
l = [0]
runs = True
def look():
    while runs:
        print(d, l)
def fail():
    l[1] = [Lock()]
t = Thread(target=look)
t.start()
d.setdefault(1, [Lock()])
u = Thread(target=fail)
u.start()
u.join()
runs = False
";
    let (sender, lines) = mpsc::channel();
    let looks = Arc::new(Mutex::new(Vec::new()));
    let hook = {
        let (lines, looks) = (Mutex::new(lines), Arc::clone(&looks));
        move || {
            let (lines, mut looks) = (lines.lock().unwrap(), looks.lock().unwrap());
            if looks.len() == 2 {
                return;
            }
            // Those before, and one that may have begun before.
            while lines.try_recv().is_ok() {}
            let next = || lines.recv_timeout(Duration::from_secs(2)).is_ok();
            looks.push(next() && next());
        }
    };
    let gil = NoGil::new(Hooked { real: Real::new(), hook: Arc::new(hook) });
    let interpreter = Interpreter::new(gil).output(Tells(sender)).errors(io::sink());
    interpreter.run(Program::compile("p.py", PROGRAM).unwrap());
    assert_eq!(*looks.lock().unwrap(), [true, true]);
}

/// A GIL that panics instead of being taken: a thread named `2` takes it once, and not a second time.
struct Refuses(NewGil<Real>);

// SAFETY: it is a NewGil.
unsafe impl Gil for Refuses {
    type Platform = Real;
    type Thread = (<NewGil<Real> as Gil>::Thread, AtomicU32);
    const EXCLUSIVE: bool = true;

    fn platform(&self) -> &Real {
        self.0.platform()
    }

    fn thread(&self) -> Self::Thread {
        (self.0.thread(), AtomicU32::new(1))
    }

    fn number(&self, (thread, _): &Self::Thread) -> usize {
        self.0.number(thread)
    }

    fn take_gil(&self, (thread, times): &Self::Thread) {
        let time = times.fetch_add(1, Ordering::Relaxed);
        assert_ne!(self.platform().name(), time.to_string(), "refused");
        self.0.take_gil(thread);
    }

    unsafe fn drop_gil(&self, (thread, _): &Self::Thread) {
        // SAFETY: as the caller has promised.
        unsafe { self.0.drop_gil(thread) };
    }

    fn should_yield(&self, (thread, _): &Self::Thread, at: Point) -> bool {
        self.0.should_yield(thread, at)
    }
}

/// Panics at a line that says so.
struct Panics(Buffer);

impl Write for Panics {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        assert!(bytes != b"panic\n", "the writer panics");
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What was printed, and what the panic said.
fn panics<G: Gil>(gil: G, program: &str) -> (String, String) {
    let (program, output) = (Program::compile("p.py", program).unwrap(), Buffer::new());
    let interpreter = Interpreter::new(gil).output(Panics(output.clone()));
    let panic = catch_unwind(AssertUnwindSafe(|| interpreter.run(program))).unwrap_err();
    let message = panic.downcast_ref::<String>().cloned();
    (output.text(), message.or_else(|| panic.downcast_ref::<&str>().map(|&it| it.to_owned())).unwrap())
}

#[test]
fn a_panic_leaves_the_gil_and_its_locks_to_others() {
    let program = "\
from threading import Lock, Thread
lock = Lock()
def work():
    with lock:
        print('panic')
t = Thread(target=work, name='worker')
t.start()
t.join()
with lock:
    print('goes on')
";
    let wanted = ("goes on\n".to_owned(), "worker has panicked".to_owned());
    assert_eq!(panics(NewGil::new(Real::new()), program), wanted);
    assert_eq!(panics(OldGil::new(Real::new()), program), wanted);
    assert_eq!(panics(NoGil::new(Real::new()), program), wanted);
}

/// The other thread does not end for a while.
#[test]
fn a_panic_of_the_main_thread_waits_for_the_others() {
    let program = "\
import time
from threading import Lock, Thread
lock = Lock()
def work():
    with lock:
        time.sleep(0.05)
        print('goes on')
t = Thread(target=work)
with lock:
    t.start()
    print('panic')
";
    let wanted = ("goes on\n".to_owned(), "the writer panics".to_owned());
    assert_eq!(panics(NewGil::new(Real::new()), program), wanted);
}

/// Other threads may count the objects: one reference is left where a thread has had it.
#[test]
fn who_cannot_take_the_gil_drops_no_arguments() {
    let program = "\
import sys
from threading import Thread
l = []
t = Thread(target=print, args=(l,), name='1')
t.start()
t.join()
print(sys.getrefcount(l))
";
    let wanted = ("3\n".to_owned(), "1 has panicked".to_owned());
    assert_eq!(panics(Refuses(NewGil::new(Real::new())), program), wanted);
}

#[test]
fn who_cannot_take_the_gil_again_drops_nothing() {
    let program = "\
import sys
from threading import Lock, Thread
gate = Lock()
gate.acquire()
def acquire():
    gate.acquire()
def join():
    waits.join(0.001)
waits = Thread(target=acquire)
waits.start()
before = sys.getrefcount(waits)
joins = Thread(target=join, name='2')
joins.start()
joins.join()
print(sys.getrefcount(waits) - before)
gate.release()
";
    let wanted = ("1\n".to_owned(), "2 has panicked".to_owned());
    assert_eq!(panics(Refuses(NewGil::new(Real::new())), program), wanted);
}
