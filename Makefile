# make run    install what is missing, build, start everything on this machine
# make test   everything CI checks
# make bench  the benchmark table
#
# ARGS goes to the program: make run ARGS="--port 9000 --demo small"

.PHONY: help run test bench

help:
	@sed -n 's/^# \{0,1\}//p' Makefile

run:
	@.github/scripts/run $(ARGS)

test:
	@.github/scripts/test

bench:
	@.github/scripts/bench $(ARGS)
