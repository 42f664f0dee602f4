//! What `build.rs` says of the commit: in a checkout, in a source archive, in neither.

use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

/// The build script as a program, and a folder for it to look at.
struct Script(TempDir);

impl Script {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("build.rs");
        let compiler = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
        let program = folder.path().join("script");
        let built = Command::new(compiler).args(["--edition", "2024", "-o"]).arg(&program).arg(source).output();
        let built = built.unwrap();
        assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
        std::fs::create_dir_all(folder.path().join("tree/assets/package")).unwrap();
        Self(folder)
    }

    fn tree(&self) -> std::path::PathBuf {
        self.0.path().join("tree")
    }

    fn archived(&self, text: &str) {
        std::fs::write(self.tree().join("assets/package/commit"), text).unwrap();
    }

    fn git(&self, arguments: &[&str]) -> String {
        let output = Command::new("git")
            .args(["-c", "user.name=n", "-c", "user.email=e@example.com"])
            .args(arguments)
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_COMMITTER_DATE", "1700000000 +0000")
            .current_dir(self.tree())
            .output()
            .unwrap();
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    /// The version that is built in, with these variables.
    fn version(&self, variables: &[(&str, &str)]) -> String {
        let mut command = Command::new(self.0.path().join("script"));
        command.env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.env("CARGO_MANIFEST_DIR", self.tree()).env("CARGO_PKG_VERSION", "0.2.0").env("PROFILE", "release");
        let output = command.envs(variables.iter().copied()).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        let reported = String::from_utf8(output.stdout).unwrap();
        let line = reported.lines().find_map(|line| line.strip_prefix("cargo:rustc-env=SIPREG_VERSION="));
        line.unwrap().to_owned()
    }
}

#[test]
fn the_version_names_the_commit_and_its_day_wherever_they_can_be_had() {
    let script = Script::new();
    // The placeholder of a checkout is no commit.
    script.archived("$Format:%H %ct$\n");
    assert_eq!(script.version(&[]), "0.2.0");
    assert_eq!(script.version(&[("SOURCE_DATE_EPOCH", "951782400")]), "0.2.0 (2000-02-29)");
    script.archived("0123456789abcdef0123456789abcdef01234567 1735689599\n");
    assert_eq!(script.version(&[]), "0.2.0 (0123456789ab 2024-12-31)");
    assert_eq!(script.version(&[("SOURCE_DATE_EPOCH", "1735689600")]), "0.2.0 (0123456789ab 2025-01-01)");
    assert_eq!(script.version(&[("SIPREG_COMMIT", "fedcba9876543210")]), "0.2.0 (fedcba987654)");
    for bad in ["; rm -rf x", "--help", "", "g123456"] {
        assert_eq!(script.version(&[("SIPREG_COMMIT", bad)]), "0.2.0 (0123456789ab 2024-12-31)", "{bad}");
    }
}

#[test]
fn the_version_of_a_checkout_is_its_commit() {
    let script = Script::new();
    if Command::new("git").arg("--version").output().is_err() {
        return eprintln!("SKIPPED (git is not installed)");
    }
    script.archived("$Format:%H %ct$\n");
    std::fs::write(script.tree().join(".gitattributes"), "assets/package/commit export-subst\n").unwrap();
    script.git(&["init", "--quiet"]);
    script.git(&["add", "."]);
    script.git(&["commit", "--quiet", "-m", "Begin"]);
    let commit = script.git(&["rev-parse", "HEAD"]);
    let wanted = format!("0.2.0 ({} 2023-11-14)", commit.get(..12).unwrap());
    assert_eq!(script.version(&[]), wanted);
    // What `git archive` makes of it, unpacked where there is no repository.
    script.git(&["archive", "--output", "../tree.tar", "HEAD"]);
    std::fs::remove_dir_all(script.tree()).unwrap();
    std::fs::create_dir(script.tree()).unwrap();
    let unpacked = Command::new("tar").args(["-xf", "../tree.tar"]).current_dir(script.tree()).status().unwrap();
    assert!(unpacked.success());
    assert_eq!(script.version(&[]), wanted);
}
