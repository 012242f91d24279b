//! Calls of the operating system, in one place. On platforms other than Linux the answers are "unknown".

#[cfg(target_os = "linux")]
mod imp {
    use crate::name;

    /// The kernel's number for the calling thread.
    pub(crate) fn native_id() -> Option<u64> {
        Some(rustix::thread::gettid().as_raw_nonzero().get().unsigned_abs().into())
    }

    /// Whether the calling thread runs `main`: its kernel number is that of the process.
    pub(crate) fn is_main_thread() -> bool {
        rustix::thread::gettid() == rustix::process::getpid()
    }

    /// The kernel number of the main thread.
    pub(crate) fn main_native_id() -> Option<u64> {
        Some(std::process::id().into())
    }

    /// Renames a thread of this process; the kernel keeps 15 bytes. Best effort: /proc may not be mounted.
    pub(crate) fn rename(native_id: u64, name: &str) {
        // The NUL ends the name: without it the write of an empty name would be a write of nothing.
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
