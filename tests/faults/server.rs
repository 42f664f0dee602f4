//! Faults of the server, and of what stands in for it.

use crate::Row;

pub const SERVER: &[Row] = &[
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
        "one registration deleted and one created between two pages, so that the count stays",
        "the list is reloaded where the last row of a page moved: no third registration counts as deleted",
        &[
            "what_was_there_all_the_time_is_seen_whatever_others_do_meanwhile",
            "a_record_between_two_pages_that_others_moved_is_not_taken_for_deleted",
            "a_record_between_two_pages_that_others_moved_is_in_every_list",
        ],
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
         is applied late, with undo, or not applied; no one else is blamed",
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
        "either half of a bounce fails, or is not answered, or Ctrl-c ends it",
        "exit code 8, 9 or 130 and the names of what is disabled or may be; a late first half is finished; a full disk \
         behind stdout ends no bounce halfway",
        &[
            "every_end_of_a_bounce_names_what_is_not_known_to_be_enabled",
            "an_interrupt_names_what_is_off_and_what_may_be",
            "a_second_interrupt_names_a_half_that_nobody_waited_for",
            "a_bounce_ends_enabled_also_where_standard_output_takes_nothing",
            "a_second_half_of_a_bounce_that_fails_by_whatever_answer_names_what_is_off",
            "a_first_half_of_a_bounce_that_fails_leaves_nothing_to_enable",
            "a_first_half_of_a_bounce_that_lands_late_is_finished",
            "what_somebody_disabled_just_before_a_bounce_is_theirs",
        ],
    ),
    (
        "304 for a state that the list has left, since we or others wrote and someone put it back",
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
        "no one else is blamed; in the end the list is what the server has",
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
        "labels behind links, which no ETag covers",
        "followed again with each refresh and after our own write; what is not followed yet has a sign of its own (◐) and is counted among problems",
        &[
            "a_relationship_that_somebody_changed_is_found_by_a_refresh_although_no_tag_tells",
            "our_own_change_of_a_relationship_is_followed_and_not_shown_as_it_was",
            "a_row_whose_links_are_not_followed_yet_wears_a_sign_of_its_own",
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
