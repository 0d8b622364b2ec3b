#!/bin/bash
# The command line as a script sees it: cli.sh PROGRAM [WORD...]   (on Windows: cli.sh wine .../lockstep-cli.exe)
# Checks exit codes, what goes to stdout and stderr, and that nothing is left half done.
set -u
lockstep=("$@")
dir=$(mktemp -d "${LOCKSTEP_SCRATCH:-/tmp}/lockstep-cli.XXXXXX")
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 1
export LOCKSTEP_HOME=$dir/home
unset LOCKSTEP_PASSWORD
passed=0 failed=0

# run CODE COMMAND...: runs lockstep, output in $out and $err (line ends of Windows removed)
run() {
    local want=$1 got
    shift
    "${lockstep[@]}" "$@" >out.raw 2>err.raw </dev/null
    got=$?
    out=$(tr -d '\r' <out.raw) err=$(tr -d '\r' <err.raw)
    [ "$got" = "$want" ] || problem="${problem:-}'lockstep $*' ended with $got, not $want: $out $err; "
}
has() { case $1 in *"$2"*) ;; *) problem="${problem:-}no '$2' in '$1'; " ;; esac; }
is() { [ "$1" = "$2" ] || problem="${problem:-}'$1' is not '$2'; "; }
lines() { is "$(printf '%s\n' "$1" | wc -l)" "$2"; }
end() { # NAME
    if [ -z "${problem:-}" ]; then
        echo "ok $1"; passed=$((passed + 1))
    else
        echo "FAIL $1: $problem"; failed=$((failed + 1))
    fi
    problem=
}
card() { # FILE UID NAME
    printf 'BEGIN:VCARD\r\nVERSION:3.0\r\nUID:%s\r\nFN:%s\r\nN:%s;;;;\r\nX-KEEP:me\r\nEND:VCARD\r\n' "$2" "$3" "$3" >"$1"
}

run 0 version; has "$out" "lockstep "
run 0 help; has "$out" "account add"; is "$err" ""
run 0 help sync; has "$out" "--release-deletes"
run 0 help account; has "$out" "account remove"
end cli/help

run 2 frobnicate; is "$out" ""; lines "$err" 1; has "$err" "frobnicate"
run 2 account; lines "$err" 1
run 2 sync --nonsense; lines "$err" 1
run 2 link onlyone; lines "$err" 1; has "$err" "usage: lockstep link LEFT RIGHT"
run 2 account add x; lines "$err" 1
run 2 account add x --dir "$dir/nowhere"; lines "$err" 1
run 2 account add x --url http://127.0.0.1:1/ --user u; lines "$err" 1; has "$err" "--password-stdin"
run 2 account check nobody; lines "$err" 1; has "$err" "nobody"
run 2 unlink nothing; lines "$err" 1
run 2 log debug maybe; lines "$err" 1
end cli/mistakes

run 0 sync; has "$out" "Nothing is linked yet"
run 0 account list; has "$out" "No accounts yet"
run 0 links; has "$out" "No links yet"
end cli/empty

mkdir -p left/contacts right/contacts
card left/contacts/a.vcf u-a 'Änne Größe'
card left/contacts/b.vcf u-b 'Bruno Beispiel'
run 0 account add left --dir "$dir/left"; has "$out" "address book"
run 0 account add right --dir right
run 2 account add right --dir right; has "$err" "already"
run 0 account list --json; has "$out" '"accounts"'
run 0 folders; has "$out" "left:contacts"
run 0 folders left --json; has "$out" '"writable"'
run 0 link left:contacts right:contacts --name People --kind contact; has "$out" "<->"
run 2 link left:nowhere right:contacts; has "$err" "contacts"
run 0 links; has "$out" "People"
run 0 account add again --dir "$dir/right/../left/"
run 2 link left:contacts again:contacts; has "$err" "same folder"
run 2 link right:contacts again:contacts; has "$err" "linked already, as 'People'"
run 0 account remove again
end cli/link

run 0 sync; has "$out" "right: 2 created"
is "$(cat right/contacts/*.vcf | grep -c 'Änne Größe')" 2   # FN and N
run 0 sync; is "$out" "People: nothing to do"
run 0 sync People --json; has "$out" '"wrote":	false'
run 2 sync Nobody; has "$err" "Nobody"
run 0 show 'nne G'; has "$out" "Änne Größe"; has "$out" "u-a"; has "$out" "X-KEEP:me"
run 0 show u-b --link People; has "$out" "Bruno Beispiel"; has "$out" "run 1"
run 0 show Bruno --json; has "$out" '"fields"'
run 2 show Nobody; lines "$err" 1; has "$err" "Nobody"
run 2 show Bruno --link Nowhere; has "$err" "Nowhere"
run 0 unfit; has "$out" "0 of 2 items"; has "$out" "2 x kept on left only, unknown to Lockstep: X-KEEP"
run 0 unfit People --json; has "$out" '"unfit":	0'
run 2 unfit Nowhere; lines "$err" 1
run 0 status; has "$out" "2 pairs"
run 0 status --json; has "$out" '"pairs":	2'
end cli/sync

sed -i 's/Bruno Beispiel/Bruno Beispiel-Muster/' left/contacts/b.vcf
rm "$(grep -l Größe right/contacts/*.vcf)"
run 0 sync
has "$out" "right: 1 changed"; has "$out" "left: 1 deleted"
grep -q Beispiel-Muster right/contacts/*.vcf || problem="${problem:-}the change did not arrive; "
[ ! -e left/contacts/a.vcf ] || problem="${problem:-}the delete did not arrive; "
run 0 sync; has "$out" "nothing to do"
end cli/edit-and-delete

run 0 conflicts; is "$out" "There are no conflicts."
run 0 conflicts --link People --json; has "$out" '"conflicts"'
run 2 conflicts --link Nobody; lines "$err" 1; has "$err" "Nobody"
run 2 conflicts choose 1 left; lines "$err" 1; has "$err" "no conflict 1"
run 2 conflicts choose one left; lines "$err" 1; has "$err" "lockstep conflicts"
run 2 conflicts choose 1; lines "$err" 1; has "$err" "left, right, leave, or --own TEXT"
run 2 link set People; lines "$err" 1; has "$err" "--policy"
run 2 link set People --policy best; lines "$err" 1; has "$err" "newest, left, right or ask"
run 2 link set Nobody --policy ask; lines "$err" 1; has "$err" "Nobody"
run 2 link set People --every 4; lines "$err" 1; has "$err" "5 to 1440 minutes"
run 2 link set People --on-change no; lines "$err" 1; has "$err" "neither side of this link is in Outlook"
run 2 link set People --on-battery maybe; has "$err" "not yes or no"
run 0 link set People --every 60 --on-metered no; has "$out" "every 60 minutes  not on metered connections"
run 0 schedule; has "$out" "Every 15 minutes"; has "$out" "People:  every 60 minutes"
run 0 schedule --every 30; has "$out" "Every 30 minutes"
run 2 schedule --every 2; lines "$err" 1; has "$err" "5 to 1440 minutes"
run 0 link set People --every hand; has "$out" "only when you ask"
run 0 link set People --every default --on-metered yes --json; has "$out" '"every":	"default"'
run 0 schedule --every 15 --json; has "$out" '"network":	false'
run 2 link set People --enabled perhaps; has "$err" "not yes or no"
run 0 link set People --enabled no; has "$out" "(off)"
run 0 sync; has "$out" "All links are off"
run 0 link set People --enabled yes
run 0 link set People --policy ask
run 0 links --json; has "$out" '"policy":	"ask"'
run 0 help conflicts choose; has "$out" "--force"
end cli/conflicts
sed -i 's/Beispiel-Muster/Beispiel-Probe/' right/contacts/*.vcf
run 0 sync; has "$out" "left: 1 changed"
has "$(cat left/contacts/b.vcf)" "Beispiel-Probe"
has "$(cat left/contacts/b.vcf)" "X-KEEP:me" # nothing of ours knows it
end cli/edit-keeps-what-is-not-ours

printf 'BEGIN:VCARD\r\nthis is no vCard' >left/contacts/bad.vcf
card left/contacts/c.vcf u-c 'Carla Probe'
run 1 sync; has "$out" "right: 1 created"; has "$out" "problem:"; has "$out" "bad"
run 0 status; has "$out" "problem:"
rm left/contacts/bad.vcf
end cli/bad-item

run 0 log; has "$out" "off"
run 0 log debug on
run 0 log; has "$out" "on"
run 0 sync
has "$(cat home/log/lockstep.log)" " debug "
run 0 log debug off
end cli/debug-log

LOCKSTEP_PASSWORD=topsecret run 4 account add away --url http://127.0.0.1:1/ --user u --allow-http; lines "$err" 1
LOCKSTEP_PASSWORD=topsecret run 5 account add away --url http://127.0.0.1:1/ --user u; lines "$err" 1; has "$err" "http"
LOCKSTEP_PASSWORD=topsecret run 4 account add away --url http://127.0.0.1:1/ --user u --allow-http --test; has "$out" "FAILED the server cannot be reached"; is "$err" ""
LOCKSTEP_PASSWORD=topsecret run 5 account add away --url http://127.0.0.1:1/ --user u --test; lines "$out" 1; has "$out" "FAILED no secure connection"
LOCKSTEP_PASSWORD=topsecret run 0 account add away --url http://127.0.0.1:1/ --user u --allow-http --no-check
run 4 account check away; lines "$err" 1
run 4 folders; has "$out" "left:contacts"; has "$err" "away"
! grep -rqs topsecret home || problem="${problem:-}the password is in a file: $(grep -rl topsecret home); "
run 0 account remove away
end cli/server-away

run 2 repair; lines "$err" 1; has "$err" "usage: lockstep repair LINK"
run 2 repair People; lines "$err" 1; has "$err" "--right-is left, right or an account"
run 2 repair People --right-is server; has "$err" "'server' is no side of 'People': say left (left) or right (right)"
run 2 repair Nobody --right-is left; lines "$err" 1; has "$err" "no link 'Nobody'"
run 0 backup People --json; has "$out" '"backups"'; has "$out" '"reason":	"asked"'; has "$out" '"failed":	[]'
run 2 backup Nobody; lines "$err" 1; has "$err" "Nobody"
run 0 backup list; has "$out" "People 2"
run 2 restore Nothing; lines "$err" 1; has "$err" "Nothing"
run 2 restore Nothing --exact --item x; lines "$err" 1; has "$err" "--exact"
run 2 restore; lines "$err" 1; has "$err" "usage: lockstep restore BACKUP"
run 2 link set People --photo-limit 4097; lines "$err" 1; has "$err" "'4097' is no size of photos"
run 2 link set People --photo-limit; lines "$err" 1; has "$err" "--photo-limit"
run 0 link set People --photo-limit 1024 --json; has "$out" '"photo_limit":	1024'
run 0 link set People --photo-limit 512 --policy newest; has "$out" "photos up to 512 KB"
end cli/rescue-mistakes

sed -i 's/Beispiel-Probe/Falsch/' right/contacts/*.vcf
card right/contacts/d.vcf u-d 'Zuviel'
run 2 repair People --right-is left; is "$out" ""; lines "$err" 1
has "$err" "People: 0 items would be created, 1 changed and 1 deleted; nothing was changed: say --yes"
run 0 repair People --right-is left --preview; has "$out" "1 changed"; has "$out" "1 deleted"
grep -q Falsch right/contacts/*.vcf || problem="${problem:-}a preview wrote; "
run 0 repair People --right-is left --yes; has "$out" "A backup of both sides was made before"
grep -q Beispiel-Probe right/contacts/*.vcf || problem="${problem:-}not repaired; "
[ ! -e right/contacts/d.vcf ] || problem="${problem:-}what the right side lacks is still there; "
run 0 sync; is "$out" "People: nothing to do"
end cli/repair

# Under Wine Outlook is looked at, too; whatever it says, the rest must be there.
"${lockstep[@]}" check >out.raw 2>err.raw; out=$(tr -d '\r' <out.raw)
has "$out" "ok       State file: sound: 2 accounts, 1 links"; has "$out" "ok       Account left: "
has "$out" "ok       Link People: "; has "$out" "ok       Data folder: "
mv right right.away
run 1 check; has "$out" "TROUBLE  Account right: "; has "$out" "needs somebody"; has "$out" "ok       Account left: "
run 1 check --json; has "$out" '"ok":	false'
mv right.away right
printf 'BEGIN:VCARD\r\nGeheim' >left/contacts/bad.vcf
run 1 sync
run 0 report report.zip; has "$out" "no passwords and no items"
is "$(python3 -m zipfile -t report.zip)" "Done testing"
python3 -m zipfile -e report.zip report
is "$(cd report && find . -type f | sort | tr '\n' ' ')" "./accounts.json ./check.json ./log/lockstep.log ./settings.json ./status.json "
has "$(cat report/check.json)" '"what":	"state"'; has "$(cat report/status.json)" '"action":	"read"'
grep -qE 'Beispiel|Zuviel|Falsch|bad.vcf' report/status.json report/check.json report/log/* && problem="${problem:-}the report names items; "
rm left/contacts/bad.vcf
run 0 sync
run 2 report nowhere/report.zip; has "$err" "nowhere"
end cli/check-and-report

run 0 settings; has "$out" "language           auto"; has "$out" "first_sync_backup  on"
run 0 settings language de; is "$out" "language           de"
run 0 settings --json; has "$out" '"language":	"de"'; has "$out" '"interval_minutes":	15'
run 0 status --json; has "$out" '"language":	"de"'
run 2 settings language xx; lines "$err" 1; has "$err" "auto, en, de, fr, es or ja, not 'xx'"
run 2 settings interval_minutes 0; has "$err" "interval_minutes must be from 5 to 1440"
run 2 settings colour blue; has "$err" "no setting 'colour'"
run 2 settings language; has "$err" "usage: lockstep settings"
run 0 settings language auto
end cli/settings

run 2 account remove left; has "$err" "People"
run 0 unlink People
run 0 account remove left
[ -e left/contacts/b.vcf ] && [ -e right/contacts/c.vcf ] || [ "$(ls right/contacts | wc -l)" = 2 ] ||
    problem="${problem:-}unlinking touched items; "
end cli/unlink

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
