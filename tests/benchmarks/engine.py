"""The engine's own limit: a run without changes over many pairs."""
import os
import subprocess

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PLAN = os.path.join(ROOT, 'build', 'native-release', 'tests', 'benchmarks', 'plan')
PLAN_LIMIT = 150  # ms
PAIRS, FEW = 50000, 5000
MEMORY_LIMIT = {'tokens': 8, 'listing': 32}  # MB; with tokens it does not grow with the pairs, in a listing by 490 bytes for each
MB = 1024 * 1024


def plan_figures(pairs, mode):
    done = subprocess.run([PLAN, str(pairs), mode], check=True, capture_output=True, text=True)
    return {name: float(figure) for name, figure in (line.split('\t') for line in done.stdout.splitlines())}


def plan(report):
    """Against the limits, against SQLite reading the same rows, and the memory of ten times as many pairs."""
    for mode in ('tokens', 'listing'):
        many, few = plan_figures(PAIRS, mode), plan_figures(FEW, mode)
        name = f'engine/plan/{PAIRS}/{mode}'
        report(f'{name}/limit', many['run'], PLAN_LIMIT)
        report(f'{name}/scan', many['run'], many['scan'])
        report(f'{name}/memory', many['memory'] / MB, few['memory'] / MB)
        report(f'{name}/memory-limit', many['memory'] / MB, MEMORY_LIMIT[mode])
