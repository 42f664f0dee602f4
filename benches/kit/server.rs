//! The embedded server in a process of its own, so that what it takes is not counted.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

use super::terminal::Launch;
use super::{Outcome, SIPREG};

/// Below the origin.
const API: &str = "/api/rest/admin";

/// A server that runs. It is killed when this is dropped.
#[derive(Debug)]
pub struct Server {
    child: Child,
    /// Its origin.
    pub url: String,
    /// Who may sign in.
    pub user: String,
    /// With which password.
    pub password: String,
    home: TempDir,
}

impl Server {
    /// With so many records.
    ///
    /// # Errors
    /// It does not start.
    pub fn start(records: u32) -> Outcome<Self> {
        let home = tempfile::tempdir()?;
        let records = records.to_string();
        let mut child = Command::new(SIPREG)
            .args(["serve-demo", "--records", &records, "--token-lifetime", "1h"])
            .env("HOME", home.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()?;
        let mut lines = BufReader::new(child.stdout.take().ok_or("the server has no output")?).lines();
        let mut next = || -> Outcome<String> {
            let line = lines.next().ok_or("the server ended")??;
            Ok(line.split_whitespace().last().unwrap_or_default().to_owned())
        };
        let (url, user, password) = (next()?, next()?, next()?);
        Ok(Self { child, url, user, password, home })
    }

    /// The console on this server.
    pub fn console(&self) -> Launch {
        Launch::new(SIPREG, self.home.path())
            .args(["--url", &self.url])
            .env("SIPREG_USERNAME", &self.user)
            .env("SIPREG_PASSWORD", &self.password)
    }

    /// Where to sign in.
    pub fn sign_in(&self) -> String {
        format!("{}{API}/auth", self.url)
    }

    /// What to send there.
    pub fn credentials(&self) -> String {
        serde_json::json!({"auth": {"username": self.user, "password": self.password}}).to_string()
    }

    /// A page of the list, as the console asks for it.
    pub fn page(&self, number: u32, size: u32) -> String {
        page(&self.url, number, size)
    }
}

/// A page of a server's list, as the console asks for it.
pub fn page(url: &str, number: u32, size: u32) -> String {
    format!(
        "{url}{API}/registrations?include=pop,node,transport-protocol&page%5Bnumber%5D={number}&page%5Bsize%5D={size}&sort=id"
    )
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
