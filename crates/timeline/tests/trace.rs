//! The chart in the Trace Event Format: what the format requires, and nothing lost.

mod support;

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use ungil_timeline::Chart;

fn events(chart: &Chart) -> Vec<Value> {
    let file: Value = serde_json::from_str(&chart.chrome_trace()).unwrap();
    assert_eq!(file["displayTimeUnit"], "ns");
    file["traceEvents"].as_array().unwrap().clone()
}

fn of<'a>(events: &'a [Value], ph: &str) -> Vec<&'a Value> {
    events.iter().filter(|event| event["ph"] == ph).collect()
}

#[test]
fn every_event_has_what_its_phase_requires() {
    for chart in support::all() {
        let mut last = 0.0;
        for event in events(&chart) {
            let phase = event["ph"].as_str().unwrap();
            let required: &[&str] = match phase {
                "M" => &["args"],
                "X" => &["ts", "dur", "cat"],
                "i" => &["ts", "s"],
                "s" => &["ts", "id", "cat"],
                "f" => &["ts", "id", "cat", "bp"],
                _ => panic!("{event}"),
            };
            assert!(required.iter().all(|key| !event[key].is_null()), "{event}");
            assert!(
                event["name"].is_string() && event["pid"].is_u64() && event["tid"].as_u64() > Some(0),
                "{event}"
            );
            if phase != "M" {
                let ts = event["ts"].as_f64().unwrap();
                assert!(last <= ts, "{event}");
                last = ts;
            }
            if phase == "X" {
                assert!(event["dur"].as_f64().unwrap() >= 0.0, "{event}");
            }
        }
    }
}

#[test]
fn lanes_are_threads_with_their_names_in_their_order() {
    let chart = support::nasty();
    let events = events(&chart);
    let named = |name: &str, key: &str| -> Vec<Value> {
        let events = events.iter().filter(|event| event["name"] == name);
        events.map(|event| event["args"][key].clone()).collect()
    };
    assert_eq!(named("process_name", "name"), [chart.name.as_str()]);
    assert_eq!(named("thread_name", "name"), chart.lanes.iter().map(|lane| &*lane.name).collect::<Vec<_>>());
    assert_eq!(named("thread_sort_index", "sort_index"), [0, 1, 2]);
}

#[test]
fn spans_and_instants_are_all_there() {
    for chart in support::all() {
        let events = events(&chart);
        let spans =
            chart.lanes.iter().enumerate().flat_map(|(n, lane)| lane.spans.iter().map(move |s| (n, s)));
        let expected: BTreeSet<_> = spans.map(|(n, span)| (n as u64 + 1, span.label.as_str())).collect();
        let found = of(&events, "X");
        let found: BTreeSet<_> = found
            .iter()
            .map(|event| (event["tid"].as_u64().unwrap(), event["name"].as_str().unwrap()))
            .collect();
        assert_eq!(found, expected);
        let count = |f: fn(&ungil_timeline::Row) -> usize| chart.lanes.iter().map(f).sum::<usize>();
        assert_eq!(of(&events, "X").len(), count(|lane| lane.spans.len()));
        assert_eq!(of(&events, "i").len(), count(|lane| lane.instants.len()));
    }
    let events = events(&support::countdown());
    let sleep = of(&events, "X").into_iter().find(|event| event["name"] == "sleep").unwrap();
    assert_eq!((sleep["ts"].as_f64(), sleep["dur"].as_f64()), (Some(30_000.0), Some(30_000.0)));
    assert_eq!((&sleep["cat"], &sleep["tid"]), (&"io".into(), &2.into()));
}

/// The span to which a reader ties a flow that reads the file from top to bottom: the last that has begun on the
/// thread.
fn tied<'a>(events: &'a [Value], phase: &str) -> BTreeMap<u64, &'a Value> {
    let mut last = BTreeMap::new();
    let mut tied = BTreeMap::new();
    for event in events {
        let thread = event["tid"].as_u64().unwrap();
        if event["ph"] == "X" {
            last.insert(thread, event);
        } else if event["ph"] == phase {
            tied.insert(event["id"].as_u64().unwrap(), last[&thread]);
        }
    }
    tied
}

#[test]
fn an_arrow_leaves_the_span_that_ends_and_reaches_the_one_that_begins() {
    let chart = support::gil();
    let events = events(&chart);
    let (starts, ends) = (tied(&events, "s"), tied(&events, "f"));
    // Behind the last one nothing comes that it could reach.
    for id in 0..chart.arrows.len() as u64 - 1 {
        let at = chart.arrows[id as usize].at.as_micros() as f64;
        let (left, reached) = (starts[&id], ends[&id]);
        assert_eq!(left["ts"].as_f64().unwrap() + left["dur"].as_f64().unwrap(), at);
        assert_eq!(reached["ts"].as_f64().unwrap(), at);
        assert_eq!((&left["name"], &reached["name"]), (&"holds".into(), &"holds".into()));
    }
}

#[test]
fn flows_come_in_pairs() {
    for chart in [support::gil(), support::countdown(), support::convoy(), support::nasty()] {
        let events = events(&chart);
        let (starts, ends) = (of(&events, "s"), of(&events, "f"));
        let drawable = chart.arrows.iter().filter(|arrow| arrow.from.max(arrow.to) < chart.lanes.len());
        assert_eq!(starts.len(), drawable.count());
        let key = |event: &Value| (event["id"].as_u64(), event["ts"].to_string(), event["name"].to_string());
        let keys = |events: &[&Value]| events.iter().map(|event| key(event)).collect::<BTreeSet<_>>();
        assert_eq!(keys(&starts).len(), starts.len());
        assert_eq!(keys(&starts), keys(&ends));
    }
}
