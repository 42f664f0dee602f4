//! Faults between console and server, and of the terminal.

use crate::Row;

pub const LINK: &[Row] = &[
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
