import { basename, resolve } from "node:path";
import { catalog } from "../../catalog.ts";
import { methodOf } from "../../study/config.ts";
import { auditJson } from "../../report/judging/audit-json.ts";
import { dialoguesPage } from "../../report/dialogues/page.ts";
import { renderDialogues } from "../../report/dialogues/text.ts";
import { redactMarks, redactNote } from "../../report/words/redact.ts";
import { budgetWithShare } from "../../report/words/format.ts";
import { countText } from "../../report/words/words.ts";
import type { Cell } from "../../study/kind.ts";
import type { Summary } from "../../study/summary.ts";
import { dialogueAttackQuantities, dialogueQuantities, dialoguesKind } from "../../study/kinds/dialogues.ts";
import { type DialoguesStudyConfig, type DialoguesStudyInput, dropFindings, isStandIn, standIns } from "../../study/dialogues/config.ts";
import { commandText } from "../config/command-line.ts";
import { dialoguesCommand } from "../config/dialogues-command.ts";
import { type DialoguesAuditConfig, dialoguesRequestOf } from "../config/dialogues-config.ts";
import { checkDialoguesConfig, resolveDialoguesStudy } from "../config/resolve-dialogues-study.ts";
import { type DialoguesRead, readDialogues } from "../read/dialogues/read-dialogues.ts";
import type { DialoguesInfo, DialoguesManifest } from "../runs/manifest.ts";
import { version } from "../runs/version.ts";
import { preferenceForm } from "../read/dialogues/forms/preferences.ts";
import type { AuditKind, JudgedRun } from "./audit-kind.ts";
import { dialoguesSchemas } from "./dialogues-run.ts";
import { recordSource, recordWriter } from "./record-writer.ts";
import { estimateDialoguesMs } from "./estimate-dialogues.ts";
import { trialsOf } from "./run-trials.ts";
import { share, unshare } from "./share.ts";

const methods = { ...catalog.dialogues, learner: methodOf("learner", catalog.learners, "logistic"), writer: recordWriter };

/** Audits of fine-tuning data. */
export const dialoguesAudit: AuditKind<DialoguesManifest, DialoguesAuditConfig, DialoguesRead, DialoguesStudyInput> = {
  id: "dialogues-audit",
  module: import.meta.url,
  schemas: dialoguesSchemas,
  study: dialoguesKind,
  checkConfig: checkDialoguesConfig,
  pathOf: ({ data }) => data?.path,
  requestOf: ({ data = {} }) => dialoguesRequestOf(data),
  read: readDialogues,
  resolve: (config, { dialogues }) => resolveDialoguesStudy(config, dialogues),
  tryOut: () => {},
  inputOf: async (read, config) => ({
    dialogues: read.dialogues,
    ...(isStandIn(config.learner) ? {} : { source: await recordSource(read) }),
    config,
    methods,
  }),
  share: ({ methods: _, ...input }) => share(input),
  unshare: (data) => ({ ...(unshare(data) as Omit<DialoguesStudyInput, "methods">), methods }),
  identityOf: ({ dialogues, files }) => ({
    theriac: version,
    files: files.map(({ sha256 }) => sha256),
    records: dialogues.records,
    answers: dialogues.answers.length,
  }),
  infoOf,
  describe,
  estimateMs: estimateDialoguesMs,
  quantitiesOf: () => ({ measured: dialogueQuantities, ofAttacks: dialogueAttackQuantities }),
  contextOf: ({ data, study: { testFraction } }) => ({
    primaryMetric: "accuracy",
    examples: data.records,
    testFraction,
    until: undefined,
    weighsRepairs: false,
  }),
  renderText: ({ path, manifest, judged: { learners, verdict } }, { tables }) =>
    Promise.resolve(
      renderDialogues(learners, verdict, standInOf(manifest), tables ? null : commandText(["theriac", "check", path, "--tables"])),
    ),
  renderJson: ({ path, records, judged }) =>
    Promise.resolve({ ...auditJson(path, judged, records), cuts: judged.learners.flatMap(({ cuts }) => cuts) }),
  pageOf: (run) => Promise.resolve(pageOf(run)),
  failuresOf: ({ judged }) => failuresOf(judged.summary.failures),
};

function standInOf({ study, data }: DialoguesManifest): (typeof standIns)[number] | "command" | "command-order" {
  return standIns.find((id) => id === study.learner.id) ?? (data.form === preferenceForm.title ? "command-order" : "command");
}

function infoOf({ dialogues, form, files, misfits }: DialoguesRead): DialoguesInfo {
  return { files, form: form.title, records: dialogues.records, answers: dialogues.answers.length, misfits: misfits.size };
}

function describe(read: DialoguesRead, study: DialoguesStudyConfig, cells: readonly Cell[]): string[] {
  const attacks = new Set(cells.flatMap(({ attack }) => (attack === null ? [] : [attack.id])));
  const trials = cells.reduce((sum, cell) => sum + cell.trials.length, 0);
  return [
    `study: ${[...attacks].join(", ")} × ${study.budgets.map((budget) => budgetWithShare(budget, study)).join(", ")} of the training records × ${study.seeds} seeds = ${trials} trials`,
    `detectors: ${study.detectors.map(({ id }) => id).join(", ") || "none"}; ${countText(read.dialogues.records)} records, ${Math.round(100 * study.testFraction)} % held out for testing`,
  ];
}

/** What a failure quotes may be of a record. */
const tell = (error: string): string => redactMarks(error, []);

function failuresOf(failures: Summary["failures"]): Summary["failures"] {
  return failures.map((failure) => ({ ...failure, error: tell(failure.error) }));
}

function pageOf(run: JudgedRun<DialoguesManifest>): ReturnType<typeof dialoguesPage> {
  const { path, manifest, records, judged } = run;
  const { study, data, read, notes } = manifest;
  const { command, notes: commandNotes } = dialoguesCommand(manifest);
  const used = new Set([...study.attacks, ...study.detectors, ...study.repairs].map(({ id }) => id));
  const all = [...catalog.dialogues.attacks, ...catalog.dialogues.detectors, dropFindings];
  const paths = [...data.files.map((file) => file.path), read.data].filter((name) => name !== "");
  const [own] = judged.learners;
  return dialoguesPage(
    {
      title: basename(read.data),
      run: {
        name: basename(resolve(path)),
        status: manifest.status,
        startedAt: manifest.startedAt,
        theriac: manifest.theriac,
        node: manifest.node,
        platform: manifest.platform,
        command,
        commandNotes,
      },
      records: data.records,
      form: data.form,
      standIn: standInOf(manifest),
      warnings: notes.filter(({ level }) => level === "warning").map(({ text }) => redactMarks(redactNote(text, [], paths), [])),
      found: { ...own, summary: { ...own.summary, failures: failuresOf(own.summary.failures) } },
      verdict: judged.verdict,
      limits: manifest.limits,
      plannedTrials: manifest.plannedTrials,
      recordedTrials: records.length,
      methods: all
        .filter(({ id }) => used.has(id))
        .map(({ id, title, summary, source }) => ({ id, title, summary, cite: source.cite, url: source.url })),
    },
    trialsOf(run, { metrics: ["attackSuccessRate", "accuracy"], command, tell }),
  );
}
