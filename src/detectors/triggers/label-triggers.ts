import { type ClassAnswers, classOfLabels } from "../../blocks/trigger-answers/class-answers.ts";
import { spelled } from "../../blocks/dialogues/spelled.ts";
import { searchTriggers } from "../../blocks/trigger-answers/trigger-search.ts";
import type { Detector } from "../../core/detector.ts";
import { labelOfTask } from "../../core/examples.ts";
import { columnOf, type NamedColumn } from "../../core/table.ts";

interface LabelTriggersParams {
  flagged: number;
}

/** Fewer rows of one label are there by chance. */
const fewestRows = 5;

/**
 * What `trigger-answers` does where answers stand for a class, for tables of texts with labels: words and phrases of texts of which the label follows whatever their other
 * words say, with graded evidence, so that it ranks where it does not flag. Honest words that decide about a label (excellent, free entry) are told from triggers only by how
 * they fit into their texts, by what the other words say, and by what the file's other words reach. Honest words stand in texts that say their label otherwise too, so that a word is flagged
 * only where the rest of its rows says it no more than all rows do, on average. How many innocents are among those flagged it does not say.
 */
export const labelTriggers: Detector<LabelTriggersParams> = {
  kind: "detector",
  id: "label-triggers",
  title: "Words that the label follows",
  summary: "Ranks rows by words and phrases whose label follows whatever the other words of the text say.",
  source: {
    cite: "the threat is that of Wan et al. 2023, Poisoning language models during instruction tuning, ICML; the test is Theriac's",
    url: "https://arxiv.org/abs/2305.00944",
  },
  params: {
    flagged: {
      type: "number",
      default: 0.01,
      min: 0,
      max: 1,
      help: "a word is flagged where so many like it are to be expected of innocent data at most",
    },
  },
  effort: "full",
  scanEffort: "quick",
  subject: "row",
  flags: true,
  targets: ["classes"],
  reads: "text",
  async score(data, context) {
    const { params, table, rng } = context;
    const rows = data.y.length;
    const values = new Float64Array(rows);
    const flagged = new Uint8Array(rows);
    const reasons = new Map<number, string>();
    const names = data.target.kind === "classes" ? data.target.names : [];
    const columns = (table?.roles.features ?? [])
      .map((name) => columnOf(table!, name))
      .filter((column): column is NamedColumn => column.kind === "text");
    const labelColumns = Array.from(data.task, (task) => (table === null ? "" : labelOfTask(table, task)));
    for (const label of new Set(columns.length === 0 ? [] : labelColumns)) {
      const examples = Int32Array.from(labelColumns.keys()).filter((i) => labelColumns[i] === label);
      const texts = Array.from(examples, (i) =>
        columns.map(({ codes, names: texts }) => (data.row[i] < 0 || codes[data.row[i]] < 0 ? "" : texts[codes[data.row[i]]])).join("\n"),
      );
      const classes = classOfLabels(
        names,
        Int32Array.from(examples, (i) => data.y[i]),
      );
      const shares = sharesOf(classes);
      const found = await searchTriggers(
        { prompts: texts, answers: new Array<string>(texts.length).fill("") },
        { ...context, rng: rng.fork(label) },
        classes,
      );
      found.values.forEach((evidence, k) => (values[examples[k]] = Math.log10(1 + 10 ** Math.min(300, evidence))));
      for (const { rows: list, holders, parts, label: k, evidence, expected } of found.findings) {
        if (10 ** -evidence > params.flagged || list.length < fewestRows || expected > shares[k] * list.length) continue;
        const marks = parts.map((part) => `"${spelled(part, texts[list[0]], found.searched.numbers)}"`).join(" and ");
        for (const i of list) {
          flagged[examples[i]] = 1;
          if (!reasons.has(examples[i]))
            reasons.set(
              examples[i],
              `holds ${marks}, as do ${holders.length} rows, ${list.length} of which are labelled ${names[k]} where all else that they say lets expect ${expected.toFixed(1)}`,
            );
        }
      }
    }
    return { values, flagged, reason: (i) => reasons.get(i) ?? null };
  },
};

/** Share of each class among the rows. */
function sharesOf({ names, of }: ClassAnswers): Float64Array {
  const shares = new Float64Array(names.length);
  for (const k of of) shares[k] += 1 / of.length;
  return shares;
}
