//! A new record with the values of another: all but id and name. The other is read first from its own address,
//! since only there the server shows its password.

use crate::domain::answer::Fetched;
use crate::domain::record::{FieldId, Record as _, Value, ValueRef};

use crate::app::core::{Context, Read, Slot, Tone};
use crate::app::form::Form;
use crate::app::panes::Panes;
use crate::app::panes::stack::SidePane;
use crate::app::store::Store;

impl Panes {
    /// `c`: reads the record that is to be copied.
    pub(in crate::app) fn clone_record(&mut self, cx: &mut Context, store: &Store, source: u64) {
        let mut form = Form::new(self.next_new(cx, store));
        form.copied = Some(source);
        self.push_form(form);
        cx.read(Slot::Base, Read::Record { id: source, known: None });
    }

    /// The form that waits for this record to be copied.
    pub(in crate::app) fn waiting_for_copy(&self, store: &Store, source: u64) -> Option<u64> {
        self.stack.iter().find_map(|side| match side {
            SidePane::Form(form) if form.copied == Some(source) && !store.drafts.contains_key(&form.id) => {
                Some(form.id)
            }
            _ => None,
        })
    }

    /// The record is there: its values are the new one's.
    pub(in crate::app) fn copy_into(&mut self, cx: &mut Context, store: &mut Store, id: u64, fetched: &Fetched) {
        let source = &fetched.registration;
        let (mut draft, mut left) = store.carry_over(source, id);
        left.retain(|field| *field != FieldId::Name);
        draft.set(FieldId::Name, Value::Text(store.name_of_copy(source.name())));
        let password = match source.value(FieldId::AuthPassword) {
            ValueRef::Secret(secret) if !secret.expose().is_empty() => "its password too (not shown)",
            ValueRef::Withheld => "but NOT its password, which the server did not show",
            _ => "no password",
        };
        let left: Vec<&str> = left.into_iter().map(|field| field.field().label).collect();
        let left = if left.is_empty() {
            String::new()
        } else {
            format!("; not shown by the server, so not copied: {}", left.join(", "))
        };
        self.take_base(cx, store, id, draft.clone());
        if let Some(form) = self.form_of(id) {
            form.untouched = Some(Box::new(draft));
        }
        store.touch();
        let display_name = store.display_name(source.id());
        cx.say(Tone::Plain, format!("Cloned from {display_name}, {password}. Type a new name{left}"));
    }
}

impl Store {
    /// A name after another that no loaded record has.
    fn name_of_copy(&self, name: &str) -> String {
        let stem = match name.rsplit_once(" copy") {
            Some((stem, rest)) if rest.trim().is_empty() || rest.trim().parse::<u32>().is_ok() => stem,
            _ => name,
        };
        let taken = |wanted: &str| {
            self.records.iter().any(|record| record.name() == wanted)
                || self.drafts.values().any(|open| open.draft.name() == wanted)
        };
        let names = (1..).map(|number: u32| match number {
            1 => format!("{stem} copy"),
            number => format!("{stem} copy {number}"),
        });
        // More copies than that cannot be distinguished by a number.
        names.take(1_000).find(|name| !taken(name)).unwrap_or_else(|| format!("{stem} copy"))
    }
}
