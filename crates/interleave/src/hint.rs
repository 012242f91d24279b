//! `std::hint`.

use crate::engine;
use crate::record::{Act, Intent, Place};
use crate::runtime;

/// Says that the calling thread spins. Inside a model it lets another thread go first: what a spinning thread
/// waits for has to come from there, and without it the search would spin for ever.
#[track_caller]
pub fn spin_loop() {
    match runtime::here() {
        None => std::hint::spin_loop(),
        Some(model) => {
            let place = Place::caller();
            model.call(None, Intent::Other("spin_loop"), place, engine::yield_now);
            model.log(None, Act::Spin, place);
        }
    }
}
