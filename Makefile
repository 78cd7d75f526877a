# make run    install what is missing, build, start everything on this machine
# make test   what CI checks, but for dependencies (cargo deny) and the chart (helm lint)
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
