# What only sipreg itself knows: profiles, fields, ids of the last list.
function __sipreg_ask
    set -l profile
    set -l words (commandline -opc)
    for at in (seq (count $words))
        if test "$words[$at]" = --profile; and test $at -lt (count $words)
            set profile --profile $words[(math $at + 1)]
        end
    end
    sipreg $profile complete $argv[1] 2>/dev/null
end

# Names have commas between them; only the last one is typed now.
function __sipreg_ask_list
    set -l before (string match -r '^.*,' -- (commandline -ct | string replace -r '^--[a-z]+=' ''))
    for line in (__sipreg_ask $argv[1])
        echo "$before$line"
    end
end

complete -c sipreg -l profile -x -a '(__sipreg_ask profiles)'
complete -c sipreg -l columns -x -a '(__sipreg_ask_list columns)'
complete -c sipreg -l sort -x -a '(__sipreg_ask_list orders)'
complete -c sipreg -s f -l filter -x -a '(__sipreg_ask filters)'
complete -c sipreg -n '__fish_seen_subcommand_from show describe list ls get edit log status lint set enable disable bounce clone delete' -f -a '(__sipreg_ask ids)'
complete -c sipreg -n '__fish_seen_subcommand_from set create clone' -f -a '(__sipreg_ask assignments)'
