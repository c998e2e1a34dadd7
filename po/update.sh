#!/usr/bin/env bash
# Lists the files that hold translatable strings, extracts them and merges them into each language.
# What is new then stands untranslated in ca.po and es.po; `./dev lint` fails until it is translated.
set -euo pipefail
cd "$(dirname "$(realpath "$0")")/.."
{
  git ls-files -co --exclude-standard '*.c' '*.h' | xargs grep -lE '\b(_|N_|C_|ngettext|NC_) ?\("' || true
  git ls-files -co --exclude-standard 'resources/*.ui' | xargs -r grep -l 'translatable="yes"' || true
  git ls-files -co --exclude-standard 'resources/*.desktop.in' 'resources/*.metainfo.xml.in'
} | LC_ALL=C sort > po/POTFILES
xgettext --from-code=UTF-8 --package-name=clozebench --add-comments=Translators --files-from=po/POTFILES \
  --keyword=_ --keyword=N_ --keyword=C_:1c,2 --keyword=NC_:1c,2 --keyword=ngettext:1,2 \
  --flag=g_strdup_printf:1:c-format --flag=g_set_error:4:c-format --flag=g_string_append_printf:2:c-format \
  --flag=g_print:1:c-format --flag=g_printerr:1:c-format --no-location --sort-output -o po/clozebench.pot
for language in $(cat po/LINGUAS); do
  msgmerge --quiet --no-location --sort-output --no-fuzzy-matching --update --backup=none "po/$language.po" po/clozebench.pot
  msgattrib --no-obsolete --no-location -o "po/$language.po" "po/$language.po"
  msgfmt --statistics -o /dev/null "po/$language.po"
done
