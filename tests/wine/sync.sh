# Sourced by sync-*.test: Outlook (emulated) <-> a real server through the Windows program, with every sample at hand and, where it
# lies, every item that real Outlook wrote.
. "$LOCKSTEP_ROOT/tests/wine/outlook.sh"
. "$LOCKSTEP_ROOT/tests/conformance/dav.sh"
compare="python3 $LOCKSTEP_ROOT/tests/wine/compare.py"
servers=$LOCKSTEP_ROOT/tests/servers

# The program with its exit code in $code and both outputs in $said.
lockstep() { said=$(wine lockstep-cli.exe "$@" 2>&1 | tr -d '\r'; exit "${PIPESTATUS[0]}"); code=$?; }
sync_counts() { # sets $counts
    wine lockstep-cli.exe sync --json >report.json 2>errors.txt
    code=$?
    counts=$($compare sync-counts report.json)
}
dump() { local folder; for folder in Contacts Calendar Tasks; do ctl dump default "$folder" --stable >"$1-$folder.json"; done; }
dump_differences() { # BEFORE AFTER
    local folder
    for folder in Contacts Calendar Tasks; do $compare differing "$1-$folder.json" "$2-$folder.json"; done
}
# All items on the server as one file a collection, for comparing.
server_copy() { # DIRECTORY
    local collection href
    mkdir -p "$1"
    for collection in "$cards" "$events" "$todos"; do
        curl -sf -u alice:alicepw -X PROPFIND -H 'Depth: 1' -H 'Content-Type: application/xml' --data-binary '<propfind xmlns="DAV:"><prop><getetag/></prop></propfind>' "$url$collection" |
            grep -oE '[^<>]+\.(vcf|ics)</' | sed 's,</$,,' | sort -u | while read -r href; do
            curl -sf -u alice:alicepw -o "$1/$(basename "$href")" "$url$href"
        done
    done
}

# sync_suite NAME BASE_URL CONTACTS_HOME CALENDAR_HOME [SUBJECT]: SUBJECT is a sample appointment that this server refuses. With
# $schedules set the server looks after meetings itself: those of others are left alone there (wine/meetings-*).
sync_suite() {
    url=$2 cards=$3conf-contacts/ events=$4conf-events/ todos=$4conf-tasks/ refused=${5:-}
    outlook_start "sync-$1"
    trap 'cd /; wine_prefix_end; "$servers/stop-server" "$LOCKSTEP_SCRATCH/server"' EXIT
    cp "$LOCKSTEP_WINDOWS/client/cli/lockstep-cli.exe" "$outlook_dir" || exit 1
    make_collection contacts "$url$cards"
    make_collection events "$url$events"
    make_collection tasks "$url$todos"
    import_items
    export LOCKSTEP_PASSWORD=alicepw LOCKSTEP_HOME='C:\lockstep\home'
    lockstep account add outlook --outlook
    check account/outlook "$code" 0
    lockstep account add server --url "$url" --user alice --allow-http
    check account/server "$code $said" "0 $said"
    for pair in contacts:conf-contacts calendar:conf-events tasks:conf-tasks; do
        lockstep link "outlook:${pair%:*}" "server:${pair#*:}" --name "${pair%:*}"
        check "link/${pair%:*}" "$code" 0
    done
    test_first_sync
    test_nothing_to_do
    test_two_edits
    test_unmapped_survives
    test_unfit
    test_unfit_event
    test_delete
    [ -z "$refused" ] || test_refused
    no_violations no-violations
}

import_items() {
    local folder name
    cp "$LOCKSTEP_ROOT"/tests/outlook/samples/{contacts,calendar,tasks}.json .
    if [ -d "${LOCKSTEP_OUTLOOK_DATA:-}/items" ]; then
        mkdir real
        $compare group "$LOCKSTEP_OUTLOOK_DATA/items" real
    else
        echo "skip real-items: no items that real Outlook wrote are at hand"
    fi
    for folder in Contacts Calendar Tasks; do
        name=${folder,,}.json
        ctl import default "$folder" "$name" >/dev/null || fail "import/$folder" "samples"
        [ ! -e "real/$name" ] || ctl import default "$folder" "real/$name" >/dev/null || fail "import/$folder" "real items"
    done
    [ -z "$refused" ] || ctl erase default Calendar "$refused" >/dev/null
    dump before
    total=0
    for folder in Contacts Calendar Tasks; do total=$((total + $(ctl list default "$folder" | wc -l))); done
}

test_first_sync() {
    sync_counts
    check first/code "$code $(cat errors.txt)" '0 '
    check first/everything-is-created "$counts" "0 0 0 $total 0 0 0"
    [ "$code" = 0 ] || grep -A8 '"messages"' report.json | head -n 60
    dump after-first
    check first/outlook-untouched "$(dump_differences before after-first)" ''
    server_copy server-first
    check first/arrived "$(ls server-first | wc -l)" "$total"
}

test_nothing_to_do() {
    sync_counts
    check second/writes-nothing "$code $counts" '0 0 0 0 0 0 0 0'
    dump after-second
    server_copy server-second
    check second/outlook-untouched "$(dump_differences before after-second)" ''
    check second/server-untouched "$(diff -rq server-first server-second)" ''
}

test_two_edits() {
    local contact file name
    contact=$(ctl list default Contacts | awk -F '\t' '$2 == "IPM.Contact" && $3 != "" { print $3; exit }')
    ctl set default Contacts "$contact" 3A1C001F '+43 (660) 1234567' >/dev/null || fail edit/outlook "$contact"
    dump edited
    file=$(grep -l '^SUMMARY:' server-first/*.ics | xargs grep -L 'BEGIN:VTODO' | xargs grep -L 'RECURRENCE-ID' | head -n 1)
    name=$(basename "$file")
    sed 's/^SUMMARY:.*\r/SUMMARY:Edited on the server\r/' "$file" >edited.ics
    curl -sf -o /dev/null -u alice:alicepw -X PUT --data-binary @edited.ics -H 'Content-Type: text/calendar' "$url$events$name" || fail edit/server "$name"
    server_copy server-edited
    sync_counts
    check edits/exactly-two "$code $counts" '0 0 1 0 0 1 0 0'
    dump after-edits
    server_copy server-after-edits
    check edits/server-changes-one-item "$(diff -rq server-edited server-after-edits | wc -l)" 1
    check edits/server-changes-its-phone "$(diff -r server-edited server-after-edits | grep '^[<>]' | grep -vE 'REV:|PRODID|TEL' | wc -l)" 0
    check edits/phone-arrives "$(grep -lF '+43 (660) 1234567' server-after-edits/*.vcf | wc -l)" 1
    check edits/outlook-changes-one-item "$(dump_differences edited after-edits | wc -l)" 1
    check edits/outlook-changes-its-title "$(dump_differences edited after-edits | cut -f 2 | tr , '\n' | sed 's/ .*//' |
        grep -vE '^(0037|0070|0E1D)001F$')" ''
    check_like edits/title-arrives "$(ctl list default Calendar)" 'Edited on the server'
    sync_counts
    check edits/then-nothing "$code $counts" '0 0 0 0 0 0 0 0'
}

# An appointment with an attached file and a custom property: edited on the server, everything of Outlook stays;
# with X- lines on the server: edited in Outlook, everything of the server stays.
test_unmapped_survives() {
    local href
    printf 'custom file' >file.txt
    ctl attach default Calendar "Edited on the server" notes.txt file.txt >/dev/null || fail survive/attach "no attachment"
    ctl set default Calendar "Edited on the server" "PS_PUBLIC_STRINGS:'Billing code':001F" 'AB-17' >/dev/null
    sync_counts
    check survive/attachment-travels "$code $counts" '0 0 0 0 0 1 0 0'
    dump survive-before
    href=$(grep -l 'SUMMARY:Edited on the server' server-after-edits/*.ics | head -n 1)
    href=$(basename "$href")
    curl -sf -u alice:alicepw "$url$events$href" | sed 's/^SUMMARY:.*\r/SUMMARY:Edited again\r\nX-LOCAL-THING;X-A=b:left\\, alone\r/' >again.ics
    curl -sf -o /dev/null -u alice:alicepw -X PUT --data-binary @again.ics -H 'Content-Type: text/calendar' "$url$events$href" || fail survive/put "$href"
    curl -sf -u alice:alicepw "$url$events$href" >held.ics # as the server writes it
    ctl dump default Calendar --subject 'Edited on the server' --stable >attached-before.json
    sync_counts
    check survive/one-write "$code $counts" '0 0 1 0 0 0 0 0'
    dump survive-after
    check survive/outlook-changes-one-item "$(dump_differences survive-before survive-after | wc -l)" 1
    check survive/outlook-changes-its-title "$(dump_differences survive-before survive-after | cut -f 2 | tr , '\n' |
        sed 's/ .*//' | grep -vE '^(0037|0070|0E1D)001F$')" ''
    check_like survive/attachment-was-there "$(cat attached-before.json)" 'notes.txt'
    check_like survive/custom-property "$(ctl dump default Calendar --subject 'Edited again')" 'AB-17'
    ctl set default Calendar 'Edited again' PSETID_Appointment:8208:001F 'Room 5' >/dev/null
    sync_counts
    check survive/one-write-back "$code $counts" '0 0 0 0 0 1 0 0'
    curl -sf -u alice:alicepw "$url$events$href" >back.ics
    check_like survive/x-property "$(cat held.ics)" 'X-LOCAL-THING;X-A=b:left'
    check survive/server-changes-only-the-location "$(diff <(sorted_parameters <held.ics) <(sorted_parameters <back.ics) | grep '^[<>]' |
        grep -vE '^. (LOCATION|DTSTAMP|LAST-MODIFIED|SEQUENCE)[:;]')" ''
    check survive/location "$(grep -c 'LOCATION:Room 5' back.ics)" 1
}

# More on the server than Outlook has room for: it stays there, is listed with the reason and shown beside what Outlook has, and an edit
# in Outlook leaves it alone.
test_unfit() {
    local card='Una Unfit'
    printf '%s\r\n' BEGIN:VCARD VERSION:3.0 UID:una-unfit "FN:$card" 'N:Unfit;Una;;;' EMAIL:una1@x.example EMAIL:una2@x.example \
        EMAIL:una3@x.example EMAIL:una4@x.example X-MS-SPOUSE:Eva X-MS-SPOUSE:Ada item1.TEL:+1 item1.X-ABLabel:Boat \
        'X-LOCAL-THING:left alone' END:VCARD >unfit.vcf
    curl -sf -o /dev/null -u alice:alicepw -X PUT --data-binary @unfit.vcf -H 'Content-Type: text/vcard' "$url${cards}una-unfit.vcf" ||
        fail unfit/put "$card"
    sync_counts
    check unfit/arrives "$code $counts" '0 1 0 0 0 0 0 0'
    sync_counts
    check unfit/then-nothing "$code $counts" '0 0 0 0 0 0 0 0'
    lockstep unfit contacts
    check unfit/code "$code" 0
    check_like unfit/email "$said" 'not in outlook: e-mail: Outlook has room for three e-mail addresses'
    check_like unfit/spouse "$said" 'not in outlook: related person: Outlook has room for children, one spouse'
    check_like unfit/label "$said" 'not in outlook: phone label: Outlook has a fixed set of labels'
    check_like unfit/item "$said" "$card: .*e-mail una[1-4]@x.example"
    check_like unfit/extension "$said" 'kept on server only, unknown to Lockstep: X-LOCAL-THING'
    lockstep show "$card"
    check unfit/show-code "$code" 0
    check_like unfit/show-both "$said" 'e-mail +una[1-4]@x.example +una[1-4]@x.example'
    check_like unfit/show-only "$said" 'e-mail +\(nothing\) +una[1-4]@x.example'
    check_like unfit/show-why "$said" 'only server: Outlook has room for three e-mail addresses'
    ctl set default Contacts "$card" 3A17001F 'Captain' >/dev/null || fail unfit/edit "$card"
    sync_counts
    check unfit/edit "$code $counts" '0 0 0 0 0 1 0 0'
    curl -sf -u alice:alicepw "$url${cards}una-unfit.vcf" | tr -d '\r' >unfit-after.vcf
    check unfit/title-arrives "$(grep -c '^TITLE:Captain' unfit-after.vcf)" 1
    check unfit/kept "$(grep -ciE '^(EMAIL:una[1-4]@|X-MS-SPOUSE:|X-LOCAL-THING:|item1\.)' unfit-after.vcf)" 9
}

# The same of a series: its being tentative, its colour, a link to an online meeting, a date beside the rule, guests of one occurrence, and
# how people were invited.
test_unfit_event() {
    local event='Unfit review' lines='^(STATUS:TENTATIVE|COLOR:navy|CONFERENCE;|RDATE:|ATTENDEE;PARTSTAT=DECLINED|ATTENDEE;RSVP=TRUE|URL:)'
    printf '%s\r\n' BEGIN:VCALENDAR VERSION:2.0 PRODID:-//test//test//EN BEGIN:VEVENT UID:unfit-review DTSTAMP:20260101T000000Z \
        DTSTART:20290101T090000Z DTEND:20290101T100000Z "SUMMARY:$event" 'RRULE:FREQ=WEEKLY;COUNT=4' RDATE:20290103T090000Z STATUS:TENTATIVE COLOR:navy \
        'CONFERENCE;VALUE=URI;FEATURE=VIDEO:https://meet.example/1' URL:https://x.example/r ORGANIZER:mailto:ann@x.example \
        'ATTENDEE;RSVP=TRUE:mailto:bob@x.example' END:VEVENT BEGIN:VEVENT UID:unfit-review DTSTAMP:20260101T000000Z RECURRENCE-ID:20290108T090000Z \
        DTSTART:20290108T093000Z DTEND:20290108T103000Z "SUMMARY:$event" STATUS:TENTATIVE COLOR:red ORGANIZER:mailto:ann@x.example \
        'CONFERENCE;VALUE=URI;FEATURE=VIDEO:https://meet.example/1' 'ATTENDEE;PARTSTAT=DECLINED:mailto:bob@x.example' END:VEVENT END:VCALENDAR >unfit.ics
    [ -z "${schedules:-}" ] || sed -i -E '/^(ORGANIZER|ATTENDEE)/d' unfit.ics
    if ! curl -sf -o /dev/null -u alice:alicepw -X PUT --data-binary @unfit.ics -H 'Content-Type: text/calendar' "$url${events}unfit-review.ics"; then
        fail unfit-event/put "$event"
        return
    fi
    curl -sf -u alice:alicepw "$url${events}unfit-review.ics" | tr -d '\r' >unfit-before.ics
    sync_counts
    check unfit-event/arrives "$code $counts" '0 1 0 0 0 0 0 0'
    sync_counts
    check unfit-event/then-nothing "$code $counts" '0 0 0 0 0 0 0 0'
    lockstep unfit calendar
    check_like unfit-event/status "$said" 'not in outlook: status: Outlook keeps of a meeting that it is cancelled'
    check_like unfit-event/colour "$said" 'not in outlook: color: Outlook has colours of categories'
    check_like unfit-event/online "$said" 'not in outlook: online meeting: Outlook has no field for the link'
    check_like unfit-event/date "$said" 'not in outlook: changed occurrence: Outlook has no dates beside the rule of a series'
    if [ -z "${schedules:-}" ]; then
        check_like unfit-event/reply "$said" 'kept on server only: of whom a reply is wanted'
        check_like unfit-event/guests "$said" 'kept on server only: guests and replies of single occurrences'
    fi
    lockstep show "$event"
    check_like unfit-event/show "$said" 'online meeting +\(nothing\) +https://meet.example/1'
    ctl set default Calendar "$event" PSETID_Appointment:8208:001F 'Room 6' >/dev/null || fail unfit-event/edit "$event"
    sync_counts
    check unfit-event/edit "$code $counts" '0 0 0 0 0 1 0 0'
    curl -sf -u alice:alicepw "$url${events}unfit-review.ics" | tr -d '\r' >unfit-after.ics
    check unfit-event/place-arrives "$(grep -c '^LOCATION:Room 6' unfit-after.ics)" 2
    check unfit-event/kept "$(grep -E "$lines" unfit-after.ics | sorted_parameters)" "$(grep -E "$lines" unfit-before.ics | sorted_parameters)"
}

# Deleted on the server: it lies in Deleted Items. Deleted in Outlook: gone on the server.
test_delete() {
    local first second href
    first=$(ctl list default Contacts | awk -F '\t' '$3 != "" { print $3; exit }')
    href=$(basename "$(grep -lF '+43 (660) 1234567' server-after-edits/*.vcf)")
    curl -sf -o /dev/null -u alice:alicepw -X DELETE "$url$cards$href"
    second=$(ctl list default Tasks | awk -F '\t' '$3 != "" { print $3; exit }')
    ctl delete default Tasks "$second" >/dev/null
    sync_counts
    check delete/one-each "$code $counts" '0 0 0 1 0 0 1 0'
    check_like delete/lies-in-deleted-items "$(ctl list default 'Deleted Items')" "$first"
    sync_counts
    check delete/then-nothing "$code $counts" '0 0 0 0 0 0 0 0'
}

# An item that the server will not take is named with the reason, stays where it is, and stops nobody else.
test_refused() {
    ctl import default Calendar calendar.json >/dev/null
    sync_counts
    check refused/code "$code" 1
    check_like refused/named "$(tr -d '\n' <report.json)" "\"title\":[[:space:]]*\"$refused\".*\"rc\":[[:space:]]*\"refused\""
    check refused/others-go "$(cut -d ' ' -f 7 <<<"$counts")" 1
    check refused/kept-in-outlook "$(ctl list default Calendar | cut -f 3 | grep -cxF "$refused")" 1
}
