//! The embedded server in a process of its own, so that what it takes is not counted.

use crate::kit::command::Started;
use crate::kit::home::{Home, SIPREG};
use crate::kit::launch::Launch;

/// Below the origin.
const API: &str = "/api/rest/admin";

/// A server that runs. It is killed when this is dropped.
pub struct Server {
    _serving: Started,
    /// Its origin.
    pub url: String,
    /// Who may sign in.
    pub user: String,
    /// With which password.
    pub password: String,
    home: Home,
}

impl Server {
    /// With so many records.
    pub fn start(records: u32) -> Self {
        let home = Home::new();
        let mut serving = home.serve(&["--records", &records.to_string(), "--token-lifetime", "1h"]);
        let (url, user, password) = (serving.value("url"), serving.value("username"), serving.value("password"));
        Self { _serving: serving, url, user, password, home }
    }

    /// The console on this server.
    pub fn console(&self) -> Launch {
        Launch::new(SIPREG)
            .at_home(&self.home)
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
