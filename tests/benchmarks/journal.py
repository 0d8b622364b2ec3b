"""What the state file costs a bulk upload: the share of the run that is spent in it, by a clock in the program itself (journal.c).

The state file is on the disk that the build is on, so that its flushes are real; the items and the server's are in memory, as in
bench.py, and no backup is made before: both make the upload faster and the share larger."""
import os
import shutil
import statistics
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PROGRAM = os.path.join(ROOT, 'build', 'native-release', 'tests', 'benchmarks', 'lockstep-journal')
LIMIT = 0.15  # of an upload


def upload(bench, ours, disk):
    """One first sync into an empty collection; the figures of the clock."""
    home = tempfile.mkdtemp(dir=disk)
    figures = os.path.join(home, 'figures')
    peer, _, _ = bench.fresh(lambda *a: ours(*a, home=home, program=PROGRAM), filled=True)
    peer.env['JOURNAL_FIGURES'] = figures
    peer.sync('--no-backup')
    with open(figures, encoding='utf-8') as lines:
        return {name: float(figure) for name, figure in (line.split('\t') for line in lines)}


def measure(report, bench, ours, runs):
    """The clock on the wall against the limit; the processor's share has no limit: most of an upload is waiting for the server."""
    disk = tempfile.mkdtemp(prefix='bench.', dir=os.path.join(ROOT, 'build'))
    try:
        all_runs = [upload(bench, ours, disk) for _ in range(runs)]
    finally:
        shutil.rmtree(disk, ignore_errors=True)
    share = lambda figure: statistics.median(f[figure] / f['run-' + figure] for f in all_runs)
    middle = lambda figure: statistics.median(f[figure] for f in all_runs)
    name = f'engine/journal/{bench.name}'
    report(f'{name}/limit', share('wall'), LIMIT)
    report(f'{name}/wall', middle('wall'), middle('run-wall'))
    report(f'{name}/cpu', middle('cpu'), middle('run-cpu'))
    print(f'# {name}: {middle("calls"):.0f} calls of the state file')
