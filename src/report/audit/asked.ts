import { countedAt } from "../../study/budgets.ts";
import type { Chosen } from "../../study/config.ts";
import { facts, folded, listed, section } from "../page/blocks.ts";
import type { Noted, Section } from "../page/document.ts";
import { budgetText, budgetWithShare } from "../words/format.ts";
import { capitalised, countOf, countText, listText, shareText } from "../words/words.ts";
import type { ReportData, ReportInput, ReportNote } from "./report-input.ts";

type Fact = readonly [string, string | Noted | readonly (string | Noted)[]];

/** What was asked: the data, the pipeline, and what was tried on them. */
export function askedSection(input: ReportInput, learners: readonly ReportInput[]): Section {
  const { data, study, split, limits, strict } = input;
  const held = `${shareText(study.testFraction)} held out`;
  const known: readonly (Fact | null)[] = [
    [
      "Rows",
      `${countText(data.rows)}, ${data.examples === data.rows ? "all of them labelled" : countOf(data.examples, "labelled example")}`,
    ],
    [data.labels.length === 1 ? "Label" : "Labels", labelText(data)],
    [data.features.length === 1 ? "Feature" : "Features", nameList(data.features)],
    data.taskColumn !== null || data.labels.length > 1 ? ["Tasks", taskText(input)] : null,
    ["Sources", sourceText(data)],
    ["Encoder", encoderText(input)],
    [learners.length === 1 ? "Learner" : "Learners", learners.map(learnerText)],
    study.pretraining === undefined
      ? null
      : [
          "Base model",
          `pretrained on ${shareText(study.pretraining)} of the training rows, which are not learned from again; the budgets of attackers upstream are shares of these rows`,
        ],
    ["Attacks", study.attacks.map(chosenText).join(", ")],
    ["Detectors", study.detectors.length === 0 ? "none" : study.detectors.map(chosenText).join(", ")],
    ["Repairs", study.repairs.length === 0 ? "none" : study.repairs.map(repairText).join(", ")],
    ["Budgets", budgetList(input)],
    ["Seeds", `${study.seeds}, from ${study.firstSeed}; each deals the rows anew and repeats everything`],
    [
      "Split",
      split === null ? held : `${held}: ${countOf(split.trainingRows, "training example")}, ${countOf(split.testRows, "test example")}`,
    ],
    study.trustedFraction === undefined
      ? null
      : ["Verified rows", `${shareText(study.trustedFraction)} of the training rows, out of reach of every attack`],
    ["Limits", limits.length === 0 ? "none" : [...limits.map(({ text }) => text), ...(strict ? ["strict"] : [])]],
  ];
  const lead = `${countOf(study.attacks.length, "attack")}, ${countOf(study.detectors.length, "detector")} and ${countOf(study.repairs.length, "repair")} at ${budgetList(input)}; ${countOf(study.seeds, "seed")}.`;
  return section("asked", "What was asked", lead, facts(known.filter((fact) => fact !== null)), {
    kind: "table",
    id: "files",
    caption: `Data ${data.files.length === 1 ? "file" : "files"}`,
    columns: [{ name: "Name" }, { name: "Rows", unit: "count" }, { name: "Bytes", unit: "count" }, { name: "SHA-256", code: true }],
    rows: data.files.map(({ name, rows, bytes, sha256 }) => [name, rows, bytes, sha256]),
  });
}

/** What was odd in the data and what was guessed about them, warnings first; null where nothing was said. */
export function odditiesSection(notes: readonly ReportNote[]): Section | null {
  if (notes.length === 0) return null;
  const told = (level: ReportNote["level"]): string[] =>
    notes.filter((note) => note.level === level).map(({ text }) => `${capitalised(text)}.`);
  const [warnings, guesses] = [told("warning"), told("info")];
  return section(
    "oddities",
    "What was odd in the data",
    warnings.length === 0
      ? "Nothing that changes what is learned was noticed when the data were read."
      : `${countOf(warnings.length, "thing")} to know of: ${warnings[0]}`,
    warnings.length === 0 ? null : listed(...warnings),
    guesses.length === 0 ? null : folded("guesses", `Guessed or done without a warning (${guesses.length})`, listed(...guesses)),
  );
}

function labelText({ labels, classes }: ReportData): string {
  if (classes.length === 0) return `${nameList(labels)}, a number`;
  const shown = classes.slice(0, 8).map(({ name, share }) => `${name} ${shareText(share)}`);
  return `${nameList(labels)}, ${countOf(classes.length, "class").replace("classs", "classes")}: ${shown.join(", ")}${classes.length > 8 ? ", …" : ""}`;
}

function taskText({ data, study }: ReportInput): string {
  const all = data.tasks === null ? "" : `${countText(data.tasks)} `;
  const count = (names: readonly string[] | null): string => (names === null ? "all" : countText(names.length));
  const reach =
    study.attackTasks === null && study.targetTasks === null
      ? ""
      : `; poison goes into ${count(study.attackTasks)}, damage is measured on ${count(study.targetTasks)}`;
  return `${all}${data.taskColumn === null ? "one for each label" : `by ${data.taskColumn}`}${reach}`;
}

function sourceText({ sourceColumn, sources }: ReportData): string {
  if (sourceColumn === null) return "not known: every row stands for itself";
  return `${sources === null ? "" : `${countText(sources)} `}by ${sourceColumn}; the rows of one stay on one side of a split`;
}

function encoderText({ study }: ReportInput): string {
  const on =
    study.pretraining !== undefined
      ? "what the base model is pretrained on"
      : study.encoder.fittedOn === "frozen"
        ? "the clean training rows, always"
        : "the training rows as attacked";
  return joined(`fitted on ${on}`, paramText({ ...study.encoder, fittedOn: undefined }));
}

function learnerText({ learner, study, learnerParams, data }: ReportInput): Noted {
  const models =
    (data.tasks ?? 1) > 1 || data.labels.length > 1
      ? study.sharing === "separate"
        ? "one model for each task"
        : "one model for all tasks"
      : "";
  const params = learnerParams.map(paramText).filter((text) => text !== "");
  const shown = params.every((text) => text.length < 200) ? params : ["as the records say"];
  return { text: learner, note: joined(models, `${shown.length > 1 ? "depending on the seed: " : ""}${shown.join(" or ")}`) };
}

function chosenText({ id, params }: Chosen): string {
  const text = paramText(params);
  return text === "" ? id : `${id} (${text})`;
}

function repairText({ id, params, detector }: ReportInput["study"]["repairs"][number]): string {
  const text = [paramText(params), detector === null ? "" : `by the scores of ${detector.id}`].filter((part) => part !== "").join(", ");
  return text === "" ? id : `${id} (${text})`;
}

function budgetList({ study, findings }: ReportInput): string {
  const budgets = [...study.budgets]
    .sort((a, b) => a - b)
    .map((budget) => {
      const rows = findings.budgets.find(({ budgetFraction }) => budgetFraction === budget)?.rows;
      if (countedAt(study.counted, budget) !== undefined) return budgetWithShare(budget, study);
      return rows === undefined ? budgetText(budget, study) : `${budgetText(budget, study)} (${countOf(rows, "row")})`;
    });
  return `${listText(budgets)} of the training rows${study.attackTasks === null ? "" : " of the attacked tasks"}`;
}

function nameList(names: readonly string[]): string {
  const shown = names.slice(0, 12).join(", ");
  return names.length > 12 ? `${shown}, … (${countText(names.length)} in all)` : shown;
}

/** `folds 3, loss hinge`; what was left to be chosen, and is nothing, is left out. */
function paramText(params: unknown): string {
  if (typeof params !== "object" || params === null) return "";
  return Object.entries(params)
    .filter(([, value]) => value !== undefined && value !== null && value !== "" && !(Array.isArray(value) && value.length === 0))
    .map(([name, value]) => `${name} ${typeof value === "string" || typeof value === "number" ? value : JSON.stringify(value)}`)
    .join(", ");
}

function joined(...parts: readonly string[]): string {
  return parts.filter((part) => part !== "").join("; ");
}
