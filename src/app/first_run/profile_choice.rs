//! Which profile the console opens, where the file has several and none is the default. Knows no `App`, and does nothing
//! itself.

use crate::keys::{Code, Command, Key};

use crate::app::overlay::profiles::ProfileOffer;
use crate::app::widget::{Pager, movement};

/// The choice.
#[derive(Debug, Clone)]
pub struct ProfileChoice {
    /// What there is to choose from; never empty.
    pub profiles: Vec<ProfileOffer>,
    /// Over them.
    pub pager: Pager,
}

/// What is to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProfileChoiceRequest {
    /// Nothing.
    Stay,
    /// Open this profile.
    Open(String),
    /// End.
    Quit,
    /// Stop until the shell continues us.
    Suspend,
    /// Draw everything again.
    Redraw,
}

impl ProfileChoice {
    /// With the cursor on the first one.
    pub fn new(profiles: Vec<ProfileOffer>) -> Self {
        Self { profiles, pager: Pager::default() }
    }

    /// What a key does. The keys of the list are configured per profile, so that the plain ones hold here.
    pub fn typed(&mut self, key: Key) -> ProfileChoiceRequest {
        let command = match (key.ctrl, key.code) {
            (false, Code::Enter) => {
                let chosen = self.profiles.get(self.pager.cursor);
                return chosen
                    .map_or(ProfileChoiceRequest::Quit, |profile| ProfileChoiceRequest::Open(profile.name.clone()));
            }
            (false, Code::Esc | Code::Char('q')) | (true, Code::Char('c')) => return ProfileChoiceRequest::Quit,
            (true, Code::Char('z')) => return ProfileChoiceRequest::Suspend,
            (true, Code::Char('l')) => return ProfileChoiceRequest::Redraw,
            (false, Code::Char('j')) => Some(Command::Down),
            (false, Code::Char('k')) => Some(Command::Up),
            (false, Code::Home | Code::Char('g')) => Some(Command::First),
            (false, Code::End | Code::Char('G')) => Some(Command::Last),
            _ => movement(key),
        };
        if let Some(command) = command {
            self.pager.follow(command, self.profiles.len(), PAGE);
        }
        ProfileChoiceRequest::Stay
    }
}

/// Profiles of a page.
const PAGE: usize = 10;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::core::Access;

    #[test]
    fn keys_choose_among_the_profiles_and_leave_without_one() {
        let profile = |name: &str| ProfileOffer {
            name: name.to_owned(),
            badge: None,
            server: None,
            access: Access::Write,
            is_current: false,
        };
        let mut choice = ProfileChoice::new(vec![profile("eu"), profile("lab"), profile("us")]);
        for key in ['j', 'j', 'j', 'k'] {
            assert_eq!(choice.typed(Key::plain(Code::Char(key))), ProfileChoiceRequest::Stay);
        }
        assert_eq!(choice.typed(Key::plain(Code::Enter)), ProfileChoiceRequest::Open("lab".to_owned()));
        assert_eq!(choice.typed(Key::plain(Code::Char('G'))), ProfileChoiceRequest::Stay);
        assert_eq!(choice.typed(Key::plain(Code::Enter)), ProfileChoiceRequest::Open("us".to_owned()));
        for key in [Key::plain(Code::Esc), Key::plain(Code::Char('q')), Key::ctrl('c')] {
            assert_eq!(choice.typed(key), ProfileChoiceRequest::Quit);
        }
    }
}
