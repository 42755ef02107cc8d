import Foundation

/// The script that submits a study to Slurm: two arrays of shards, a merge behind each.
///
/// One file does all: without an argument it submits, with one it is a step inside of a job.
struct SlurmScript {
  let plan: String
  let out: String
  let shardCount: Int
  let limit: Int?
  let threads: Int?

  /// Slurm's default `MaxArraySize` is 1001.
  static let shardCounts = 2...1_000

  /// A word of the shell that stands for exactly this text.
  static func quoted(_ text: String) -> String {
    "'" + text.replacing("'", with: "'\\''") + "'"
  }

  var text: String {
    let limit = limit.map { " --limit \($0)" } ?? ""
    return """
      #!/bin/bash
      # Submits a study as Slurm jobs: bash SCRIPT [options of sbatch for every job …]
      #   measure    array: responses to the training questions and their contributions
      #   fit        merges them; judges, fits the detector, runs the checks
      #   intervene  array: detection sets and interventions
      #   finish     merges them; rows, audit, report
      # Each step waits for the one before. A failed shard cancels what follows: submit again, and what
      # was finished stands. Written by referee run --slurm-script.
      set -euo pipefail
      plan=\(Self.quoted(plan))
      out=\(Self.quoted(out))
      shards=\(shardCount)
      referee=${REFEREE:-referee}
      threads=${SLURM_CPUS_PER_TASK:-1}

      run=("$referee" run "$plan" --out "$out"\(limit) --threads "$threads" --quiet)
      merge() {
        local files=()
        for i in $(seq "$shards"); do files+=("$out/shards/$i-of-$shards/units.sqlite"); done
        "$referee" store merge "${files[@]}" --into "$out/units.sqlite" --plan "$plan"
      }
      # Before its time limit Slurm sends USR1: the run saves its state, and the job goes on later.
      shard() {
        "${run[@]}" --shard "$SLURM_ARRAY_TASK_ID/$shards" "$@" &
        child=$!
        trap 'kill -USR1 $child' USR1
        local status=0
        wait $child || status=$?
        while kill -0 $child 2>/dev/null; do status=0; wait $child || status=$?; done
        if [ $status = 130 ]; then
          scontrol requeue "${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID"
          sleep 60
        fi
        exit $status
      }

      case ${REFEREE_STEP:-submit} in
        submit)
          mkdir -p "$out/slurm"
          script=$(realpath "$0")
          submit() {
            local step=$1
            shift
            REFEREE_STEP=$step REFEREE=$referee sbatch --parsable --export=ALL --requeue \\
              --job-name="referee-$step" --output="$out/slurm/$step-%j.log" --open-mode=append \\
              --kill-on-invalid-dep=yes --cpus-per-task=\(threads ?? 1) "$@" "$script"
          }
          array=(--array="1-$shards" --output="$out/slurm/%x-%A-%a.log" --signal=B:USR1@120)
          measure=$(submit measure "${array[@]}" "$@")
          fit=$(submit fit --dependency="afterok:$measure" "$@")
          intervene=$(submit intervene "${array[@]}" --dependency="afterok:$fit" "$@")
          finish=$(submit finish --dependency="afterok:$intervene" "$@")
          echo "measure $measure, fit $fit, intervene $intervene, finish $finish"
          ;;
        measure) shard --until contributions ;;
        fit)
          merge
          "${run[@]}" --until checks
          ;;
        intervene) shard --from detect --until intervene ;;
        finish)
          merge
          "${run[@]}"
          "$referee" audit "$out/raw.sqlite" --plan "$plan" --quiet
          "$referee" render "$out/raw.sqlite" --plan "$plan" --out "$out/report"
          ;;
      esac

      """
  }
}
