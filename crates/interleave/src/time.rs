//! Time. Inside a model there is no clock to read: time stands still, but for the time-outs that fire.

use std::ops::{Add, AddAssign, Sub};
use std::time::Duration;

use crate::runtime;

/// `std::time::Instant`; inside a model, the model's time.
///
/// There each thread has its own clock. It advances to the end of a wait of this thread when that times out,
/// and by the length of a sleep; so code with deadlines sees its deadline pass exactly when its wait has
/// timed out.
///
/// ```
/// use interleave::time::Instant;
/// use std::time::Duration;
///
/// let deadline = Instant::now() + Duration::from_secs(5);
/// assert!(deadline.saturating_duration_since(Instant::now()) <= Duration::from_secs(5));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(Inner);

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Inner {
    /// The time since the beginning of the model. Not comparable with a real time; sorts before all of them.
    Model(Duration),
    Real(std::time::Instant),
}

impl Instant {
    /// The present.
    pub fn now() -> Self {
        Instant(match runtime::here() {
            None => Inner::Real(std::time::Instant::now()),
            Some(model) => Inner::Model(model.now()),
        })
    }

    /// The time since this instant; zero if it is in the future.
    #[track_caller]
    pub fn elapsed(&self) -> Duration {
        Instant::now().saturating_duration_since(*self)
    }

    /// The time from `earlier` to this; zero if `earlier` is later.
    #[track_caller]
    pub fn saturating_duration_since(&self, earlier: Instant) -> Duration {
        match (self.0, earlier.0) {
            (Inner::Real(this), Inner::Real(earlier)) => this.saturating_duration_since(earlier),
            (Inner::Model(this), Inner::Model(earlier)) => this.saturating_sub(earlier),
            // One instant is a model's and the other is real.
            _ => {
                runtime::outside(self);
                Duration::ZERO
            }
        }
    }

    /// The time from `earlier` to this; zero if `earlier` is later.
    #[track_caller]
    pub fn duration_since(&self, earlier: Instant) -> Duration {
        self.saturating_duration_since(earlier)
    }

    /// As std's; one of a model has passed already.
    #[track_caller]
    pub(crate) fn real(&self) -> std::time::Instant {
        match self.0 {
            Inner::Real(this) => this,
            Inner::Model(_) => {
                runtime::outside(self);
                std::time::Instant::now()
            }
        }
    }

    /// `None` if that is too far for the clock.
    pub fn checked_add(&self, time: Duration) -> Option<Instant> {
        match self.0 {
            Inner::Real(this) => this.checked_add(time).map(Inner::Real),
            Inner::Model(this) => this.checked_add(time).map(Inner::Model),
        }
        .map(Instant)
    }

    /// `None` if that is before the clock began.
    pub fn checked_sub(&self, time: Duration) -> Option<Instant> {
        match self.0 {
            Inner::Real(this) => this.checked_sub(time).map(Inner::Real),
            Inner::Model(this) => this.checked_sub(time).map(Inner::Model),
        }
        .map(Instant)
    }
}

impl Add<Duration> for Instant {
    type Output = Instant;

    /// # Panics
    ///
    /// If that is too far for the clock.
    fn add(self, time: Duration) -> Instant {
        self.checked_add(time).expect("an instant that the clock can hold")
    }
}

impl AddAssign<Duration> for Instant {
    fn add_assign(&mut self, time: Duration) {
        *self = *self + time;
    }
}

impl Sub<Instant> for Instant {
    type Output = Duration;

    fn sub(self, earlier: Instant) -> Duration {
        self.saturating_duration_since(earlier)
    }
}
