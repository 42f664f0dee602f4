//! The kit itself, tried on programs that every system has.

use std::time::Duration;

use rustix::process::Signal;

use crate::kit::launch::Launch;

#[test]
fn what_is_typed_comes_back() {
    let mut pty = Launch::new("cat").start();
    let mark = pty.mark();
    pty.send("hello\r");
    pty.wait_for("the echo and the line", |screen| screen.contents() == "hello\nhello");
    assert_eq!(pty.bytes_since(mark), b"hello\r\nhello\r\n");
    assert!(pty.is_cooked());
    pty.send("\x04");
    assert!(pty.wait_exit().success());
}

#[test]
fn arguments_environment_and_size_arrive() {
    let script = r#"printf '%s %s %s %s' "$1" "$GREETING" "$TERM" "$(stty size)""#;
    let pty = Launch::new("sh").args(["-c", script, "sh", "one two"]).env("GREETING", "hi").size(100, 30).start();
    pty.wait_for_text("one two hi xterm-256color 30 100");
    assert!(pty.wait_exit().success());
}

#[test]
fn a_failure_is_told() {
    let pty = Launch::new("sh").args(["-c", "exit 7"]).start();
    assert_eq!(pty.wait_exit().exit_code(), 7);
    let pty = Launch::new("cat").start();
    pty.signal(Signal::TERM);
    assert!(pty.wait_exit().signal().is_some());
}

#[test]
fn an_idle_program_is_quiet_and_a_busy_one_is_not() {
    let mut pty = Launch::new("cat").start();
    pty.send("x\r");
    pty.wait_for_text("x\nx");
    pty.settle(Duration::from_millis(20));
    assert_eq!(pty.contents(), "x\nx");
    assert_eq!(pty.quiet_for(Duration::from_millis(50)), 0);
    let busy = Launch::new("sh").args(["-c", "while :; do echo y; done"]).start();
    busy.wait_for_text("y");
    assert!(busy.quiet_for(Duration::from_millis(500)) > 0);
}

#[test]
fn title_and_clipboard_are_heard() {
    let pty = Launch::new("printf").arg(r"\033]2;a title\007\033]52;c;aGk=\007done").start();
    pty.wait_for_text("done");
    assert_eq!(pty.heard().title, "a title");
    assert_eq!(pty.heard().clipboard, "aGk=");
}

#[test]
#[should_panic(expected = "waited in vain for \"never\"; the screen:\n---")]
fn waiting_in_vain_shows_the_screen() {
    Launch::new("echo").arg("something else").start().wait_for_text("never");
}
