import { catalog } from "../../catalog.ts";
import { UsageError } from "../../core/errors.ts";
import { targetOf } from "../../core/examples.ts";
import type { TargetKind } from "../../core/method.ts";
import type { LearningSetting } from "../../core/pipeline.ts";
import type { Table } from "../../core/table.ts";
import { type Chosen, type StudyConfig, methodOf } from "../../study/config.ts";
import type { Note } from "../read/request.ts";
import type { AuditConfig } from "./audit-config.ts";
import { chooseFor, unique } from "./choose-method.ts";
import { isOutside, refuseOutside, settleCommand } from "./outside-learner.ts";
import type { MethodChoice } from "./options/choices.ts";

/** The learners that were asked for, one or several; undefined = whatever suits the label. */
export function learnersAsked({ learner }: Pick<AuditConfig, "learner">): readonly MethodChoice[] | undefined {
  if (learner === undefined) return undefined;
  return isList(learner) ? learner : [learner];
}

function isList(choice: MethodChoice | readonly MethodChoice[]): choice is readonly MethodChoice[] {
  return Array.isArray(choice);
}

/**
 * How the data are learned by the one learner that was asked for, or that suits the label.
 *
 * @param takesOutside whether it may be one into which nobody looks; the setting is then that of the first that stands for it
 * @throws UsageError where it cannot learn it, or there are several
 */
export function resolveLearning(config: AuditConfig, table: Table, { takesOutside = false } = {}): Learning {
  const { learners, settings, ...shared } = resolveLearners(config, table);
  if (!takesOutside && isOutside(learners[0]))
    throw new UsageError(
      `the learner "${learners[0].id}" is run by audits and certificates alone: name another, such as logistic or ridge`,
    );
  if (learners.length > 1)
    throw new UsageError(
      `one learner is needed here, and ${learners.map(({ id }) => id).join(", ")} were named: only an audit takes several`,
    );
  return { learner: learners[0], setting: settings[0][0], ...shared };
}

/** The same with as many learners as were asked for, each once. @throws UsageError where one cannot learn the label */
export function resolveLearners(config: AuditConfig, table: Table): Omit<Learning, "learner" | "setting"> & Learners {
  const { kind } = targetOf(table);
  const severalLabels = table.roles.labels.length > 1;
  const sharing = config.sharing ?? (severalLabels ? "separate" : "pooled");
  const notes: Note[] = [];
  if (config.sharing === undefined && (severalLabels || table.roles.task !== null)) {
    const words =
      sharing === "separate"
        ? "one model for each label (override with --sharing pooled)"
        : "one model for all tasks (override with --sharing separate)";
    notes.push({ level: "info", text: words });
  }

  const asked = learnersAsked(config) ?? [kind === "classes" ? "logistic" : "ridge"];
  if (asked.length === 0) throw new UsageError("no learner was named, and nothing is learned without one");
  const learners = unique(
    "learner",
    asked.map((choice) => chooseFor("learner", catalog.learners, choice, kind)),
  ).map((chosen) => (isOutside(chosen) ? settleCommand(chosen) : chosen));
  const settings = learners.map(({ id, params }): LearningSetting[] => {
    const learner = methodOf("learner", catalog.learners, id);
    const refusal = learner.refuses?.(targetOf(table)) ?? null;
    if (refusal !== null) throw new UsageError(`learner "${id}" cannot learn this label: ${refusal}`);
    if (learner.outside === undefined) return [{ learner, learnerParams: params, sharing }];
    refuseOutside(config, table, sharing, { params });
    return learner.outside.surrogates(params, targetOf(table)).map((surrogate) => {
      const chosen = chooseFor("learner", catalog.learners, surrogate, kind);
      if (isOutside(chosen)) throw new UsageError(`a surrogate is looked into, and nobody looks into "${chosen.id}"`);
      return { learner: methodOf("learner", catalog.learners, chosen.id), learnerParams: chosen.params, sharing, standsIn: true };
    });
  });
  return { learners, sharing, settings, notes };
}

/** Learners with their settings, in the same order: of one into which nobody looks a setting for each of those that may stand for it. */
interface Learners {
  readonly learners: readonly Chosen[];
  readonly settings: readonly (readonly LearningSetting[])[];
}

interface Learning {
  readonly learner: Chosen;
  readonly sharing: StudyConfig["sharing"];
  readonly setting: LearningSetting;
  readonly notes: Note[];
}

/** @throws UsageError where the learner cannot build on a base model, or has one already */
export function checkPretraining({ id, params }: Chosen, [{ learner, sharing }]: readonly LearningSetting[]): void {
  if (learner.pretrain === undefined || isOutside({ id }))
    throw new UsageError(`--pretrain-fraction: the learner "${id}" builds on no base model; encoder-head does`);
  if (sharing === "separate")
    throw new UsageError("--pretrain-fraction: a base model is learned from by one model for all tasks (--sharing pooled)");
  if ((params as { readonly encoder?: unknown }).encoder)
    throw new UsageError(
      `--pretrain-fraction: the base model of ${id} is a file already (${String((params as { encoder: string }).encoder)})`,
    );
}

/** What somebody would try who knows the kind of label and nothing else; of a number there is but one simple learner. */
export function guessedLearner(victims: readonly Chosen[], kind: TargetKind): string {
  if (kind === "real") return "ridge";
  return victims.some(({ id }) => id === "logistic") ? "linear-svm" : "logistic";
}
