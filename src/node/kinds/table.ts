import { catalog } from "../../catalog.ts";
import { listExamples, targetOf, taskNames } from "../../core/examples.ts";
import { classShares, primaryMetricId } from "../../core/metric.ts";
import { columnOf } from "../../core/table.ts";
import { renderAudits } from "../../report/audit/audit-text.ts";
import { certifiedMetrics } from "../../report/judging/certified-limits.ts";
import { auditJson } from "../../report/judging/audit-json.ts";
import { type StudyConfig, resolveReach } from "../../study/config.ts";
import { tableKind } from "../../study/kinds/table.ts";
import { intentQuantities } from "../../study/table/intent-metrics.ts";
import { majorityQuantity } from "../../study/table/measure.ts";
import { type StudyInput, splitForSeed } from "../../study/table/seed-setup.ts";
import { type AuditConfig, readRequestOf } from "../config/audit-config.ts";
import { checkConfig, resolveStudy } from "../config/resolve-study.ts";
import { readTable } from "../read/read-table.ts";
import type { ReadResult } from "../read/request.ts";
import type { DataInfo, Manifest } from "../runs/manifest.ts";
import { version } from "../runs/version.ts";
import { tableSchemas } from "./table-run.ts";
import { certifyRun, hasCertificates, readCertificates } from "./certificates-file.ts";
import { share, unshare } from "./share.ts";
import type { AuditKind } from "./audit-kind.ts";
import { describePlan } from "./describe-table.ts";
import { estimateStudyMs } from "./estimate-table.ts";
import { tableFailuresOf, tableFindingsOf, tablePageOf } from "./table-report.ts";

/** Audits of rows with features and labels. */
export const tableAudit: AuditKind<Manifest, AuditConfig, ReadResult, StudyInput> = {
  id: "audit",
  module: import.meta.url,
  schemas: tableSchemas,
  study: tableKind,
  checkConfig,
  pathOf: ({ data }) => data?.path,
  requestOf: ({ data = {} }) => readRequestOf(data),
  read: readTable,
  resolve: (config, { table }) => resolveStudy(config, table),
  tryOut({ table, config }) {
    const seeds = Math.max(config.seeds, config.until?.seeds ?? 0);
    for (let seed = config.firstSeed; seed < config.firstSeed + seeds; seed++) splitForSeed(table, config, seed);
  },
  inputOf: ({ table }, config) => ({ table, config, methods: catalog }),
  share: ({ methods: _, ...input }) => share(input),
  unshare: (data) => ({ ...(unshare(data) as Omit<StudyInput, "methods">), methods: catalog }),
  identityOf,
  infoOf: describeData,
  describe: ({ table }, study, cells) => describePlan(table, study, cells),
  estimateMs: estimateStudyMs,
  quantitiesOf: ({ data: { target } }) => ({
    measured: catalog.metrics.filter((metric) => metric.appliesTo(target)),
    ofAttacks: intentQuantities,
    ofClean: target.kind === "classes" ? [majorityQuantity] : [],
  }),
  heldEqual: ({ data, study }) => ({
    "the label": data.roles.labels,
    "the column of tasks": data.roles.task,
    "the classes, or the kind of the label": data.target,
    "the rows that were read": data.rows,
    "the rows that are labelled": data.examples,
    "the share of the rows that is tested on": study.testFraction,
    "one model or one for each task": study.sharing,
    "the share of the rows that is verified": study.trustedFraction,
    "the share of the rows that is pretrained on": study.pretraining,
    "the attack tasks": study.attackTasks,
    "the target tasks": study.targetTasks,
    "the target": study.target,
  }),
  contextOf: ({ data: { target, classShares: shares, measuredExamples }, study: { testFraction, until } }) => ({
    primaryMetric: primaryMetricId(target, shares),
    examples: measuredExamples,
    testFraction,
    until,
    ...(target.kind === "classes" ? { classes: target.names } : {}),
  }),
  afterTrials: async (run, input, options) => {
    if (input.config.certificates !== undefined) await certifyRun(run, input, options);
  },
  isAfterTrials: (path, { study }) => study.certificates === undefined || hasCertificates(path),
  provenOf: ({ data: { target }, study }) => (study.certificates === undefined ? [] : certifiedMetrics(target.kind)),
  certifiedIn: readCertificates,
  renderText: (run, { tables }) => (tables ? Promise.resolve(renderAudits(run.judged.learners, run.judged.verdict)) : tableFindingsOf(run)),
  renderJson: ({ path, records, judged }) => Promise.resolve(auditJson(path, judged, records)),
  pageOf: (run) => Promise.resolve(tablePageOf(run)),
  failuresOf: tableFailuresOf,
};

/** What shapes the trials besides the study: what was read, how, and by which version. */
function identityOf({ table, files, dialect }: ReadResult): unknown {
  const { roles } = table;
  const used = [...roles.labels, ...roles.features];
  return {
    theriac: version,
    files: files.map((file) => file.sha256),
    dialect,
    roles,
    kinds: used.map((name) => columnOf(table, name).kind),
  };
}

function describeData({ table, files }: ReadResult, study: StudyConfig): DataInfo {
  const target = targetOf(table);
  const { y, task } = listExamples(table);
  const { targetTasks } = resolveReach(table, study);
  const measuredExamples = targetTasks === null ? y.length : task.filter((t) => targetTasks.includes(t)).length;
  const source = table.roles.source === null ? null : columnOf(table, table.roles.source);
  const sources = source !== null && "names" in source ? { sources: source.names.length } : {};
  return {
    files,
    roles: table.roles,
    rows: table.rows,
    examples: y.length,
    measuredExamples,
    target,
    classShares: classShares(target, y),
    tasks: taskNames(table).length,
    ...sources,
  };
}
