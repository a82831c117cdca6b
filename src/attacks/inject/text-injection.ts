import type { Attack, AttackInput } from "../../core/attack.ts";
import { labelOfTask, targetOf, taskNames } from "../../core/examples.ts";
import { type RawRow, noDataPoison } from "../../core/poison.ts";
import { type Cell, columnOf, replaceCells, rowCells } from "../../core/table.ts";
import { joinWords } from "../../core/text/join-words.ts";
import { type AscentParams, ascentParams } from "../../blocks/injection/ascent-params.ts";
import { bestOfStarts } from "../../blocks/injection/best-of-starts.ts";
import { setUpBilevel } from "../../blocks/injection/bilevel-setup.ts";
import { cannotDifferentiate } from "../../blocks/linear/smooth-training.ts";
import { climbTexts } from "../../blocks/reviews/climb-texts.ts";
import { textSeeds } from "../../blocks/reviews/text-seeds.ts";
import { writableColumns } from "../../blocks/reviews/writable-columns.ts";

/** Trainings between two steps of writing need not be closer than this. */
const writingTolerance = 1e-4;

export const textInjection: Attack<AscentParams> = {
  kind: "attack",
  id: "text-injection",
  title: "Injection of written texts",
  summary:
    "Inserts rows whose texts are written of the file's own words, no longer and no more repetitive than people write, so that they climb together the loss that the model has once it is trained on them.",
  source: {
    cite: "Muñoz-González et al. 2017, Towards Poisoning of Deep Learning Algorithms with Back-gradient Optimization, AISec; by straight-through steps over texts (Bengio, Léonard & Courville 2013) in place of features",
    url: "https://arxiv.org/abs/1708.08689",
  },
  params: {
    steps: { ...ascentParams.steps, default: 20 },
    starts: { ...ascentParams.starts, default: 1 },
    tail: {
      ...ascentParams.tail,
      help: "written texts stay between this percentile of the clean ones and its opposite in words, different words and repetitions",
    },
  },
  data: "table",
  targets: ["classes"],
  threat: { access: "inject", goal: "availability", knowledge: "white-box", labelling: "attacker" },
  atQuick: () => ({ steps: 8 }),
  refuses(setting) {
    const { table, learner } = setting;
    if (!table.roles.features.some((name) => columnOf(table, name).kind === "text")) return "it writes texts, and no feature is a text";
    if (table.roles.labels.length > 1) return "it writes rows with one label, and here each label is a task";
    if (learner.relation !== undefined && taskNames(table).length > 1) return "patom writes texts where tasks are related";
    return cannotDifferentiate(setting);
  },
  async poison(input, { params, ...context }) {
    const scene = await setUpBilevel(withLooseTraining(input), "train", context);
    const { table, rows } = input.clean;
    const { victim, data } = scene;
    const columns = writableColumns(table, rows, victim.words(table, rows), data.features.names, params.tail);
    const { rows: written } = await bestOfStarts(params.starts, context, (start, part) => {
      const seeds = textSeeds(data, scene.counts, start, context.rng.fork("start").fork(start));
      return climbTexts(
        { clean: data, columns, seeds, aimedAt: scene.aimedAt, model: victim.model, fit: scene.fit, objectiveOf: scene.objectiveOf },
        { steps: params.steps, firstRate: 1, lastRate: 0.1 },
        part,
      );
    });
    const { names } = targetOf(table) as { names: readonly string[] };
    const { id, source, task } = table.roles;
    const nobody = [id, source].filter((name) => name !== null && name !== task).map((name): [string, Cell] => [name as string, null]);
    const insert = written.map(({ example, y, texts }): RawRow => {
      const cells = texts.flatMap((text, c): [string, Cell][] =>
        text === null ? [] : [[columns[c].name, joinWords(text.map((word) => columns[c].terms[word]))]],
      );
      const label: [string, Cell] = [labelOfTask(table, data.task[example]), names[y]];
      return { kind: "raw", cells: replaceCells(rowCells(table, data.row[example]), [...cells, ...nobody, label]) };
    });
    return { ...noDataPoison, insert };
  },
};

function withLooseTraining(input: AttackInput): AttackInput {
  const params = input.pipeline.learnerParams as { readonly tolerance?: number };
  if (params.tolerance === undefined) return input;
  const learnerParams = { ...params, tolerance: Math.max(params.tolerance, writingTolerance) };
  return { ...input, pipeline: { ...input.pipeline, learnerParams } };
}
