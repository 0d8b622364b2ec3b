#!/bin/bash
# tests/benchmarks/series.sh [EXCEPTIONS] - one series of which every occurrence is changed (2,191 by default), under Wine between a folder of
# files and the emulated Outlook: seconds of each sync, start of program and Wine included, against a limit of 2, and how many calls of MAPI it takes.
set -euo pipefail
cd "$(dirname "$0")/../.."
count=${1:-2191}
export LOCKSTEP_ROOT=$PWD LOCKSTEP_WINDOWS=$PWD/build/win$(tests/wine/bits)
. tests/wine/outlook.sh
work=$(mktemp -d)
outlook_start bench-series
trap 'cd /; wine_prefix_end; rm -rf "$work"' EXIT
cp "$LOCKSTEP_WINDOWS/client/cli/lockstep-cli.exe" .
export LOCKSTEP_HOME='C:\lockstep\home'
mkdir -p "$work/a/cal" "$work/b/cal"
python3 - "$count" >"$work/a/cal/series.ics" <<'PYTHON'
import datetime
import sys
count, first = int(sys.argv[1]), datetime.date(2029, 1, 1)
def event(extra, summary, day, hour):
    text = f'{day:%Y%m%d}T{hour:02}'
    return ['BEGIN:VEVENT', 'UID:series', 'DTSTAMP:20290101T000000Z', f'SUMMARY:{summary}', extra,
            f'DTSTART:{text}0000Z', f'DTEND:{text}3000Z', 'END:VEVENT']
lines = ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//bench//bench//EN', *event(f'RRULE:FREQ=DAILY;COUNT={count}', 'Shift', first, 8)]
for i in range(count):
    day = first + datetime.timedelta(days=i)
    lines += event(f'RECURRENCE-ID:{day:%Y%m%d}T080000Z', f'Shift {i % 7}', day, 9 + i % 3)
print('\r\n'.join(lines + ['END:VCALENDAR', '']), end='')
PYTHON
lockstep() { wine lockstep-cli.exe "$@" >said.txt 2>&1 || { echo "bench: lockstep $*: $(cat said.txt)" >&2; exit 1; }; }
late=0
measure() { # NAME COMMAND...: its time against the limit
    local name=$1 real cpu TIMEFORMAT='%R %U %S'
    shift
    read -r real cpu < <({ time lockstep "$@"; } 2>&1 | awk '{ print $1, $2 + $3 }')
    awk -v name="$name" -v real="$real" -v cpu="$cpu" \
        'BEGIN { printf "series/%s\t%.2f s\tlimit 2 s\t%.2f s of processor time\n", name, real, cpu; exit real > 2 }' || late=1
}
calls() { # NAME COMMAND...: calls of MAPI, in a run of its own as counting takes time
    local name=$1
    shift
    rm -f calls.txt
    LOCKSTEP_OUTLOOK_CALLS='C:\lockstep\calls.txt' lockstep "$@"
    printf 'series/%s/calls\t%d\t%s an exception\n' "$name" "$(wc -l <calls.txt)" "$(awk -v n="$(wc -l <calls.txt)" -v c="$count" 'BEGIN { printf "%.1f", n / c }')"
}
lockstep account add outlook --outlook
lockstep account add files --dir "Z:${work//\//\\}\\a"
lockstep link outlook:calendar files:cal --kind event --name one
measure start history
measure "$count to Outlook" sync
measure "$count no change" sync
sed -i '0,/SUMMARY:Shift 3/s//SUMMARY:Changed/' "$work/a/cal/series.ics"
measure "$count one changed" sync
sed -i '0,/SUMMARY:Shift 4/s//SUMMARY:Changed/' "$work/a/cal/series.ics"
calls "$count one changed" sync
lockstep account add more --dir "Z:${work//\//\\}\\b"
lockstep unlink one
lockstep link outlook:calendar more:cal --kind event --name two
measure "$count from Outlook" sync
[ "$(grep -c RECURRENCE-ID "$work"/b/cal/*.ics)" = "$count" ] || { echo "bench: exceptions are missing" >&2; exit 1; }
no_violations series/violations
exit $late
