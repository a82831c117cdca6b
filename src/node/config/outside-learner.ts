import { catalog } from "../../catalog.ts";
import type { Attack } from "../../core/attack.ts";
import { UsageError } from "../../core/errors.ts";
import type { LearningSetting } from "../../core/pipeline.ts";
import type { Repair } from "../../core/repair.ts";
import { type Table, columnOf } from "../../core/table.ts";
import { type Chosen, methodOf } from "../../study/config.ts";
import { keepsToFeatures } from "../../study/table/real-rows.ts";
import { noParquetOf } from "../command/parquet-rows.ts";
import { digestOfCommand } from "../command/command-files.ts";
import { mostPlaces, writtenNames } from "../command/spread-columns.ts";
import type { CommandParams } from "../learners/command.ts";
import type { Note } from "../read/request.ts";
import type { AuditConfig } from "./audit-config.ts";

/** Whether nobody looks into a learner: it is handed raw rows. */
export function isOutside({ id }: Pick<Chosen, "id">): boolean {
  return methodOf("learner", catalog.learners, id).outside !== undefined;
}

/** A command with what it is at this moment. @throws UsageError where none was given */
export function settleCommand({ id, params }: Chosen): Chosen {
  const given = params as CommandParams;
  if (given.run.length === 0 || given.run[0].trim() === "")
    throw new UsageError(
      `the learner "${id}" needs the command that trains: after --, as in --learner ${id} -- python train.py, or as params: { run: [python, train.py] } in a configuration`,
    );
  const odd = given.run.find((word) => word.includes("\0"));
  if (odd !== undefined) throw new UsageError(`${id}.run: no program takes a word with a NUL in it`);
  const from = given.from === "" ? process.cwd() : given.from;
  return { id, params: { ...given, from, digest: digestOfCommand(given.run, from) } };
}

/** What is not to be had of a learner into which nobody looks. @throws UsageError */
export function refuseOutside(config: AuditConfig, table: Table, sharing: "pooled" | "separate", outside: Pick<Chosen, "params">): void {
  const { roles } = table;
  const wide = roles.features.find((name) => {
    const column = columnOf(table, name);
    return column.kind === "vector" && column.matrix.cols > mostPlaces;
  });
  const isParquet = (outside.params as Partial<CommandParams>).format === "parquet";
  const unwritten = isParquet ? noParquetOf([...writtenNames(table.columns).values()].flat()) : null;
  const reason =
    unwritten ??
    (roles.labels.length > 1
      ? "it answers one label: name one"
      : sharing === "separate"
        ? "it trains one model on all the rows that it is given (--sharing pooled)"
        : wide !== undefined
          ? `"${wide}" holds vectors of more than ${mostPlaces} places, and files have a column for each: audit a learner of the catalog on them`
          : config.unnoticed === true
            ? "--unnoticed would train it for every step of a search, which is not done yet"
            : config.persistence === true
              ? "--persistence trains on from a model, and nobody looks into this one"
              : config.knowledge !== undefined
                ? "--knowledge asks what attackers know of the learner, and of this one nobody knows more than what it answers (black-box)"
                : null);
  if (reason !== null) throw new UsageError(`learner "command": ${reason}`);
}

/** An attack that refuses, too, what it cannot do to a learner that is handed rows alone. */
export function forSettings(attack: Attack): Pick<Attack, "id" | "refuses"> {
  return {
    id: attack.id,
    refuses: (setting) => (setting.standsIn === true ? refusesRows(attack, setting.table) : null) ?? attack.refuses?.(setting) ?? null,
  };
}

/** The same of a repair. */
export function repairForSettings(repair: Repair): Pick<Repair, "id" | "refuses"> {
  return {
    id: repair.id,
    refuses: (setting) => (setting.standsIn === true ? refusesOwnTraining(repair) : null) ?? repair.refuses?.(setting) ?? null,
  };
}

function refusesRows({ threat, movesFeatures }: Attack, table: Table): string | null {
  if (threat.access === "logic") return "it changes the learner, and a command is handed data alone";
  if (threat.access === "upstream") return "it touches what others pretrained, and nobody knows what a command builds on";
  return movesFeatures === true ? keepsToFeatures(table) : null;
}

function refusesOwnTraining({ stage, givesWeights }: Repair): string | null {
  if (stage === "fit")
    return "it trains in a way of its own, and a command trains in its own: repairs that change the rows work, as drop and relabel";
  return givesWeights === true ? "it gives rows a weight, and rows in a file have none" : null;
}

/** What is told of learners into which nobody looks before they are run. */
export function outsideNotes(learners: readonly Chosen[], settings: readonly LearningSetting[], table: Table, certifies: boolean): Note[] {
  const standIns = settings.filter(({ standsIn }) => standsIn === true).map(({ learner }) => learner.id);
  const apart = catalog.attacks.filter((attack) => attack.movesFeatures === true && keepsToFeatures(table) !== null).map(({ id }) => id);
  return learners.flatMap(({ id }) =>
    [
      `${id} is handed rows and asked for answers: poison is made on ${standIns.length === 1 ? standIns[0] : `the one of ${standIns.join(" and ")} that agrees best with it`}, and damage is measured on ${id} itself`,
      ...(apart.length === 0
        ? []
        : [`not made for ${id}: ${apart.join(", ")}, which move weights of words, and nobody could write those as texts`]),
      ...(certifies
        ? []
        : [
            `nothing is certified of ${id} unasked: --certificate deep-partition-aggregation:base=pipeline:partitions=15 certifies an ensemble of parts that it trains, once for each`,
          ]),
    ].map((text): Note => ({ level: "info", text })),
  );
}
