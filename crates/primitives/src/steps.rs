//! The steps before [`RawLock`](crate::RawLock), and the lecture's `follow`. To learn from, not to use.

pub mod follow;
mod s1_lock_t;
mod s2_spin;
pub(crate) mod s3_futex;

pub use s1_lock_t::LockT;
pub use s2_spin::{SpinLock, SpinLockGuard};
pub use s3_futex::{FutexLock, FutexLockGuard};
