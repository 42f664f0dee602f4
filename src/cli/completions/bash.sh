# What only sipreg itself knows: profiles, fields, ids of the last list.
_sipreg_ask() {
    local what="$1" cur="$2" before="" word line profile=() at
    for ((at = 1; at < COMP_CWORD; at++)); do
        if [[ "${COMP_WORDS[at]}" == --profile ]]; then
            profile=(--profile "${COMP_WORDS[at + 1]}")
        fi
    done
    if [[ "$what" == columns || "$what" == orders ]]; then
        # Names have commas between them; only the last one is typed now.
        if [[ "$cur" == *,* ]]; then
            before="${cur%,*},"
            cur="${cur##*,}"
        fi
        if [[ "$what" == orders && "$cur" == -* ]]; then
            before+="-"
            cur="${cur#-}"
        fi
    fi
    COMPREPLY=()
    while IFS= read -r line; do
        word="${line%%$'\t'*}"
        if [[ "$word" == "$cur"* ]]; then
            COMPREPLY+=("$before$word")
        fi
    done < <("${COMP_WORDS[0]}" "${profile[@]}" complete "$what" 2>/dev/null)
    case "$what" in
        columns | orders | filters | assignments) compopt -o nospace 2>/dev/null ;;
    esac
    return 0
}

_sipreg_with_values() {
    local cur="${COMP_WORDS[COMP_CWORD]}" prev="${COMP_WORDS[COMP_CWORD - 1]}" command="" at
    for ((at = 1; at < COMP_CWORD; at++)); do
        case "${COMP_WORDS[at]}" in
            show | describe | list | ls | get | edit | log | status | lint | set | enable | disable | bounce | create | clone | delete)
                command="${COMP_WORDS[at]}"
                break
                ;;
        esac
    done
    case "$prev" in
        --profile) _sipreg_ask profiles "$cur" && return ;;
        --columns) _sipreg_ask columns "$cur" && return ;;
        --sort) _sipreg_ask orders "$cur" && return ;;
        -f | --filter) _sipreg_ask filters "$cur" && return ;;
    esac
    if [[ -n "$command" && "$cur" != -* && "$prev" != -[!-]* && "$prev" != --[!dysr]* ]]; then
        case "$command" in
            create) _sipreg_ask assignments "$cur" ;;
            set | clone) if ((COMP_CWORD == at + 1)); then _sipreg_ask ids "$cur"; else _sipreg_ask assignments "$cur"; fi ;;
            *) _sipreg_ask ids "$cur" ;;
        esac
        return
    fi
    _sipreg "$@"
}

if [[ "${BASH_VERSINFO[0]}" -eq 4 && "${BASH_VERSINFO[1]}" -ge 4 || "${BASH_VERSINFO[0]}" -gt 4 ]]; then
    complete -F _sipreg_with_values -o nosort -o bashdefault -o default sipreg
else
    complete -F _sipreg_with_values -o bashdefault -o default sipreg
fi
