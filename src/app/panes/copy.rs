//! What can be put on the user's clipboard about the record under the cursor, and comparing it with another.
//! Passwords and tokens never go there.

use crate::domain::clipping::Clipping;
use crate::domain::formats::json;
use crate::domain::query::{Column, Listed};
use crate::domain::record::{FieldId, Record, Registration};
use crate::domain::rules::placement;
use crate::keys::Command;

use crate::app::core::{CommandRefusal, Context, Effect, Tone};
use crate::app::list::List;
use crate::app::store::Store;

impl Store {
    /// The text where a clipboard takes it.
    pub(in crate::app) fn fit_to_copy(
        &self,
        id: u64,
        what: &'static str,
        text: Clipping,
    ) -> Result<(u64, &'static str, Clipping), CommandRefusal> {
        if text.is_empty() {
            return Err(CommandRefusal::Idle(format!("{} has no {what}. Nothing was copied.", self.display_name(id))));
        }
        if text.len() > LONGEST {
            let (display_name, length) = (self.display_name(id), text.len());
            let why = format!(
                "{display_name}: not copied, {what} has {length} bytes and the terminal's clipboard takes {LONGEST}"
            );
            return Err(CommandRefusal::Bad(why));
        }
        Ok((id, what, text))
    }

    /// Puts a text of a record on the clipboard, and says so.
    pub(in crate::app) fn copy_text(&self, cx: &mut Context, id: u64, what: &str, text: Clipping) {
        let (display_name, length) = (self.display_name(id), text.len());
        cx.say(Tone::Good, format!("Copied {what} of {display_name} ({length} bytes)"));
        cx.effect(Effect::Copy(text));
    }

    fn ticket_line(&self, cx: &Context, record: &impl Record) -> String {
        let state = match record.enabled() {
            Some(true) => "enabled",
            Some(false) => "disabled",
            None => "(enabled or not is unknown)",
        };
        let address = Listed::Address.text(record, &self.targets).into_owned();
        let loaded = placement::loaded_by(record, &self.targets).sentence(&self.targets);
        let at = cx.now.wall.with_timezone(&cx.setup.timezone).format("%Y-%m-%d %H:%M:%S %Z");
        let (profile, id, name) = (&cx.setup.profile, record.id(), record.name());
        let live = self.targets.live_mark(id).map_or_else(String::new, |mark| format!("; live: {}", mark.cell));
        let effect = self.live.effect(id).map_or_else(String::new, |how| format!("; last change: {how}"));
        format!("{profile}: registration {id} {name} ({address}) {state}; {loaded}{live}{effect}; {at}")
    }
}

impl List {
    /// Copies from a record that was read for it.
    pub(in crate::app) fn copy_from(
        &mut self,
        cx: &mut Context,
        store: &mut Store,
        command: Command,
        record: &Registration,
    ) {
        let (what, text) = self.text_of(cx, store, command, record);
        match store.fit_to_copy(record.id(), what, text) {
            Ok((id, what, text)) => store.copy_text(cx, id, what, text),
            Err(refusal) => cx.refuse(refusal),
        }
    }

    /// What a command copies, by name, and the text.
    pub(in crate::app) fn text_of(
        &self,
        cx: &Context,
        store: &Store,
        command: Command,
        record: &impl Record,
    ) -> (&'static str, Clipping) {
        let (what, text) = match command {
            Command::CopyJson => {
                return ("JSON, password masked", Clipping::json(&json::block(record, &store.targets)));
            }
            Command::CopyName => ("name", record.name().to_owned()),
            Command::CopyCell => {
                let column = self.rows.column.unwrap_or(Listed::Column(Column::Id));
                (crate::app::model::columns::heading(column), column.text(record, &store.targets).into_owned())
            }
            Command::CopyAddress => ("user@domain", Listed::Address.text(record, &store.targets).into_owned()),
            Command::CopyContact => ("contact", record.text(FieldId::Contact).unwrap_or_default().to_owned()),
            Command::CopyRequest => ("curl command without token", cx.curl(record.id())),
            Command::CopyTicket => ("ticket line", store.ticket_line(cx, record)),
            _ => ("ID", record.id().to_string()),
        };
        (what, Clipping::line(&text))
    }
}

impl Context {
    fn curl(&self, id: u64) -> String {
        // Both come from the configuration, and are quoted for a shell all the same.
        let server = self.setup.server.trim_end_matches('/').replace('\'', "'\\''");
        format!(
            "curl '{server}/registrations/{id}?include=pop,node,transport-protocol' \
             -H 'Accept: application/vnd.api+json' -H \"Authorization: $TOKEN\""
        )
    }
}

/// The longest text, in bytes, that is sent to a clipboard: many terminals would cut a longer one without a word.
pub const LONGEST: usize = 74_994;
