//! What only the operating system knows, behind one seam: elsewhere than on Linux the answers are "unknown".

#[cfg(target_os = "linux")]
mod imp {
    use crate::name;

    /// The kernel's number for the calling thread.
    pub(crate) fn native_id() -> Option<u64> {
        Some(rustix::thread::gettid().as_raw_nonzero().get().unsigned_abs().into())
    }

    /// Whether the calling thread is the one that `main` runs in: its kernel number is the process's.
    pub(crate) fn is_main_thread() -> bool {
        rustix::thread::gettid() == rustix::process::getpid()
    }

    /// The kernel number of the main thread.
    pub(crate) fn main_native_id() -> Option<u64> {
        Some(std::process::id().into())
    }

    /// Renames any thread of this process; the kernel keeps 15 bytes. Best effort: /proc may not be there.
    pub(crate) fn rename(native_id: u64, name: &str) {
        // The NUL ends the name; without it an empty one would not be written at all.
        let _ =
            std::fs::write(format!("/proc/self/task/{native_id}/comm"), format!("{}\0", name::for_os(name)));
    }
}

#[cfg(not(target_os = "linux"))]
mod imp {
    pub(crate) fn native_id() -> Option<u64> {
        None
    }

    pub(crate) fn is_main_thread() -> bool {
        std::thread::current().name() == Some("main")
    }

    pub(crate) fn main_native_id() -> Option<u64> {
        None
    }

    pub(crate) fn rename(_native_id: u64, _name: &str) {}
}

pub(crate) use imp::{is_main_thread, main_native_id, native_id, rename};
