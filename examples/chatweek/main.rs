//! Solves an instance of the chatweek benchmark and prints one JSON line: instance, cost, bound, seconds.
//!
//! `cargo run --release --example chatweek -- team-120.json --time-limit 60 --threads 2 --out roster.json`

#[path = "../benchmark/mod.rs"]
mod benchmark;
mod instance;

use benchmark::Arguments;
use clap::Parser;
use instance::Instance;
use serde_json::json;

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let instance: Instance = serde_json::from_reader(std::io::BufReader::new(std::fs::File::open(&arguments.file)?))?;
    arguments.run(&instance.problem()?, |assignments| {
        let rows: Vec<_> = instance.rows(assignments).collect();
        json!({ "assignments": rows }).to_string()
    })
}
