//! Settings: `config.default.toml` ← a file ← `PAIBAN_*`, with `DATABASE_URL` for the database.

use std::path::Path;

use config::{Config, Environment, File, FileFormat, Map, Value, ValueKind};
use serde::Deserialize;

const DEFAULTS: &str = include_str!("../config.default.toml");

/// Everything that can be set; `config.default.toml` says what each is for.
#[derive(Debug, Clone, Deserialize)]
#[allow(missing_docs, reason = "config.default.toml is the manual")]
pub struct Settings {
    pub server: ServerSettings,
    pub database: DatabaseSettings,
    pub log: LogSettings,
    pub limits: LimitSettings,
    pub runs: RunSettings,
    pub solver: SolverSettings,
    pub clock: ClockSettings,
}

/// `[server]`
#[derive(Debug, Clone, Deserialize)]
#[allow(missing_docs, reason = "config.default.toml is the manual")]
pub struct ServerSettings {
    pub host: String,
    pub port: u16,
    pub threads: usize,
    pub public_url: String,
}

/// `[database]`
#[derive(Debug, Clone, Deserialize)]
#[allow(missing_docs, reason = "config.default.toml is the manual")]
pub struct DatabaseSettings {
    pub url: String,
    pub max_connections: u32,
}

/// `[log]`
#[derive(Debug, Clone, Deserialize)]
#[allow(missing_docs, reason = "config.default.toml is the manual")]
pub struct LogSettings {
    pub filter: String,
    pub format: LogFormat,
}

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// `[limits]`
#[derive(Debug, Clone, Deserialize)]
#[allow(missing_docs, reason = "config.default.toml is the manual")]
pub struct LimitSettings {
    pub body_bytes: usize,
    pub import_bytes: usize,
}

/// `[runs]`
#[derive(Debug, Clone, Deserialize)]
#[allow(missing_docs, reason = "config.default.toml is the manual")]
pub struct RunSettings {
    pub concurrency: usize,
}

/// `[solver]`
#[derive(Debug, Clone, Deserialize)]
#[allow(missing_docs, reason = "config.default.toml is the manual")]
pub struct SolverSettings {
    pub threads: u32,
    pub time_limit_secs: u32,
    pub gap: f64,
    pub seed: u32,
}

/// `[clock]`
#[derive(Debug, Clone, Deserialize)]
#[allow(missing_docs, reason = "config.default.toml is the manual")]
pub struct ClockSettings {
    pub is_enabled: bool,
    pub summary_at_minute: u32,
}

/// Everything that is wrong with the settings.
#[derive(Debug, thiserror::Error)]
#[error("the settings have {} fault(s):\n  - {}", .0.len(), .0.join("\n  - "))]
pub struct SettingsError(pub Vec<String>);

/// Reads and checks the settings.
///
/// # Errors
/// [`SettingsError`] with every fault: unknown names, values of the wrong kind, values out of range.
pub fn load(file: Option<&Path>) -> Result<Settings, SettingsError> {
    load_with(file, std::env::vars().collect())
}

fn load_with(file: Option<&Path>, environment: Map<String, String>) -> Result<Settings, SettingsError> {
    let one = |fault: config::ConfigError| SettingsError(vec![fault.to_string()]);
    let database_url = environment.get("DATABASE_URL").cloned();
    let mut builder = Config::builder().add_source(File::from_str(DEFAULTS, FileFormat::Toml));
    if let Some(path) = file {
        builder = builder.add_source(File::from(path).format(FileFormat::Toml));
    }
    // PAIBAN_CONFIG names the file itself and PAIBAN_TEST_* belongs to the tests; neither is a setting.
    let settings =
        environment.into_iter().filter(|(name, _)| name != "PAIBAN_CONFIG" && !name.starts_with("PAIBAN_TEST_")).collect();
    let source = Environment::with_prefix("PAIBAN").prefix_separator("_").separator("__").source(Some(settings));
    let merged = builder
        .add_source(source)
        .set_override_option("database.url", database_url)
        .and_then(|builder| builder.build())
        .map_err(one)?;

    let defaults = Config::builder().add_source(File::from_str(DEFAULTS, FileFormat::Toml)).build().map_err(one)?;
    let mut faults = Vec::new();
    compare("", defaults.cache.clone(), merged.cache.clone(), &mut faults);
    if !faults.is_empty() {
        return Err(SettingsError(faults));
    }
    let settings: Settings = merged.try_deserialize().map_err(one)?;
    settings.validate()?;
    Ok(settings)
}

/// Names every setting that the defaults do not know, and every value that is not of its default's kind.
fn compare(path: &str, default: Value, given: Value, faults: &mut Vec<String>) {
    match (default.kind.clone(), given.kind.clone()) {
        (ValueKind::Table(known), ValueKind::Table(given)) => {
            let mut names: Vec<_> = given.into_iter().collect();
            names.sort_by(|a, b| a.0.cmp(&b.0));
            for (name, value) in names {
                let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                match known.get(&name) {
                    Some(default) => compare(&path, default.clone(), value, faults),
                    None => faults.push(format!("{path}: there is no such setting; config.default.toml lists them all")),
                }
            }
        }
        (ValueKind::Table(_), _) => faults.push(format!("{path}: is a section, not a value")),
        (ValueKind::I64(_), _) if given.clone().into_uint().is_err() => {
            faults.push(format!("{path}: must be a whole number of 0 or more, got {given}"));
        }
        (ValueKind::Float(_), _) if given.clone().into_float().is_err() => {
            faults.push(format!("{path}: must be a number, got {given}"));
        }
        (ValueKind::Boolean(_), _) if given.clone().into_bool().is_err() => {
            faults.push(format!("{path}: must be true or false, got {given}"));
        }
        _ => {}
    }
}

impl Settings {
    fn validate(&self) -> Result<(), SettingsError> {
        let mut faults = Vec::new();
        let mut expect = |holds: bool, fault: String| {
            if !holds {
                faults.push(fault);
            }
        };
        let url = &self.database.url;
        let known = ["sqlite:", "postgres:", "postgresql:"].iter().any(|scheme| url.starts_with(scheme));
        expect(known, "database.url: must begin with sqlite:, postgres: or postgresql:".into());
        expect(self.server.host.parse::<std::net::IpAddr>().is_ok() || self.server.host == "localhost", {
            format!("server.host: must be an IP address or localhost, got {}", self.server.host)
        });
        let minute = self.clock.summary_at_minute;
        expect(minute < 1440, format!("clock.summary_at_minute: must be 0 to 1439 minutes after midnight, got {minute}"));
        expect(self.database.max_connections >= 2, "database.max_connections: must be 2 or more".into());
        expect(self.limits.body_bytes >= 1024, "limits.body_bytes: must be 1024 or more".into());
        expect(self.limits.import_bytes >= 1024, "limits.import_bytes: must be 1024 or more".into());
        expect(self.runs.concurrency >= 1, "runs.concurrency: must be 1 or more".into());
        expect((1..=64).contains(&self.solver.threads), "solver.threads: must be between 1 and 64".into());
        expect(self.solver.time_limit_secs >= 1, "solver.time_limit_secs: must be 1 or more".into());
        expect((0.0..1.0).contains(&self.solver.gap), "solver.gap: must be 0 or more and below 1".into());
        let filter = tracing_subscriber::EnvFilter::try_new(&self.log.filter);
        expect(filter.is_ok(), format!("log.filter: {} is not a log filter", self.log.filter));
        if faults.is_empty() { Ok(()) } else { Err(SettingsError(faults)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(pairs: &[(&str, &str)]) -> Result<Settings, SettingsError> {
        load_with(None, pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }

    #[test]
    fn the_defaults_are_without_fault() {
        let settings = with(&[]).unwrap();
        assert_eq!(settings.server.port, 8080);
        assert_eq!(settings.limits.import_bytes, 64 * 1024 * 1024);
    }

    #[test]
    fn the_environment_overrides_and_names_the_database() {
        let settings = with(&[("PAIBAN_SERVER__PORT", "0"), ("DATABASE_URL", "postgres://localhost/x")]).unwrap();
        assert_eq!(settings.server.port, 0);
        assert_eq!(settings.database.url, "postgres://localhost/x");
    }

    #[test]
    fn every_unknown_name_and_wrong_kind_is_told_at_once() {
        let fault =
            with(&[("PAIBAN_SERVER__PROT", "1"), ("PAIBAN_SOLVER__THREADS", "two"), ("PAIBAN_SOLVER__GAP", "x")]).unwrap_err();
        assert_eq!(fault.0.len(), 3, "{fault}");
    }

    #[test]
    fn every_value_out_of_range_is_told_at_once() {
        let fault = with(&[("DATABASE_URL", "mysql://x"), ("PAIBAN_SOLVER__THREADS", "0")]).unwrap_err();
        assert_eq!(fault.0.len(), 2, "{fault}");
    }
}
