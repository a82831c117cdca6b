import { accesses } from "../../core/threat.ts";
import { objectiveWords } from "../judging/goal-rows.ts";
import { facts, prose, section } from "../page/blocks.ts";
import type { Block, Section } from "../page/document.ts";
import { budgetText } from "../words/format.ts";
import { intervalWords, theseRows } from "../words/interval-words.ts";
import { accessWords, budgetRowWords, capitalised, countOf, countText, metricWord } from "../words/words.ts";
import type { ReportInput, ReportMethod } from "./report-input.ts";

/** What ran of what was planned. */
interface Ran {
  readonly summary: Pick<ReportInput["summary"], "failures" | "counted">;
  readonly findings: Pick<ReportInput["findings"], "plannedTrials" | "recordedTrials">;
}

/** Trials that failed or are missing; null where none did and none is. */
export function failureSection({ summary, findings }: Ran): Section | null {
  const { failures } = summary;
  const missing = findings.plannedTrials - findings.recordedTrials;
  if (failures.length === 0 && missing === 0) return null;
  const told = [
    failures.length === 0
      ? ""
      : `${countOf(failures.length, "trial")} of ${countText(findings.plannedTrials)} failed and ${failures.length === 1 ? "is" : "are"} in none of the figures above.`,
    missing === 0 ? "" : `${countOf(missing, "planned trial")} ${missing === 1 ? "is" : "are"} not recorded.`,
  ];
  return section(
    "failures",
    "What did not run, and why",
    told.filter((sentence) => sentence !== "").join(" "),
    failures.length === 0
      ? null
      : {
          kind: "table",
          id: "failure-table",
          caption: "Failed trials",
          columns: [{ name: "Trial", code: true }, { name: "Attack", filter: true }, { name: "Budget" }, { name: "Reason" }],
          rows: failures.map(({ id, attack, budgetFraction, error }) => [
            id,
            attack ?? "none",
            attack === null ? null : budgetText(budgetFraction, summary),
            error,
          ]),
        },
  );
}

/** The command that does it again, and what it ran on. */
export function reproduceSection(command: string, notes: readonly string[], about: readonly (readonly [string, string])[]): Section {
  return section(
    "reproduce",
    "How to reproduce it",
    "The command that does it again, in the folder that holds the data.",
    { kind: "code", text: command, name: "Command" },
    notes.length === 0 ? null : { kind: "sentences", look: "small", items: notes },
    prose(
      "The same data, study and version of Theriac and Node give the same figures. The folder of the run holds every trial with its id (records.jsonl), every patch (poison/) and everything that was asked (manifest.json).",
    ),
    facts(about),
  );
}

export function runFacts({ run, findings, summary }: ReportInput): (readonly [string, string])[] {
  return [
    ["Run folder", run.name],
    ["Status", run.status],
    ["Started", timeText(run.startedAt)],
    ["Ended", run.finishedAt === null ? "not recorded" : timeText(run.finishedAt)],
    [
      "Trials",
      `${countText(findings.recordedTrials)} of ${countText(findings.plannedTrials)} recorded, ${countText(summary.failures.length)} failed`,
    ],
    ["Made with", `Theriac ${run.theriac}, Node ${run.node}, ${run.platform}`],
    [
      "Git commit",
      run.git === null
        ? "none: the working folder was in no repository"
        : `${run.git.commit}${run.git.dirty ? " with uncommitted changes" : ""}`,
    ],
  ];
}

/** What a budget in accounts is, where there is one. */
function accountWords({ counted }: ReportInput["study"]): string {
  const own = counted?.find(({ unit }) => unit === "accounts");
  if (own?.rowsEach === undefined) return "";
  return ` A budget in accounts lets poison enter through so many of them alone: new ones, or the ones with the most rows, each with at most ${countOf(own.rowsEach, "poisoned row")}, as many as 95 of 100 accounts have.`;
}

export function glossarySection({ methods, summary, study }: ReportInput): Section {
  const used = new Set(summary.entries.flatMap(({ access }) => (access === null ? [] : [access])));
  const isRatio = summary.damageMetric.endsWith("Ratio");
  const word = metricWord(summary.primaryMetric);
  const known = accesses.filter((access) => used.has(access)).map((access) => `${access} (${accessWords[access]})`);
  const terms: readonly (readonly [string, string])[] = [
    ["Access", `What the attacker may touch${known.length === 0 ? "" : `. Here: ${known.join(", ")}`}.`],
    [
      "Budget",
      `How many training rows the attacker may change or add, as a share of the clean ones${study.attackTasks === null ? "" : " of the attacked tasks"}. ${budgetRowWords}${accountWords(study)}`,
    ],
    [
      "Damage",
      isRatio
        ? `${word} of the attacked model divided by that of the clean model of the same seed; 1 is neither damage nor gain.`
        : `${capitalised(word)} of the clean model less that of the attacked model of the same seed; 0 is neither damage nor gain.`,
    ],
    [
      "Interval",
      `Where the true figure lies in 95 of 100 studies such as this one, ${intervalWords(summary)}. Few seeds make it wide; a single seed gives none. Those of detectors and of damage as clean rows arrive are ${theseRows}.`,
    ],
    [
      "Strongest attack",
      `The one that an attacker would choose at a budget, by ${objectiveWords(summary)}, before anybody looks at the test rows. It is the strongest that was tried: a cleverer one may do more.`,
    ],
    [
      "Detector",
      "Ranks training rows by suspicion. It never sees which rows are poisoned; the patch of the attack is the truth that it is judged by.",
    ],
    ["Repair", "Cleans the training data, or trains so that poison hurts less. It costs something on clean data too."],
  ];
  return section(
    "glossary",
    "How to read the figures",
    "What the words mean, and where the methods come from.",
    facts(terms),
    methodTable(methods),
  );
}

/** The methods of a run, and where they come from. */
export function methodTable(methods: readonly (Omit<ReportMethod, "kind" | "title"> & { readonly kind?: string })[]): Block {
  const hasKind = methods.some(({ kind }) => kind !== undefined);
  return {
    kind: "table",
    id: "methods",
    caption: "The methods, and where they come from",
    columns: [
      { name: "Method" },
      ...(hasKind ? [{ name: "Kind", filter: true as const }] : []),
      { name: "What it does" },
      { name: "Source" },
    ],
    rows: methods.map(({ id, kind, summary, cite, url }) => [
      id,
      ...(hasKind ? [kind ?? ""] : []),
      summary,
      { text: cite, ...(url !== null && url.startsWith("https://") ? { url } : {}) },
    ]),
    shown: 6,
  };
}

/** `2026-03-01 10:15 UTC`. */
export function timeText(iso: string): string {
  return iso.replace(/^(\d{4}-\d\d-\d\d)T(\d\d:\d\d).*Z$/, "$1 $2 UTC");
}
