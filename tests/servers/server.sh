# Sourced by start-*: what they have in common.

server_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)

server_die() { echo "$(basename "$0"): $*" >&2; exit 1; }

# Makes SCRATCH, which must be new or empty, absolute in $scratch; sets $port to PORT or COUNT free ones' first.
server_begin() { # COUNT SCRATCH [PORT]
    [ $# -ge 2 ] || { echo "usage: $0 SCRATCH [PORT]" >&2; exit 2; }
    mkdir -p "$2"
    scratch=$(cd "$2" && pwd -P)
    [ -z "$(ls -A "$scratch")" ] || server_die "$scratch is not empty"
    port=${3:-$("$server_dir/free-port" "$1")}
    cd "$scratch"
}

# Starts a program as a process group of its own, output in SCRATCH/log, and writes what stop-server needs.
server_spawn() { # STOP_SIGNAL COMMAND...
    echo "$1" >stop-signal
    shift
    setsid "$@" </dev/null >>log 2>&1 &
    server_pid=$!
    echo "$server_pid" >pid
}

# Waits until the URL gives any HTTP answer.
server_wait() { # URL [CURL_OPTION...]
    local i
    for i in $(seq 200); do
        curl -s -o /dev/null --max-time 5 "$@" && return
        kill -0 "$server_pid" 2>/dev/null || server_die "it ended at once: $(tail -n 5 log)"
        sleep 0.05
    done
    "$server_dir/stop-server" "$scratch"
    server_die "no answer from $1: $(tail -n 5 log)"
}
