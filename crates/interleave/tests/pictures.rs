//! Models that fail, and their pictures, recorded in `tests/snapshots`: `BLESS=1` records them anew. Among
//! them what must not be called wrong.

#[path = "pictures/atomics.rs"]
mod atomics;
#[path = "pictures/endless.rs"]
mod endless;
#[path = "pictures/holder.rs"]
mod holder;
#[path = "pictures/locks.rs"]
mod locks;
#[path = "pictures/panics.rs"]
mod panics;
#[path = "pictures/support.rs"]
mod support;
#[path = "pictures/waits.rs"]
mod waits;
