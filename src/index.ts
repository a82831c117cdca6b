/**
 * The library: what the command line does, with values instead of text, and the nouns that methods are written in.
 *
 * @module Library
 */

// Audits: what the command line does, with values instead of text.
export { audit, auditDialogues, auditRatings, measureTaskRelations, openRun, resumeAudit, runAudit, writeReport } from "./node/audit.ts";
export { work } from "./node/queue/work.ts";
export type { WorkAsked, Worked } from "./node/queue/work.ts";
export { mergeRuns } from "./node/merge.ts";
export type { MergeAsked } from "./node/merge.ts";
export type { Shard } from "./study/shard.ts";
export type { AuditHooks, AuditResult, OpenedRun, RatingsAuditResult, TasksStudyResult } from "./node/audit.ts";
export type { RatingsAuditConfig, RatingsDataConfig } from "./node/config/ratings-audit-config.ts";
export type { TasksConfig } from "./node/tasks/resolve-tasks.ts";
export type { TasksResult } from "./study/tasks/tasks-result.ts";
export type { LearnerFindings } from "./report/judging/learner-findings.ts";
export type { AuditConfig, DataConfig } from "./node/config/audit-config.ts";
export type { ColumnChoice, MethodChoice, RepairChoice } from "./node/config/options/choices.ts";
export { certify } from "./node/certify.ts";
export type { CertifiedRun, CertifyConfig, CertifyHooks } from "./node/certify.ts";
export { certifyRatings } from "./node/certify-ratings.ts";
export type { CertifiedRatingsRun, CertifyRatingsConfig } from "./node/certify-ratings.ts";
export type { CertifiedRatings, RatingCertificateResult } from "./study/certify/certify-ratings.ts";
export type { ItemReach, Targeted } from "./study/certify/rating-targets.ts";
export type { Certificate, CertificateInput, Bound, AnswerBound, ValueBound, LossBound } from "./core/certificate.ts";
export type { Certified, CertificateResult, CertifiedAt, NotCertified } from "./study/certify/result.ts";
export { scan, scanData, scanDialogues, scanRatings } from "./node/scan.ts";
export type { Scan, ScanOf } from "./node/scan.ts";
export type { ScanConfig } from "./node/kinds/table-scan.ts";
export type { DialoguesScanConfig } from "./node/config/dialogues-config.ts";
export type { RatingsScanConfig } from "./node/kinds/ratings-scan.ts";
export type { AnyScannable, RowsOfScan, ScanHooks, Scannable, Sight } from "./node/kinds/scannable.ts";
export type { ScanManifest } from "./node/scan/scan-folder.ts";
export type { FalseAlarms } from "./core/false-alarms.ts";
export type { CampaignFinding, DetectorOutcome, GroupFinding, NotRun, RowFinding, ScanResult } from "./study/scan/scan-result.ts";
export { clean } from "./node/clean.ts";
export type { CleanConfig, Cleaned } from "./node/clean.ts";
export { compareRuns } from "./node/compare.ts";
export type { ComparedRuns } from "./node/compare.ts";
export type { ChangedFinding, DifferingSetting, RunChanges } from "./report/compare/run-changes.ts";
export type { ComparedFigure, NotCompared } from "./study/compare/compare-records.ts";
export { attestRun } from "./node/evidence/attest-run.ts";
export type { AttestRunOptions } from "./node/evidence/attest-run.ts";
export { verifyRun } from "./node/evidence/verify-run.ts";
export type { EvidenceCheck, VerifiedEvidence, VerifyRunOptions } from "./node/evidence/verify-run.ts";
export type { Decision, Evidence } from "./report/evidence/evidence.ts";
export { isRatingsConfig, readConfigFile } from "./node/config/config-file.ts";
export type { AnyAuditConfig } from "./node/config/config-file.ts";
export { configSchema } from "./node/config/config-schema.ts";
export type { Judgement } from "./node/runs/judge-run.ts";
export type { AnyAuditKind, AuditKind, JudgedRun, Reading } from "./node/kinds/audit-kind.ts";
export { kinds } from "./node/kinds/kinds.ts";
export type { AnyManifest, DataInfo, Manifest, RatingsInfo, RatingsManifest, TasksInfo, TasksManifest } from "./node/runs/manifest.ts";
export { version } from "./node/runs/version.ts";

// Data and poison as files.
export { readTable } from "./node/read/read-table.ts";
export type { Format } from "./node/formats.ts";
export type { Dialect, Note, ReadRequest, ReadResult, SourceFile } from "./node/read/request.ts";
export { type DialoguesRead, type DialoguesRequest, readDialogues } from "./node/read/dialogues/read-dialogues.ts";
export { readRatings } from "./node/read/ratings/read-ratings.ts";
export type { RatingsRequest, RatingsResult } from "./node/read/ratings/read-ratings.ts";
export { attackData } from "./node/attack.ts";
export type { AttackAsked, Attacked } from "./node/attack.ts";
export type { Attackable } from "./node/kinds/attackable.ts";
export type { PoisonOfFile } from "./node/poison/poison-of-file.ts";
export { makePoison } from "./node/poison/make-poison.ts";
export type { MadePoison } from "./node/poison/make-poison.ts";
export { demoAudit, writeDemo } from "./node/demo.ts";
export type { DemoFiles } from "./node/demo.ts";
export { undoPatch, writePoisonedCopy } from "./node/poison/poison-file.ts";
export type { PoisonedCopy, PoisonedCopyInput } from "./node/poison/poison-file.ts";

// Studies, for tables and methods of one's own.
export { catalog } from "./catalog.ts";
export { planStudy, runStudy } from "./study/run-study.ts";
export type { Cell, TrialSpec } from "./study/kind.ts";
export type { StudyOptions } from "./study/run-study.ts";
export type { StudyInput } from "./study/table/seed-setup.ts";
export type { Chosen, Methods, StudyConfig } from "./study/config.ts";
export type { ClassRecall, Detection, TrialRecord } from "./study/record.ts";
export type { RecallEntry } from "./study/class-recalls.ts";
export { summarise } from "./study/summary.ts";
export type { DetectionEntry, Summary, SummaryContext, SummaryEntry } from "./study/summary.ts";
export { parseLimit } from "./report/judging/limits.ts";
export type { Limit } from "./report/judging/limits.ts";
export { exitCodeOf, verdictOf } from "./report/judging/verdict.ts";
export type { Verdict, VerdictOptions } from "./report/judging/verdict.ts";
export { renderAudit } from "./report/audit/audit-text.ts";

// Methods of one's own.
export { useMethods } from "./node/methods/own-methods.ts";
export type { OwnModule } from "./node/methods/own-methods.ts";
export { defineAttack, defineCertificate, defineDetector, defineLearner, defineMetric, defineRepair } from "./node/methods/define.ts";
export { checkAttack } from "./node/contract/check-attack.ts";
export { checkDetector } from "./node/contract/check-detector.ts";
export { checkLearner } from "./node/contract/check-learner.ts";
export { checkRepair } from "./node/contract/check-repair.ts";
export { ContractBreach } from "./node/contract/contract.ts";
export type { ContractOptions } from "./node/contract/contract.ts";

// The nouns that methods are written in.
export { CancelledError, NumericalError, UsageError } from "./core/errors.ts";
export type { Cell as TableCell, Column, NamedColumn, NumberColumn, Roles, SparseCell, Table, VectorColumn } from "./core/table.ts";
export type { Dataset, FeatureKind, Features, Target } from "./core/dataset.ts";
export type { Access, Budget, Goal, Knowledge, Reach, ReachKind, ThreatModel } from "./core/threat.ts";
export type {
  AccountPoison,
  CellChange,
  DataPoison,
  FeatureChange,
  FeatureRow,
  LogicPatch,
  Poison,
  RawRow,
  TablePoison,
  UpstreamPoison,
} from "./core/poison.ts";
export { listExamples, targetOf, taskNames } from "./core/examples.ts";
export type { Examples } from "./core/examples.ts";
export { applyToDataset, applyToTable, undoOnTable } from "./core/apply/apply.ts";
export { applyPoison, findBreach, undoPoison } from "./core/patch.ts";
export type { GuardInput, PatchedData } from "./core/patch.ts";
export type { RunContext, Signal } from "./core/context.ts";
export type { MethodInfo, Source, TargetKind } from "./core/method.ts";
export type { AutoSpec, BooleanSpec, ChoiceSpec, NumberSpec, ParamSpec, ParamSpecs } from "./core/params.ts";
export type { Attack, AttackInput, UpstreamView } from "./core/attack.ts";
export type { Detector, DetectorContext, Scores } from "./core/detector.ts";
export type { BaseModel, FitOptions, Learner, Model } from "./core/learner.ts";
export type { Measured, Metric } from "./core/metric.ts";
export type { Objective } from "./core/objective.ts";
export type { FittedPipeline, Pipeline, TrainingSet } from "./core/pipeline.ts";
export type { CleaningRepair, FittingRepair, Repair, RepairContext } from "./core/repair.ts";
export type { DenseMatrix, Matrix, SparseMatrix } from "./numeric/matrices/matrix.ts";
export { makeRng } from "./numeric/random.ts";
export type { Rng } from "./numeric/random.ts";
export type { Figure } from "./numeric/statistics/intervals.ts";

// Recommenders: what is rated, learned and attacked there.
export { isFactorModel } from "./core/recommender.ts";
export type {
  AccountDetector,
  FactorModel,
  Factors,
  RatingAttack,
  RatingAttackInput,
  RatingBound,
  RatingCertificate,
  RatingCertificateInput,
  RatingGoal,
  RatingRepair,
  Recommender,
  RecommenderModel,
  RecommenderOptions,
} from "./core/recommender.ts";
export type { Profile, RatingScale, Ratings } from "./core/ratings.ts";
export type {
  AnswerRole,
  DialogueAttack,
  DialogueAttackInput,
  DialogueContext,
  DialogueDetector,
  DialogueGroup,
  DialoguePoison,
  DialogueScores,
  Dialogues,
} from "./core/dialogues.ts";
export { applyAccounts, withoutAccounts } from "./core/apply/apply-accounts.ts";
export { leaveLastOut, randomRatingSplit } from "./data/ratings-split.ts";

// Pieces that several methods share.
export { labelRanges, makeWrongLabels, relabelling } from "./blocks/relabel/wrong-label.ts";
export { reachableExamples } from "./blocks/relabel/reachable-examples.ts";
export { outOfFold } from "./blocks/held-out/out-of-fold.ts";
export { stratifiedFolds } from "./blocks/held-out/folds.ts";
