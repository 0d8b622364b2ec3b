# Sourced by everything that runs Wine: its environment, and a prefix of one's own.
#
#   . tests/wine/wine.sh
#   wine_prefix_new NAME         # a copy of the template, 0.1 s; sets WINEPREFIX
#   trap wine_prefix_end EXIT    # ends what still runs in it and removes it
#   wine "$LOCKSTEP_WINDOWS/..."
#   wine_japanese                # for windows with Japanese texts, before the first of them
# wine_arch=win64 before this file is sourced: a prefix of 64-bit Windows, which runs programs of both kinds. Where the machine runs no
# 32-bit ones (tests/wine/bits) all prefixes are such, and wine_bits is 64. wine_logon=1 before: programs sign in with the Windows logon.
# For programs with windows call wine_display_new before wine_prefix_new, and wine_display_end in the trap.

wine_root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
wine_bits=$("$wine_root/tests/wine/bits") || exit 1
export WINEARCH=${wine_arch:-win$wine_bits} WINEDEBUG=${WINEDEBUG:--all}
# The packages' own `wine` starts a 32-bit one wherever it is installed.
[ "$wine_bits" = 32 ] || PATH=$wine_root/tests/wine/only64:$PATH
setarch -R true 2>/dev/null && export LOCKSTEP_STILL_ADDRESSES=1
export WINEDLLOVERRIDES='mscoree,mshtml=;winemenubuilder.exe=d'
# Every program that may sign in with the user's Windows logon loads these two when it starts, a tenth of the time that a command takes.
[ -n "${wine_logon:-}" ] || WINEDLLOVERRIDES="$WINEDLLOVERRIDES;kerberos,msv1_0=d"
# Wine 8 offers TLS 1.3 only when told that GnuTLS has a system-wide priority.
wine_gnutls=$wine_root/build/gnutls-priorities
[ -e "$wine_gnutls" ] || { mkdir -p "$wine_root/build"; printf '[priorities]\nSYSTEM=NORMAL\n' >"$wine_gnutls"; }
export GNUTLS_SYSTEM_PRIORITY_FILE=$wine_gnutls

# Its files are hard links to the template's, except what Wine writes in place.
wine_prefix_new() { # NAME
    local template=$wine_root/build/wine${WINEARCH#win} file
    [ -e "$template/.ready" ] || { echo "wine.sh: run tests/setup first" >&2; return 1; }
    mkdir -p "$wine_root/build/prefixes"
    WINEPREFIX=$(mktemp -d "$wine_root/build/prefixes/$1.XXXXXX")
    export WINEPREFIX
    cp -al "$template/." "$WINEPREFIX"
    for file in "$template"/*.reg "$template"/.update-timestamp; do
        [ ! -e "$file" ] || cp --remove-destination -p "$file" "$WINEPREFIX/"
    done
    wineserver --persistent
}

wine_prefix_end() {
    case ${WINEPREFIX:-} in
        "$wine_root"/build/prefixes/*)
            wineserver --kill 2>/dev/null
            wineserver --wait 2>/dev/null
            rm -rf "$WINEPREFIX"
            unset WINEPREFIX
            ;;
    esac
    return 0
}

# Starts an X server that nobody sees; sets DISPLAY. A prefix finds it only if it was started afterwards.
wine_display_new() { # [SIZE]
    local number_file i
    number_file=$(mktemp)
    Xvfb -displayfd 3 -screen 0 "${1:-1024x768}x24" -nolisten tcp -noreset 3>"$number_file" >/dev/null 2>&1 &
    wine_display_pid=$!
    for i in $(seq 100); do
        [ ! -s "$number_file" ] || break
        sleep 0.05
    done
    DISPLAY=:$(cat "$number_file")
    export DISPLAY
    rm -f "$number_file"
    [ "$DISPLAY" != : ] || { echo "wine.sh: Xvfb did not start" >&2; return 1; }
}

wine_display_end() {
    [ -z "${wine_display_pid:-}" ] || kill "$wine_display_pid" 2>/dev/null
    wine_display_pid=
    return 0
}

# Lends the letters of a Japanese font to the one that the windows are drawn with, as Windows does by itself.
wine_japanese() {
    local link='HKLM\Software\Microsoft\Windows NT\CurrentVersion\FontLink\SystemLink'
    # A font that is missing is drawn with the first one that is linked to it.
    wine reg add "$link" /v 'Segoe UI' /t REG_MULTI_SZ /d 'tahoma.ttf,Tahoma' /f >/dev/null 2>&1
    wine reg add "$link" /v Tahoma /t REG_MULTI_SZ /d 'MTLc3m.ttf,MotoyaLCedar' /f >/dev/null 2>&1
}
