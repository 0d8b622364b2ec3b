#!/usr/bin/env python3
"""host64.py NINJA BUILD64 OUT: the 64-bit host for the MSI of the 32-bit build.

It comes from the 64-bit build folder beside this one, brought up to date first. OUT stays as it is if nothing has changed, so that nothing
is packed anew.
"""
import filecmp
import os
import shutil
import subprocess
import sys

TARGET = 'shim/host/lockstep-host64.exe'


def main(ninja, build, out):
    if not os.path.exists(os.path.join(build, 'build.ninja')):
        sys.exit(f'host64.py: {build} is not configured (tests/setup does it): the MSI needs the 64-bit host from there')
    done = subprocess.run([ninja, '-C', build, TARGET], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode:
        sys.exit(done.stdout)
    made = os.path.join(build, TARGET)
    if not os.path.exists(out) or not filecmp.cmp(made, out, shallow=False):
        shutil.copyfile(made, out)


main(*sys.argv[1:])
