#!/bin/bash
# photos_outlook.sh [CONTACTS PHOTOS] - the same for the 32-bit Windows program under Wine (tests/bench photos-outlook): the contacts of
# photos.py go from a folder of files into the emulated Outlook, and from there into another folder; photos must come back byte for byte.
# What counts is what is resident outside the emulated Outlook's memory, which lies in a range of its own (tests/outlook/alloc.c: a real one keeps
# its folders elsewhere), with the MAPI buffers that it lent us, and without what Wine takes for a program that does nothing
# (`lockstep-cli help`).
set -u
LOCKSTEP_ROOT=$(cd "$(dirname "$0")/../.." && pwd -P)
LOCKSTEP_WINDOWS=$LOCKSTEP_ROOT/build/win$("$LOCKSTEP_ROOT/tests/wine/bits")
export LOCKSTEP_ROOT LOCKSTEP_WINDOWS
total=${1:-1000} photos=${2:-200} limit=64 over=0
. "$LOCKSTEP_ROOT/tests/wine/outlook.sh"
LOCKSTEP_SCRATCH=$(mktemp -d "$([ -w /dev/shm ] && echo /dev/shm || echo /tmp)/lockstep-photos.XXXXXX")
outlook_start bench-photos
trap 'cd /; wine_prefix_end; rm -rf "$LOCKSTEP_SCRATCH"' EXIT
cp "$LOCKSTEP_WINDOWS/client/cli/lockstep-cli.exe" "$outlook_dir" || exit 1
ln -s "$LOCKSTEP_SCRATCH" "$WINEPREFIX/dosdevices/m:"
export LOCKSTEP_HOME='M:\home' LOCKSTEP_EMULATED_OUTLOOK='M:\mailbox.db' LOCKSTEP_EMULATED_MEMORY='M:\emulated-memory'
bench=$LOCKSTEP_ROOT/tests/benchmarks

# A program run by Wine; its peak in $memory (MB), seconds in $seconds, what it said in $said.
measured() {
    head -c 24 /dev/zero >"$LOCKSTEP_SCRATCH/emulated-memory"
    python3 - "$bench" "$LOCKSTEP_SCRATCH/emulated-memory" "$@" >"$LOCKSTEP_SCRATCH/measured" <<'PY'
import sys
sys.path.insert(0, sys.argv[1])
import peak
code, output, memory, whole, seconds = peak.run(['wine', 'lockstep-cli.exe', *sys.argv[3:]], others=sys.argv[2])
print(code, f'{memory:.1f}', f'{whole:.1f}', f'{seconds:.1f}', ' '.join(output.split()))
PY
    read -r code memory whole seconds said <"$LOCKSTEP_SCRATCH/measured"
    [ "$code" = 0 ] || { echo "bench: lockstep $* failed: $said" >&2; exit 1; }
}
measure() { # NAME COMMAND...
    local name="photos-outlook/$total-with-$photos/$1"
    shift
    measured "$@"
    python3 - "$name" "$memory" "$baseline" "$limit" "$seconds" "$whole" <<'PY' || over=1
import sys
name, (memory, baseline, limit, seconds, whole) = sys.argv[1], map(float, sys.argv[2:])
ours = max(memory - baseline, 0.1)
print(f'{name}/memory\t{ours:.4g}\t{limit:.0f}\t{limit / ours:.2f}')
print(f'# {name}: {seconds:.0f} s; whole process {whole:.1f} MB, Wine alone {baseline:.1f} MB', flush=True)
sys.exit(ours > limit)
PY
}

cd "$outlook_dir" || exit 1
ctl create >/dev/null
python3 "$bench/photos.py" --fill "$LOCKSTEP_SCRATCH/a/items" "$total" "$photos" || exit 1
mkdir -p "$LOCKSTEP_SCRATCH/b/items"
measured help
baseline=$memory
measured account add outlook --outlook
measured account add a --dir 'M:\a'
measured account add b --dir 'M:\b'
measured link a:items outlook:contacts --name into --kind contact
measure into-outlook sync into --release ${BENCH_SYNC:-}
measure no-change sync into
measured unlink into
measured link outlook:contacts b:items --name out --kind contact
measure out-of-outlook sync out --release ${BENCH_SYNC:-}
measure no-change-out sync out
python3 "$bench/photos.py" --same "$LOCKSTEP_SCRATCH/a/items" "$LOCKSTEP_SCRATCH/b/items" || over=1
exit $over
