//! What needs nobody else makes no system call: it is done where every call but the last one kills.
#![cfg(target_os = "linux")]

use ungil_primitives::{Condition, Event, Lock, RawLock, Semaphore};

/// How a child process ends that calls `f` and may make no system call in it: the signal that ended it, or `None`.
fn ended_by(f: impl FnOnce()) -> Option<i32> {
    // SAFETY: the child makes nothing but `f` and system calls. `f` takes no lock that another thread of this process
    // may have held: what it uses is its own.
    let child = unsafe { libc::fork() };
    assert!(child >= 0, "no process can be started");
    if child == 0 {
        // SAFETY: plain system calls. From the first one on, only read, write, exit and sigreturn are allowed.
        unsafe {
            if libc::prctl(libc::PR_SET_SECCOMP, libc::SECCOMP_MODE_STRICT) != 0 {
                libc::_exit(1);
            }
            f();
            // Not `_exit`, which ends all threads of a process by another call.
            libc::syscall(libc::SYS_exit, 0);
            unreachable!("it has exited");
        }
    }
    let mut status = 0;
    // SAFETY: the child is ours, and nobody else waits for it.
    assert_eq!(unsafe { libc::waitpid(child, &mut status, 0) }, child);
    if libc::WIFSIGNALED(status) {
        return Some(libc::WTERMSIG(status));
    }
    assert_eq!(libc::WEXITSTATUS(status), 0, "the kernel does not refuse system calls");
    None
}

#[test]
fn one_that_wakes_is_seen() {
    let futex = std::sync::atomic::AtomicU32::new(0);
    let woken = ended_by(|| {
        ungil_futex::wake(&futex, 1);
    });
    assert_eq!(woken, Some(libc::SIGKILL));
}

#[test]
fn a_notification_that_nobody_waits_for() {
    let (lock, condition) = (Lock::new(()), Condition::new());
    let guard = lock.lock();
    let by = ended_by(|| {
        condition.notify_one(&guard);
        condition.notify_n(&guard, 3);
        condition.notify_all(&guard);
    });
    assert_eq!(by, None);
}

#[test]
fn a_lock_that_nobody_else_wants() {
    let lock = RawLock::new();
    let by = ended_by(|| {
        lock.acquire();
        let _ = lock.release();
    });
    assert_eq!(by, None);
}

#[test]
fn a_permit_that_nobody_waits_for() {
    let semaphore = Semaphore::new(1);
    let by = ended_by(|| {
        let permit = semaphore.acquire();
        drop(permit);
    });
    assert_eq!(by, None);
}

#[test]
fn an_event_that_nobody_waits_for() {
    let event = Event::new();
    let by = ended_by(|| {
        event.set();
        event.wait();
        event.clear();
    });
    assert_eq!(by, None);
}
