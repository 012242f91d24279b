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

#[path = "."]
mod e2_drop_request {
    #[path = "."]
    mod stub {
        #[path = "../stubs/e2_drop_request.rs"]
        mod answer;
        #[path = "suites/e2_drop_request.rs"]
        mod suite;
    }

    #[path = "."]
    mod solution {
        #[path = "../solutions/e2_drop_request.rs"]
        mod answer;
        #[path = "suites/e2_drop_request.rs"]
        mod suite;
    }

    #[path = "."]
    mod wrong_asks_after_a_switch {
        #[path = "../wrong/e2_drop_request/asks_after_a_switch.rs"]
        mod answer;
        #[path = "suites/e2_drop_request.rs"]
        mod suite;
    }

    #[path = "."]
    mod wrong_asks_at_once {
        #[path = "../wrong/e2_drop_request/asks_at_once.rs"]
        mod answer;
        #[path = "suites/e2_drop_request.rs"]
        mod suite;
    }

    #[path = "."]
    mod wrong_asks_whenever_it_wakes {
        #[path = "../wrong/e2_drop_request/asks_whenever_it_wakes.rs"]
        mod answer;
        #[path = "suites/e2_drop_request.rs"]
        mod suite;
    }

    #[path = "."]
    mod wrong_counts_every_taking {
        #[path = "../wrong/e2_drop_request/counts_every_taking.rs"]
        mod answer;
        #[path = "suites/e2_drop_request.rs"]
        mod suite;
    }

    #[path = "."]
    mod wrong_keeps_the_request_up {
        #[path = "../wrong/e2_drop_request/keeps_the_request_up.rs"]
        mod answer;
        #[path = "suites/e2_drop_request.rs"]
        mod suite;
    }

    #[path = "."]
    mod wrong_looks_then_takes {
        #[path = "../wrong/e2_drop_request/looks_then_takes.rs"]
        mod answer;
        #[path = "suites/e2_drop_request.rs"]
        mod suite;
    }

    #[path = "."]
    mod wrong_never_asks {
        #[path = "../wrong/e2_drop_request/never_asks.rs"]
        mod answer;
        #[path = "suites/e2_drop_request.rs"]
        mod suite;
    }

    #[path = "."]
    mod wrong_sleeps_through_the_release {
        #[path = "../wrong/e2_drop_request/sleeps_through_the_release.rs"]
        mod answer;
        #[path = "suites/e2_drop_request.rs"]
        mod suite;
    }

    #[path = "."]
    mod wrong_takes_what_it_asked_for {
        #[path = "../wrong/e2_drop_request/takes_what_it_asked_for.rs"]
        mod answer;
        #[path = "suites/e2_drop_request.rs"]
        mod suite;
    }
}

#[path = "."]
mod e3_forced_switch {
    #[path = "."]
    mod stub {
        #[path = "../stubs/e3_forced_switch.rs"]
        mod answer;
        #[path = "suites/e3_forced_switch.rs"]
        mod suite;
    }

    #[path = "."]
    mod solution {
        #[path = "../solutions/e3_forced_switch.rs"]
        mod answer;
        #[path = "suites/e3_forced_switch.rs"]
        mod suite;
    }

    #[path = "."]
    mod wrong_always_stands_back {
        #[path = "../wrong/e3_forced_switch/always_stands_back.rs"]
        mod answer;
        #[path = "suites/e3_forced_switch.rs"]
        mod suite;
    }

    #[path = "."]
    mod wrong_looks_once {
        #[path = "../wrong/e3_forced_switch/looks_once.rs"]
        mod answer;
        #[path = "suites/e3_forced_switch.rs"]
        mod suite;
    }

    #[path = "."]
    mod wrong_never_stands_back {
        #[path = "../wrong/e3_forced_switch/never_stands_back.rs"]
        mod answer;
        #[path = "suites/e3_forced_switch.rs"]
        mod suite;
    }

    #[path = "."]
    mod wrong_stands_back_for_whoever_waits {
        #[path = "../wrong/e3_forced_switch/stands_back_for_whoever_waits.rs"]
        mod answer;
        #[path = "suites/e3_forced_switch.rs"]
        mod suite;
    }

    #[path = "."]
    mod wrong_stands_back_with_the_gil {
        #[path = "../wrong/e3_forced_switch/stands_back_with_the_gil.rs"]
        mod answer;
        #[path = "suites/e3_forced_switch.rs"]
        mod suite;
    }

    #[path = "."]
    mod wrong_waits_until_it_is_taken {
        #[path = "../wrong/e3_forced_switch/waits_until_it_is_taken.rs"]
        mod answer;
        #[path = "suites/e3_forced_switch.rs"]
        mod suite;
    }

    #[path = "."]
    mod wrong_waits_without_a_look {
        #[path = "../wrong/e3_forced_switch/waits_without_a_look.rs"]
        mod answer;
        #[path = "suites/e3_forced_switch.rs"]
        mod suite;
    }
}

#[path = "."]
mod e4_allow_threads {
    #[path = "."]
    mod stub {
        #[path = "../stubs/e4_allow_threads.rs"]
        mod answer;
        #[path = "suites/e4_allow_threads.rs"]
        mod suite;
    }

    #[path = "."]
    mod solution {
        #[path = "../solutions/e4_allow_threads.rs"]
        mod answer;
        #[path = "suites/e4_allow_threads.rs"]
        mod suite;
    }

    #[path = "."]
    mod wrong_code_by_hand {
        #[path = "../wrong/e4_allow_threads/code_by_hand.rs"]
        mod answer;
        #[path = "suites/e4_allow_threads.rs"]
        mod suite;
    }

    #[path = "."]
    mod wrong_comes_back_with_it {
        #[path = "../wrong/e4_allow_threads/comes_back_with_it.rs"]
        mod answer;
        #[path = "suites/e4_allow_threads.rs"]
        mod suite;
    }

    #[path = "."]
    mod wrong_comes_back_without_it {
        #[path = "../wrong/e4_allow_threads/comes_back_without_it.rs"]
        mod answer;
        #[path = "suites/e4_allow_threads.rs"]
        mod suite;
    }

    #[path = "."]
    mod wrong_drops_the_guard_at_once {
        #[path = "../wrong/e4_allow_threads/drops_the_guard_at_once.rs"]
        mod answer;
        #[path = "suites/e4_allow_threads.rs"]
        mod suite;
    }

    #[path = "."]
    mod wrong_keeps_it {
        #[path = "../wrong/e4_allow_threads/keeps_it.rs"]
        mod answer;
        #[path = "suites/e4_allow_threads.rs"]
        mod suite;
    }

    #[path = "."]
    mod wrong_native_by_hand {
        #[path = "../wrong/e4_allow_threads/native_by_hand.rs"]
        mod answer;
        #[path = "suites/e4_allow_threads.rs"]
        mod suite;
    }

    #[path = "."]
    mod wrong_releases_twice {
        #[path = "../wrong/e4_allow_threads/releases_twice.rs"]
        mod answer;
        #[path = "suites/e4_allow_threads.rs"]
        mod suite;
    }

    #[path = "."]
    mod wrong_waits_for_itself {
        #[path = "../wrong/e4_allow_threads/waits_for_itself.rs"]
        mod answer;
        #[path = "suites/e4_allow_threads.rs"]
        mod suite;
    }
}

#[path = "."]
mod e5_reference_count {
    #[path = "."]
    mod stub {
        #[path = "../stubs/e5_reference_count.rs"]
        mod answer;
        #[path = "suites/e5_reference_count.rs"]
        mod suite;
    }

    #[path = "."]
    mod solution {
        #[path = "../solutions/e5_reference_count.rs"]
        mod answer;
        #[path = "suites/e5_reference_count.rs"]
        mod suite;
    }

    #[path = "."]
    mod wrong_adds_in_two_steps {
        #[path = "../wrong/e5_reference_count/adds_in_two_steps.rs"]
        mod answer;
        #[path = "suites/e5_reference_count.rs"]
        mod suite;
    }

    #[path = "."]
    mod wrong_frees_at_the_last_but_one {
        #[path = "../wrong/e5_reference_count/frees_at_the_last_but_one.rs"]
        mod answer;
        #[path = "suites/e5_reference_count.rs"]
        mod suite;
    }

    #[path = "."]
    mod wrong_looks_after_it {
        #[path = "../wrong/e5_reference_count/looks_after_it.rs"]
        mod answer;
        #[path = "suites/e5_reference_count.rs"]
        mod suite;
    }

    #[path = "."]
    mod wrong_looks_without_an_order {
        #[path = "../wrong/e5_reference_count/looks_without_an_order.rs"]
        mod answer;
        #[path = "suites/e5_reference_count.rs"]
        mod suite;
    }

    #[path = "."]
    mod wrong_orders_nothing {
        #[path = "../wrong/e5_reference_count/orders_nothing.rs"]
        mod answer;
        #[path = "suites/e5_reference_count.rs"]
        mod suite;
    }
}

#[path = "."]
mod e6_critical_sections {
    #[path = "."]
    mod stub {
        #[path = "../stubs/e6_critical_sections.rs"]
        mod answer;
        #[path = "suites/e6_critical_sections.rs"]
        mod suite;
    }

    #[path = "."]
    mod solution {
        #[path = "../solutions/e6_critical_sections.rs"]
        mod answer;
        #[path = "suites/e6_critical_sections.rs"]
        mod suite;
    }

    #[path = "."]
    mod wrong_always_suspends {
        #[path = "../wrong/e6_critical_sections/always_suspends.rs"]
        mod answer;
        #[path = "suites/e6_critical_sections.rs"]
        mod suite;
    }

    #[path = "."]
    mod wrong_drops_the_guard_at_once {
        #[path = "../wrong/e6_critical_sections/drops_the_guard_at_once.rs"]
        mod answer;
        #[path = "suites/e6_critical_sections.rs"]
        mod suite;
    }

    #[path = "."]
    mod wrong_never_resumes {
        #[path = "../wrong/e6_critical_sections/never_resumes.rs"]
        mod answer;
        #[path = "suites/e6_critical_sections.rs"]
        mod suite;
    }

    #[path = "."]
    mod wrong_resumes_all_at_once {
        #[path = "../wrong/e6_critical_sections/resumes_all_at_once.rs"]
        mod answer;
        #[path = "suites/e6_critical_sections.rs"]
        mod suite;
    }

    #[path = "."]
    mod wrong_resumes_if_it_can {
        #[path = "../wrong/e6_critical_sections/resumes_if_it_can.rs"]
        mod answer;
        #[path = "suites/e6_critical_sections.rs"]
        mod suite;
    }

    #[path = "."]
    mod wrong_suspends_only_the_last {
        #[path = "../wrong/e6_critical_sections/suspends_only_the_last.rs"]
        mod answer;
        #[path = "suites/e6_critical_sections.rs"]
        mod suite;
    }

    #[path = "."]
    mod wrong_waits_with_all_it_has {
        #[path = "../wrong/e6_critical_sections/waits_with_all_it_has.rs"]
        mod answer;
        #[path = "suites/e6_critical_sections.rs"]
        mod suite;
    }
}
