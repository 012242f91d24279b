//! Models that fail, and their pictures in `tests/snapshots`: `UPDATE_EXPECT=1 cargo test` records them anew. Also models
//! that must pass.

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
