//! Designs the rotation of an instance of the rws benchmark and prints one JSON line: instance, status, seconds.
//!
//! `cargo run --release --example rws -- Example103.dzn --time-limit 60 --out schedule.txt`: any rotation will do. With
//! `--best` the best one by the usual weights; with `--explain` why there is none. Both go to the standard error.

mod instance;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use clap::Parser;
use paiban::rotation::{DesignError, DesignOptions, RotationProblem, RotationWeights, design, explain};
use serde_json::json;

/// What the program is called with.
#[derive(Parser)]
struct Arguments {
    /// The instance.
    file: PathBuf,
    /// Seconds.
    #[arg(long, default_value_t = 60.0)]
    time_limit: f64,
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// Where the rotation goes, as the referee reads it.
    #[arg(long)]
    out: Option<PathBuf>,
    /// Looks for the best rotation.
    #[arg(long)]
    best: bool,
    /// Says why there is no rotation, and what to give up.
    #[arg(long)]
    explain: bool,
}

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let started = Instant::now();
    let problem = instance::read(&std::fs::read_to_string(&arguments.file)?)?;
    let options = DesignOptions { time_limit: Duration::from_secs_f64(arguments.time_limit), seed: arguments.seed };
    let weights = if arguments.best { RotationWeights::default() } else { RotationWeights::NONE };
    let designed = design(&problem, &weights, &options, &|| false);
    let seconds = started.elapsed().as_secs_f64();
    let status = match &designed {
        Ok(_) => "feasible",
        Err(DesignError::Infeasible) => "infeasible",
        Err(DesignError::NotInTime { .. }) => "unknown",
        Err(fault) => return Err(fault.clone().into()),
    };
    let name = arguments.file.file_stem().map(|name| name.to_string_lossy());
    println!("{}", json!({ "instance": name, "status": status, "seconds": seconds }));
    if let (Some(out), Ok(designed)) = (&arguments.out, &designed) {
        std::fs::write(out, designed.rotation.text(&problem))?;
    }
    match designed {
        Ok(designed) if arguments.best => eprintln!("{:?}, proven best: {}", designed.merits, designed.is_proven_best),
        Err(_) if arguments.explain => tell(&problem, &options)?,
        _ => {}
    }
    Ok(())
}

fn tell(problem: &RotationProblem, options: &DesignOptions) -> anyhow::Result<()> {
    let explanation = explain(problem, options, &|| false)?;
    explanation.sentences(problem).iter().for_each(|sentence| eprintln!("{sentence}"));
    for remedy in explanation.remedies {
        let sentences: Vec<String> = remedy.iter().map(|loosening| loosening.sentence(problem)).collect();
        eprintln!("would help: {}", sentences.join("; and "));
    }
    Ok(())
}
