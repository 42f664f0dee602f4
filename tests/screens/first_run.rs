//! The setup: empty, while and after a test, in small and large terminals, and where only ASCII is shown.

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use sipreg::app::first_run::{Check, FirstRun, SetupRow, SetupVerdict};
use sipreg::keys::Key;
use sipreg::view::first_run::draw;
use sipreg::view::theme::{Characters, Theme};

fn screen(form: &FirstRun, size: (u16, u16), theme: &Theme) -> String {
    let mut terminal = Terminal::new(TestBackend::new(size.0, size.1)).unwrap();
    let frame = terminal.draw(|frame| draw(form, theme, frame)).unwrap();
    let (buffer, width) = (frame.buffer, usize::from(size.0));
    buffer.content.chunks(width).fold(String::new(), |text, row| {
        let line: String = row.iter().map(ratatui::buffer::Cell::symbol).collect();
        text + line.trim_end() + "\n"
    })
}

fn form() -> FirstRun {
    FirstRun::new(Some("/home/alice/.config/sipreg/config.toml".to_owned()), None)
}

fn typed() -> FirstRun {
    let mut form = form();
    for (place, text) in
        [(SetupRow::Url, "https://yeti.example"), (SetupRow::User, "alice"), (SetupRow::Password, "hunter2")]
    {
        form.fill_in(place, text);
    }
    for key in Key::parse_sequence("Enter Enter Enter Enter").unwrap() {
        form.typed(key);
    }
    form
}

fn check(verdict: SetupVerdict, name: &str, found: &str, fix: &str) -> Check {
    Check { verdict, name: name.to_owned(), found: found.to_owned(), fix: fix.to_owned() }
}

fn tested(sign_in: Check) -> FirstRun {
    let mut form = typed();
    form.checked(check(SetupVerdict::Well, "dns", "yeti.example: 192.0.2.4, 2001:db8::4 (3 ms)", ""));
    form.checked(check(SetupVerdict::Well, "connection", "192.0.2.4:443 (21 ms)", ""));
    form.checked(check(SetupVerdict::Well, "tls", "encrypted, certificate trusted", ""));
    form.checked(sign_in);
    form.checked(check(SetupVerdict::Warn, "clock", "95 s ahead of the server's clock", "correct the wrong clock"));
    form.tested();
    form
}

#[test]
fn the_setup_at_each_step_and_size() {
    let refused = "POST auth as alice: the server refused: Incorrect login or password";
    let fix = "check user name and password of yeti.example:443; the server may also refuse this client address";
    let passed = || tested(check(SetupVerdict::Well, "sign-in", "as alice; the token expires in 10 min", ""));
    for (step, form) in [
        ("empty", form()),
        ("testing", typed()),
        ("failed", tested(check(SetupVerdict::Fail, "sign-in", refused, fix))),
        ("passed", passed()),
    ] {
        for size in [(80, 24), (40, 10), (120, 40)] {
            let text = screen(&form, size, &Theme::default());
            assert!(!text.contains("hunter2"), "{text}");
            insta::assert_snapshot!(format!("first-run-{step}-{}x{}", size.0, size.1), text);
        }
    }
    let ascii = screen(&passed(), (80, 24), &Theme::default().drawn_with(Characters::Ascii));
    assert!(ascii.is_ascii(), "{ascii}");
}

#[test]
fn at_any_size_the_row_of_the_cursor_is_in_sight_and_nothing_breaks() {
    let mut form = tested(check(SetupVerdict::Fail, "sign-in", "refused", "look"));
    for width in [1, 2, 8, 20, 33, 80] {
        for height in 1..=24 {
            for _ in 0..10 {
                let text = screen(&form, (width, height), &Theme::default());
                assert!(
                    height < 4
                        || width < 7
                        || text.lines().any(|line| line.trim_start_matches([' ', '│']).starts_with('>')),
                    "{width}x{height}\n{text}"
                );
                form.typed(Key::parse_sequence("Tab").unwrap()[0]);
            }
        }
    }
}
