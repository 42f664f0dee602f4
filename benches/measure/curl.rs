//! The floor of the first screen: curl signs in and fetches the same page.

use std::process::{Command, Stdio};
use std::time::Duration;

use super::Outcome;
use super::clock::now;
use super::server::Server;

/// From the start of the first curl to the end of the second; `None` where there is no curl.
///
/// # Errors
/// The server says no.
pub fn first_page(server: &Server, size: u32) -> Outcome<Option<Duration>> {
    let started = now();
    let Some(answer) = curl(&[
        "-X",
        "POST",
        &server.sign_in(),
        "-H",
        "Content-Type: application/vnd.api+json",
        "-d",
        &server.credentials(),
    ])?
    else {
        return Ok(None);
    };
    let answer: serde_json::Value = serde_json::from_slice(&answer)?;
    let token = answer.get("jwt").and_then(|token| token.as_str()).ok_or("no token in the answer to curl")?;
    let page = curl(&[&server.page(1, size), "-H", &format!("Authorization: {token}")])?.unwrap_or_default();
    let took = started.elapsed();
    if !page.starts_with(b"{\"data\"") {
        return Err(format!("curl was given no page: {}", String::from_utf8_lossy(&page)).into());
    }
    Ok(Some(took))
}

fn curl(arguments: &[&str]) -> Outcome<Option<Vec<u8>>> {
    let ran = Command::new("curl")
        .args(["-sS", "--noproxy", "*", "-H", "Accept: application/vnd.api+json"])
        .args(arguments)
        .stdin(Stdio::null())
        .output();
    match ran {
        Ok(ran) if ran.status.success() => Ok(Some(ran.stdout)),
        Ok(ran) => Err(String::from_utf8_lossy(&ran.stderr).into_owned().into()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error.into()),
    }
}
