import { countedAt } from "../../study/budgets.ts";
import type { Chosen } from "../../study/config.ts";
import { budgetText, budgetWithShare } from "../words/format.ts";
import { type Markup, type Slot, markup } from "../words/markup.ts";
import type { ReportData, ReportInput } from "./report-input.ts";
import { reportTable, typographic } from "../page/table.ts";
import { countOf, countText, shareText } from "../words/words.ts";

/** What was asked: the data, the pipeline, and what was tried on them. */
export function studySection(input: ReportInput, learners: readonly ReportInput[]): Markup {
  const { data, study, split, limits, strict } = input;
  const facts: readonly (readonly [string, Slot])[] = [
    [
      "Rows",
      `${countText(data.rows)}, ${data.examples === data.rows ? "all of them labelled" : `${countOf(data.examples, "labelled example")}`}`,
    ],
    [data.labels.length === 1 ? "Label" : "Labels", labelText(data)],
    [data.features.length === 1 ? "Feature" : "Features", nameList(data.features)],
    ...(data.taskColumn !== null || data.labels.length > 1 ? [["Tasks", taskText(input)] as const] : []),
    ["Sources", sourceText(data)],
    [
      "Encoder",
      `fitted on ${study.pretraining !== undefined ? "what the base model is pretrained on" : study.encoder.fittedOn === "frozen" ? "the clean training rows, always" : "the training rows as attacked"}; ${paramText({ ...study.encoder, fittedOn: undefined })}`,
    ],
    [learners.length === 1 ? "Learner" : "Learners", learners.map((learner, i) => [i > 0 && markup`<br/>`, learnerText(learner)])],
    ...(study.pretraining === undefined
      ? []
      : [
          [
            "Base model",
            `pretrained on ${shareText(study.pretraining)} of the training rows, which are not learned from again; the budgets of attackers upstream are shares of these rows`,
          ] as const,
        ]),
    ["Attacks", chosenList(study.attacks)],
    ["Detectors", study.detectors.length === 0 ? "none" : chosenList(study.detectors)],
    ["Repairs", study.repairs.length === 0 ? "none" : study.repairs.map(repairText)],
    ["Budgets", budgetList(input)],
    ["Seeds", `${study.seeds}, from ${study.firstSeed}; each deals the rows anew and repeats everything`],
    [
      "Split",
      split === null
        ? `${typographic(shareText(study.testFraction))} held out`
        : `${typographic(shareText(study.testFraction))} held out: ${countOf(split.trainingRows, "training example")}, ${countOf(split.testRows, "test example")}`,
    ],
    ...(study.trustedFraction === undefined
      ? []
      : [
          ["Verified rows", `${typographic(shareText(study.trustedFraction))} of the training rows, out of reach of every attack`] as const,
        ]),
    ["Limits", limits.length === 0 ? "none" : [limits.map(({ text }) => markup`<code>${text}</code><br/>`), strict ? "strict" : ""]],
  ];
  return markup`<section aria-labelledby="asked">
<h2 id="asked">What was asked</h2>
<dl class="facts">
${facts.map(([name, value]) => markup`<div><dt>${name}</dt><dd>${value}</dd></div>\n`)}</dl>
${reportTable({
  id: "files",
  caption: `Data ${data.files.length === 1 ? "file" : "files"}`,
  head: ["Name", "Rows", "Bytes", "SHA-256"],
  groups: [
    {
      name: null,
      rows: data.files.map(({ name, rows, bytes, sha256 }) => ({
        head: name,
        cells: [countText(rows), countText(bytes), markup`<code class="digest">${sha256}</code>`],
      })),
    },
  ],
})}
</section>`;
}

function labelText({ labels, classes }: ReportData): Slot {
  const names = nameList(labels);
  if (classes.length === 0) return [names, ", a number"];
  const shown = classes
    .slice(0, 8)
    .map(({ name, share }, i) => markup`${i > 0 && ", "}<code>${name}</code> ${typographic(shareText(share))}`);
  return [names, `, ${classes.length} classes: `, shown, classes.length > 8 && ", …"];
}

function taskText({ data, study }: ReportInput): Slot {
  const all = data.tasks === null ? "" : `${countText(data.tasks)} `;
  const where = data.taskColumn === null ? "one for each label" : markup`by <code>${data.taskColumn}</code>`;
  const count = (names: readonly string[] | null): string => (names === null ? "all" : countText(names.length));
  const reach =
    study.attackTasks === null && study.targetTasks === null
      ? ""
      : `; poison goes into ${count(study.attackTasks)}, damage is measured on ${count(study.targetTasks)}`;
  return [all, where, reach];
}

function sourceText({ sourceColumn, sources }: ReportData): Slot {
  if (sourceColumn === null) return "not known: every row stands for itself";
  return [
    sources === null ? "" : `${countText(sources)} `,
    markup`by <code>${sourceColumn}</code>; the rows of one stay on one side of a split`,
  ];
}

function learnerText({ learner, study, learnerParams, data }: ReportInput): Slot {
  const models =
    (data.tasks ?? 1) > 1 || data.labels.length > 1
      ? study.sharing === "separate"
        ? ", one model for each task"
        : ", one model for all tasks"
      : "";
  const params = learnerParams.map(paramText);
  const shown = params.every((text) => text.length < 200) ? params : ["as the records say"];
  return [markup`<b>${learner}</b>`, `${models}; ${shown.length > 1 ? "depending on the seed: " : ""}${shown.join(" or ")}`];
}

function chosenList(chosen: readonly Chosen[]): Slot {
  return chosen.map(({ id, params }, i) => {
    const text = paramText(params);
    return [i > 0 && ", ", markup`<b>${id}</b>`, text !== "" && ` (${text})`];
  });
}

function repairText({ id, params, detector }: ReportInput["study"]["repairs"][number], i: number): Slot {
  const text = [paramText(params), detector === null ? "" : `by the scores of ${detector.id}`].filter((part) => part !== "").join(", ");
  return [i > 0 && ", ", markup`<b>${id}</b>`, text !== "" && ` (${text})`];
}

function budgetList({ study, findings }: ReportInput): string {
  const budgets = [...study.budgets]
    .sort((a, b) => a - b)
    .map((budget) => {
      const rows = findings.budgets.find(({ budgetFraction }) => budgetFraction === budget)?.rows;
      if (countedAt(study.counted, budget) !== undefined) return typographic(budgetWithShare(budget, study));
      return rows === undefined
        ? typographic(budgetText(budget, study))
        : `${typographic(budgetText(budget, study))} (${countOf(rows, "row")})`;
    });
  return `${budgets.join(", ")} of the training rows${study.attackTasks === null ? "" : " of the attacked tasks"}`;
}

function nameList(names: readonly string[]): Markup[] {
  const shown = names.slice(0, 12).map((name, i) => markup`${i > 0 && ", "}<code>${name}</code>`);
  return names.length > 12 ? [...shown, markup`, … (${countText(names.length)} in all)`] : shown;
}

/** `folds 3, loss hinge`. */
function paramText(params: unknown): string {
  if (typeof params !== "object" || params === null) return "";
  return Object.entries(params)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name} ${typeof value === "string" || typeof value === "number" ? value : JSON.stringify(value)}`)
    .join(", ");
}
