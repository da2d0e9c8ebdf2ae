#!/usr/bin/env python3
"""peak.py PROGRAM [ARGUMENT...]: runs it, with its output thrown away, and prints its peak memory in KiB.

A process of its own, and a small one (python3 -S): the kernel counts for a child what its parent held when it was started, so a
peak below some 9 MB can't be seen.
"""
import os
import resource
import sys

QUIET = [(os.POSIX_SPAWN_OPEN, number, os.devnull, os.O_WRONLY, 0) for number in (1, 2)]

child = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ, file_actions=QUIET)
_, status = os.waitpid(child, 0)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
sys.exit(os.waitstatus_to_exitcode(status) != 0)
