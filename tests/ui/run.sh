#!/bin/bash
# run.sh APP TEST.py [ARGUMENTS]: drives the real window under a virtual display of its own.
# Needs: xvfb openbox xdotool imagemagick dbus at-spi2-core gir1.2-atspi-2.0 python3-gi
#        fonts-cantarell adwaita-icon-theme x11-utils
# UITEST_CACHE (an empty one), UITEST_DISPLAY (the first number tried, 99), UITEST_LOCALE (C.UTF-8), UITEST_OUT (where screenshots go), UITEST_SIZE (1280x900), UITEST_DARK=1.
set -u
here=$(cd "$(dirname "$0")" && pwd); app=$(realpath "$1"); test=$(realpath "$2"); shift 2
if [ -z "${UITEST_INNER:-}" ]; then
  for tool in xvfb-run openbox xdotool import dbus-run-session xprop; do
    command -v $tool > /dev/null && continue
    echo "$tool is not installed: the window is not tested."
    [ "${CI:-}" = true ] && exit 1
    exit 77
  done
  locale=${UITEST_LOCALE:-C.UTF-8}
  if ! locale -a 2> /dev/null | sed s/utf8/UTF-8/ | grep -qx "$locale"; then
    echo "The locale $locale is not there: the window is not tested in it."
    [ "${CI:-}" = true ] && exit 1
    exit 77
  fi
  tmp=$(mktemp -d); trap 'rm -rf "$tmp"' EXIT
  export UITEST_INNER=1 UITEST_OUT=${UITEST_OUT:-$tmp/out}; mkdir -p "$UITEST_OUT"; rm -f "$UITEST_OUT/app.log"
  export HOME=$tmp XDG_CONFIG_HOME=$tmp/config XDG_DATA_HOME=$tmp/data XDG_CACHE_HOME=${UITEST_CACHE:-$tmp/cache} XDG_RUNTIME_DIR=$tmp/run
  mkdir -m 700 -p "$XDG_RUNTIME_DIR"; mkdir -p "$XDG_CONFIG_HOME/gtk-4.0" "$XDG_DATA_HOME" "$XDG_CACHE_HOME"
  printf '[Settings]\ngtk-font-name=Cantarell 11\ngtk-enable-animations=false\n' > "$XDG_CONFIG_HOME/gtk-4.0/settings.ini"
  export LC_ALL=$locale GDK_BACKEND=x11 GSK_RENDERER=cairo GSETTINGS_BACKEND=memory GTK_USE_PORTAL=0 ADW_DISABLE_PORTAL=1 NO_AT_BRIDGE=
  [ -n "${UITEST_DARK:-}" ] && export ADW_DEBUG_COLOR_SCHEME=prefer-dark
  timeout "${UITEST_TIMEOUT:-240}" xvfb-run -a -n "${UITEST_DISPLAY:-99}" -s "-screen 0 ${UITEST_SIZE:-1280x900}x24 -noreset" dbus-run-session -- "$0" "$app" "$test" "$@" 2> >(grep -v '^dbus-daemon\|^SpiRegistry' >&2)
  exit $?
fi
openbox > /dev/null 2>&1 & wm=$!
trap 'kill $wm 2> /dev/null; wait 2> /dev/null' EXIT
until xprop -root _NET_SUPPORTING_WM_CHECK 2> /dev/null | grep -q 'window id'; do sleep .02; done
# org.a11y.Bus is activated by the session bus when the application asks for it
UITEST_APP=$app PYTHONPATH=$here PYTHONDONTWRITEBYTECODE=1 /usr/bin/python3 "$test" "$@"
