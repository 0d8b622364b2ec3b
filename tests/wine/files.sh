# Sourced by files-*.test: files attached to appointments and tasks, between Outlook (emulated) and a real server, through the Windows program.
. "$LOCKSTEP_ROOT/tests/wine/series.sh"
files="python3 $LOCKSTEP_ROOT/tests/wine/files.py"

hash() { sha256sum "$1" | cut -c 1-8; }
outlook() { ctl dump default "${2:-Calendar}" >now.json; $files outlook now.json "$1"; }                    # SUBJECT [FOLDER]
server() { curl -sf -u alice:alicepw "$url$events$1.ics" | $files server; }                                   # NAME
server_change() { # NAME ARGUMENT...: as somebody else
    local name=$1
    shift
    curl -sf -u alice:alicepw "$url$events$name.ics" | $files change "$@" >put.ics
    curl -sf -o /dev/null -u alice:alicepw -X PUT --data-binary @put.ics -H 'Content-Type: text/calendar' "$url$events$name.ics"
}

# files_suite NAME BASE_URL CALENDAR_HOME
files_suite() {
    url=$2 events=$3conf-events/ todos=$3conf-tasks/
    outlook_start "files-$1"
    trap 'cd /; wine_prefix_end; "$servers/stop-server" "$LOCKSTEP_SCRATCH/server"' EXIT
    cp "$LOCKSTEP_WINDOWS/client/cli/lockstep-cli.exe" "$outlook_dir" || exit 1
    make_collection events "$url$events"
    make_collection tasks "$url$todos"
    head -c 200000 /dev/urandom >agenda.pdf
    head -c 1500000 /dev/urandom >film.mp4
    echo first >one.txt
    echo second >two.txt
    echo third >three.txt
    export LOCKSTEP_PASSWORD=alicepw LOCKSTEP_HOME='C:\lockstep\home'
    lockstep account add outlook --outlook
    lockstep account add server --url "$url" --user alice --allow-http
    lockstep link outlook:calendar server:conf-events --name calendar
    check_like link/says-the-limit "$said" 'attached files up to 1024 KB'
    lockstep link outlook:tasks server:conf-tasks --name tasks
    check link/tasks "$code" 0
    parent other Other | put_event other # stays, so that no folder is ever emptied
    test_from_outlook
    test_from_server
    test_undone
    test_limit
    test_link
    test_occurrence
    test_task
    no_violations no-violations
}

test_from_outlook() {
    id=$(client create "$calendar" "$review" stamp-1)
    ctl attach default Calendar "$id" agenda.pdf agenda.pdf
    ctl attach default Calendar "$id" notes.txt one.txt
    ctl attach default Calendar "$id" notes.txt two.txt
    sync_counts
    check from-outlook/code "$code" 0
    all="agenda.pdf=$(hash agenda.pdf), $(printf 'notes.txt=%s\nnotes.txt=%s\n' "$(hash one.txt)" "$(hash two.txt)" | sort | paste -sd , | sed 's/,/, /')"
    check from-outlook/server "$(server review-1)" "$all"
    check from-outlook/outlook "$(outlook Review)" "$all"
    quiet from-outlook
    ctl set default Calendar Review 0037001F 'Review and tea' >/dev/null
    sync_counts
    check other-edit/counts "$code $counts" '0 0 0 0 0 1 0 0'
    check other-edit/server "$(server review-1)" "$all"
    quiet other-edit
}

# One goes, one comes, one has other bytes: each of them alone, in the attachment it has.
test_from_server() {
    local before
    before=$(ctl dump default Calendar --subject 'Review and tea' | grep -c 370B0003)
    server_change review-1 -agenda.pdf "+map.txt=three.txt"
    sync_counts
    check from-server/counts "$code $counts" '0 0 1 0 0 0 0 0'
    now=$(sed "s/^agenda.pdf=[^,]*/map.txt=$(hash three.txt)/" <<<"$all" | tr ',' '\n' | sed 's/^ //' | sort | paste -sd , | sed 's/,/, /g')
    check from-server/outlook "$(outlook 'Review and tea')" "$now"
    check from-server/attachments "$(ctl dump default Calendar --subject 'Review and tea' | grep -c 370B0003)" "$before"
    quiet from-server
}

test_undone() {
    lockstep undo "$(last_run)"
    check undo/code "$code" 0
    check undo/outlook "$(outlook 'Review and tea')" "$all"
    check undo/server "$(server review-1)" "$all"
    quiet undo
}

# Over the limit: stays in Outlook whatever the server does, and is told.
test_limit() {
    ctl attach default Calendar "$id" film.mp4 film.mp4
    lockstep sync
    check limit/code "$code" 0
    check_like limit/told "$said" 'its attached file "film.mp4" \(14[0-9]+ KB\) is larger than this link lets pass \(1024 KB\) and stays'
    check limit/server "$(server review-1)" "$all"
    quiet limit
    lockstep unfit calendar
    check_like limit/unfit "$said" 'attached file.*--attachment-limit KB'
    server_change review-1 'SUMMARY:Tea and review' -agenda.pdf
    sync_counts
    check limit/edit "$code $counts" '0 0 1 0 0 0 0 0'
    check_like limit/stays "$(outlook 'Tea and review')" "^film.mp4=$(hash film.mp4), notes.txt=[^,]*, notes.txt=[^,]*\$"
    lockstep link set calendar --attachment-limit 2048
    check limit/raised "$code" 0
    sync_counts
    check_like limit/raised/server "$(server review-1)" "^film.mp4=$(hash film.mp4), notes.txt=[^,]*, notes.txt=[^,]*\$"
    quiet limit/raised
    ctl detach default Calendar "$id" film.mp4
    sync_counts
    check_like limit/detached "$(server review-1)" '^notes.txt=[^,]*, notes.txt=[^,]*$'
    quiet limit/detached
}

# A link to a file is never fetched, stays where it is, and is told.
test_link() {
    server_change review-1 'ATTACH:https://example.org/doc.pdf'
    sync_counts
    quiet link
    ctl set default Calendar "$id" 0037001F Review >/dev/null
    sync_counts
    check link/stays "$(server review-1)" 'https://example.org/doc.pdf'
    check link/outlook "$(outlook Review)" ''
    lockstep unfit calendar
    check_like link/unfit "$said" 'Outlook holds files, but no links to files'
}

# Files of one occurrence stay where they are, on both sides, through edits of that occurrence and of the series.
test_occurrence() {
    {
        parent team Team "ATTACH;ENCODING=BASE64;VALUE=BINARY;FILENAME=series.txt:$(base64 -w 0 one.txt)"
        child team 'Team special' 20290115 20290115T090000 093000 "ATTACH;ENCODING=BASE64;VALUE=BINARY;FILENAME=once.txt:$(base64 -w 0 two.txt)"
    } | put_event team
    sync_counts
    check occurrence/outlook "$(outlook Team)" "series.txt=$(hash one.txt)"
    quiet occurrence
    ctl dump default Calendar >now.json
    $series change now.json Team 2029-02-05T09:00 title='Team in Outlook' >change.json
    $files inside change.json three.txt >edit.json && ctl edit default Calendar edit.json >/dev/null
    sync_counts
    check occurrence/edit "$code $counts" '0 0 0 0 0 1 0 0'
    check occurrence/server "$(server team)" "occurrence once.txt=$(hash two.txt), series.txt=$(hash one.txt)"
    check occurrence/inside "$(outlook Team)" "in three.txt=$(hash three.txt), series.txt=$(hash one.txt)"
    event team | sed 's/Team in Outlook/Team elsewhere/; s/$/\r/' >put.ics
    curl -sf -o /dev/null -u alice:alicepw -X PUT --data-binary @put.ics -H 'Content-Type: text/calendar' "$url${events}team.ics"
    server_change team "+more.txt=three.txt"
    sync_counts
    check_like occurrence/changed "$(shown Team)" 'title=Team elsewhere'
    check occurrence/both "$(outlook Team)" "in three.txt=$(hash three.txt), more.txt=$(hash three.txt), series.txt=$(hash one.txt)"
    quiet occurrence/edited
}

test_task() {
    printf '%s\r\n' BEGIN:VCALENDAR VERSION:2.0 PRODID:-//test//test//EN BEGIN:VTODO UID:list DTSTAMP:20290101T000000Z SUMMARY:Shopping \
        "ATTACH;ENCODING=BASE64;VALUE=BINARY;FILENAME=list.txt:$(base64 -w 0 one.txt)" END:VTODO END:VCALENDAR >put.ics
    curl -sf -o /dev/null -u alice:alicepw -X PUT --data-binary @put.ics -H 'Content-Type: text/calendar' "${url}${todos}list.ics"
    sync_counts
    check task/outlook "$(outlook Shopping Tasks)" "list.txt=$(hash one.txt)"
    ctl attach default Tasks Shopping more.txt two.txt
    ctl detach default Tasks Shopping list.txt
    sync_counts
    check task/server "$(curl -sf -u alice:alicepw "${url}${todos}list.ics" | $files server)" "more.txt=$(hash two.txt)"
    quiet task
}
