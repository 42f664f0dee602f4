//! Lines for the journal on disk, as this session writes them.

use crate::domain::change::journal::{Action, Author, Change, Ending, JournalLine};
use crate::domain::record::draft::Draft;

use crate::app::core::context::Context;
use crate::app::core::effect::Effect;

impl Context {
    /// Who writes lines of the journal.
    pub(in crate::app) fn author(&self) -> Author {
        Author {
            profile: self.setup.profile.clone(),
            user: self.link.user.clone().or_else(|| self.setup.user.clone()),
            pid: self.setup.pid,
        }
    }

    /// A line for the journal on disk.
    pub(in crate::app) fn journal(
        &self,
        action: Action,
        draft: &Draft,
        changes: Vec<Change>,
        ending: Ending,
        request: Option<String>,
    ) -> Effect {
        let line = JournalLine::of_changes(self.now.wall, self.author(), action, draft.base(), changes, ending);
        Effect::Record(Box::new(line.with_request(request)))
    }
}
