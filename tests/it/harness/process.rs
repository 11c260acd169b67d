//! Processes of the real binary.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use super::{TestApp, TestDatabase};

/// A process of the real binary; killed when the test ends, however it ends.
pub struct Process {
    child: Child,
    output: Option<BufReader<ChildStdout>>,
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Process {
    pub fn start(command: &mut Command) -> Self {
        let mut child = command.spawn().unwrap();
        let output = child.stdout.take().map(BufReader::new);
        Self { child, output }
    }

    /// The next line of its output.
    pub fn line(&mut self) -> String {
        let mut line = String::new();
        let read = self.output.as_mut().expect("its output is piped").read_line(&mut line).unwrap();
        assert!(read > 0, "it has ended");
        line
    }

    /// Ends it as Ctrl-C does.
    pub fn interrupt(mut self) -> ExitStatus {
        let kill = format!("kill -INT {}", self.child.id());
        assert!(Command::new("bash").args(["-c", &kill]).status().unwrap().success());
        let deadline = Instant::now() + Duration::from_secs(20);
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(Instant::now() < deadline, "it does not end");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

/// `paiban` with these arguments on that database.
pub fn paiban(arguments: &[&str], database: &TestDatabase) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_paiban"));
    command.args(arguments).env("DATABASE_URL", &database.url).env("PAIBAN_SERVER__PORT", "0");
    command.env("PAIBAN_LOG__FILTER", "warn").stdout(Stdio::piped());
    command
}

/// Starts `paiban serve` and reads where it listens and what its first key is.
pub fn serve(database: &TestDatabase) -> (Process, TestApp) {
    let mut process = Process::start(paiban(&["serve"], database).env("PAIBAN_SOLVER__GAP", "0"));
    let mut token = None;
    loop {
        let line = process.line();
        if line.trim().starts_with("paiban_") {
            token = Some(line.trim().to_owned());
        }
        if let Some(address) = line.trim().strip_prefix("paiban listens on ") {
            return (process, TestApp::at(address, token));
        }
    }
}

/// Starts `paiban serve` as behind a `| head` that has read enough; gives its address too.
pub fn serve_unheard(database: &TestDatabase) -> (Process, String) {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port().to_string();
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let mut command = paiban(&["serve"], database);
    command.env("PAIBAN_SERVER__PORT", &port).env("PAIBAN_LOG__FILTER", "info");
    command.stdout(writer.try_clone().unwrap()).stderr(writer);
    (Process::start(&mut command), format!("http://127.0.0.1:{port}"))
}

/// Starts `paiban worker`.
pub fn work(database: &TestDatabase) -> Process {
    Process::start(paiban(&["worker"], database).env("PAIBAN_SOLVER__GAP", "0"))
}
