import { noRepair } from "../../study/record.ts";
import { figureText } from "../words/format.ts";
import type { Evidence } from "./evidence.ts";

/**
 * A CycloneDX 1.6 bill of materials of what was audited: the model with a card of its figures, and the data that it was trained and tested on.
 *
 * @param serial a UUID
 */
export function mlBom(evidence: Evidence, serial: string): object {
  const { data, figures, ran, scope, verdict, madeAt, tool, threats, run } = evidence;
  const learner = ran.learners[0] ?? "unknown";
  const label = (file: { readonly sha256: string }): string => `data:${file.sha256}`;
  const shown = figures.filter(({ attack, repair }) => attack === null || repair === noRepair);
  const rowsRoot = data.rowsRoot === null ? [] : [{ name: "theriac:rowsRoot", value: `${data.rowsRoot.algorithm}:${data.rowsRoot.root}` }];
  return {
    $schema: "http://cyclonedx.org/schema/bom-1.6.schema.json",
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    serialNumber: `urn:uuid:${serial}`,
    version: 1,
    metadata: {
      timestamp: madeAt,
      tools: { components: [{ type: "application", name: "theriac", version: String(tool.theriac) }] },
      component: {
        type: "machine-learning-model",
        "bom-ref": `model:${learner}`,
        name: learner,
        description: `What theriac audited in the run ${run.name}: trained anew for each trial, so it is a way of training and no stored model.`,
        modelCard: {
          modelParameters: {
            approach: { type: "supervised" },
            ...(typeof scope.task === "string" ? { task: scope.task } : {}),
            modelArchitecture: learner,
            datasets: data.files.map((file) => ({ ref: label(file) })),
          },
          quantitativeAnalysis: {
            performanceMetrics: shown.map(({ metric, figure, attack, budgetFraction, repair }) => ({
              type: metric,
              value: String(figure.value),
              slice:
                attack === null
                  ? `without attack${repair === noRepair ? "" : `, repair ${repair}`}`
                  : `under ${attack} at ${budgetFraction}`,
              ...(figure.low === null || figure.high === null
                ? {}
                : { confidenceInterval: { lowerBound: String(figure.low), upperBound: String(figure.high) } }),
            })),
          },
          considerations: {
            technicalLimitations: [
              `Verdict of the audit: ${verdict.outcome}.`,
              ...verdict.reasons,
              `${threats.length} attacks at their budgets were tried; others may do more.`,
            ],
          },
          properties: [
            { name: "theriac:verdict", value: verdict.outcome },
            {
              name: "theriac:baseline",
              value: shown
                .filter(({ attack, repair }) => attack === null && repair === noRepair)
                .map(({ metric, figure }) => `${metric} ${figureText(figure)}`)
                .join("; "),
            },
          ],
        },
      },
    },
    components: data.files.map((file) => ({
      type: "data",
      "bom-ref": label(file),
      name: file.name,
      hashes: [{ alg: "SHA-256", content: file.sha256 }],
      data: [
        {
          type: "dataset",
          name: file.name,
          contents: {
            properties: [
              { name: "theriac:rows", value: String(file.rows) },
              { name: "theriac:bytes", value: String(file.bytes) },
              ...rowsRoot,
            ],
          },
        },
      ],
    })),
    dependencies: [{ ref: `model:${learner}`, dependsOn: [...new Set(data.files.map(label))] }],
  };
}
