//! Commands: what each does in the pane that has the keyboard.

use crate::domain::change::merge::{Choice, Side as MergeSide};
use crate::domain::formats::toml::Passwords;
use crate::domain::record::field::FieldId;
use crate::domain::record::registration::Record as _;
use crate::domain::record::relation::{Relation, Resolved};
use crate::domain::record::value::{Value, ValueRef};
use crate::keys::command::Command;

use crate::app::core::effect::{Effect, Read};
use crate::app::core::notice::Tone;
use crate::app::core::ticket::Slot;
use crate::app::form::Stage;
use crate::app::model::drafts::OnDisk;
use crate::app::overlay::help::Help;
use crate::app::overlay::{Overlay, Question, Yes};
use crate::app::panes::record::{Detail, REVEALED};
use crate::app::panes::target::TargetPane;
use crate::app::widget::line::Leads;
use crate::app::widget::pager::Pager;
use crate::app::{App, Focus, Side};

impl App {
    #[expect(clippy::too_many_lines, reason = "a line a command")]
    pub(in crate::app) fn run(&mut self, command: Command, argument: Option<&str>) {
        if let Some((tone, why)) = self.refusal(command) {
            self.say(tone, why);
            return;
        }
        if let Some(argument) = argument {
            if let Err(why) = self.argued(command, argument) {
                self.say(Tone::Bad, why);
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
            Command::Escape | Command::Decline => self.step_back(),
            Command::Back => self.back(),
            Command::Interrupt => self.interrupt(),
            Command::Quit => self.quit(),
            Command::Help => {
                self.overlay.current = Some(Overlay::Help(Box::new(Help::new(self.scope()))));
            }
            Command::Palette => self.open_palette(""),
            Command::Actions => self.open_actions(),
            Command::Messages => {
                let mut pager = Pager::default();
                pager.follow(Command::Last, self.cx.notices.all().len(), self.overlay_height());
                self.overlay.current = Some(Overlay::Messages(pager));
            }
            Command::Exchanges => self.open_inspector(),
            Command::Lint => self.open_lint(),
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
            Command::ShowDocument => self.show_document(),
            Command::GoToId | Command::SetField | Command::ShowView | Command::BulkSet | Command::Export => {
                self.ask_argument(command);
            }
            Command::Edit => self.edit(),
            Command::EditText => self.edit_text(Passwords::Left),
            Command::EditTextWithPassword => self.edit_text(Passwords::Included),
            Command::Toggle if self.many() => self.ask_what_for_many(),
            Command::Toggle => self.toggle(),
            Command::Bounce => self.bounce(),
            Command::BulkEnable | Command::BulkDisable | Command::BulkDelete => self.for_many(command),
            Command::Progress => self.show_progress(),
            Command::Create => self.create(),
            Command::Clone => self.clone_record(),
            Command::Delete => self.ask_delete(),
            Command::Undo | Command::Redo => self.ask_undo(command),
            Command::Journal => {
                let mut pager = Pager::default();
                pager.follow(Command::Last, self.store.history.entries().len(), self.overlay_height());
                self.overlay.current = Some(Overlay::Journal(pager));
            }
            Command::Discard => self.discard(),
            Command::Recreate => self.ask_recreate(),
            Command::Input => self.input(),
            Command::SetNull => self.set_null(),
            Command::Revert => self.revert_field(),
            Command::LongHelp => {
                if let Some(form) = self.form_mut() {
                    form.long_help = !form.long_help;
                }
            }
            Command::NextMarked | Command::PreviousMarked => self.next_marked(command),
            Command::ShowBase => {
                if let Some(form) = self.form_mut() {
                    form.with_base = !form.with_base;
                }
            }
            Command::Save => self.begin_save(),
            Command::Apply => self.apply(),
            Command::ShowBody => self.show_body(),
            Command::CopyCurl => self.copy_curl(),
            Command::Mine => self.choose(Choice::Mine),
            Command::Theirs => self.choose(Choice::Theirs),
            Command::TypeChoice => self.type_choice(),
            Command::AllMine => self.choose_all(MergeSide::Mine),
            Command::AllTheirs => self.choose_all(MergeSide::Theirs),
            Command::Mark | Command::MarkRange | Command::MarkAll | Command::ClearMarks => self.mark(command),
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
        }
    }

    fn moved(&mut self, command: Command) {
        let layout = self.layout();
        if let (Focus::Side, Some(side)) = (self.panes.focus, self.panes.stack.last()) {
            let len = self.lines(side).len();
            if let Some(side) = self.panes.stack.last_mut() {
                let height = if matches!(side, Side::Form(_)) { layout.form_height() } else { layout.side_height() };
                side.pager_mut().follow(command, len, height);
            }
            return;
        }
        let before = self.list.rows.cursor();
        self.list.rows.follow(command, &self.store.records, layout.list_height());
        self.cursor_left(before);
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
                Some(Leads::Target(relation, id)) => self.open_target(relation, Some(id), None),
                Some(Leads::Registration(id)) => self.open_detail(id),
                Some(Leads::Nowhere) | None => {}
            }
            return;
        }
        if let Some(id) = self.list.rows.cursor() {
            self.open_detail(id);
        }
    }

    /// Shows a record in detail and reads it from its own address.
    pub(in crate::app) fn open_detail(&mut self, id: u64) {
        let already = matches!(self.panes.stack.last(), Some(Side::Detail(pane)) if pane.id == id);
        if !already {
            self.panes.stack.push(Side::Detail(Detail::new(id)));
        }
        self.panes.focus = Focus::Side;
        self.read_detail(id);
    }

    pub(in crate::app) fn read_detail(&mut self, id: u64) {
        let known = match self.panes.stack.last() {
            Some(Side::Detail(pane)) if pane.id == id => pane.fetched.as_ref().and_then(|fetched| fetched.tag.clone()),
            _ => None,
        };
        self.cx.read(Slot::Detail, Read::Record { id, known });
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
            if self.leave_range() {
                return;
            }
            if self.layout().wide && !self.panes.stack.is_empty() && self.form().is_none() {
                self.panes.stack.clear();
                self.give_up(&[Slot::Detail, Slot::Target]);
                return;
            }
            if self.acknowledge_aloud() {
                return;
            }
            let quit = self.cx.setup.keymap.keys_of(self.scope(), Command::Back).unwrap_or_default();
            self.say(Tone::Plain, format!("this is the list; {quit} quits"));
            return;
        }
        if let Some(_effects) = self.back_in_form() {
            return;
        }

        match self.panes.stack.pop() {
            Some(Side::Form(form)) => {
                self.give_up(&[Slot::Base, Slot::Check]);
                self.leave_form(*form);
            }
            Some(Side::Detail(pane)) => {
                self.looked_at(pane.id);
                self.give_up(&[Slot::Detail]);
            }
            Some(Side::Target(_)) => self.give_up(&[Slot::Target]),
            Some(Side::Document { .. }) | None => {}
        }
        if self.panes.stack.is_empty() {
            self.panes.focus = Focus::List;
        }
        // What a lock wiped is read again when it comes to the top.
        if matches!(self.panes.stack.last(), Some(Side::Detail(pane)) if pane.fetched.is_none() && pane.trouble.is_none())
        {
            self.read_top();
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
        let mut lines = Vec::new();
        lines.extend(self.batch_at_the_end());
        for under_way in self.writes.under_way.values().filter(|under_way| !under_way.among_many) {
            lines.push(format!("{}: a write is under way; its outcome would not be told", self.called(under_way.id)));
        }
        for (id, kept) in &self.store.drafts {
            if !kept.unread.is_empty() {
                let fields: Vec<&str> = kept.unread.keys().map(|field| field.field().label).collect();
                let called = self.called(*id);
                lines.push(format!("{called}: what was typed for {} is no value and would be lost", fields.join(", ")));
            }
        }
        for (id, kept) in self.store.drafts.iter().filter(|(_, kept)| !kept.draft.is_empty()) {
            match &kept.disk {
                OnDisk::Failed(why) => {
                    lines.push(format!("{}: its draft is in memory only and would be lost ({why})", self.called(*id)));
                }
                OnDisk::Pending | OnDisk::Kept if kept.draft.changes().contains_key(&FieldId::AuthPassword) => {
                    lines.push(format!("{}: its draft is kept but for the password typed", self.called(*id)));
                }
                OnDisk::Pending | OnDisk::Kept => {}
            }
        }
        if lines.is_empty() {
            self.cx.effect(Effect::Quit);
            return;
        }
        lines.push("Quit all the same?".to_owned());
        self.overlay.current = Some(Overlay::Question(Question { lines, yes: Yes::Quit }));
    }

    fn interrupt(&mut self) {
        const CANCELLED: [Slot; 2] = [Slot::Detail, Slot::Target];
        if self.batch_goes() {
            self.interrupt_batch();
            return;
        }
        if let Some(seen) = self.sync.sweep.cancel() {
            let refresh = self.cx.setup.keymap.keys_of(self.scope(), Command::Refresh).unwrap_or_default();
            let of = self.sync.sweep.total.map_or_else(String::new, |total| format!(" of {total}"));
            self.say(Tone::Plain, format!("reading the list cancelled at {seen}{of}; {refresh} reads again"));
            self.give_up(&[Slot::List]);
            return;
        }
        if let Some(Stage::Checking) = self.form().map(|form| &form.stage) {
            self.say(Tone::Plain, "the look at the server was cancelled; nothing was sent, your draft is kept");
            let _ = self.back_in_form();
            return;
        }
        if let Some(under_way) = self.writes.under_way.values().next() {
            let called = self.called(under_way.id);
            self.say(Tone::Plain, format!("{called} is being written; that cannot be taken back, the outcome is told"));
            return;
        }
        if let Some(Stage::Reading) = self.form().map(|form| &form.stage) {
            self.say(Tone::Plain, "reading the record for the form was cancelled; nothing was changed");
            self.step_back();
            return;
        }
        if self.cx.flights.values().any(|(ticket, _)| ticket.slot == Slot::Watch) {
            self.say(Tone::Plain, "the watch is looking; that holds nothing up, W ends it");
            return;
        }
        if !self.cx.flights.values().any(|(ticket, _)| CANCELLED.contains(&ticket.slot)) {
            self.say(Tone::Plain, "labels are being read in the background; that holds nothing up");
            return;
        }
        self.say(Tone::Plain, "requests cancelled; nothing was changed");
        self.give_up(&CANCELLED);
    }

    /// Nobody waits any more for what is under way for these purposes; what comes all the same is dropped.
    pub(in crate::app) fn give_up(&mut self, slots: &[Slot]) {
        for slot in slots {
            let _ = self.cx.tickets.open(*slot);
        }
        self.cx.extend(slots.iter().map(|slot| Effect::Cancel(*slot)));
    }

    fn refresh(&mut self) {
        if let (Focus::Side, Some(side)) = (self.panes.focus, self.panes.stack.last()) {
            match side {
                Side::Detail(pane) => self.read_detail(pane.id),
                Side::Target(TargetPane { relation, id: Some(id), .. }) => {
                    self.read_target(*relation, *id);
                }
                Side::Target(_) | Side::Document { .. } | Side::Form(_) => {}
            }
        }
        self.sync.links_failed.clear();
        if self.sync.sweep.held_up.is_some() && self.sync.sweep.is_running() {
            let effects = self.sync.sweep.retry();
            self.cx.extend(effects);
        } else if self.sync.sweep.is_running() {
            self.say(Tone::Plain, "the list is being read already");
        } else {
            self.acknowledge();
            let effects = self.sync.sweep.refresh(&mut self.cx.tickets, &mut self.store.records);
            self.cx.extend(effects);
        }
    }

    fn reload(&mut self) {
        self.sync.links_failed.clear();
        self.store.targets.unfollow_all();
        self.acknowledge();
        self.cx.effect(Effect::Cancel(Slot::List));
        let effects = self.sync.sweep.start(&mut self.cx.tickets, &mut self.store.records);
        self.cx.extend(effects);
    }

    fn go_to_target(&mut self, relation: Relation) {
        if let (Focus::Side, Some(Side::Target(pane))) = (self.panes.focus, self.panes.stack.last()) {
            let pop = pane.id.and_then(|id| self.store.targets.get(pane.relation, id)).and_then(|target| target.pop);
            if let Some(pop) = pop {
                self.open_target(Relation::Pop, Some(pop), None);
            }
            return;
        }
        let Some(id) = self.subject() else { return };
        let value = self.value_of(id, relation.field());
        match (self.store.targets.resolve(value.as_ref()), value.as_ref()) {
            (Resolved::Target(target), _) => self.open_target(relation, Some(target), None),
            (Resolved::Unknown, ValueRef::Linked(link)) => self.open_target(relation, None, Some(link.to_owned())),
            (Resolved::Nothing | Resolved::Unknown, _) => {}
        }
    }

    /// The newest known value of a field of a loaded or opened record.
    pub(in crate::app) fn value_of(&self, id: u64, field: FieldId) -> Value {
        let fetched = self.panes.stack.iter().rev().find_map(|side| match side {
            Side::Detail(pane) if pane.id == id => pane.fetched.as_ref(),
            Side::Detail(_) | Side::Document { .. } | Side::Target(_) | Side::Form(_) => None,
        });
        match (fetched, self.store.records.get(id)) {
            (Some(fetched), _) => fetched.registration.get(field).clone(),
            (None, Some(row)) => row.value(field).to_value(),
            (None, None) => Value::Missing,
        }
    }

    fn open_target(&mut self, relation: Relation, id: Option<u64>, link: Option<String>) {
        let mut pane = TargetPane::new(relation, id);
        pane.count(&self.store.records, &self.store.targets);
        self.panes.stack.push(Side::Target(pane));
        self.panes.focus = Focus::Side;
        match (id, link) {
            (Some(id), _) => self.read_target(relation, id),
            (None, Some(link)) => {
                self.cx.read(Slot::Target, Read::Related { relation, link });
            }
            (None, None) => {}
        }
    }

    pub(in crate::app) fn read_target(&mut self, relation: Relation, id: u64) {
        self.cx.read(Slot::Target, Read::Target { relation, id });
    }

    fn reveal_password(&mut self) {
        if self.form().is_some() {
            self.reveal_in_form();
            return;
        }
        let now = self.cx.now;
        let Some(Side::Detail(pane)) = self.panes.stack.last_mut() else { return };
        let id = pane.id;
        match pane.fetched.as_ref().map(|fetched| fetched.registration.get(FieldId::AuthPassword)) {
            None => {}
            Some(_) if pane.revealed_until.is_some() => pane.revealed_until = None,
            Some(_) => {
                pane.revealed_until = Some(now.mono + REVEALED);
                let line = self.panes.stack.last().and_then(|side| {
                    self.lines(side).iter().position(|line| line.field == Some(FieldId::AuthPassword))
                });
                let height = self.layout().side_height();
                let len = self.panes.stack.last().map_or(0, |side| self.lines(side).len());
                if let (Some(line), Some(side)) = (line, self.panes.stack.last_mut()) {
                    side.pager_mut().move_to(line, len, height);
                }
                let called = self.called(id);
                self.say(Tone::Plain, format!("{called}: the password is shown for 10 s"));
            }
        }
    }

    fn show_document(&mut self) {
        let Some(Side::Detail(pane)) = self.panes.stack.last() else { return };
        let id = pane.id;
        if let Some(fetched) = &pane.fetched {
            let text = fetched.document.lines().map(str::to_owned).collect();
            self.panes.stack.push(Side::Document { id, text, pager: Pager::default() });
        }
    }
}
