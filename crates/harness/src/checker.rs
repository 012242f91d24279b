//! What the model checker says, in the runner's terms.

use std::env;

use interleave::Kind;

use crate::{Class, Coverage, Explored, Finding};

impl From<Kind> for Class {
    fn from(kind: Kind) -> Class {
        match kind {
            Kind::WrongValue => Class::WrongValue,
            Kind::DataRace => Class::DataRace,
            Kind::StaleRead => Class::StaleRead,
            Kind::Deadlock => Class::Deadlock,
            Kind::PartialDeadlock => Class::PartialDeadlock,
            Kind::LostWakeup => Class::LostWakeup,
            Kind::Livelock => Class::Livelock,
            Kind::Panic => Class::Panic,
            Kind::Hang => Class::Hang,
            Kind::CannotJudge => Class::CannotJudge,
        }
    }
}

impl From<interleave::Explored> for Explored {
    fn from(explored: interleave::Explored) -> Explored {
        let coverage = match explored.coverage {
            interleave::Coverage::All => Coverage::All,
            interleave::Coverage::AtMost(k) => Coverage::AtMost(k as u64),
            interleave::Coverage::Stopped => Coverage::Stopped,
        };
        Explored { executions: explored.executions as u64, coverage }
    }
}

impl From<interleave::Failure> for Finding {
    fn from(failure: interleave::Failure) -> Finding {
        let place = failure.place.as_ref().map(|line| format!("{}:{}", line.file, line.number));
        let place = place.unwrap_or_default();
        if crate::panics::is_todo(&failure.message) {
            return Finding { place, ..Finding::new(Class::NotStarted, failure.message) };
        }
        Finding { place, picture: failure.picture(style()), ..Finding::new(failure.kind.into(), "") }
    }
}

/// How to draw a picture for the runner: as wide as the terminal that the runner found, up to what is easy to read.
pub fn style() -> interleave::Style {
    let default = interleave::Style::default();
    let columns = env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    let ascii = env::var_os("UNGIL_ASCII").is_some_and(|value| !value.is_empty());
    interleave::Style { width: columns.map_or(default.width, |columns: usize| columns.min(100)), ascii }
}

#[cfg(test)]
mod tests {
    use interleave::Model;

    use super::*;
    use crate::Evidence;

    #[test]
    fn a_class_has_one_name() {
        let kinds = [
            Kind::WrongValue,
            Kind::DataRace,
            Kind::StaleRead,
            Kind::Deadlock,
            Kind::PartialDeadlock,
            Kind::LostWakeup,
            Kind::Livelock,
            Kind::Panic,
            Kind::Hang,
            Kind::CannotJudge,
        ];
        for kind in kinds {
            assert_eq!(Class::from(kind).name(), kind.name());
        }
    }

    #[test]
    #[expect(clippy::todo, reason = "the answer of a learner who has not begun")]
    fn a_failure_keeps_its_place_and_picture() {
        let found = Model::new().search(|| panic!("on purpose")).finding();
        assert_eq!(found.class, Class::Panic);
        assert!(found.place.starts_with("crates/harness/src/checker.rs:"), "{}", found.place);
        assert!(found.picture.contains("on purpose"), "{}", found.picture);
        assert_eq!(Model::new().search(|| todo!()).finding().class, Class::NotStarted);
    }

    #[test]
    fn what_was_covered_is_said_in_the_same_words() {
        let searches = [Model::new(), Model::new().preemption_bound(1), Model::new().preemption_bound(2)];
        for model in searches {
            let explored = model.search(|| ()).unwrap();
            assert_eq!(Explored::from(explored).to_string(), explored.to_string());
        }
        let stopped = interleave::Explored { executions: 7, coverage: interleave::Coverage::Stopped };
        assert_eq!(Explored::from(stopped).to_string(), stopped.to_string());
    }

    #[test]
    fn a_search_that_was_stopped_solves_nothing() {
        let explored = Model::new().preemption_bound(2).search(|| ()).unwrap();
        let stopped = interleave::Explored { coverage: interleave::Coverage::Stopped, ..explored };
        assert_eq!(vec![explored, explored].finding().explored, [explored.into(); 2]);
        assert_eq!(vec![explored, stopped].finding().class, Class::CannotJudge);
        assert_eq!(stopped.finding().explored, [stopped.into()]);
    }
}
