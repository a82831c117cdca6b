import type { Certified, CertifiedMetric } from "../../study/certify/result.ts";

const cleanNames: Readonly<Record<CertifiedMetric, string>> = {
  certifiedAccuracy: "accuracy",
  certifiedRmse: "rmse",
  certifiedLoss: "loss",
  certifiedPrecision: "precision",
};

/** The certificates as JSON tells them. */
export function certifiedJson({ certificates, notRun, totals, tested, majority, lists }: Certified): Record<string, unknown> {
  return {
    certificates: certificates.map(({ curve, metric, radii: _, clean, stable, medianRadius, targeted, ...rest }) => ({
      ...rest,
      clean: { [cleanNames[metric]]: clean },
      curve: curve.map(({ radius, figure, reached }, k) => ({
        radius,
        [metric]: figure,
        ...(stable === undefined ? {} : { stable: stable[k] }),
        ...(reached === undefined ? {} : { [metric === "certifiedRmse" ? "finiteShare" : "reached"]: reached }),
      })),
      ...(medianRadius === undefined ? {} : { medianRadius: medianRadius ?? "unlimited" }),
      ...(targeted === undefined ? {} : { targeted: targeted.map(({ group, items, reach }) => ({ group, items: items.length, reach })) }),
    })),
    notRun,
    ...(lists === undefined ? { totals, testRows: tested.length, majority } : { totals, ...lists }),
  };
}
