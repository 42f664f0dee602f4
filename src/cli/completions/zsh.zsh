# What only sipreg itself knows: profiles, fields, ids of the last list.
_sipreg_ask() {
    local -a found profile
    local at line word tab=$'\t'
    for ((at = 2; at < $#words; at++)); do
        if [[ $words[at] == --profile ]]; then
            profile=(--profile ${words[at + 1]})
        fi
    done
    case $1 in
        # Names have commas between them; only the last one is typed now.
        columns | orders) compset -P '*,' ;;
    esac
    [[ $1 == orders ]] && compset -P '-'
    for line in ${(f)"$(_call_program $1 sipreg $profile complete $1 2>/dev/null)"}; do
        word=${line%%$tab*}
        found+=("${word//:/\\:}:${line#*$tab}")
    done
    case $1 in
        columns | orders | filters | assignments | words) _describe -t $1 $1 found -S '' ;;
        *) _describe -t $1 $1 found ;;
    esac
}

