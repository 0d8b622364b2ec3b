# Started by host.test in each mode: the life and death of lockstep-host32.exe and lockstep-host64.exe.
set -u
exec 2>/dev/null # where bash says whom it saw killed
. "$LOCKSTEP_ROOT/tests/wine/outlook.sh"
outlook_start "$outlook_mode"
host=lockstep-$outlook_mode.exe

# The processes of this prefix that run a program, by what they were started with.
processes() { # NAME
    local pid
    for pid in $(pgrep -f "$1"); do
        tr '\0' '\n' 2>/dev/null <"/proc/$pid/environ" | grep -qxF "WINEPREFIX=$WINEPREFIX" && echo "$pid"
    done
}
hosts() { processes "$host [0-9]"; }
# A condition that comes true within some seconds.
soon() { # SECONDS COMMAND...
    local end=$((SECONDS + $1))
    shift
    until "$@"; do
        [ $SECONDS -lt $end ] || return 1
        sleep 0.1
    done
}
none() { [ -z "$(hosts)" ]; }
one() { [ "$(hosts | wc -w)" = 1 ]; }
there() { [ -e "$1" ]; }
fine() { "$@" && echo yes || echo no; }
# A client that has a store and stays, until the file "here" is removed.
stay() {
    rm -f here
    wine outlook_client.exe stay here >stay.out 2>&1 &
    client_job=$!
    soon 30 there here
}
client_pid() { processes 'outlook_client.exe stay' | head -n 1; }

listed=$(client folders)
check_like works "$listed" "$contacts	contact	default"
check ends-with-the-store "$(fine soon 2 none)" yes
check_like bits "$(client info)" "\"bits\":${outlook_mode#host},"
wine "$host"; check by-hand/code $? 2
wine "$host" 1 x 3; check by-hand/nonsense $? 2

# The program ends, and does not say goodbye.
stay
check killed-client/has-one "$(fine one)" yes
kill -9 "$(client_pid)"
check killed-client/host-ends "$(fine soon 3 none)" yes
wait $client_job

# It ends while nothing is asked of it: the next call gets another.
stay
kill -9 $(hosts)
soon 3 none
rm here
wait $client_job; check killed-idle/code $? 0
check killed-idle/same-answer "$(tr -d '\r' <stay.out)" "$listed
$listed"

# It ends in the middle of a call that reads: asked once more, of another.
ctl fault OpenMsgStore:1:hang >/dev/null
wine outlook_client.exe folders >stay.out 2>&1 &
client_job=$!
soon 20 one
sleep 1
ctl fault none >/dev/null
kill -9 $(hosts)
wait $client_job; check killed-reading/code $? 0
check killed-reading/answer "$(tr -d '\r' <stay.out)" "$listed"
# Each one that is started ends so: said, and given up.
check_like crash/said "$(LOCKSTEP_OUTLOOK_FAULT=OpenMsgStore:1:crash client folders)" \
    "^error: offline: ListFolders: the connection to Outlook broke off: $host has ended \(0x56\)"
soon 3 none

# The program ends while Outlook hangs: the host does not stay for good.
export LOCKSTEP_OUTLOOK_FAULT=OpenMsgStore:1:hang
wine outlook_client.exe folders >stay.out 2>&1 &
client_job=$!
unset LOCKSTEP_OUTLOOK_FAULT
soon 20 one
kill -9 "$(processes 'outlook_client.exe folders' | head -n 1)"
check hang/host-ends "$(fine soon 9 none)" yes
wait $client_job

# In the middle of a sync, as Outlook saves an item, before or after it has: the run says so, the next one finds out, nothing is lost or twice.
cp "$LOCKSTEP_WINDOWS/client/cli/lockstep-cli.exe" . || exit 1
export LOCKSTEP_HOME='C:\home'
files=$WINEPREFIX/drive_c/files/people
mkdir -p "$files"
lockstep() { wine lockstep-cli.exe "$@" >lockstep.out 2>&1; code=$?; said=$(tr -d '\r' <lockstep.out); }
people() { ctl list default Contacts | cut -f 3 | sort | tr '\n' ' '; }
card() { printf 'BEGIN:VCARD\r\nVERSION:3.0\r\nUID:%s\r\nFN:%s\r\nN:;%s;;;\r\nEND:VCARD\r\n' "$1" "$1" "$1" >"$files/$1.vcf"; }
lockstep account add outlook --outlook
lockstep account add files --dir 'C:\files'
lockstep link outlook:contacts files:people
everybody=
for how in crash crash-after; do
    for who in One Two Three; do card "$who-$how"; everybody+="$who-$how"$'\n'; done
    export LOCKSTEP_OUTLOOK_FAULT=Message.SaveChanges:2:$how
    lockstep sync
    unset LOCKSTEP_OUTLOOK_FAULT
    check sync/$how/code "$code" 4
    check_like sync/$how/said "$said" "broke off: $host has ended"
    lockstep sync
    check sync/$how/recovers "$code" 0
    check sync/$how/nobody-lost-or-twice "$(people)" "$(sort <<<"${everybody%$'\n'}" | tr '\n' ' ')"
    check sync/$how/files "$(ls "$files" | wc -l)" "$(grep -c . <<<"$everybody")"
    lockstep sync
    check sync/$how/then-nothing "$said" 'Contacts: nothing to do'
done

# Whoever commits is told what is not known, and what certainly was not begun.
lost="^error: offline: not known whether it was done: Commit: the connection to Outlook broke off: $host has ended"
check_like lost/said "$(LOCKSTEP_OUTLOOK_FAULT=Message.SaveChanges:1:crash-after client create "$tasks" "$tea" stamp-lost)" "$lost"
check_like lost/is-there "$(client stamp "$tasks" stamp-lost)" '^[0-9a-f]+$'
folder=task:$(client folder "$tasks")
mv "$host" away
check_like not-begun/said "$(client create "$folder" "$tea" stamp-never)" "^error: offline: $host, which"
mv away "$host"

lockstep check
check_like check/said "$said" "^ok       Reaching Outlook: ${outlook_mode#host}-bit Outlook, reached through $host\$"

# One of another version, one that is none, and none at all.
version=$(sed -n "s/^  version: '\(.*\)',$/\1/p" "$LOCKSTEP_ROOT/meson.build")
sed -i "s/${version//./\\.}/9${version:1}/g" "$host"
check_like other-version "$(client folders)" "^error: offline: $host is of another version \(9${version:1}\): install Lockstep again"
cp outlookctl.exe "$host"
check_like no-host "$(client folders)" "^error: offline: $host, which Lockstep needs for Outlook, ended at once \(0x[0-9A-F]+\): install Lockstep again"
rm "$host"
check_like missing "$(client folders)" "^error: offline: $host, which Lockstep needs for Outlook, is not beside the program: install Lockstep again"
lockstep check
check check/missing/code "$code" 1
check_like check/missing "$said" "^TROUBLE  Reaching Outlook: ${outlook_mode#host}-bit Outlook: $host is not beside the program, install Lockstep again\$"
no_violations violations
finish
