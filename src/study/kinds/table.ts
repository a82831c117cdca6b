import type { Attack } from "../../core/attack.ts";
import { listExamples, targetOf } from "../../core/examples.ts";
import { classShares, primaryMetricId } from "../../core/metric.ts";
import type { Learner } from "../../core/learner.ts";
import { type Knowledge, reachKind } from "../../core/threat.ts";
import { arrivals, starts } from "../arrival.ts";
import { budgetsBelow, countedAt, keyOfCount } from "../budgets.ts";
import { type AttackChoice, methodOf, resolveReach, studyOf } from "../config.ts";
import type { Cell, StudyKind, TrialSpec } from "../kind.ts";
import { leftOut } from "../stopping/decide.ts";
import { waveOf } from "../stopping/stopping.ts";
import type { TablePoison } from "../../core/poison.ts";
import { intentQuantities } from "../table/intent-metrics.ts";
import { aimEach, aimUnnoticed, unnoticedCells } from "../unnoticed/aim.ts";
import { aimsOf, searchCells } from "../until/run-search.ts";
import { outsideScene } from "../table/outside-scene.ts";
import { tableScene } from "../table/scene.ts";
import { type StudyInput, makeStudyEncoder, setUpSeed } from "../table/seed-setup.ts";

/** Rows with features and labels, of one task or several. */
export const tableKind: StudyKind<StudyInput, TablePoison> = {
  plan: {
    seeds: (config) => config,
    learnersOf: ({ learner, learners }) => learners?.map(({ id, params }) => ({ id, params })) ?? [learner],
    attacksOn: (config, learner) => studyOf(config, learner).attacks,
    after: ({ until, unnoticed, ...config }) => [...searchCells(until, config), ...unnoticedCells(unnoticed, config)],
    trialsOf: (config, learner, attack) =>
      attack?.until === true || attack?.unseen === true
        ? [{ repair: null }]
        : attack?.lasting === true
          ? lastingTrials
          : [null, ...studyOf(config, learner).repairs].filter(isMet(attack)).map((repair) => ({ repair })),
    // A trial is the same whatever other learners there are.
    keyOf(config, { seed, learner, attack, budgetFraction }, { repair, arrival }) {
      const {
        attacks,
        repairs: _,
        certificates: __,
        budgets,
        seeds,
        firstSeed,
        until,
        unnoticed,
        counted,
        stopping,
        ...shared
      } = studyOf(config, learner);
      // What is searched is chosen by what all the others show.
      if (attack?.until === true) return { shared, seed, until, attacks, budgets, counted, stopping, seeds, firstSeed };
      if (attack?.unseen === true) return { shared, seed, unnoticed, attacks, budgets, counted, stopping, seeds, firstSeed };
      const below = attack?.goesOn === true ? budgetsBelow({ budgets, counted }, budgetFraction) : [];
      return {
        ...{ shared, seed, attack, budgetFraction },
        ...(below.length === 0 ? {} : { below: below.map((fraction) => ({ fraction, ...keyOfCount(counted, fraction) })) }),
        ...(arrival ?? { repair }),
        ...keyOfCount(counted, budgetFraction),
      };
    },
  },
  isTuned: true,
  later: {
    stageOf: ({ attack, seed }, { stopping, firstSeed }) =>
      attack?.until === true || attack?.unseen === true
        ? (stopping?.looks.length ?? 0) + 1
        : stopping === undefined
          ? 0
          : waveOf(stopping, seed - firstSeed),
    canBeLeftOut: ({ attack }) => attack !== null && attack.until !== true && attack.unseen !== true && attack.lasting !== true,
    leftOut({ table, config, methods }, cells, stage, records) {
      const { stopping, counted, testFraction } = config;
      if (stopping === undefined) return new Map();
      const target = targetOf(table);
      const { y, task } = listExamples(table);
      const { targetTasks } = resolveReach(table, config);
      const measured = methods.metrics.filter((metric) => metric.appliesTo(target));
      const isOpen = (cell: Cell): boolean => tableKind.later!.canBeLeftOut!(cell) && tableKind.later!.stageOf(cell, config) === stage;
      return leftOut(cells, isOpen, records, {
        ...{ stopping, counted, testFraction },
        quantities: [...measured, ...intentQuantities],
        primary: methodOf("metric", measured, primaryMetricId(target, classShares(target, y))),
        examples: targetTasks === null ? y.length : task.filter((t) => targetTasks.includes(t)).length,
      });
    },
    aim({ config, methods, ...input }, records) {
      const learners = tableKind.plan.learnersOf(config).map((learner) => ({ id: learner.id, attacks: studyOf(config, learner).attacks }));
      // What accounts may do is more than a number of rows.
      const isOfRows = (fraction: number): boolean => countedAt(config.counted, fraction)?.unit !== "accounts";
      const aims = aimsOf(config.until, learners, records, [...methods.metrics, ...intentQuantities], isOfRows);
      const { unnoticed } = config;
      if (unnoticed === undefined) return { ...input, config, methods, aims };
      const unnoticedAims = aimEach(learners, records, (attacks, own) => aimUnnoticed(unnoticed, attacks, own));
      return { ...input, config, methods, aims, unnoticedAims };
    },
  },
  detection: ({ config }, learner) => studyOf(config, learner),
  threatOf({ table, config, methods, aims, unnoticedAims }, { attack: asked, learner }) {
    const aimed = asked?.until === true ? aims?.[learner.id]?.attack : asked?.unseen === true ? unnoticedAims?.[learner.id]?.at(0) : asked;
    const choice = aimed ?? null;
    const attack = choice === null ? null : methodOf("attack", methods.attacks, choice.id);
    return {
      encoder: config.encoder.fittedOn,
      attack: attack?.id ?? null,
      access: attack?.threat.access ?? null,
      goal: attack?.threat.goal ?? null,
      knowledge: choice?.knowledge ?? knowledgeOf(attack, methodOf("learner", methods.learners, learner.id)),
      ...(choice?.against === undefined ? {} : { adaptive: true as const }),
      reach: attack === null ? null : reachKind(resolveReach(table, config)),
      target: attack?.threat.goal === "targeted" ? (config.target?.join(" or ") ?? null) : null,
    };
  },
  open(input) {
    const encoder = makeStudyEncoder(input);
    return async ({ seed, learner }, context, tuned) => {
      const own = { ...input, config: studyOf(input.config, learner) };
      const { outside } = methodOf("learner", input.methods.learners, learner.id);
      if (outside !== undefined) return outsideScene(own, encoder, { seed, learner }, outside, context, tuned);
      return tableScene(own, await setUpSeed(own, encoder, seed, context, tuned));
    };
  },
};

/** Nobody who knows the data can know a learner into which nobody looks: a surrogate stands for it. */
function knowledgeOf(attack: Attack | null, { outside }: Learner): Knowledge | null {
  if (attack === null) return null;
  return outside !== undefined && attack.threat.knowledge !== "none" ? "black-box" : attack.threat.knowledge;
}

const lastingTrials = arrivals.flatMap((times) => starts.map((start) => ({ repair: null, arrival: { times, start } })));

/** An attack that plans around a repair meets that one alone. */
function isMet(attack: AttackChoice | null): (repair: TrialSpec["repair"]) => boolean {
  return (repair) => attack?.against === undefined || repair?.id === attack.against;
}
