//! Which faults are rehearsed, what the user sees of each, and which tests try it: the table that
//! [`docs/faults.md`](../docs/faults.md) is written from.
//!
//! `README_UPDATE=1 cargo test --test faults` writes it anew.
#![expect(clippy::unwrap_used, reason = "a test may stop where it fails")]

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

/// A fault, its outcome, and the tests that try it, by the names of their functions.
type Row = (&'static str, &'static str, &'static [&'static str]);

const SERVER: &[Row] = &[
    (
        "connection refused",
        "shown with address and reason; retried after 1, 2, 4 .. 30 s, `r`: now",
        &[
            "no_connection_is_told_with_the_server",
            "a_server_that_cannot_be_reached_is_told_and_found_again",
            "a_server_that_fails_is_asked_again_after_one_two_and_four_seconds",
            "the_key_for_refresh_tries_a_failed_read_at_once",
        ],
    ),
    (
        "smaller pages than requested, no paging, a lower page limit, repeated pages",
        "the whole list is loaded by count, links and IDs; a refused page size is halved; requests are limited",
        &[
            "any_server_is_read_to_an_end_and_nothing_that_it_shows_is_lost",
            "a_list_that_grows_for_ever_is_read_to_a_bound",
            "a_list_is_read_whole_from_every_server_that_shows_all_of_it",
            "every_server_that_shows_all_its_records_is_read_whole",
            "ids_that_a_short_answer_leaves_out_are_not_taken_for_deleted",
        ],
    ),
    (
        "a count that differs from the loaded rows",
        "shown; nothing counts as deleted; commands exit with 8, `apply` creates nothing",
        &[
            "what_an_incomplete_list_does_not_show_is_not_gone",
            "a_count_that_is_wrong_is_told_and_ends_in_a_code_of_its_own",
            "a_change_by_filter_says_that_the_list_may_hold_more",
            "nothing_is_created_from_an_incomplete_list",
        ],
    ),
    (
        "links that are relative, prefixed by a path, or lead nowhere",
        "followed only below the API of the server; else the name is missing, not the registration",
        &["a_link_of_unusual_form_leads_to_the_same", "a_link_that_cannot_be_followed_costs_its_label"],
    ),
    (
        "an answer that takes long to decode",
        "decoded outside the event loop, within the timeout, cancelled with its request",
        &["who_gives_up_stops_the_reading", "reading_counts_as_waiting_for_an_answer"],
    ),
    (
        "the server goes away while working",
        "the list stays usable, marked STALE with a countdown; the reason is shown once",
        &[
            "a_server_that_goes_away_leaves_the_list_and_r_finds_it_again",
            "what_was_read_before_stays_in_use_while_the_server_is_away",
            "the_reason_for_a_stale_list_is_told_once_and_with_what_helps",
        ],
    ),
    (
        "the server goes away before a save",
        "nothing is sent; the draft stays on disk",
        &["a_server_that_goes_away_before_a_save_costs_no_draft"],
    ),
    (
        "connection reset, or closed before the answer",
        "a read is retried at once, then with back-off",
        &[
            "a_reset_is_a_connection_that_closed",
            "a_connection_that_is_closed_at_once_is_told",
            "a_server_that_only_closes_is_tried_twice_and_no_more",
            "a_connection_that_is_reset_is_told_and_tried_again",
        ],
    ),
    (
        "accepted, then silent",
        "the timeout ends it",
        &[
            "silence_ends_with_the_time_out",
            "a_server_that_accepts_and_says_nothing_is_told_after_the_time_out_and_tried_again",
        ],
    ),
    (
        "a body cut short",
        "counts as no answer; nothing of it is shown",
        &["an_answer_that_is_cut_short_is_no_answer", "half_a_body_is_told_and_asked_for_again"],
    ),
    (
        "closed after a whole answer",
        "counts as a complete answer",
        &["an_answer_that_ends_and_closes_is_a_whole_answer"],
    ),
    (
        "a body that trickles or stops",
        "the timeout ends the whole request",
        &[
            "a_trickle_ends_with_the_time_out_however_it_goes_on",
            "an_answer_that_stops_in_the_middle_and_says_nothing_more_times_out",
            "an_answer_that_trickles_in_is_told_after_the_time_out",
        ],
    ),
    (
        "a body of 1 GB, or without an end",
        "read up to 64 MiB; the list is loaded in pages of 100, 10, 1",
        &[
            "a_body_of_a_gigabyte_that_is_announced_is_not_begun",
            "a_body_without_an_end_is_read_up_to_the_cap",
            "pages_too_large_to_be_read_are_asked_for_in_smaller_ones",
        ],
    ),
    (
        "10 MB of gzip that unpack to 10 GB",
        "unpacked up to 64 MiB",
        &[
            "ten_gigabytes_in_ten_megabytes_of_gzip_stop_at_the_cap",
            "ten_gigabytes_in_ten_megabytes_are_refused_without_the_memory",
            "packing_that_is_broken_is_said",
        ],
    ),
    (
        "200 with an HTML page, an empty body, or JSON that does not follow JSON:API",
        "refused, naming what it is and the title of a page",
        &[
            "a_success_that_is_none_is_said",
            "a_page_for_browsers_with_a_success_is_no_list",
            "an_empty_success_is_no_list",
            "odd_documents_are_refused_with_what_they_are",
        ],
    ),
    (
        "another type or id than asked, an object for a list",
        "refused, naming both",
        &["another_record_than_the_one_asked_for_is_refused", "odd_documents_are_refused_with_what_they_are"],
    ),
    (
        "nesting a hundred deep",
        "skipped, or shown unchanged",
        &["deep_nesting_is_read_past", "odd_documents_are_refused_with_what_they_are"],
    ),
    (
        "duplicate ids, ids that are numbers, records without one",
        "numbers are accepted; records without a usable ID are skipped and counted",
        &["numeric_ids_huge_numbers_and_duplicates_are_made_the_best_of", "a_page_with_odd_entries_shows_the_others"],
    ),
    ("invalid UTF-8", "refused with the position", &["bytes_that_are_no_text_are_told_with_their_place"]),
    (
        "huge integers, values of a wrong type",
        "shown unchanged, never rounded, never sent back",
        &[
            "numeric_ids_huge_numbers_and_duplicates_are_made_the_best_of",
            "values_of_a_wrong_type_are_shown_as_they_are",
        ],
    ),
    (
        "`total-count` missing or wrong",
        "the list is loaded until a short page; the difference is shown",
        &[
            "a_count_that_is_none_is_not_believed",
            "a_total_that_is_missing_does_not_keep_the_list_from_being_complete",
            "a_total_that_is_wrong_is_told_after_the_list_was_read_again",
            "a_total_that_is_far_too_large_does_not_keep_the_list_from_being_read",
            "a_total_that_is_too_small_hides_no_record",
        ],
    ),
    (
        "a `next` link that loops, pages that repeat",
        "links to pages are not followed; a page with nothing new is the last",
        &[
            "a_list_whose_next_link_leads_back_is_read_once",
            "a_server_that_gives_the_same_page_for_ever_is_read_no_further",
        ],
    ),
    (
        "pages that shift while others delete",
        "reloaded until IDs and count agree, at most three times, then shown",
        &["a_list_that_others_keep_changing_is_read_until_it_holds_still"],
    ),
    (
        "401 with credentials",
        "one sign-in for all waiting requests, one replay; a refused new token stops",
        &[
            "a_refused_token_is_replaced_once_for_all_requests_that_were_under_way",
            "an_old_token_is_replayed_once_and_no_more",
            "a_token_that_the_server_forgot_goes_unnoticed",
            "a_fresh_token_that_is_refused_ends_the_trying",
        ],
    ),
    (
        "401 without credentials",
        "asks you to sign in, then resumes",
        &[
            "a_given_token_that_no_longer_works_asks_for_a_sign_in",
            "a_token_that_is_refused_with_nothing_else_at_hand_asks_who_it_is",
            "a_sign_in_that_ends_while_working_is_asked_for_and_the_reading_goes_on",
        ],
    ),
    (
        "a wrong password",
        "shown, never retried automatically; what you type meanwhile is used for the next try",
        &[
            "a_wrong_password_is_told_asked_again_and_never_sent_twice",
            "what_is_typed_while_a_sign_in_is_under_way_is_there_for_the_next_try",
            "nobody_has_to_wait_for_a_sign_in",
        ],
    ),
    (
        "403 from a proxy",
        "shown as such",
        &["a_proxy_that_forbids_is_told_as_one", "labels_that_could_not_be_read_are_read_with_the_next_refresh"],
    ),
    (
        "404 of the whole API",
        "names the `url` setting",
        &["a_server_without_the_api_names_the_setting", "a_sign_in_at_a_wrong_url_names_the_setting"],
    ),
    ("406, 415", "names the header that a proxy may have changed", &["a_media_type_that_a_proxy_changed_is_told"]),
    (
        "429, 503 with `Retry-After`",
        "waits as long as the server asks, at most five minutes; `r`: now",
        &[
            "a_server_that_wants_to_be_left_alone_is_for_as_long_as_it_says",
            "how_long_a_busy_server_wants_to_be_left_alone_is_told",
            "the_servers_word_on_waiting_counts",
        ],
    ),
    (
        "500; 502 and 504 pages",
        "500 is shown and waits for `r`; 502 and 504 are retried",
        &["a_server_that_fails_and_a_proxy_without_one_are_told_apart", "a_refusal_names_request_status_and_id"],
    ),
    (
        "a redirect to another origin or to plain http",
        "refused; neither token nor password goes there",
        &[
            "a_redirect_to_another_origin_is_refused_and_gets_no_token",
            "a_redirect_from_https_to_plain_http_is_refused_and_nothing_goes_there",
            "a_redirect_away_is_refused_with_where_it_led",
            "a_sign_in_is_redirected_nowhere",
            "a_redirect_to_another_server_is_refused_and_nobody_goes_there",
        ],
    ),
    (
        "clocks differ",
        "shown; token expiry uses the server's clock, ages a monotonic one",
        &[
            "clocks_apart_are_told_and_do_not_count",
            "clocks_apart_are_told_once",
            "a_server_whose_clock_is_years_away_works_and_is_told",
            "a_token_that_never_ends_by_any_count_of_years_breaks_nothing",
        ],
    ),
    (
        "an expired or self-signed certificate, or one for another name",
        "refused with subject, issuer, dates and the `ca_file` setting; nothing is sent",
        &[
            "a_certificate_that_has_ended_is_refused_with_its_day",
            "a_certificate_that_signed_itself_is_refused_and_shown",
            "a_certificate_for_another_name_is_refused_with_both",
            "whatever_is_wrong_with_a_certificate_it_is_shown",
            "a_certificate_that_is_refused_is_shown_and_nothing_is_sent",
        ],
    ),
    (
        "the answer to a write is lost",
        "the registration is checked: applied, or unknown while it may still be applied. Never sent twice \
         automatically",
        &[
            "a_write_whose_answer_is_lost_is_looked_after_and_never_sent_again",
            "where_nobody_answered_the_old_values_prove_nothing",
            "a_record_that_is_not_there_although_nobody_answered_may_come_yet",
            "a_connection_that_breaks_without_an_answer_proves_nothing",
        ],
    ),
    (
        "a write answered with a page (also a 404), a redirect, nothing, another record, or the old values",
        "the registration is checked and the result shown: done, failed, unknown (exit code 9)",
        &[
            "a_save_that_was_not_done_is_told_as_not_done",
            "a_record_that_was_not_made_is_told_as_not_made",
            "another_record_in_the_answer_is_not_the_new_one",
            "only_the_record_or_the_end_of_it_is_an_answer_to_a_write",
            "whatever_is_answered_the_line_the_exit_code_and_the_journal_say_what_the_server_shows",
            "a_change_that_the_server_answers_and_does_not_store_is_not_done",
            "a_value_that_the_server_stores_differently_is_told_as_it_is",
        ],
    ),
    (
        "an HTML page instead of the registration",
        "never \"deleted\"; after a write: unknown",
        &[
            "a_proxys_page_in_place_of_a_record_does_not_say_that_it_is_gone",
            "what_is_read_back_counts_only_as_the_record_itself",
            "a_look_that_cannot_be_made_sends_nothing_and_is_told_as_that",
        ],
    ),
    (
        "a write applied after the timeout",
        "unknown, with how to check it; `--wait-unknown` checks after 2, 5, 15, 30, 60 s",
        &[
            "a_save_that_lands_after_the_time_out_is_found_by_reading_again",
            "a_record_that_is_made_after_the_time_out_is_found_by_looking_again",
            "a_write_that_lands_after_the_time_out_is_unknown_and_found_by_waiting",
            "waiting_for_what_is_unknown_ends_with_its_time_or_with_ctrl_c",
            "a_record_is_read_again_after_2_5_15_30_and_60_seconds",
        ],
    ),
    (
        "a write whose answer is lost, in the console",
        "stays in progress, is checked after 2, 5, 15, 30 and 60 s and with each refresh, behind the lock too; then it \
         is applied late, with undo, or not applied; nobody else is blamed",
        &[
            "a_switch_that_the_server_made_late_is_ours",
            "a_refresh_reads_it_back_and_settles_it",
            "what_was_not_applied_within_a_minute_can_be_sent_again",
            "until_it_is_known_nothing_else_is_sent_about_the_record",
            "while_the_server_cannot_be_read_it_stays_unknown",
            "an_edit_that_was_stored_late_is_ours_and_what_was_typed_since_is_a_draft",
            "a_deletion_that_the_server_made_late_is_ours",
            "behind_the_lock_an_unknown_write_is_read_back_on_time_and_then_the_token_goes",
        ],
    ),
    (
        "a part of a bulk lands late",
        "read back like a single write, counted and undone with the others; the plan is kept until all is known",
        &[
            "the_unknown_records_of_a_bulk_are_read_back_too",
            "a_record_of_a_bulk_that_was_stored_late_is_undone_with_the_others",
        ],
    ),
    (
        "half of a bounce lands late, or never",
        "the second half waits until the first is known; one that never came is reported (DISABLED) and offered at once",
        &[
            "a_first_half_that_the_server_made_late_is_followed_by_the_second",
            "a_first_half_that_comes_after_the_poll_is_still_followed_by_the_second",
            "a_first_half_that_never_comes_leaves_it_enabled_and_ends_the_bounce",
            "a_second_half_that_the_server_made_late_completes_the_bounce",
            "a_second_half_that_never_comes_is_said_and_offered_again",
        ],
    ),
    (
        "the program ends before a write is answered",
        "the next start reads the record back and says what became of it",
        &[
            "the_intent_stands_in_the_journal_before_the_write_and_its_result_after_it",
            "the_next_start_says_that_a_switch_was_applied_and_can_undo_it",
            "the_next_start_says_that_a_switch_was_not_applied",
            "what_was_sent_just_before_the_start_may_still_come",
            "the_next_start_knows_edits_deletions_and_new_records_too",
        ],
    ),
    (
        "either half of a bounce fails, or is not answered",
        "exit code 8 or 9 and the names of what is left disabled; a late first half is finished",
        &[
            "a_second_half_of_a_bounce_that_fails_by_whatever_answer_names_what_is_off",
            "a_first_half_of_a_bounce_that_fails_leaves_nothing_to_enable",
            "a_first_half_of_a_bounce_that_lands_late_is_finished",
            "what_somebody_disabled_just_before_a_bounce_is_theirs",
        ],
    ),
    (
        "304 for a state that the list has left, since we or others wrote and somebody put it back",
        "a tag is sent only while the list holds the records of its page as that page brought them",
        &[
            "after_each_kind_of_write_the_page_is_read_whole_once",
            "what_somebody_puts_back_after_our_switch_is_seen",
            "what_the_detail_showed_and_somebody_put_back_is_seen_in_the_list",
            "the_watch_looks_again_at_what_was_written",
            "a_revision_vouches_for_records_that_did_not_change_since",
        ],
    ),
    (
        "answers lost, late, failing, in any order, to one console alone",
        "nobody else is blamed; in the end the list is what the server has",
        &[
            "who_is_alone_with_a_server_blames_nobody",
            "a_switch_that_lands_after_everybody_gave_up_is_nobody_elses",
            "nobody_is_blamed_but_by_the_type_that_knows_when_it_is_proven",
        ],
    ),
    (
        "a server, node or command that quotes a secret in any form",
        "masked by its value in errors, log and inspector alike; arguments of commands are not shown",
        &[
            "an_error_hides_each_form_of_a_secret_as_the_inspector_does",
            "of_too_many_secrets_the_oldest_is_forgotten_and_not_the_longest_nor_one_in_use",
            "a_command_is_named_and_what_it_is_given_is_not",
            "a_command_that_fails_says_so_for_every_node",
        ],
    ),
    (
        "labels behind links, of which no tag tells",
        "followed again with each refresh and after our own write; what is not followed yet is counted among problems",
        &[
            "a_relationship_that_somebody_changed_is_found_by_a_refresh_although_no_tag_tells",
            "our_own_change_of_a_relationship_is_followed_and_not_shown_as_it_was",
            "problems_say_which_records_were_not_fully_checked",
        ],
    ),
    (
        "429 with `Retry-After` among many writes",
        "waits as asked; the registration is retried, at most three times",
        &[
            "a_server_that_asks_to_wait_is_left_alone_for_that_long",
            "a_server_that_wants_to_be_left_alone_is_and_the_record_has_another_turn",
        ],
    ),
];

const LINK: &[Row] = &[
    (
        "keys while an editor has the terminal, a record is being read, or an enormous answer",
        "dropped, kept for the form, or heard at once; modes that the editor left on are off; `w` is no part of a burst",
        &[
            "what_came_while_the_editor_ran_is_no_key_and_its_modes_are_off_when_it_returns",
            "what_is_typed_behind_a_key_that_reads_the_record_goes_to_what_it_opens_or_nowhere",
            "the_key_for_the_review_is_not_run_in_a_burst",
            "no_key_of_any_screen_writes_or_asks_to_write_inside_a_burst",
            "while_an_enormous_answer_is_read_the_key_and_the_signal_that_end_are_heard",
        ],
    ),
    (
        "SIGTERM, SIGHUP",
        "exits; terminal and drafts are safe, running writes get two seconds",
        &["sigterm_ends_it_and_restores_the_terminal", "a_hang_up_ends_it_and_restores_a_terminal_that_remains"],
    ),
    (
        "the window is closed (EIO)",
        "exits without output; the draft is on disk",
        &[
            "closing_the_window_ends_it",
            "closing_the_window_ends_it_even_where_nobody_tells_of_the_hang_up",
            "a_window_closed_over_a_form_leaves_the_draft_on_disk",
        ],
    ),
    (
        "a signal or a closed window while the editor runs",
        "exits after the editor; the saved text becomes the draft, or a file if it is not valid",
        &[
            "a_console_told_to_end_while_the_editor_runs_keeps_what_was_typed_there",
            "a_window_that_is_closed_over_the_editor_ends_both",
            "a_text_that_cannot_be_read_when_the_console_ends_is_left_in_a_file",
        ],
    ),
    (
        "a terminal that stops reading (Ctrl-s, a dead link)",
        "keys, requests and signals still work, frames are skipped; the screen is complete when it resumes",
        &[
            "a_terminal_that_stops_reading_holds_up_no_key_and_takes_no_processor_time",
            "a_terminal_that_stops_reading_does_not_hold_up_the_end",
            "a_terminal_of_another_user_that_stops_reading_does_not_hold_up_the_end",
            "what_the_reader_does_not_take_waits_in_order",
        ],
    ),
    (
        "a storm of sizes, any size, another size of tmux",
        "redrawn after the last one",
        &["a_storm_of_sizes_ends_in_a_whole_screen_and_at_rest", "any_size_down_to_one_cell_is_survived"],
    ),
    (
        "suspend and resume",
        "the shell gets its terminal back; the screen is redrawn afterwards",
        &[
            "ctrl_z_gives_the_terminal_to_the_shell_and_fg_brings_the_screen_back",
            "a_stop_that_nobody_could_prepare_for_ends_in_a_whole_screen",
            "after_a_stop_and_a_start_nothing_is_busy",
        ],
    ),
    (
        "`TERM` not set, or a terminal that cannot display the console",
        "refused with a hint at `sipreg list`; nothing is written to it",
        &[
            "a_terminal_that_does_not_say_what_it_is_is_refused_in_a_sentence_and_left_alone",
            "a_terminal_that_cannot_be_drawn_on_is_told_of_the_list_command",
        ],
    ),
    (
        "input at its end",
        "keys are read from the terminal itself",
        &["an_input_that_is_at_its_end_is_no_keyboard_and_the_terminal_is"],
    ),
    (
        "answers and reports of the terminal (tmux, kitty, OSC, DCS, mouse, focus), whole or cut into pieces",
        "ignored; an unknown key sequence does nothing and is shown",
        &[
            "the_answers_of_terminals_do_nothing",
            "bytes_that_no_keyboard_sends_never_cause_a_write",
            "an_answer_cut_anywhere_never_causes_a_write",
            "an_answer_is_no_key_wherever_and_however_long_it_is_cut",
            "a_string_ends_by_itself_and_one_without_an_end_up_to_a_silence",
            "letting_go_of_a_key_is_no_key_and_holding_it_is_told_apart",
            "the_mouse_is_understood_in_every_form",
        ],
    ),
    (
        "a key or the start of a paste, split by a slow link",
        "recognised, also when the rest arrives up to 1 s after its Esc",
        &["a_key_whose_rest_comes_late_is_that_key", "the_rest_of_a_key_may_come_late"],
    ),
    (
        "Alt, function keys, letters of another keyboard layout",
        "move by words in a text box; elsewhere nothing, and the key is named",
        &[
            "alt_keys_do_nothing_on_the_list_and_say_so",
            "alt_keys_move_and_delete_by_words_in_a_text_box",
            "a_key_that_does_nothing_says_what_it_is",
        ],
    ),
    (
        "a paste that is not bracketed, outside a text box",
        "movement and filters work; the first key that would change something is not run, the rest is dropped, with \
         a message",
        &["a_paste_that_is_not_bracketed_writes_nothing_and_says_so", "four_printable_bytes_in_one_read_are_a_burst"],
    ),
    (
        "a held `t`",
        "one write; `t` on that record counts again after 300 ms without it",
        &["a_held_key_switches_a_record_once"],
    ),
    (
        "typing while a registration loads for its form",
        "the keys go into the form; dropped with a message if it does not open",
        &["what_is_typed_while_the_record_is_read_goes_into_the_form"],
    ),
    (
        "output that is not a terminal",
        "refused with a message",
        &["an_output_that_is_no_terminal_is_refused_in_a_sentence"],
    ),
];

const MACHINE: &[Row] = &[
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
        "the running one shows the draft within 3 s; `e` resumes it, an open form takes it up, `T` chooses between two",
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
        "what is not understood is named and stays as it is; a broken file is never written over",
        &[
            "what_is_not_understood_is_told_and_stays",
            "a_broken_file_is_told_and_never_written_over",
            "columns_and_views_of_another_form_stay",
            "no_change_loses_what_it_is_not_about",
            "a_view_of_another_version_keeps_its_place",
        ],
    ),
    (
        "locked while a write, a bulk or a bounce goes on",
        "its screen says what goes on and until when; the right password opens at any time, a wrong one harms nothing",
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
        "nothing is taken over; `E` resumes the text, after a lock too; at the end of the console it is left in a file",
        &[
            "what_a_killed_editor_left_is_resumed_with_one_key",
            "what_a_killed_editor_left_is_in_a_file_when_the_console_ends",
            "e_resumes_what_a_failed_editor_left_in_the_form_and_behind_it",
            "a_lock_keeps_the_text_of_a_failed_editor_without_its_password",
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

fn document() -> String {
    let mut text = "# Faults, and what the user sees\n\nAfter each of these: no panic, no wait beyond the configured \
                    timeout, no lost draft, the terminal restored, no\nprocessor time while nothing happens, and a \
                    message that says what was tried, what is true now, and what to press.\nReads are retried \
                    automatically where that can help, writes never.\n\nWritten from the table in `tests/faults.rs`, \
                    which names the tests for each row.\n"
        .to_owned();
    for (title, rows) in [("Server", SERVER), ("Link and terminal", LINK), ("Machine", MACHINE)] {
        write!(text, "\n## {title}\n\n| fault | outcome |\n|---|---|\n").unwrap();
        for (fault, outcome, _) in rows {
            writeln!(text, "| {fault} | {outcome} |").unwrap();
        }
    }
    text
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn the_document_of_faults_is_the_table() {
    let path = root().join("docs/faults.md");
    if std::env::var_os("README_UPDATE").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, document()).unwrap();
    }
    let stored = fs::read_to_string(&path).unwrap_or_default();
    assert!(stored == document(), "docs/faults.md is not the table; README_UPDATE=1 rewrites it");
}

#[test]
fn each_fault_is_tried_by_tests_that_exist() {
    let mut sources = Vec::new();
    collect(&root().join("src"), &mut sources);
    collect(&root().join("tests"), &mut sources);
    let mut known = BTreeSet::new();
    for source in sources {
        let text = fs::read_to_string(source).unwrap();
        let mut is_test = false;
        for line in text.lines().map(str::trim) {
            is_test |= line == "#[test]" || line == "#[tokio::test]";
            let name = line.trim_start_matches("async ").strip_prefix("fn ").and_then(|rest| rest.split('(').next());
            if let Some(name) = name {
                if is_test {
                    known.insert(name.to_owned());
                }
                is_test = false;
            }
        }
    }
    for (fault, _, tests) in SERVER.iter().chain(LINK).chain(MACHINE) {
        assert!(!tests.is_empty(), "{fault} is tried by no test");
        for test in *tests {
            assert!(known.contains(*test), "{fault}: there is no test {test}");
        }
    }
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}
