#!/bin/sh
# Passes registrations through LibreOffice Calc and keeps what it saves: tests/cli_write/applying.rs applies the
# files and expects that nothing changes, or that the damage is told. Not part of `cargo test`; run it by hand after
# a change of guarded.csv (the form that `sipreg export` writes) with LibreOffice installed.
set -eu
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The same without the apostrophes that export puts in front, as a script or an older version would write it.
sed "s/,'/,/g" guarded.csv > "$work/plain.csv"
cp guarded.csv "$work/guarded.csv"

# save INPUT LANGUAGE SEPARATOR ENCODING OUTPUT: separators by character code (44 comma, 59 semicolon, 9 tab),
# encodings as LibreOffice numbers them (76 UTF-8, 65535 UTF-16), languages as Windows does (1031, 1033).
save() {
    mkdir -p "$work/out"
    soffice "-env:UserInstallation=file://$work/profile" --headless \
        --infilter="CSV:44,34,76,1,,$2,false,true,false" \
        --convert-to "csv:Text - txt - csv (StarCalc):$3,34,$4,1,,$2,false,true,false,false,false,-1" \
        --outdir "$work/out" "$work/$1.csv" > /dev/null
    mv "$work/out/"*.csv "$5"
}

save guarded 1031 44 76 german.csv
save guarded 1033 44 76 english.csv
save guarded 1031 59 76 german-semicolon.csv
save guarded 1033 9 65535 english-utf16.csv
save plain 1031 44 76 german-plain.csv
save plain 1033 44 76 english-plain.csv
