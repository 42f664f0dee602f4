//! What people read keeps to one word for one thing: the texts in the sources, the README, the documents and the
//! example configuration have none of the phrases that have a plainer word.
#![expect(clippy::unwrap_used, clippy::string_slice, clippy::indexing_slicing, reason = "a test may fail")]

use std::path::{Path, PathBuf};
use std::{env, fs};

use regex::{Regex, RegexSet};

/// A phrase, and what to write instead.
const PHRASES: &[(&str, &str)] = &[
    (r"\b(switch|turn)(es|s|ed|ing)? (it |them |registrations? )?(on|off)\b", "enable, disable"),
    (r"\banew\b", "re-create, again"),
    (r"\b(take|takes|took|taken|taking) (it |them |that |the last change )?back\b", "undo, revert"),
    (r"\b(goes|go) on where\b", "resume"),
    (r"\b(leave|leaves) it(;|,)|; leave\b", "cancel, close"),
    (r"\bsomeone was faster\b", "changed by someone else"),
    (r"\balready so\b", "unchanged, already disabled"),
    (r"\bas (it|they) came\b", "default"),
    (r"\bmend(s|ed|ing)?\b", "fix"),
    (r"\bwhom to\b", "user name"),
    (r"\b(is|are|was|were) told\b", "shown, reported"),
    (r"\bnobody (can tell|knows|answers)\b", "unknown"),
    (r"\b(untold|unclear)\b", "unknown"),
    (r"\bOVER:", "DONE"),
    (r"\b(what is|that is|are|is|something) odd\b", "problem"),
    (r"\b(an?|the|with|no) findings?\b", "problem"),
    (r"\bthe look\b|\blooked? just now\b|\blooking again\b", "check"),
    (r"\bdo(es)? it without\b", "skip confirmation"),
    (
        r"\b(is|are) no (key|list|number|object|text|value|file|table|draft|id|JSON|URL|terminal|filter|view)\b",
        "is not a",
    ),
    (r"\bpass(es)? (the|a) filter\b", "match"),
    (r"\bmeans nothing\b", "is not supported"),
    (r"\ball the same\b", "anyway"),
    (r"\bkept from before\b", "from an earlier session"),
    (r"\ba (line|row) an? (key|command|record|screen)\b", "one line per"),
    (r"\bone like (this|another)\b", "clone"),
    (r"\b(poll|polls) of the nodes\b", "node poll"),
    (r"\b(tries|try) (again|now)\b", "retry"),
    (r"\bset to nothing\b|\bsets? to null\b|\bX null\b", "clear"),
    (r"\bit is read again\b|\breads? (it )?again\b", "refresh, retry"),
    (r"\bunder way\b", "running"),
    (r"(^|[^:])\b(told|tells|whom)\b", "say, show, report; user name"),
    (r"\b(does|do|did) not answer\b|\bno word from\b", "unreachable, timed out, refused"),
    (r"\b(the|a|each) deeds?\b", "change"),
    (r"\bwhat went wrong\b", "error"),
    (r"\bleft ?overs?\b", "unfinished, resume; unsaved"),
    (r"\b(is|are|was|were|be) over\b(;|\.|,|:|$)|^over$", "done, finished"),
    (r"\b(goes|go|went|going) on\b", "continue, resume, keep running"),
    (r"\b(no|some|any)body\b", "someone, no one; unknown"),
    (r"\b(stays?|left|kept|is|are|remains?) as (it|they) (is|are|was|were)\b", "unchanged"),
    (r"\btak(e|es|en|ing) up\b|\btook up\b", "resume"),
    (r"\b(was|were|is|are) noticed\b|\bnotices (it|them|that|nothing)\b", "change seen, changed by someone else"),
    (r"\bwhat (is|was|are) (so|wrong)\b", "problem"),
    (r"\bnodes? (say|says|tell|tells)\b", "report"),
    (r"\bempties\b|\bnulls? it\b", "clear"),
    (r"\bonce more\b", "again"),
    (r"\bswitch(es|ed)? (off|on)\b", "disable, enable"),
    (r"\bread(s|ing)? anew\b", "reload"),
    (r"\bit will not\b.*\btold\b|\bsay who\b", "show"),
    (r"\blook(s|ed|ing)? (at|for) (it|them) again\b|\bkeeps? looking\b", "check again"),
];

/// What comments do not say, and what they say instead.
const COMMENTS: &[(&str, &str)] = &[
    (r"\b(told|tells?|whom|untold)\b", "say, show, report, send, return"),
    (r"\b(learnt|learns|anew)\b", "read, again"),
    (r"\bwent\b", "was deleted, failed, was closed"),
    (r"\b(no|some|any)body\b", "no one, someone"),
    (r"\btold apart\b|\btell apart\b", "distinguish"),
    (r"^/// (It|They|Them|That|This|There|Here|None|Some|Its|Something|Somebody)( [a-z]+){0,2}\.$", "what the item is"),
];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn collect(folder: &Path, suffix: &str, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, suffix, files);
        } else if path.extension().is_some_and(|found| found == suffix) {
            files.push(path);
        }
    }
}

/// The texts of a source file with their lines: no comments, no tests, no reasons of lint exceptions.
fn texts(source: &str) -> Vec<(usize, String)> {
    let code = source.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    let mut texts = Vec::new();
    let (mut at, bytes) = (0, code.as_bytes());
    while at < bytes.len() {
        let rest = &code[at..];
        if rest.starts_with("//") {
            at += rest.find('\n').unwrap_or(rest.len());
        } else if let Some(raw) = rest.strip_prefix("r#\"") {
            let end = raw.find("\"#").unwrap_or(raw.len());
            texts.push((line(code, at), raw[..end].to_owned()));
            at += end + 5;
        } else if rest.starts_with('"') {
            let end = closing(rest);
            if !code[..at].ends_with("reason = ") {
                texts.push((line(code, at), joined(&rest[1..end])));
            }
            at += end + 1;
        } else if rest.starts_with("'\"'") {
            at += 3;
        } else if let Some(escaped) = rest.strip_prefix("'\\") {
            at += escaped.find('\'').unwrap_or(0).max(1) + 3;
        } else {
            at += rest.chars().next().map_or(1, char::len_utf8);
        }
    }
    texts
}

fn line(code: &str, at: usize) -> usize {
    code[..at].matches('\n').count() + 1
}

/// Where the text that `rest` begins with ends.
fn closing(rest: &str) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at,
            _ => {}
        }
    }
    rest.len() - 1
}

/// The text without the line ends that a backslash takes out.
fn joined(text: &str) -> String {
    let mut parts = text.split("\\\n");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| text + part.trim_start())
}

/// The phrases in one pass, and what `format!` fills in, whose names are not for people.
struct Rules {
    phrases: RegexSet,
    filled_in: Regex,
}

impl Rules {
    fn new() -> Self {
        let phrases = PHRASES.iter().map(|(phrase, _)| format!("(?i){phrase}"));
        Self { phrases: RegexSet::new(phrases).unwrap(), filled_in: Regex::new(r"\{\w+").unwrap() }
    }

    fn judge(&self, place: &str, text: &str, found: &mut Vec<String>) {
        let text = self.filled_in.replace_all(text, "{");
        for at in self.phrases.matches(&text) {
            let (phrase, instead) = PHRASES[at];
            found.push(format!("{place}: {phrase} in \"{text}\"; write: {instead}"));
        }
    }
}

#[test]
fn people_read_one_word_for_one_thing() {
    let rules = Rules::new();
    let mut found = Vec::new();
    let mut sources = Vec::new();
    collect(&root().join("src"), "rs", &mut sources);
    sources.sort();
    let is_test = |path: &Path| path.components().any(|part| part.as_os_str().to_string_lossy().contains("tests"));
    for path in sources.iter().filter(|path| !is_test(path.strip_prefix(root()).unwrap())) {
        let name = path.strip_prefix(root()).unwrap().display().to_string();
        for (line, text) in texts(&fs::read_to_string(path).unwrap()) {
            if text.contains(' ') {
                rules.judge(&format!("{name}:{line}"), &text, &mut found);
            }
        }
    }
    let mut documents =
        ["README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "config.example.toml", "benches/README.md"]
            .map(|name| root().join(name))
            .to_vec();
    collect(&root().join("docs"), "md", &mut documents);
    for path in documents {
        let name = path.strip_prefix(root()).unwrap().display().to_string();
        for (line, text) in fs::read_to_string(&path).unwrap().lines().enumerate() {
            rules.judge(&format!("{name}:{}", line + 1), text, &mut found);
        }
    }
    assert!(found.is_empty(), "{} phrases:\n{}", found.len(), found.join("\n"));
}

#[test]
fn comments_say_what_a_thing_is_in_plain_words() {
    let rules: Vec<(Regex, &str)> =
        COMMENTS.iter().map(|(phrase, instead)| (Regex::new(phrase).unwrap(), *instead)).collect();
    let quoted = Regex::new("`[^`]*`").unwrap();
    let mut sources = Vec::new();
    collect(&root().join("src"), "rs", &mut sources);
    let mut found = Vec::new();
    for path in sources {
        let name = path.strip_prefix(root()).unwrap().display().to_string();
        for (number, line) in fs::read_to_string(&path).unwrap().lines().enumerate() {
            let line = line.trim();
            let comment = quoted.replace_all(line, "");
            for (rule, instead) in rules.iter().filter(|(rule, _)| line.starts_with("//") && rule.is_match(&comment)) {
                found.push(format!("{name}:{}: {rule} in \"{line}\"; write: {instead}", number + 1));
            }
        }
    }
    assert!(found.is_empty(), "{} comments:\n{}", found.len(), found.join("\n"));
}

#[test]
fn texts_are_found_and_comments_and_tests_are_not() {
    let source = "// \"a b\"\nconst A: &str = \"one \\\n    two\"; let c = '\"'; let d = '\\'';\n#[expect(x, reason = \"e f\")]\n\
                  fn f() { g(\"say \\\"hi\\\"\") }\n#[cfg(test)]\nmod tests { const B: &str = \"b\"; }";
    assert_eq!(texts(source), [(2, "one two".to_owned()), (5, "say \\\"hi\\\"".to_owned())]);
}
