//! The trade's words as types and rules.
//!
//! No async, no I/O, no clock: time comes in as an argument. Every other module may use this one; it uses none of them.

pub mod absence;
pub mod access;
pub mod accuracy;
pub mod adjustment;
pub mod agent;
pub mod alert;
pub mod calendar;
pub mod cause;
pub mod compliance;
pub mod coverage;
pub mod demand;
pub mod fault;
pub mod figure;
pub mod figure_day;
pub mod figure_map;
pub mod figure_table;
pub mod follow_up;
pub mod history;
pub mod ids;
pub mod labour;
pub mod load_memory;
pub mod measure;
pub mod organisation;
pub mod peak;
pub mod planning;
pub mod planning_proposal;
pub mod promotion;
pub mod quantity;
pub mod roster;
pub mod rotation;
pub mod rules;
pub mod run;
pub mod run_part;
pub mod service;
pub mod shift;
pub mod tail_watch;
pub mod wish_memory;
pub mod workload;
