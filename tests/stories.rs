//! Stories of people at the console: what they press, what happens meanwhile, what they see.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may stop where it fails")]

#[path = "kit/kit.rs"]
mod kit;

#[path = "stories/accounts.rs"]
mod accounts;
#[path = "stories/accounts_of_many.rs"]
mod accounts_of_many;
#[path = "stories/accounts_of_one.rs"]
mod accounts_of_one;
#[path = "stories/accounts_of_pauses.rs"]
mod accounts_of_pauses;
#[path = "stories/accounts_of_rare.rs"]
mod accounts_of_rare;
#[path = "stories/accounts_of_waits.rs"]
mod accounts_of_waits;
#[path = "stories/ageing.rs"]
mod ageing;
#[path = "stories/alone_between.rs"]
mod alone_between;
#[path = "stories/back.rs"]
mod back;
#[path = "stories/bouncing.rs"]
mod bouncing;
#[path = "stories/bulk.rs"]
mod bulk;
#[path = "stories/cloning.rs"]
mod cloning;
#[path = "stories/creating.rs"]
mod creating;
#[path = "stories/deleting.rs"]
mod deleting;
#[path = "stories/dialogs.rs"]
mod dialogs;
#[path = "stories/exporting.rs"]
mod exporting;
#[path = "stories/incomplete.rs"]
mod incomplete;
#[path = "stories/keys_of_many.rs"]
mod keys_of_many;
#[path = "stories/late_parts.rs"]
mod late_parts;
#[path = "stories/left_open.rs"]
mod left_open;
#[path = "stories/links.rs"]
mod links;
#[path = "stories/live.rs"]
mod live;
#[path = "stories/loading.rs"]
mod loading;
#[path = "stories/locking.rs"]
mod locking;
#[path = "stories/looks.rs"]
mod looks;
#[path = "stories/many_between.rs"]
mod many_between;
#[path = "stories/many_odds.rs"]
mod many_odds;
#[path = "stories/marking.rs"]
mod marking;
#[path = "stories/moving.rs"]
mod moving;
#[path = "stories/node_faults.rs"]
mod node_faults;
#[path = "stories/noticing.rs"]
mod noticing;
#[path = "stories/profiles.rs"]
mod profiles;
#[path = "stories/repeating.rs"]
mod repeating;
#[path = "stories/signing_in.rs"]
mod signing_in;
#[path = "stories/tags.rs"]
mod tags;
#[path = "stories/tasks.rs"]
mod tasks;
#[path = "stories/traps.rs"]
mod traps;
#[path = "stories/unfinished.rs"]
mod unfinished;
#[path = "stories/unknown.rs"]
mod unknown;
#[path = "stories/unseen.rs"]
mod unseen;
#[path = "stories/watching.rs"]
mod watching;

use kit::sitting;
