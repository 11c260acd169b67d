//! Solves an instance of the nrp benchmark and prints one JSON line: instance, cost, bound, seconds.
//!
//! `cargo run --release --example nrp -- Instance7.txt --time-limit 60 --threads 2 --out roster.txt`

#[path = "../benchmark/mod.rs"]
mod benchmark;
mod instance;

use anyhow::Context;
use benchmark::Arguments;
use clap::Parser;
use instance::Instance;

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let instance = Instance::read(&std::fs::read_to_string(&arguments.file)?).context("not an instance of the benchmark")?;
    arguments.run(&instance.problem()?, |assignments| instance.rows(assignments))
}
