//! Writing the calendar as canonical JSON, every default written out.

use super::Calendar;
use super::benchmarks::Benchmark;
use super::days::date_text;
use super::document::{Course, Deadline, Term};
use super::read::FORMAT;
use crate::framework::write_extra;
use crate::json::write::Writer;

pub(super) fn calendar(calendar: &Calendar) -> String {
    let mut w = Writer::new();
    w.open('{');
    w.key("format").text(FORMAT);
    w.optional("id", calendar.id()).optional("version", calendar.version());
    w.key("zone").text(calendar.zone());
    calendar.days.write(&mut w);
    calendar.days.write_extra(&mut w);
    w.optional_raw("buffer_percent", Some(calendar.buffer_percent));
    w.key("measure").text(calendar.measure.as_str());
    w.list("terms", &calendar.terms, |w, Term { id, from, until }| {
        w.key("id").text(id);
        span(w, *from, *until);
    });
    w.list("courses", &calendar.courses, course);
    w.list("deadlines", &calendar.deadlines, deadline);
    write_extra(&mut w, &calendar.extra);
    w.close('}');
    w.finish()
}

fn span(w: &mut Writer, from: i64, until: i64) {
    w.key("from").text(&date_text(from)).key("until").text(&date_text(until));
}

fn course(w: &mut Writer, course: &Course) {
    w.key("id").text(&course.id).optional("title", course.title.as_deref());
    w.all_texts("competencies", &course.competencies);
    match &course.term {
        Some(term) => {
            w.key("term").text(term);
        }
        None => span(w, course.from, course.until),
    }
    w.optional_raw("buffer_percent", Some(course.buffer_percent));
    w.key("measure").text(course.measure.as_str());
    w.list("benchmarks", &course.benchmarks, |w, Benchmark { on, percent }| {
        w.key("on").text(&date_text(*on)).key("percent").raw(&percent.to_string());
    });
}

fn deadline(w: &mut Writer, deadline: &Deadline) {
    w.key("activity").text(&deadline.activity).key("due").text(&deadline.local);
    w.optional_raw("grace_days", Some(deadline.grace_days));
    w.key("grace").text(if deadline.in_school_days { "school_days" } else { "days" });
}
