import type { Certified } from "../../study/certify/result.ts";

/** The certificates as JSON tells them. */
export function certifiedJson({ certificates, notRun, totals, tested, majority }: Certified): Record<string, unknown> {
  return {
    certificates: certificates.map(({ curve, metric, radii: _, clean, stable, medianRadius, ...rest }) => ({
      ...rest,
      clean: { [metric === "certifiedAccuracy" ? "accuracy" : metric === "certifiedRmse" ? "rmse" : "loss"]: clean },
      curve: curve.map(({ radius, figure, reached }, k) => ({
        radius,
        [metric]: figure,
        ...(stable === undefined ? {} : { stable: stable[k] }),
        ...(reached === undefined ? {} : { [metric === "certifiedRmse" ? "finiteShare" : "reached"]: reached }),
      })),
      ...(medianRadius === undefined ? {} : { medianRadius: medianRadius ?? "unlimited" }),
    })),
    notRun,
    ...{ totals, testRows: tested.length, majority },
  };
}
