# Sourced by recurring-*.test: recurring tasks between Outlook (emulated) and a real server, through the Windows program. What Outlook does
# when an occurrence is completed is done here by hand: a completed copy, with everything the original had, and the original moved on.
. "$LOCKSTEP_ROOT/tests/wine/sync.sh"

pattern() { # FREQUENCY PATTERN PERIOD SLIDING SPECIFIC... : a bare pattern of five from 2026-12-07 on, in hex
    python3 - "$@" <<'EOF'
import datetime, struct, sys
freq, pattern, period, sliding, *specific = (int(a, 0) for a in sys.argv[1:])
day = lambda *d: (datetime.date(*d) - datetime.date(1601, 1, 1)).days * 1440
print((struct.pack('<5H3I', 0x3004, 0x3004, freq, pattern, 0, 0, period, sliding) + b''.join(struct.pack('<I', s) for s in specific) +
       struct.pack('<5I2I', 0x2022, 5, 0, 0, 0, day(2026, 12, 7), day(2027, 1, 4))).hex())
EOF
}
recurring_task() { # SUBJECT PATTERN
    printf '{"properties":{"001A001F":"IPM.Task","0037001F":"%s","0E1D001F":"%s","10800003":1281,"PSETID_Task:8101:0003":0,"PSETID_Task:8102:0005":0.0,"PSETID_Task:811C:000B":false,"PSETID_Task:8126:000B":true,"PSETID_Task:8109:000B":false,"PSETID_Task:8116:0102":{"hex":"%s","len":%d},"PSETID_Task:8104:0040":{"utc":"2026-12-07T00:00:00Z"},"PSETID_Task:8105:0040":{"utc":"2026-12-08T00:00:00Z"}}}' \
        "$1" "$1" "$2" $((${#2} / 2)) >task.json
    ctl import default Tasks task.json >/dev/null || fail "task/$1" "not imported"
}
tasks_dump() { ctl dump default Tasks >tasks-now.json; }
# Entry ids of the tasks of this subject that are done (or not), and START DUE COUNT DONE-ONES of the open one.
ids() { # SUBJECT true|false
    tasks_dump
    python3 "$LOCKSTEP_ROOT/tests/wine/recurring.py" ids tasks-now.json "$1" "$2"
}
in_outlook() { # SUBJECT
    tasks_dump
    python3 "$LOCKSTEP_ROOT/tests/wine/recurring.py" show tasks-now.json "$1"
}
edit() { # ITEM KEY VALUE ...
    local item=$1
    shift
    while [ $# -gt 1 ]; do
        printf 'set\tdefault\tTasks\t%s\t%s\t%s\n' "$item" "$1" "$2"
        shift 2
    done >edits.txt
    ctl batch <edits.txt >/dev/null || fail edit "$(cat edits.txt)"
}
outlook_completes() { # SUBJECT DAY NEXT
    local original copy
    original=$(ids "$1" false)
    ctl copy default Tasks "$original" default Tasks >/dev/null || fail "complete/$1" "not copied"
    copy=$(ids "$1" false | grep -v "^$original$")
    edit "$copy" PSETID_Task:8101:0003 2 PSETID_Task:8102:0005 1 PSETID_Task:811C:000B true PSETID_Task:810F:0040 "$2T00:00:00Z" \
        PSETID_Task:8109:000B true PSETID_Task:8126:000B false
    edit "$original" PSETID_Task:8104:0040 "$3T00:00:00Z" PSETID_Task:8105:0040 "$3T00:00:00Z"
}

todo_names() {
    curl -sf -u alice:alicepw -X PROPFIND -H 'Depth: 1' -H 'Content-Type: application/xml' --data-binary '<propfind xmlns="DAV:"><prop><getetag/></prop></propfind>' "$url$todos" |
        grep -oE '[^<>]+\.ics</' | sed 's,</$,,' | sort -u
}
server_now() { # all todos, a file each
    local href
    rm -rf todos
    mkdir todos
    for href in $(todo_names); do curl -sf -u alice:alicepw "$url$href" | tr -d '\r' >"todos/$(basename "$href")"; done
}
on_server() { # SUBJECT: DTSTART RRULE of the one that recurs, then how many others are completed, and how many uids there are
    server_now
    grep -l "^SUMMARY:$1" todos/* | xargs grep -l '^RRULE' | xargs cat | grep -E '^(DTSTART|RRULE)' |
        sed 's/^DTSTART;VALUE=DATE://; s/^RRULE://' | sort | paste -sd ' '
    grep -l "^SUMMARY:$1" todos/* | xargs grep -lE '^STATUS:COMPLETED' | xargs -r grep -LE '^RRULE' | wc -l
    cat todos/* | grep '^UID:' | sort -u | wc -l
}
put() { # FILE NAME
    curl -sf -o /dev/null -u alice:alicepw -X PUT --data-binary "@$1" -H 'Content-Type: text/calendar' "$url$todos$2" || fail "put/$2" "refused"
}
quiet() { # NAME
    sync_counts
    check "$1/then-nothing" "$code $counts" '0 0 0 0 0 0 0 0'
}

# recurring_suite NAME BASE_URL CALENDAR_HOME
recurring_suite() {
    url=$2 todos=$3conf-tasks/
    outlook_start "recurring-$1"
    trap 'cd /; wine_prefix_end; "$servers/stop-server" "$LOCKSTEP_SCRATCH/server"' EXIT
    cp "$LOCKSTEP_WINDOWS/client/cli/lockstep-cli.exe" "$outlook_dir" || exit 1
    make_collection tasks "$url$todos"
    export LOCKSTEP_PASSWORD=alicepw LOCKSTEP_HOME='C:\lockstep\home'
    lockstep account add outlook --outlook
    check account/outlook "$code" 0
    lockstep account add server --url "$url" --user alice --allow-http
    check account/server "$code" 0
    lockstep link outlook:tasks server:conf-tasks --name tasks
    check link "$code" 0
    test_first
    test_done_in_outlook
    test_done_on_server
    test_done_on_both
    test_regenerates
    test_series_comes
    no_violations no-violations
}

test_first() {
    recurring_task Plants "$(pattern 0x200B 1 1 0 2)"
    sync_counts
    check first/created "$code $counts" '0 0 0 0 1 0 0 0'
    check first/rule "$(on_server Plants | paste -sd ' ')" '20261207 FREQ=WEEKLY;COUNT=5;BYDAY=MO 0 1'
    check first/outlook-untouched "$(in_outlook Plants)" '2026-12-07 2026-12-08 5 0'
    quiet first
}

test_done_in_outlook() {
    outlook_completes Plants 2026-12-07 2026-12-14
    sync_counts
    check outlook/one-changed-one-new "$code $counts" '0 0 0 0 1 1 0 0'
    check outlook/rule "$(on_server Plants | paste -sd ' ')" '20261214 FREQ=WEEKLY;COUNT=4;BYDAY=MO 1 2'
    quiet outlook
    check outlook/copy-stays "$(in_outlook Plants)" '2026-12-14 2026-12-14 5 1'
}

# As Thunderbird does it: the series stays, an occurrence of it is done.
test_done_on_server() {
    local name
    server_now
    name=$(basename "$(grep -l '^RRULE' todos/*)")
    sed '/^END:VCALENDAR/d' "todos/$name" >done.ics
    uid=$(sed -n 's/^UID://p' "todos/$name")
    printf '%s\n' BEGIN:VTODO "UID:$uid" DTSTAMP:20261101T000000Z 'RECURRENCE-ID;VALUE=DATE:20261214' 'DTSTART;VALUE=DATE:20261214' 'DUE;VALUE=DATE:20261214' \
        SUMMARY:Plants STATUS:COMPLETED PERCENT-COMPLETE:100 COMPLETED:20261214T100000Z END:VTODO END:VCALENDAR >>done.ics
    put done.ics "$name"
    sync_counts
    check server/one-changed "$code $counts" '0 0 1 0 0 0 0 0'
    check server/moved-on "$(in_outlook Plants)" '2026-12-21 2026-12-21 3 1'
    quiet server
}

test_done_on_both() {
    local name
    outlook_completes Plants 2026-12-21 2026-12-28
    server_now
    name=$(basename "$(grep -l '^RRULE' todos/*)")
    sed '/^END:VCALENDAR/d' "todos/$name" >done.ics
    printf '%s\n' BEGIN:VTODO "UID:$uid" DTSTAMP:20261101T000000Z 'RECURRENCE-ID;VALUE=DATE:20261221' 'DTSTART;VALUE=DATE:20261221' 'DUE;VALUE=DATE:20261221' \
        SUMMARY:Plants STATUS:COMPLETED PERCENT-COMPLETE:100 COMPLETED:20261221T100000Z END:VTODO END:VCALENDAR >>done.ics
    put done.ics "$name"
    sync_counts
    check both/code "$code" 0
    check both/outlook "$(in_outlook Plants)" '2026-12-28 2026-12-28 2 2'
    check both/server "$(on_server Plants | tail -n 2 | paste -sd ' ')" '2 3'
    check both/left "$(grep -h '^RRULE' todos/*)" 'RRULE:FREQ=WEEKLY;COUNT=2;BYDAY=MO'
    quiet both
}

test_regenerates() {
    recurring_task Filter "$(pattern 0x200A 0 14400 1)"
    sync_counts
    check regenerate/created "$code $counts" '0 0 0 0 1 0 0 0'
    server_now
    name=$(basename "$(grep -l '^SUMMARY:Filter' todos/*)")
    check regenerate/after "$(grep -h '^X-LOCKSTEP-REGENERATE' todos/*)" 'X-LOCKSTEP-REGENERATE:P10D'
    check regenerate/no-rule "$(grep -c '^RRULE' "todos/$name")" 0
    sed 's/^SUMMARY:Filter/SUMMARY:New filter/' "todos/$name" >filter.ics
    before=$(in_outlook Filter)
    put filter.ics "$name"
    sync_counts
    check regenerate/title "$code $counts" '0 0 1 0 0 0 0 0'
    check regenerate/pattern-stays "$(in_outlook 'New filter')" "$before"
    quiet regenerate
}

test_series_comes() {
    printf '%s\n' BEGIN:VCALENDAR VERSION:2.0 PRODID:-//x//x BEGIN:VTODO UID:rent DTSTAMP:20261101T000000Z SUMMARY:Rent \
        'DUE;VALUE=DATE:20261231' 'RRULE:FREQ=MONTHLY;BYMONTHDAY=-1' END:VTODO END:VCALENDAR >rent.ics
    put rent.ics rent.ics
    sync_counts
    check comes/created "$code $counts" '0 1 0 0 0 0 0 0'
    check comes/outlook "$(in_outlook Rent)" 'none 2026-12-31 0 0'
    quiet comes
    edit "$(ids Rent false)" PSETID_Task:8105:0040 2027-01-31T00:00:00Z # the next one
    sync_counts
    check comes/next "$code $counts" '0 0 0 0 0 1 0 0'
    server_now
    check comes/due "$(grep -h '^DUE' todos/rent.ics)" 'DUE;VALUE=DATE:20270131'
    check comes/rule-stays "$(grep -h '^RRULE' todos/rent.ics)" 'RRULE:FREQ=MONTHLY;BYMONTHDAY=-1'
    sed '/^RRULE/d' todos/rent.ics >rent.ics
    put rent.ics rent.ics
    sync_counts
    check comes/single "$code $counts" '0 0 1 0 0 0 0 0'
    check comes/single-in-outlook "$(in_outlook Rent)" 'none 2027-01-31 - 0'
    quiet comes/single
}
