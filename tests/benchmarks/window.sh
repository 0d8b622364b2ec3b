#!/bin/bash
# window.sh [CONTACTS] - how long the main window takes to answer while a first sync writes them from one folder of files into another
# (tests/bench window). Asked every 10 ms from another process (tests/wine/ui.c), so that Wine's own way there is in it.
set -u
LOCKSTEP_ROOT=$(cd "$(dirname "$0")/../.." && pwd -P)
LOCKSTEP_WINDOWS=$LOCKSTEP_ROOT/build/win$("$LOCKSTEP_ROOT/tests/wine/bits")
export LOCKSTEP_ROOT LOCKSTEP_WINDOWS
total=${1:-10000} limit=50
. "$LOCKSTEP_ROOT/tests/wine/wine.sh"
scratch=$(mktemp -d "$([ -w /dev/shm ] && echo /dev/shm || echo /tmp)/lockstep-window.XXXXXX")
trap 'cd /; wine_prefix_end; wine_display_end; rm -rf "$scratch"' EXIT
wine_display_new || exit 1
wine_prefix_new bench-window || exit 1
ln -s "$scratch" "$WINEPREFIX/dosdevices/m:"
cp "$LOCKSTEP_WINDOWS"/client/tray/lockstep.exe "$LOCKSTEP_WINDOWS"/client/cli/lockstep-cli.exe "$LOCKSTEP_WINDOWS"/tests/wine/ui.exe \
    "$LOCKSTEP_WINDOWS"/tests/wine/tray_post.exe "$scratch"
cd "$scratch" || exit 1
export LOCKSTEP_HOME='M:\home'
run() { wine "$@" >run.out 2>&1; local code=$?; tr -d '\r' <run.out; return $code; }

mkdir -p b/items
python3 "$LOCKSTEP_ROOT/tests/benchmarks/photos.py" --fill a/items "$total" 0 || exit 1
run lockstep-cli.exe account add a --dir 'M:\a' >/dev/null && run lockstep-cli.exe account add b --dir 'M:\b' >/dev/null &&
    run lockstep-cli.exe link a:items b:items --kind contact >/dev/null || { echo "bench: $(cat run.out)" >&2; exit 1; }
sed -i '1s/{/{"first_sync_backup":false,/' home/settings.json 2>/dev/null || echo '{"first_sync_backup":false}' >home/settings.json
wine lockstep.exe /open >tray.out 2>&1 &
run ui.exe until Lockstep links items 60 >/dev/null
run tray_post.exe command sync
read -r longest beats < <(run ui.exe heartbeat Lockstep status 'all in step' 1800)
run tray_post.exe command exit
written=$(find b/items -name '*.vcf' | wc -l)
[ "$written" = "$total" ] || { echo "bench: $written of $total contacts were written" >&2; exit 1; }
python3 - "$total" "$longest" "$limit" "$beats" <<'PY'
import sys
total, longest, limit, beats = sys.argv[1], *map(float, sys.argv[2:])
print(f'window/{total}/answer-ms\t{longest:.4g}\t{limit:.0f}\t{limit / max(longest, 0.1):.2f}')
print(f'# the longest of {beats:.0f} answers')
sys.exit(longest > limit)
PY
