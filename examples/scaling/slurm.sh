#!/bin/bash
# A study in eight shards as a Slurm array: sbatch slurm.sh; once it has ended, join.sh joins the shards.
#SBATCH --job-name=theriac
#SBATCH --array=1-8
#SBATCH --cpus-per-task=4
#SBATCH --mem=8G
#SBATCH --requeue
set -euo pipefail

part="shards/$SLURM_ARRAY_TASK_ID"
# A task that is started again goes on with what it has recorded. Its lock may be of another machine, and Slurm has seen to it that nobody holds it.
if [ -e "$part/manifest.json" ]; then
  rm -f "$part/lock.json"
  theriac audit --resume "$part" --jobs "$SLURM_CPUS_PER_TASK"
else
  theriac audit reviews.csv --label stars --text review --seeds 40 \
    --shard "$SLURM_ARRAY_TASK_ID/$SLURM_ARRAY_TASK_COUNT" --jobs "$SLURM_CPUS_PER_TASK" --out "$part"
fi
