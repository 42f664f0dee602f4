//! Faults of the machine and of its files.

use crate::Row;

pub const MACHINE: &[Row] = &[
    (
        "state directory read-only, foreign, open to others, a link, a file",
        "shown at the first change with the fix; drafts stay in memory, quitting asks",
        &[
            "a_state_directory_that_cannot_be_written_is_said_at_the_first_change",
            "a_state_directory_that_cannot_be_trusted_is_told_at_the_first_change_with_what_mends_it",
            "what_belongs_to_another_user_is_not_used",
        ],
    ),
    (
        "a full disk",
        "shown; the previous draft stays intact, the next key retries",
        &[
            "a_disk_that_refuses_is_told_and_the_draft_before_stays",
            "a_full_disk_is_told_and_the_torn_line_costs_no_other",
            "a_draft_and_views_that_a_full_disk_refuses_are_said_and_kept_once_there_is_room",
            "a_journal_that_a_full_disk_refuses_is_said_and_the_change_is_true_all_the_same",
            "a_bulk_whose_plan_a_full_disk_refuses_asks_before_anything_is_sent",
        ],
    ),
    (
        "a value with line breaks, control characters or bidi marks is copied",
        "one line with visible marks, in curl and JSON as escapes; a paste into a shell runs nothing",
        &[
            "a_value_that_breaks_lines_or_hides_something_is_copied_on_one_line_and_shown",
            "nothing_that_is_copied_breaks_a_line_or_steers",
            "json_keeps_its_lines_and_its_values",
        ],
    ),
    (
        "columns changed in a burst (`C` `+++`)",
        "the last state is stored: one writer for all small files, in order",
        &["columns_that_change_in_a_burst_are_kept_as_they_are_last", "columns_that_are_widened_in_a_burst_are_kept"],
    ),
    (
        "a damaged line in the plan of a bulk, or a plan that cannot be opened",
        "counted and named with the unfinished ones; what may have been sent is UNKNOWN",
        &[
            "a_damaged_line_is_counted_and_named_wherever_it_is_damaged",
            "a_plan_that_is_damaged_from_end_to_end_is_told_too",
            "a_plan_that_cannot_be_opened_is_told",
            "a_damaged_line_of_a_plan_is_counted_and_named_at_the_next_start",
            "damaged_lines_of_the_journal_are_told_once_each",
            "damaged_lines_of_the_journal_are_named_each_time",
        ],
    ),
    (
        "a disk that cannot store the plan of a bulk change or bounce",
        "asks before anything is sent: retry, continue without, or stop; a command refuses without `--no-plan`; the \
         end of a bounce continues",
        &[
            "a_bulk_whose_plan_cannot_be_kept_asks_before_anything_is_sent",
            "a_bounce_whose_plan_cannot_be_kept_asks_before_it_disables_and_enables_without_a_question",
            "a_line_that_the_disk_cut_short_takes_no_other_with_it",
            "a_command_that_is_killed_leaves_a_plan_that_says_how_far_it_came",
            "what_no_plan_can_be_kept_of_is_refused_before_anything_is_sent_unless_no_plan_is_wanted",
            "a_bounce_whose_plan_cannot_be_kept_any_more_sends_no_further_first_half_and_finishes_those_that_were",
        ],
    ),
    (
        "`sipreg login` in another terminal while the console waits for a password",
        "its token is used within 2 s; not while locked",
        &[
            "a_token_that_login_keeps_meanwhile_opens_a_console_that_waits_for_a_password",
            "a_token_that_comes_while_it_is_locked_does_not_open_it",
        ],
    ),
    (
        "a token command that prints an expired token",
        "names the command; names address, user and clocks only for a token that has not expired",
        &["a_token_command_whose_token_the_server_refuses_is_named_and_nobody_else_is_blamed"],
    ),
    (
        "state directory gone",
        "re-created with the next key",
        &["a_state_directory_that_vanishes_is_made_again_with_the_next_key"],
    ),
    (
        "kill -9 while typing",
        "the next start offers the draft",
        &["a_console_killed_while_somebody_types_offers_the_draft_again"],
    ),
    (
        "kill -9 during a write",
        "the journal has its start, without a result",
        &["a_write_in_flight_when_the_program_is_killed_is_in_the_journal", "an_intent_without_a_result_is_pending"],
    ),
    (
        "unreadable configuration: a directory, a socket, 10 MB, not a text, not TOML",
        "shown with file and line, exit code 2; the terminal is not touched",
        &["a_configuration_that_is_none_is_told_and_the_terminal_is_left_alone"],
    ),
    (
        "two consoles at once on one draft",
        "one of them writes it, the other says by its process who does; a draft in memory only is called that",
        &[
            "two_consoles_on_one_draft_are_told_of_each_other",
            "a_draft_that_another_console_left_meanwhile_is_not_written_over",
            "two_drafts_of_one_record_do_not_write_over_each_other",
            "discarding_removes_neither_what_is_open_elsewhere_nor_what_is_not_known",
            "a_draft_that_another_console_has_in_review_is_not_discarded",
        ],
    ),
    (
        "a console with a draft is killed while another runs",
        "the running one shows the draft at once (within a minute where the home directory is on another machine); `e` resumes it, an open form takes it up, `T` chooses between two",
        &[
            "a_draft_of_a_killed_console_is_taken_up_by_the_one_that_runs",
            "a_form_that_is_open_takes_up_what_a_killed_console_left",
            "a_draft_shows_in_the_other_console_once_its_own_has_ended",
        ],
    ),
    (
        "two consoles save views",
        "each changes one thing in the file under a lock; under one digit the second takes the next free one; \
         others' views appear with the next change and in the box of views",
        &[
            "views_of_both_consoles_are_kept_and_seen",
            "two_consoles_keep_each_others_views",
            "changes_at_the_same_time_lose_nothing",
            "views_that_another_console_saved_appear",
        ],
    ),
    (
        "a file of views that is broken, or of a newer version",
        "what is not understood is named and not changed; a broken file is never written over",
        &[
            "what_is_not_understood_is_told_and_stays",
            "a_broken_file_is_told_and_never_written_over",
            "columns_and_views_of_another_form_stay",
            "no_change_loses_what_it_is_not_about",
            "a_view_of_another_version_keeps_its_place",
        ],
    ),
    (
        "locked while a write, a bulk or a bounce is running",
        "its screen says what is running and until when; the right password opens at any time, a wrong one harms nothing",
        &[
            "the_right_password_opens_the_lock_while_a_bounce_waits",
            "the_right_password_opens_the_lock_while_a_bounce_waits_and_a_wrong_one_does_not_harm_it",
            "the_right_password_opens_the_lock_while_a_write_is_under_way",
            "nobody_else_takes_over_what_goes_on_behind_the_lock",
            "behind_the_lock_an_unknown_write_is_read_back_on_time_and_then_the_token_goes",
            "behind_the_lock_a_server_that_cannot_be_read_does_not_hold_the_token_for_ever",
        ],
    ),
    (
        "an editor that is open for longer than `lock_after`",
        "locks when it ends; its text is in the draft",
        &[
            "an_editor_that_was_open_for_longer_than_lock_after_locks_when_it_ends_and_its_text_stays",
            "an_editor_that_ends_after_the_console_should_have_locked_locks_it_and_its_text_stays",
        ],
    ),
    (
        "an editor that is killed, or fails",
        "nothing is taken over; the text is on disk with the draft, without its password: `E` resumes it, after a lock or kill -9 too",
        &[
            "what_a_killed_editor_left_is_resumed_with_one_key",
            "what_a_killed_editor_left_outlives_the_console_however_it_ends",
            "e_resumes_what_a_failed_editor_left_in_the_form_and_behind_it",
            "what_a_failed_editor_left_is_on_disk_without_its_password_and_the_next_run_resumes_it",
            "a_text_that_the_disk_did_not_take_is_in_memory_only_and_said_to_be",
            "a_lock_keeps_the_text_of_a_failed_editor_without_its_password",
        ],
    ),
    (
        "a connection that is lost while the editor runs",
        "what the editor saved beside the file (nano, emacs) becomes the draft; vim's recovery file is kept in `unsaved/`, unless it may hold the password, and named at the next start",
        &[
            "what_an_editor_saved_beside_the_file_when_the_connection_was_lost_is_a_draft",
            "an_editors_recovery_file_outlives_the_connection_and_is_named_at_the_next_start",
            "an_editors_own_copy_is_kept_beside_it_unless_it_may_hold_the_password",
            "what_an_editor_saves_beside_the_file_when_it_loses_its_terminal_is_what_was_typed",
        ],
    ),
    (
        "kill -9 while the editor runs",
        "the next start of the console or of `sipreg edit` keeps the text in `unsaved/` once no editor has it, removes the folder and names the file",
        &[
            "what_was_typed_when_sipreg_was_killed_is_kept_at_the_next_start_once_no_editor_has_it",
            "only_a_folder_that_no_one_uses_is_abandoned",
        ],
    ),
    (
        "a password command that reads the terminal, hangs, floods, or leaves children behind",
        "no terminal in the console; named after 1 s; stopped by the timeout, 64 KiB or Ctrl-c; children are ignored",
        &[
            "a_password_command_that_reads_the_terminal_fails_at_the_lock_and_a_typed_password_opens",
            "a_password_command_that_takes_long_is_named_and_ctrl_c_ends_it_and_the_console",
            "a_child_of_the_command_that_keeps_its_output_open_holds_nothing_up",
            "a_slow_command_is_named_before_the_console_opens_and_may_use_the_terminal",
            "the_time_out_ends_a_command",
            "a_flood_ends_a_command",
            "a_complaint_repeats_no_word_of_the_command",
        ],
    ),
    (
        "`http://` to another machine",
        "the console asks once before it signs in, commands warn; PLAINTEXT in the status line",
        &[
            "a_password_in_plaintext_is_asked_about_once_and_marked",
            "a_profile_that_allows_plaintext_is_not_asked_and_is_marked_and_answers_for_no_other_server",
            "a_password_in_plaintext_is_warned_of_on_stderr",
        ],
    ),
    (
        "a server that echoes password or token, plain, escaped or in base64",
        "`H` shows `********` instead, in headers, addresses and bodies",
        &["a_secret_is_masked_by_its_value_wherever_and_however_a_server_repeats_it"],
    ),
    (
        "a crash",
        "no core dump, which would contain password and token, unless `--allow-core`",
        &["no_core_file_is_written_unless_it_is_allowed"],
    ),
    (
        "another server than the profile's (`--url`, `SIPREG_URL`), or a profile without `url`",
        "shown by host and port, without the badge, with a message at the start; drafts, journal, tokens and views \
         are separate",
        &[
            "another_server_than_the_profiles_wears_neither_its_name_nor_its_badge",
            "a_draft_of_an_earlier_version_is_found_by_the_profile_and_by_nobody_else",
            "a_question_about_another_server_does_not_wear_the_profiles_badge",
            "another_server_takes_neither_name_nor_badge_nor_files_of_the_profile",
        ],
    ),
    (
        "run as root with the home of another user",
        "nothing is stored there, with a message",
        &["root_leaves_nothing_in_the_home_of_somebody_else"],
    ),
    ("the clock jumps", "ages and countdowns do not", &["the_time_of_day_may_jump_and_no_age_does"]),
    (
        "values of 100 kB",
        "the list keeps 1 KiB of each and says so; detail and form load them whole, copies are complete",
        &[
            "names_of_a_hundred_kilobytes_cost_little_memory_and_are_told",
            "long_values_are_kept_in_part_told_and_never_copied_in_part",
            "long_values_keep_their_beginning_and_say_so",
        ],
    ),
    (
        "more registrations than the memory limit",
        "256 MiB are used; the screen shows how many of how many are loaded",
        &[
            "memory_has_a_bound_and_what_was_there_stays_up_to_date",
            "a_list_too_large_for_memory_says_what_it_leaves_out",
        ],
    ),
];
