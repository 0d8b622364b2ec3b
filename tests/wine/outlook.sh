# Sourced by outlook-*.test and shim-*.test: a Wine prefix with the emulated Outlook, our DLL and the test client in C:\lockstep.
#
#   outlook_start NAME            prefix, provider registered, mailbox with default folders; ends by itself on exit
#   client COMMAND ...            outlook_client.exe (tests/wine/outlook_client.c), its output without carriage returns
#   ctl COMMAND ...               outlookctl.exe (tests/outlook)
#   check NAME GOT WANTED         equal texts; check_like NAME GOT PATTERN: an extended regular expression
#   sorted_parameters             a text on its input, without what servers write differently each time
#   no_violations NAME            the emulation saw no wrong call and no leak
#   only_inside NAME              before outlook_start, in suites that have nothing to say in the other modes (below)
#   finish                        prints the counts; the exit status of the test
#
# LOCKSTEP_OUTLOOK_MODE: how the program reaches Outlook. "inside" (or nothing): an Outlook of its own bits, inside of the program. "host32":
# a 32-bit Outlook through lockstep-host32.exe. "host64": a 64-bit Outlook through lockstep-host64.exe, in a prefix of 64-bit Windows. Every
# suite that uses this file runs in each of them; where only 64-bit programs run (tests/wine/bits), "host32" cannot be.
outlook_mode=${LOCKSTEP_OUTLOOK_MODE:-inside}
outlook_build=$LOCKSTEP_WINDOWS
case $outlook_mode in
    inside) ;;
    host32) outlook_build=$LOCKSTEP_WIN32 ;;
    host64) wine_arch=win64 outlook_build=$LOCKSTEP_WIN64 ;;
    *) echo "outlook.sh: LOCKSTEP_OUTLOOK_MODE is inside, host32 or host64, not '$outlook_mode'" >&2; exit 1 ;;
esac
. "$LOCKSTEP_ROOT/tests/wine/wine.sh"
if [ "$outlook_mode" = host32 ] && [ "$wine_bits" = 64 ]; then
    echo "skip host32: this machine runs no 32-bit programs"
    echo "0 passed, 0 failed, 1 skipped"
    exit 0
fi

outlook_passed=0 outlook_failed=0
contacts='Outlook Data File/Contacts' calendar='Outlook Data File/Calendar' tasks='Outlook Data File/Tasks'

outlook_start() { # NAME
    wine_prefix_new "$1" || exit 1
    trap 'cd /; wine_prefix_end' EXIT
    outlook_dir=$WINEPREFIX/drive_c/lockstep
    mkdir -p "$outlook_dir"
    cp "$LOCKSTEP_WINDOWS"/tests/wine/outlook_client.exe "$outlook_build"/tests/outlook/{emuoutlook.dll,outlookctl.exe} "$outlook_dir" || exit 1
    outlook_side "$outlook_dir" || exit 1
    cd "$outlook_dir" || exit 1
    # An Outlook of the program's own bits is reached through the host only where that is asked for. Programs of ours take this for the
    # administrator's default; outlook_client.exe and conformance.exe have no settings.
    if [ "$outlook_mode" = "host$wine_bits" ]; then
        wine reg add 'HKCU\Software\Lockstep' /v OutlookApart /t REG_DWORD /d 1 /f >/dev/null 2>&1 || exit 1
        export LOCKSTEP_APART=1
    fi
    export LOCKSTEP_EMULATED_OUTLOOK='C:\lockstep\mailbox.db'
    ctl register >/dev/null && ctl create >/dev/null || { echo "FAIL setup: outlookctl"; exit 1; }
}

# What a program needs beside it to reach Outlook, and nothing else, so that no other way can be taken by mistake.
outlook_side() { # DIRECTORY
    case $outlook_mode in
        inside) cp "$LOCKSTEP_WINDOWS/shim/LockstepOutlook.dll" "$1" ;;
        *) cp "$outlook_build/shim/host/lockstep-$outlook_mode.exe" "$1" ;;
    esac
}

client() { wine 'C:\lockstep\outlook_client.exe' "$@" | tr -d '\r'; return "${PIPESTATUS[0]}"; }
ctl() { wine 'C:\lockstep\outlookctl.exe' "$@" | tr -d '\r'; return "${PIPESTATUS[0]}"; }

# Ends the suite, where it is about what only one of the modes has.
only_inside() {
    [ "$outlook_mode" != inside ] || return 0
    echo "skip $1: about the shim inside of the program"
    echo "0 passed, 0 failed, 1 skipped"
    exit 0
}

pass() { echo "ok $1"; outlook_passed=$((outlook_passed + 1)); }
fail() { echo "FAIL $1: ${2//$'\n'/ | }"; outlook_failed=$((outlook_failed + 1)); }
check() { if [ "$2" = "$3" ]; then pass "$1"; else fail "$1" "is '$2', want '$3'"; fi; }
check_like() { if grep -qE -- "$3" <<<"$2"; then pass "$1"; else fail "$1" "is '$2', want /$3/"; fi; }
# A vCard or iCalendar text with whole lines and parameters in one order: SOGo writes them in another order each time.
sorted_parameters() {
    python3 -c 'import sys
for line in sys.stdin.read().replace("\r", "").replace("\n ", "").splitlines():
    head, _, value = line.partition(":")
    name, *parameters = head.split(";")
    print(";".join([name] + sorted(parameters)) + ":" + value)'
}
no_violations() {
    local text
    if text=$(ctl violations 2>/dev/null); then pass "$1"; else fail "$1" "$text"; fi
}
finish() {
    echo "$outlook_passed passed, $outlook_failed failed"
    [ "$outlook_failed" = 0 ]
}

ada='{"@type":"Card","version":"1.0","uid":"ada-1","name":{"components":[{"kind":"given","value":"Ada"},{"kind":"surname","value":"Quill"}],"full":"Ada Quill"},"emails":{"e1":{"address":"ada@example.org"}},"notes":{"n1":{"note":"first"}}}'
review='{"@type":"Event","uid":"review-1","title":"Review","start":"2026-12-01T10:00:00","timeZone":"Europe/Berlin","duration":"PT1H"}'
tea='{"@type":"Task","uid":"tea-1","title":"Buy tea","due":"2026-12-02T00:00:00","showWithoutTime":true}'
