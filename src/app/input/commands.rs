//! Commands: what each does in the pane that has the keyboard.

use crate::domain::change::merge::{Choice, Side as MergeSide};
use crate::domain::formats::toml::Passwords;
use crate::domain::record::field::FieldId;
use crate::domain::record::registration::Record as _;
use crate::domain::record::relation::{Relation, Resolved};
use crate::domain::record::value::{Value, ValueRef};
use crate::keys::command::Command;

use crate::app::core::context::Context;
use crate::app::core::effect::{Effect, Read};
use crate::app::core::notice::Tone;
use crate::app::core::ticket::Slot;
use crate::app::form::Stage;
use crate::app::input::program;
use crate::app::overlay::help::Help;
use crate::app::overlay::{Overlay, Question, Yes};
use crate::app::panes::Panes;
use crate::app::panes::record::{Detail, REVEALED};
use crate::app::panes::target::TargetPane;
use crate::app::store::Store;
use crate::app::widget::layout::{BELOW, DRESSED, Layout, Opened, Place};
use crate::app::widget::line::Leads;
use crate::app::widget::pager::Pager;
use crate::app::{Access, App, Focus, Side};

impl App {
    #[expect(clippy::too_many_lines, reason = "a line a command")]
    pub(in crate::app) fn run(&mut self, command: Command, argument: Option<&str>) {
        if let Some((tone, why)) = self.refusal(command) {
            self.cx.say(tone, why);
            return;
        }
        if self.bars(command) {
            return;
        }
        if let Some(argument) = argument {
            if let Err(why) = self.argued(command, argument) {
                self.cx.say(Tone::Bad, why);
            }
            return;
        }
        match command {
            Command::Down
            | Command::Up
            | Command::HalfDown
            | Command::HalfUp
            | Command::PageDown
            | Command::PageUp
            | Command::First
            | Command::Last => {
                self.moved(command);
            }
            Command::Open => self.open(),
            Command::NextPane | Command::PreviousPane => self.other_pane(),
            Command::TurnPane => {
                self.turn_pane();
            }
            Command::Escape | Command::Decline => self.step_back(),
            Command::Back => self.back(),
            Command::Interrupt => self.interrupt(),
            Command::Quit => self.quit(),
            Command::Help => {
                self.overlay.current = Some(Overlay::Help(Box::new(Help::new(self.panes.scope()))));
            }
            Command::Palette => self.open_palette(""),
            Command::Actions => self.overlay.open_actions(),
            Command::Messages => {
                let mut pager = Pager::default();
                pager.follow(Command::Last, self.cx.notices.all().len(), self.cx.overlay_height());
                self.overlay.current = Some(Overlay::Messages(pager));
            }
            Command::Profiles => self.overlay.open_profiles(&self.cx),
            Command::Exchanges => self.overlay.open_inspector(&mut self.cx),
            Command::Lint => self.overlay.open_lint(&mut self.cx, &mut self.store),
            Command::Overview => self.open_overview(),
            Command::Watch => self.toggle_watch(),
            Command::Refresh => self.refresh(),
            Command::Reload => self.reload(),
            Command::Redraw => self.cx.effect(Effect::Redraw),
            Command::Suspend => self.cx.effect(Effect::Suspend),
            Command::Lock => self.lock(crate::app::lock::Why::Asked),
            Command::GoPop => self.go_to_target(Relation::Pop),
            Command::GoNode => self.go_to_target(Relation::Node),
            Command::GoTransport => self.go_to_target(Relation::TransportProtocol),
            Command::RevealPassword => self.reveal_password(),
            Command::ShowDocument => self.panes.show_document(&self.store),
            Command::GoToId | Command::SetField | Command::ShowView | Command::BulkSet | Command::Export => {
                self.ask_argument(command);
            }
            Command::Edit => self.edit(),
            Command::EditText => self.edit_text(Passwords::Left),
            Command::EditTextWithPassword => self.edit_text(Passwords::Included),
            Command::Toggle if self.many() => self.overlay.ask_what_for_many(),
            Command::Toggle => self.toggle(),
            Command::Bounce => self.bounce(),
            Command::BulkEnable | Command::BulkDisable | Command::BulkDelete => self.for_many(command),
            Command::Progress => self.show_progress(),
            Command::Create => self.create(),
            Command::Clone => self.clone_record(),
            Command::Delete if self.many() => self.for_many(Command::BulkDelete),
            Command::Delete => self.ask_delete(),
            Command::Undo | Command::Redo => self.ask_undo(command),
            Command::Journal => self.overlay.open_history(&mut self.cx, &self.store, None),
            Command::RecordHistory => {
                let of = self.subject();
                self.overlay.open_history(&mut self.cx, &self.store, of);
            }
            Command::Discard => self.discard(),
            Command::TakeDraft => self.take_draft(),
            Command::Recreate => self.ask_recreate(),
            Command::Input => self.panes.input(&mut self.cx, &mut self.store),
            Command::FindField => self.find_field(),
            Command::SetNull => self.panes.set_null(&mut self.cx, &mut self.store),
            Command::Revert => self.panes.revert_field(&mut self.cx, &mut self.store),
            Command::LongHelp => {
                if let Some(form) = self.panes.form_mut() {
                    form.long_help = !form.long_help;
                }
            }
            Command::NextMarked | Command::PreviousMarked => self.next_marked(command),
            Command::ShowBase => {
                if let Some(form) = self.panes.form_mut() {
                    form.with_base = !form.with_base;
                }
            }
            Command::Save => self.begin_save(),
            Command::Apply => self.apply(),
            Command::ShowBody => self.panes.show_body(),
            Command::CopyCurl => self.panes.copy_curl(&mut self.cx),
            Command::Mine => self.choose(Choice::Mine),
            Command::Theirs => self.choose(Choice::Theirs),
            Command::TypeChoice => self.panes.type_choice(&mut self.cx, &mut self.store),
            Command::AllMine => self.panes.choose_all(&mut self.cx, MergeSide::Mine),
            Command::AllTheirs => self.panes.choose_all(&mut self.cx, MergeSide::Theirs),
            Command::Mark
            | Command::MarkRange
            | Command::RangeDown
            | Command::RangeUp
            | Command::MarkAll
            | Command::ClearMarks => self.mark(command),
            Command::Filter
            | Command::BuildFilter
            | Command::ShowValue
            | Command::SameValue
            | Command::SameDomain
            | Command::NextMatch
            | Command::PreviousMatch
            | Command::ColumnLeft
            | Command::ColumnRight
            | Command::Sort
            | Command::ReverseSort
            | Command::SortLeft
            | Command::SortRight
            | Command::Columns
            | Command::Views
            | Command::View1
            | Command::View2
            | Command::View3
            | Command::View4
            | Command::View5
            | Command::View6
            | Command::View7
            | Command::View8
            | Command::View9
            | Command::Compare
            | Command::CopyId
            | Command::CopyName
            | Command::CopyCell
            | Command::CopyAddress
            | Command::CopyContact
            | Command::CopyJson
            | Command::CopyRequest
            | Command::CopyTicket => self.find(command, argument),
            Command::Custom(custom) => program::run(self, custom),
        }
    }

    fn moved(&mut self, command: Command) {
        let layout = self.cx.layout();
        if let (Focus::Side, Some(side)) = (self.panes.focus, self.panes.stack.last()) {
            let (len, height) = (self.lines(side).len(), self.side_rows(side));
            if let Some(side) = self.panes.stack.last_mut() {
                match command {
                    // Nothing of a review is chosen: it only scrolls.
                    Command::Down if side.is_review() => side.pager_mut().scroll(1, len, height),
                    Command::Up if side.is_review() => side.pager_mut().scroll(-1, len, height),
                    _ => {
                        side.pager_mut().follow(command, len, height);
                    }
                }
            }
            return;
        }
        let before = self.list.rows.cursor();
        self.list.rows.follow(command, &self.store.records, layout.list_height());
        self.cursor_left(before);
    }

    /// A movement with a number in front of it. Returns whether the command is one that takes a number.
    pub(in crate::app) fn moved_by(&mut self, command: Command, count: usize) -> bool {
        let layout = self.cx.layout();
        let (focus, len, height) = match (self.panes.focus, self.panes.stack.last()) {
            (Focus::Side, Some(side)) => (Focus::Side, self.lines(side).len(), self.side_rows(side)),
            (Focus::Side, None) | (Focus::List, _) => {
                (Focus::List, self.list.rows.len(&self.store.records), layout.list_height())
            }
        };
        let from = match (focus, self.panes.stack.last()) {
            (Focus::Side, Some(side)) => side.pager().cursor,
            (Focus::Side, None) | (Focus::List, _) => self.list.rows.position(),
        };
        let to = match command {
            Command::Down | Command::RangeDown => from.saturating_add(count),
            Command::Up | Command::RangeUp => from.saturating_sub(count),
            Command::Last | Command::First => count.saturating_sub(1),
            _ => return false,
        };
        let to = to.min(len.saturating_sub(1));
        if let (Focus::Side, Some(side)) = (focus, self.panes.stack.last_mut()) {
            side.pager_mut().move_to(to, len, height);
            return true;
        }
        let before = self.list.rows.cursor();
        self.list.rows.go_to_row(to, &self.store.records, height);
        self.cursor_left(before);
        true
    }

    /// Beside a wide list stands the record under the cursor; what was opened for another gives way, but for an edit.
    pub(in crate::app) fn cursor_left(&mut self, before: Option<u64>) {
        if self.list.rows.cursor() != before && !self.panes.stack.iter().any(|side| matches!(side, Side::Form(_))) {
            self.panes.stack.clear();
        }
    }

    fn open(&mut self) {
        if let (Focus::Side, Some(side)) = (self.panes.focus, self.panes.stack.last()) {
            let line = self.lines(side).into_iter().nth(side.pager().cursor);
            match line.map(|line| line.leads) {
                Some(Leads::Relationship(field)) => {
                    if let Some(relation) = field.relation() {
                        self.go_to_target(relation);
                    }
                }
                Some(Leads::Target(relation, id)) => {
                    self.panes.open_target(&mut self.cx, &mut self.store, relation, Some(id), None);
                }
                Some(Leads::Registration(id)) => self.panes.open_detail(&mut self.cx, &self.store, id),
                Some(Leads::Nowhere) | None => {}
            }
            return;
        }
        if let Some(id) = self.list.rows.cursor() {
            self.panes.open_detail(&mut self.cx, &self.store, id);
        }
    }

    /// Puts the detail to its next place that this screen has room for.
    fn turn_pane(&mut self) {
        let places = [Place::Beside, Place::Below, Place::Off];
        let now = self.cx.layout().place;
        let from = places.iter().position(|place| *place == now).unwrap_or(0);
        let fits = |place: &&Place| Layout::of(self.cx.size, Some(**place), Opened::Nothing).place == **place;
        let next = places.iter().cycle().skip(from + 1).take(places.len()).find(fits).copied();
        if next.is_none_or(|next| next == now) {
            let (columns, rows) = (DRESSED.0, BELOW);
            let text = format!("No room for the detail beside or below the list: needs {columns}x{rows}.");
            self.cx.say(Tone::Plain, text);
            return;
        }
        self.cx.turned = next;
        self.store.touch();
    }

    fn other_pane(&mut self) {
        match self.panes.focus {
            Focus::Side => {
                self.panes.focus = Focus::List;
            }
            Focus::List if !self.panes.stack.is_empty() => {
                self.panes.focus = Focus::Side;
            }
            Focus::List => self.run(Command::Open, None),
        }
    }

    pub(in crate::app) fn step_back(&mut self) {
        if self.panes.focus == Focus::List {
            if self.store.leave_range(&mut self.cx) {
                return;
            }
            if self.cx.layout().wide && !self.panes.stack.is_empty() && self.panes.form().is_none() {
                self.panes.stack.clear();
                self.cx.give_up(&[Slot::Detail, Slot::Target]);
                return;
            }
            if self.store.acknowledge_aloud(&mut self.cx) {
                return;
            }
            if self.list.clear_filter(&mut self.cx, &mut self.store) {
                return;
            }
            let quit = self.cx.setup.keymap.keys_of(self.panes.scope(), Command::Back).unwrap_or_default();
            self.cx.say(Tone::Plain, format!("Press {quit} to quit."));
            return;
        }
        if let Some(_effects) = self.panes.back_in_form(&mut self.cx) {
            return;
        }

        match self.panes.stack.pop() {
            Some(Side::Form(form)) => {
                self.cx.give_up(&[Slot::Base, Slot::Check]);
                self.store.leave_form(&mut self.cx, &form);
            }
            Some(Side::Detail(pane)) => {
                self.store.looked_at(pane.id);
                self.cx.give_up(&[Slot::Detail]);
            }
            Some(Side::Target(_)) => self.cx.give_up(&[Slot::Target]),
            Some(Side::Document { .. }) | None => {}
        }
        if self.panes.stack.is_empty() {
            self.panes.focus = Focus::List;
        }
        // What a lock wiped is read again when it comes to the top.
        if matches!(self.panes.stack.last(), Some(Side::Detail(pane)) if !self.store.fetched.contains_key(&pane.id) && pane.trouble.is_none())
        {
            self.panes.read_top(&mut self.cx, &self.store);
        }
    }

    fn back(&mut self) {
        if self.panes.focus == Focus::Side {
            self.step_back();
        } else {
            self.quit();
        }
    }

    /// Ends the program; asks only where something is not done or not safe yet.
    fn quit(&mut self) {
        let running = self.overlay.losses();
        let mut lines: Vec<String> = running.into_iter().chain(self.writes.losses(&self.cx, &self.store)).collect();
        if lines.is_empty() {
            self.cx.effect(Effect::Quit);
            return;
        }
        lines.push("Quit anyway?".to_owned());
        self.overlay.current = Some(Overlay::Question(Question::new(lines, Yes::Quit)));
    }

    fn interrupt(&mut self) {
        const CANCELLED: [Slot; 2] = [Slot::Detail, Slot::Target];
        if self.overlay.cancel_program(&mut self.cx) {
            return;
        }
        if self.writes.batch_goes() {
            self.interrupt_batch();
            return;
        }
        if let Some(seen) = self.sync.sweep.cancel() {
            let refresh = self.cx.setup.keymap.keys_of(self.panes.scope(), Command::Refresh).unwrap_or_default();
            let of = self.store.loaded.total.map_or_else(String::new, |total| format!(" of {total}"));
            self.cx.say(Tone::Plain, format!("Loading the list cancelled at {seen}{of}. {refresh}: load again"));
            self.cx.give_up(&[Slot::List]);
            return;
        }
        if let Some(Stage::Checking) = self.panes.form().map(|form| &form.stage) {
            self.cx.say(Tone::Plain, "Check cancelled. Nothing was sent, your draft is kept.");
            let _ = self.panes.back_in_form(&mut self.cx);
            return;
        }
        if let Some(under_way) = self.store.writes.under_way.values().next() {
            let called = self.store.called(under_way.id);
            self.cx.say(
                Tone::Plain,
                format!(
                    "{called} is being saved and cannot be cancelled; the result is shown when \
                                           it arrives"
                ),
            );
            return;
        }
        if let Some(Stage::Reading) = self.panes.form().map(|form| &form.stage) {
            self.cx.say(Tone::Plain, "Opening the form cancelled");
            self.step_back();
            return;
        }
        if self.cx.flights.values().any(|(ticket, _)| ticket.slot == Slot::Watch) {
            self.cx.say(Tone::Plain, "A watch refresh is running in the background. W: stop watching");
            return;
        }
        if !self.cx.flights.values().any(|(ticket, _)| CANCELLED.contains(&ticket.slot)) {
            self.cx.say(Tone::Plain, "POP, node and transport names are loading in the background");
            return;
        }
        self.cx.say(Tone::Plain, "Requests cancelled. Nothing was changed.");
        self.cx.give_up(&CANCELLED);
    }

    fn refresh(&mut self) {
        if let (Focus::Side, Some(side)) = (self.panes.focus, self.panes.stack.last()) {
            match side {
                Side::Detail(pane) => self.store.read_detail(&mut self.cx, pane.id),
                Side::Target(TargetPane { relation, id: Some(id), .. }) => {
                    self.cx.read_target(*relation, *id);
                }
                Side::Target(_) | Side::Document { .. } | Side::Form(_) => {}
            }
        }
        self.age_links();
        if self.sync.sweep.held_up.is_some() && self.sync.sweep.is_running() {
            self.sync.sweep.retry(&mut self.cx, &self.store.records);
        } else if self.sync.sweep.is_running() {
            self.cx.say(Tone::Plain, "The list is already loading");
        } else {
            self.store.acknowledge();
            self.sync.sweep.refresh(&mut self.cx, &self.store.records);
        }
    }

    fn reload(&mut self) {
        self.age_links();
        self.store.acknowledge();
        self.cx.effect(Effect::Cancel(Slot::List));
        self.sync.sweep.start(&mut self.cx);
    }

    fn go_to_target(&mut self, relation: Relation) {
        if let (Focus::Side, Some(Side::Target(pane))) = (self.panes.focus, self.panes.stack.last()) {
            let pop = pane.id.and_then(|id| self.store.targets.get(pane.relation, id)).and_then(|target| target.pop);
            if let Some(pop) = pop {
                self.panes.open_target(&mut self.cx, &mut self.store, Relation::Pop, Some(pop), None);
            }
            return;
        }
        let Some(id) = self.subject() else { return };
        let value = self.store.value_of(id, relation.field());
        match (self.store.targets.resolve(value.as_ref()), value.as_ref()) {
            (Resolved::Target(target), _) => {
                self.panes.open_target(&mut self.cx, &mut self.store, relation, Some(target), None);
            }
            (Resolved::Unknown, ValueRef::Linked(link)) => {
                self.panes.open_target(&mut self.cx, &mut self.store, relation, None, Some(link.to_owned()));
            }
            (Resolved::Nothing | Resolved::Unknown, _) => {}
        }
    }

    /// `P`: shows the password, where the profile is protected after a question, once a session.
    pub(in crate::app) fn reveal_password(&mut self) {
        if self.cx.setup.access != Access::Write && !self.panes.may_show_passwords {
            let called = self.subject().map(|id| self.store.called(id)).unwrap_or_default();
            let lines = vec![
                format!("Show the password of {called} on {}?", self.cx.setup.profile),
                "It stays on the screen for 10 s. This is asked once per session.".to_owned(),
            ];
            self.overlay.current = Some(Overlay::Question(Question::new(lines, Yes::ShowPassword)));
            return;
        }
        if self.panes.form().is_some() {
            self.reveal_in_form();
            return;
        }
        let now = self.cx.now;
        let Some(Side::Detail(pane)) = self.panes.stack.last_mut() else { return };
        let id = pane.id;
        match self.store.fetched.get(&id).map(|fetched| fetched.registration.get(FieldId::AuthPassword)) {
            None => {}
            Some(_) if pane.revealed_until.is_some() => pane.revealed_until = None,
            Some(_) => {
                pane.revealed_until = Some(now.mono + REVEALED);
                let line = self.panes.stack.last().and_then(|side| {
                    self.lines(side).iter().position(|line| line.field == Some(FieldId::AuthPassword))
                });
                let height = self.cx.layout().side_height();
                let len = self.panes.stack.last().map_or(0, |side| self.lines(side).len());
                if let (Some(line), Some(side)) = (line, self.panes.stack.last_mut()) {
                    side.pager_mut().move_to(line, len, height);
                }
                let called = self.store.called(id);
                self.cx.say(Tone::Plain, format!("{called}: password shown for 10 s"));
            }
        }
    }
}

impl Panes {
    /// Shows a record in detail and reads it from its own address.
    pub(in crate::app) fn open_detail(&mut self, cx: &mut Context, store: &Store, id: u64) {
        let already = matches!(self.stack.last(), Some(Side::Detail(pane)) if pane.id == id);
        self.focus = Focus::Side;
        if already {
            store.read_detail(cx, id);
        } else {
            self.stack.push(Side::Detail(Detail::new(id)));
            cx.read(Slot::Detail, Read::Record { id, known: None });
        }
    }

    fn open_target(
        &mut self,
        cx: &mut Context,
        store: &mut Store,
        relation: Relation,
        id: Option<u64>,
        link: Option<String>,
    ) {
        let mut pane = TargetPane::new(relation, id);
        pane.count(&store.records, &store.targets);
        self.stack.push(Side::Target(pane));
        self.focus = Focus::Side;
        match (id, link) {
            (Some(id), _) => cx.read_target(relation, id),
            (None, Some(link)) => {
                cx.read(Slot::Target, Read::Related { relation, link });
            }
            (None, None) => {}
        }
    }

    fn show_document(&mut self, store: &Store) {
        let Some(Side::Detail(pane)) = self.stack.last() else { return };
        let id = pane.id;
        if let Some(fetched) = store.fetched.get(&id) {
            let text = fetched.document.lines().map(str::to_owned).collect();
            self.stack.push(Side::Document { id, text, pager: Pager::default() });
        }
    }
}

impl Store {
    pub(in crate::app) fn read_detail(&self, cx: &mut Context, id: u64) {
        let known = self.fetched.get(&id).and_then(|fetched| fetched.tag.clone());
        cx.read(Slot::Detail, Read::Record { id, known });
    }

    /// The newest known value of a field of a loaded or opened record.
    pub(in crate::app) fn value_of(&self, id: u64, field: FieldId) -> Value {
        match (self.fetched.get(&id), self.records.get(id)) {
            (Some(fetched), _) => fetched.registration.get(field).clone(),
            (None, Some(row)) => row.value(field).to_value(),
            (None, None) => Value::Missing,
        }
    }
}

impl Context {
    /// Nobody waits any more for what is under way for these purposes; what comes all the same is dropped.
    pub(in crate::app) fn give_up(&mut self, slots: &[Slot]) {
        for slot in slots {
            let _ = self.tickets.open(*slot);
        }
        self.extend(slots.iter().map(|slot| Effect::Cancel(*slot)));
    }

    pub(in crate::app) fn read_target(&mut self, relation: Relation, id: u64) {
        self.read(Slot::Target, Read::Target { relation, id });
    }
}
