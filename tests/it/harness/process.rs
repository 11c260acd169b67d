//! Processes of the real binary.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use super::{TestApp, TestDatabase};

/// A process of the real binary; killed when the test ends, however it ends.
pub struct Process {
    child: Child,
    /// Kept open: a service that writes into a closed pipe ends.
    output: Option<Box<dyn Iterator<Item = String>>>,
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn command(name: &str, database: &TestDatabase) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_paiban"));
    command.arg(name).env("DATABASE_URL", &database.url).env("PAIBAN_SERVER__PORT", "0").env("PAIBAN_SOLVER__GAP", "0");
    command.env("PAIBAN_LOG__FILTER", "warn").stdout(Stdio::piped());
    command
}

/// Starts `paiban serve` and reads where it listens and what its first key is.
pub fn serve(database: &TestDatabase) -> (Process, TestApp) {
    let mut child = command("serve", database).spawn().unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    let mut process = Process { child, output: Some(Box::new(lines)) };
    let mut token = None;
    loop {
        let line = process.output.as_mut().unwrap().next().expect("the service says where it listens");
        if line.trim().starts_with("paiban_") {
            token = Some(line.trim().to_owned());
        }
        if let Some(address) = line.strip_prefix("paiban listens on ") {
            return (process, TestApp::at(address, token));
        }
    }
}

/// Starts `paiban worker`.
pub fn work(database: &TestDatabase) -> Process {
    Process { child: command("worker", database).spawn().unwrap(), output: None }
}
