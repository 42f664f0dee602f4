//! How messages are meant: `OK`, `--` or `!!` stands in front of each. Every message that a console of a test says is
//! compared with this table, whatever the test is about.

use sipreg::app::App;
use sipreg::app::core::Tone::{self, Bad, Good, Plain};

/// A part of a message, and how every message with it is meant. The first row that fits counts.
const TONES: &[(&str, Tone)] = &[
    // What did not work, or is not known.
    (" UNKNOWN", Bad),
    (" failed, ", Bad),
    ("it was deleted", Bad),
    (" is DISABLED", Bad),
    ("may be DISABLED", Bad),
    ("NOT disabled", Bad),
    ("NOT enabled", Bad),
    ("NOT deleted", Bad),
    ("NOT created", Bad),
    ("does not show whether it is enabled", Bad),
    ("checking until known", Bad),
    ("Review it again", Bad),
    ("that you changed too", Bad),
    ("; your draft is kept; the review shows", Plain),
    ("the server stored ", Bad),
    ("; meanwhile ", Bad),
    ("Reading the records failed", Bad),
    ("read-only", Bad),
    ("disk is full", Bad),
    ("an unfinished bounce: ", Bad),
    ("Its plan cannot be read", Bad),
    ("need a password, which is never stored", Bad),
    ("Nothing can be undone here", Bad),
    ("has a draft; save or :discard it first", Bad),
    ("it could not be loaded first", Bad),
    ("is already deleted", Bad),
    ("does not exist on the server yet", Plain),
    ("does not exist on the server", Bad),
    ("could not be loaded", Bad),
    ("Showing older data", Bad),
    ("cannot be shown", Bad),
    ("labels are incomplete", Bad),
    ("but the server reports", Bad),
    ("registrations are loaded. The others are not shown", Bad),
    ("the list shows and searches only their beginning", Bad),
    ("Watch failed", Bad),
    ("the text was not used", Bad),
    ("not sent, the check with the server failed", Bad),
    ("Still to decide", Bad),
    ("This draft cannot be sent", Bad),
    ("The token was not renewed", Bad),
    ("Invalid filter", Bad),
    ("columns and views were not saved", Bad),
    ("was not written: ", Bad),
    ("exists already", Bad),
    ("is only in memory, quitting loses it", Bad),
    ("; yours is only in memory", Bad),
    // What was done, and needs no second look.
    ("It is DOWN", Plain),
    ("The text from the editor", Plain),
    ("The lock cleared the password", Bad),
    ("Signed in", Good),
    ("the server already has these values", Good),
    ("Saved view", Good),
    ("draft discarded", Good),
    (" restored. ", Good),
    (" cleared. ", Good),
    ("unmarked, ", Good),
    ("Copied the curl command, without token", Plain),
    ("Copied ", Good),
    ("Re-created ", Good),
    // What is worth knowing.
    ("Cancelled. Nothing was sent.", Plain),
    ("cancelled. Nothing was sent.", Plain),
    ("nothing was deleted", Plain),
    ("continues. :progress shows it.", Plain),
    ("is running. :progress shows it.", Plain),
    ("left disabled as you asked", Plain),
    ("disabled. Enabling at ", Plain),
    ("gone from all nodes: enabling again", Plain),
    ("enabling before the poll ends", Plain),
    ("is bouncing it since", Plain),
    ("the bounce of an earlier session is complete", Plain),
    ("Forgotten. Changes that were made stay", Plain),
    ("disabled for its bounce", Good),
    ("its bounce is complete", Good),
    ("Sending again", Plain),
    ("Checking again", Plain),
    ("; nothing was sent", Plain),
    ("is still loading", Plain),
    ("not all of what happens was shown", Plain),
    ("Nothing typed yet", Plain),
    ("That does not match", Plain),
    ("Unknown key", Plain),
    ("Nothing to undo", Plain),
    ("Nothing to redo", Plain),
    ("No password typed", Plain),
    ("the paste was ignored", Plain),
    ("the second key was ignored", Plain),
    ("was deleted during its bounce", Bad),
    ("was deleted", Plain),
    ("registrations are gone", Plain),
    ("is new", Plain),
    ("marked as seen", Plain),
    ("deleted row", Plain),
    ("Someone changed", Plain),
    ("is unchanged", Plain),
    ("Loading continues in pages", Plain),
    ("Watching: ", Plain),
    ("Watch off", Plain),
    ("Watch is already off", Plain),
    ("resumed the draft", Plain),
    ("resumed your draft", Plain),
    ("the text was not changed", Plain),
    ("the text was empty", Plain),
    ("Cloned from", Plain),
    ("checking again before saving", Plain),
    ("Sign-in cancelled", Plain),
    ("Not signed in. ", Plain),
    ("password shown for", Plain),
    ("to quit.", Plain),
    ("Loading the list cancelled", Plain),
    ("Requests cancelled", Plain),
    ("is held down: repeats are ignored", Plain),
    ("Range cancelled", Plain),
    ("Filter cleared", Plain),
];

/// How many messages were compared.
#[derive(Debug, Default)]
pub struct Tones(usize);

impl Tones {
    /// Compares what was said since the last time with the table.
    pub fn check(&mut self, app: &App) {
        let all = app.cx.notices.all();
        for notice in all.iter().skip(self.0) {
            // Only the first letter of a message is another one where it stands first.
            let mut text = notice.text.clone();
            text.extend(notice.text.chars().take(1).flat_map(char::to_lowercase));
            text.extend(notice.text.chars().skip(1));
            if let Some((part, tone)) = TONES.iter().find(|(part, _)| text.contains(part)) {
                assert_eq!(notice.tone, *tone, "{part:?} in {:?}", notice.text);
            }
        }
        self.0 = all.len();
    }
}
