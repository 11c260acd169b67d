//! What the programs for public benchmarks share: their arguments, the solve, and the line they print.

use std::path::PathBuf;
use std::time::Duration;

use clap::Parser;
use paiban::domain::roster::Assignment;
use paiban::solver::{RosterProblem, SolveOptions, Watch, solve};
use serde_json::json;

/// What a program is called with.
#[derive(Parser)]
pub struct Arguments {
    /// The instance.
    pub file: PathBuf,
    /// Seconds.
    #[arg(long, default_value_t = 60.0)]
    time_limit: f64,
    #[arg(long, default_value_t = 2)]
    threads: usize,
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// Lines to rebuild by each thread, for a run that can be repeated.
    #[arg(long)]
    iterations: Option<u64>,
    /// Where the roster goes, as the referee reads it.
    #[arg(long)]
    out: Option<PathBuf>,
    /// Prints progress to the standard error.
    #[arg(long)]
    verbose: bool,
}

impl Arguments {
    /// Solves, writes the roster as `render` gives it, and prints one JSON line: instance, cost, bound, seconds.
    pub fn run(&self, problem: &RosterProblem, render: impl FnOnce(&[Assignment]) -> String) -> anyhow::Result<()> {
        let options = SolveOptions {
            time_limit: Duration::from_secs_f64(self.time_limit),
            threads: self.threads,
            iterations: self.iterations,
            seed: self.seed,
            gap: 0.0,
        };
        let progress = |progress| {
            if self.verbose {
                eprintln!("{progress:?}");
            }
        };
        let solution = solve(problem, &options, &Watch { progress: &progress, is_cancelled: &|| false })?;
        if let Some(out) = &self.out {
            std::fs::write(out, render(&solution.assignments))?;
        }
        let (name, score) = (self.file.file_stem().map(|name| name.to_string_lossy()), &solution.score);
        println!("{}", json!({ "instance": name, "cost": score.cost, "bound": score.bound, "seconds": score.seconds }));
        Ok(())
    }
}
