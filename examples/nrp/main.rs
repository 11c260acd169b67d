//! Solves an instance of the nrp benchmark and prints one JSON line: instance, cost, bound, seconds.
//!
//! `cargo run --release --example nrp -- Instance7.txt --time-limit 60 --threads 2 --out roster.txt`

mod instance;

use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context;
use clap::Parser;
use instance::Instance;
use paiban::solver::{SolveOptions, Watch, solve};
use serde_json::json;

#[derive(Parser)]
struct Arguments {
    /// The instance.
    file: PathBuf,
    /// Seconds.
    #[arg(long, default_value_t = 60.0)]
    time_limit: f64,
    #[arg(long, default_value_t = 2)]
    threads: usize,
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// Lines to rebuild, for a run that can be repeated.
    #[arg(long)]
    iterations: Option<u64>,
    /// Where the roster goes, as the referee reads it.
    #[arg(long)]
    out: Option<PathBuf>,
    /// Prints progress to the standard error.
    #[arg(long)]
    verbose: bool,
}

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let instance = Instance::read(&std::fs::read_to_string(&arguments.file)?).context("not an instance of the benchmark")?;
    let options = SolveOptions {
        time_limit: Duration::from_secs_f64(arguments.time_limit),
        threads: arguments.threads,
        iterations: arguments.iterations,
        seed: arguments.seed,
        gap: 0.0,
    };
    let progress = |progress| {
        if arguments.verbose {
            eprintln!("{progress:?}");
        }
    };
    let watch = Watch { progress: &progress, is_cancelled: &|| false };
    let solution = solve(&instance.problem()?, &options, &watch)?;
    if let Some(out) = arguments.out {
        std::fs::write(out, instance.rows(&solution.assignments))?;
    }
    let (name, score) = (arguments.file.file_stem().map(|name| name.to_string_lossy()), &solution.score);
    println!("{}", json!({ "instance": name, "cost": score.cost, "bound": score.bound, "seconds": score.seconds }));
    Ok(())
}
