# Sourced by series-*.test: series with changed occurrences between Outlook (emulated) and a real server, through the Windows program. The
# matrix of linked items that SyncEvolution's tests have: parent, child, child before parent, one removed, each on either side.
. "$LOCKSTEP_ROOT/tests/wine/sync.sh"
series="python3 $LOCKSTEP_ROOT/tests/wine/series.py"

shown() { ctl dump default Calendar >now.json; $series show now.json "$1" 2>&1 | paste -sd ' '; } # SUBJECT: its deleted and changed occurrences
outlook_change() { local subject=$1; shift; ctl dump default Calendar >now.json; $series change now.json "$subject" "$@" >edit.json && ctl edit default Calendar edit.json >/dev/null || fail "change/$subject" "$*"; }
outlook_delete() { ctl dump default Calendar >now.json; $series delete now.json "$1" "$2" >edit.json && ctl edit default Calendar edit.json >/dev/null || fail "delete/$1" "$2"; }
event() { curl -sf -u alice:alicepw "$url$events$1.ics" | tr -d '\r'; } # NAME: its text on the server
berlin='BEGIN:VTIMEZONE
TZID:Europe/Berlin
BEGIN:DAYLIGHT
DTSTART:19810329T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
END:DAYLIGHT
BEGIN:STANDARD
DTSTART:19961027T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
END:STANDARD
END:VTIMEZONE'
put_event() { # NAME, components on stdin
    { printf 'BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//test//test//EN\n%s\n' "$berlin"; cat; printf 'END:VCALENDAR\n'; } | sed 's/$/\r/' >put.ics
    curl -sf -o /dev/null -u alice:alicepw -X PUT --data-binary @put.ics -H 'Content-Type: text/calendar' "$url$events$1.ics"
}
parent() { # UID SUMMARY [LINE...]: Mondays from 2029-01-01 on, ten times
    printf 'BEGIN:VEVENT\nUID:%s\nDTSTAMP:20290101T000000Z\nSUMMARY:%s\nDTSTART;TZID=Europe/Berlin:20290101T090000\nDTEND;TZID=Europe/Berlin:20290101T093000\nRRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=10\n' "$1" "$2"
    shift 2
    [ $# = 0 ] || printf '%s\n' "$@"
    echo END:VEVENT
}
child() { # UID SUMMARY DATE START-DATE-TIME END-TIME [LINE...]: the occurrence of that date
    printf 'BEGIN:VEVENT\nUID:%s\nDTSTAMP:20290101T000000Z\nSUMMARY:%s\nRECURRENCE-ID;TZID=Europe/Berlin:%sT090000\nDTSTART;TZID=Europe/Berlin:%s\nDTEND;TZID=Europe/Berlin:%sT%s\n' "$1" "$2" "$3" "$4" "${4%T*}" "$5"
    shift 5
    [ $# = 0 ] || printf '%s\n' "$@"
    echo END:VEVENT
}
last_run() { wine lockstep-cli.exe history --json 2>/dev/null | python3 -c 'import json, sys; runs = json.load(sys.stdin); print(max(r["run"] for r in (runs if isinstance(runs, list) else runs["runs"])))'; }
quiet() { # NAME
    sync_counts
    check "$1/then-nothing" "$code $counts" '0 0 0 0 0 0 0 0'
}

# series_suite NAME BASE_URL CALENDAR_HOME
series_suite() {
    url=$2 events=$3conf-events/
    outlook_start "series-$1"
    trap 'cd /; wine_prefix_end; "$servers/stop-server" "$LOCKSTEP_SCRATCH/server"' EXIT
    cp "$LOCKSTEP_WINDOWS/client/cli/lockstep-cli.exe" "$outlook_dir" || exit 1
    make_collection events "$url$events"
    export LOCKSTEP_PASSWORD=alicepw LOCKSTEP_HOME='C:\lockstep\home'
    lockstep account add outlook --outlook
    check account/outlook "$code" 0
    lockstep account add server --url "$url" --user alice --allow-http
    check account/server "$code" 0
    lockstep link outlook:calendar server:conf-events --name calendar
    check link "$code" 0
    test_born_on_server
    test_edited_on_server
    test_edited_in_outlook
    test_child_before_parent
    test_forbidden
    test_parent_removed
    no_violations no-violations
}

test_born_on_server() {
    parent other Other | put_event other # stays, so that no folder is ever emptied
    {
        parent team Team 'EXDATE;TZID=Europe/Berlin:20290122T090000' 'DESCRIPTION:Agenda'
        child team Team 20290108 20290109T100000 110000 'DESCRIPTION:Agenda'
        child team 'Team special' 20290115 20290115T090000 093000 'DESCRIPTION:Only today' 'LOCATION:Hall'
        child team Team 20290219 20290219T090000 093000 'DESCRIPTION:Agenda' COLOR:navy 'CONFERENCE;VALUE=URI:https://meet.example/1'
    } | put_event team
    sync_counts
    check born/created "$code $counts" '0 2 0 0 0 0 0 0'
    check born/outlook "$(shown Team)" \
        '-2029-01-22 2029-01-08T09:00>2029-01-09T10:00/60 2029-01-15T09:00>2029-01-15T09:00/30 title=Team special place=Hall note=Only today'
    before=$(event team)
    quiet born
    check born/server-untouched "$(event team)" "$before"
}

# One child is moved again, one is plain again, a third comes; a file of the user's stays. Then all of it is undone.
test_edited_on_server() {
    printf file >file.txt
    ctl attach default Calendar Team notes.txt file.txt >/dev/null || fail edited/attach Team
    sync_counts
    check edited/attachment "$code $counts" '0 0 0 0 0 1 0 0'
    quiet edited/attachment
    before=$(shown Team)
    {
        parent team Team 'EXDATE;TZID=Europe/Berlin:20290122T090000' 'DESCRIPTION:Agenda' \
            "ATTACH;VALUE=BINARY;ENCODING=BASE64;FILENAME=notes.txt:$(base64 -w 0 file.txt)"
        child team Team 20290108 20290110T100000 110000 'DESCRIPTION:Agenda'
        child team Team 20290129 20290129T090000 093000 'DESCRIPTION:Agenda' 'LOCATION:Away'
    } | put_event team
    sync_counts
    check edited/updated "$code $counts" '0 0 1 0 0 0 0 0'
    check edited/outlook "$(shown Team)" '-2029-01-22 2029-01-08T09:00>2029-01-10T10:00/60 2029-01-29T09:00>2029-01-29T09:00/30 place=Away'
    check_like edited/file-stays "$(cat now.json)" notes.txt
    run=$(last_run)
    quiet edited
    lockstep undo "$run"
    check edited/undo "$code" 0
    check edited/undone "$(shown Team)" "$before"
    check_like edited/undone-file "$(cat now.json)" notes.txt
    check edited/undone-server "$(event team | grep -c 'SUMMARY:Team special')" 1
    quiet undone
}

test_edited_in_outlook() {
    outlook_change Team 2029-02-05T09:00 title='Team in Outlook' start=2029-02-06T08:00 minutes=45 note='Bring cake'
    outlook_delete Team 2029-02-12T09:00
    sync_counts
    check outlook/updated "$code $counts" '0 0 0 0 0 1 0 0'
    check outlook/child "$(event team | grep -A20 'RECURRENCE-ID.*20290205T090000' | grep -cE '^(SUMMARY:Team in Outlook|DTSTART.*:20290206T080000|DESCRIPTION:Bring cake)$')" 3
    check outlook/deleted "$(event team | grep -cE '^EXDATE.*20290212T090000')" 1
    check outlook/others-stay "$(event team | grep -cE '^(SUMMARY:Team special|EXDATE.*20290122T090000)$')" 2
    quiet outlook
    # What Outlook cannot hold of an occurrence stays when the occurrence is edited there.
    outlook_change Team 2029-02-19T09:00 title='Team once'
    sync_counts
    check outlook/occurrence-edited "$code $counts" '0 0 0 0 0 1 0 0'
    check outlook/occurrence-keeps "$(event team | sed -n '/RECURRENCE-ID.*20290219T090000/,/END:VEVENT/p' | grep -cE '^(COLOR:navy|CONFERENCE;VALUE=URI:https://meet.example/1)$')" 2
    check outlook/occurrence-title "$(event team | grep -c '^SUMMARY:Team once')" 1
    quiet outlook/occurrence
}

# A child without its parent is one appointment; with the parent it becomes an occurrence of the series.
test_child_before_parent() {
    if child late 'Late child' 20290115 20290116T100000 110000 | put_event late; then
        sync_counts
        check child-first/created "$code $counts" '0 1 0 0 0 0 0 0'
        check child-first/outlook "$(ctl list default Calendar | grep -c 'Late child')" 1
        quiet child-first
    else
        echo 'note: this server takes no occurrence without its series'
    fi
    { parent late Late; child late 'Late child' 20290115 20290116T100000 110000; } | put_event late
    sync_counts
    check parent-after/code "$code $(cut -d ' ' -f 7 <<<"$counts")" '0 0'
    check parent-after/outlook "$(shown Late)" '2029-01-15T09:00>2029-01-16T10:00/60 title=Late child'
    check parent-after/once "$(ctl list default Calendar | grep -c 'Late')" 1
    quiet parent-after
}

# What Outlook forbids is said with the name of the item and the occurrence, and nothing of it changes.
test_forbidden() {
    local there
    there=$(shown Late)
    { parent late Late; child late 'Late child' 20290115 20290124T100000 110000; } | put_event late
    lockstep sync
    check forbidden/code "$code" 1
    check_like forbidden/names-item "$said" 'Late'
    check_like forbidden/names-occurrence "$said" 'past its neighbour: see the occurrence 2029-01-22T09:00:00'
    check forbidden/untouched "$(shown Late)" "$there"
    { parent late Late; child late 'Late child' 20290115 20290117T100000 110000; } | put_event late
    sync_counts
    check forbidden/mended "$code $counts" '0 0 1 0 0 0 0 0'
    quiet forbidden
}

test_parent_removed() {
    curl -sf -o /dev/null -u alice:alicepw -X DELETE "$url${events}late.ics"
    sync_counts
    check removed/counts "$code $counts" '0 0 0 1 0 0 0 0'
    check_like removed/lies-in-deleted-items "$(ctl list default 'Deleted Items')" 'Late'
    ctl delete default Calendar Team >/dev/null
    sync_counts
    check removed/in-outlook "$code $counts" '0 0 0 0 0 0 1 0'
    quiet removed
}
