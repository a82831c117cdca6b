#!/bin/bash
# Joins the shards into one run and computes what waits for all of them: sbatch --dependency=afterany:JOB join.sh
set -euo pipefail

# Exit code 3 says that trials failed or are missing still, such as those that wait for what all the others show; 1 that a limit is broken, which the whole run says again.
theriac merge shards/* --out whole || { code=$?; [ "$code" -eq 1 ] || [ "$code" -eq 3 ]; }
theriac audit --resume whole
