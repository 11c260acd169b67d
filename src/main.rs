//! The command line. No logic: it reads the settings and calls the library.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use paiban::cli;
use paiban::config::{self, Settings};

/// 排班: forecasts inquiries, sizes the staff, builds next week's roster and serves it.
#[derive(Parser)]
#[command(version, about)]
struct Arguments {
    /// A settings file; config.default.toml lists every setting.
    #[arg(long, env = "PAIBAN_CONFIG", global = true)]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Answer requests and work on runs.
    Serve,
    /// Work on runs, without HTTP.
    Worker,
    /// Make an organisation, plan its next week and show it.
    Demo(cli::demo::DemoArguments),
    /// Load a file without the API.
    Import(cli::import::ImportArguments),
    /// Bring the database schema up to date.
    Migrate,
    /// Print the OpenAPI document.
    Openapi,
    /// Issue, list or revoke API keys.
    Keys(cli::keys::KeysArguments),
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    if let Command::Openapi = arguments.command {
        return exit_code(cli::openapi().map_err(Into::into));
    }
    let settings = match config::load(arguments.config.as_deref()) {
        Ok(settings) => settings,
        Err(fault) => {
            cli::tell(fault);
            return ExitCode::from(2);
        }
    };
    paiban::telemetry::start_logging(&settings.log);
    exit_code(actix_web::rt::System::new().block_on(run(arguments.command, settings)))
}

fn exit_code(ended: anyhow::Result<()>) -> ExitCode {
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            cli::tell(format_args!("paiban: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

async fn run(command: Command, settings: Settings) -> anyhow::Result<()> {
    match command {
        Command::Serve => cli::serve(settings).await,
        Command::Worker => cli::work(settings).await,
        Command::Demo(arguments) => cli::demo::demo(settings, arguments).await,
        Command::Import(arguments) => cli::import::import(settings, arguments).await,
        Command::Migrate => cli::migrate(settings).await,
        Command::Openapi => unreachable!("answered before the settings are read"),
        Command::Keys(arguments) => cli::keys::keys(settings, arguments).await,
    }
}
