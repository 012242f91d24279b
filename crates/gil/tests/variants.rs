//! Stubs, solutions and wrong answers, each with the suite of its exercise; the course's self-check runs
//! them. Written by `cargo xtask test --bless`.

#![allow(clippy::all, clippy::todo, missing_docs, unused)]

#[path = "."]
mod e1_old_gil {
    #[path = "."]
    mod stub {
        #[path = "../stubs/e1_old_gil.rs"]
        mod answer;
        #[path = "suites/e1_old_gil.rs"]
        mod suite;
    }

    #[path = "."]
    mod solution {
        #[path = "../solutions/e1_old_gil.rs"]
        mod answer;
        #[path = "suites/e1_old_gil.rs"]
        mod suite;
    }

    #[path = "."]
    mod wrong_counts_from_the_take {
        #[path = "../wrong/e1_old_gil/counts_from_the_take.rs"]
        mod answer;
        #[path = "suites/e1_old_gil.rs"]
        mod suite;
    }

    #[path = "."]
    mod wrong_first_come_first_served {
        #[path = "../wrong/e1_old_gil/first_come_first_served.rs"]
        mod answer;
        #[path = "suites/e1_old_gil.rs"]
        mod suite;
    }

    #[path = "."]
    mod wrong_gives_nobody_a_chance {
        #[path = "../wrong/e1_old_gil/gives_nobody_a_chance.rs"]
        mod answer;
        #[path = "suites/e1_old_gil.rs"]
        mod suite;
    }

    #[path = "."]
    mod wrong_keeps_the_flag_up {
        #[path = "../wrong/e1_old_gil/keeps_the_flag_up.rs"]
        mod answer;
        #[path = "suites/e1_old_gil.rs"]
        mod suite;
    }

    #[path = "."]
    mod wrong_looks_once {
        #[path = "../wrong/e1_old_gil/looks_once.rs"]
        mod answer;
        #[path = "suites/e1_old_gil.rs"]
        mod suite;
    }

    #[path = "."]
    mod wrong_looks_then_takes {
        #[path = "../wrong/e1_old_gil/looks_then_takes.rs"]
        mod answer;
        #[path = "suites/e1_old_gil.rs"]
        mod suite;
    }

    #[path = "."]
    mod wrong_never_sets_the_ticker {
        #[path = "../wrong/e1_old_gil/never_sets_the_ticker.rs"]
        mod answer;
        #[path = "suites/e1_old_gil.rs"]
        mod suite;
    }

    #[path = "."]
    mod wrong_signals_first {
        #[path = "../wrong/e1_old_gil/signals_first.rs"]
        mod answer;
        #[path = "suites/e1_old_gil.rs"]
        mod suite;
    }

    #[path = "."]
    mod wrong_tells_nobody {
        #[path = "../wrong/e1_old_gil/tells_nobody.rs"]
        mod answer;
        #[path = "suites/e1_old_gil.rs"]
        mod suite;
    }
}
