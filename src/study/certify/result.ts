import type { CertificateUnit, UnitCosts } from "../../core/certificate.ts";
import type { Targeted } from "./rating-targets.ts";
import type { Sandwich } from "./sandwich-result.ts";
import type { Figure } from "../../numeric/statistics/intervals.ts";

/** What a figure of a certificate is: a share of right answers that no attack changes, the root mean squared error or the training loss that none exceeds. */
export type CertifiedMetric = "certifiedAccuracy" | "certifiedRmse" | "certifiedLoss" | "certifiedPrecision";

/** One step of a curve; figures stay the same up to the radius of the next. */
export interface CertifiedAt {
  readonly radius: number;
  /** null = nothing is certified: not 0, but no bound. */
  readonly figure: Figure | null;
  /** Of a loss: what the worst poison found reaches, of as many units as come before the next step. Of numbers: share of the rows whose interval is finite. */
  readonly reached?: number | null;
}

/** A certificate of a whole set of test rows. Plain data. */
export interface CertificateResult {
  readonly id: string;
  readonly params: unknown;
  readonly unit: CertificateUnit;
  readonly costs: UnitCosts;
  readonly confidence: number | null;
  readonly assumes: readonly string[];
  readonly made: string;
  readonly metric: CertifiedMetric;
  /** The same figure with no poison: accuracy, RMSE or loss of what is certified. */
  readonly clean: Figure;
  /** From radius 0 on, by rising radius. */
  readonly curve: readonly CertifiedAt[];
  /** Of answers: share of all answers, right or wrong, that more than `radius` units are needed for, by the same radii; absent elsewhere. */
  readonly stable?: readonly number[];
  /** Of answers: the most units that half of the rows outlast with their right answer; −1 = fewer than half are right; null = without end. Absent elsewhere. */
  readonly medianRadius?: number | null;
  /** Of answers: the radius of each row, wrong answers too; Infinity where nothing changes it. Absent elsewhere. */
  readonly radii?: readonly number[];
  /** Of recommendations: what it takes to bring items into lists; absent elsewhere. */
  readonly targeted?: readonly Targeted[];
  /** Where attacks were tried on the very models that are certified; absent where none was asked for. */
  readonly sandwich?: Sandwich;
}

/**
 * Radii at which attacks are worth trying: where three quarters, half and a quarter of the right answers stay certified; of errors that cannot be exceeded, a
 * quarter, half and all of the units of which there is a bound.
 */
export function radiiToTry({ curve, clean, metric }: Pick<CertificateResult, "curve" | "clean" | "metric">): number[] {
  const lastWith = (least: number): number => {
    let last = 0;
    for (const { radius, figure } of curve) if (figure !== null && figure.value >= least) last = radius;
    return last;
  };
  const radii =
    metric === "certifiedAccuracy"
      ? [0.75, 0.5, 0.25].map((share) => lastWith(share * clean.value))
      : [0.25, 0.5, 1].map((share) => Math.floor(share * lastWith(0)));
  return [...new Set(radii.filter((radius) => radius > 0))].sort((a, b) => a - b);
}

/** What could not be certified, and why. */
export interface NotCertified {
  readonly id: string;
  readonly why: string;
}

/** Of recommendations: whose lists were certified, and by what they were judged. */
export interface CertifiedLists {
  /** Users whose lists were certified, of those from whom something was held back. */
  readonly users: { readonly certified: number; readonly able: number };
  readonly top: number;
  readonly heldOut: { readonly ratings: number; readonly by: "time" | "chance" };
}

export interface Certified {
  readonly certificates: readonly CertificateResult[];
  readonly notRun: readonly NotCertified[];
  /** How many there are of what a radius counts, in the data that are learned from. */
  readonly totals: { readonly rows: number; readonly accounts: number | null };
  /** Rows of the table that were answered, in the order of the radii, from 0. */
  readonly tested: readonly number[];
  /** Accuracy of always answering the most frequent class; null of numbers. */
  readonly majority: number | null;
  /** Of recommendations; absent elsewhere. */
  readonly lists?: CertifiedLists;
}

/** What to call each of them: its id, and where another of that id stands before it the settings in which it differs from that. */
export function certificateNames(certificates: readonly Pick<CertificateResult, "id" | "params">[]): string[] {
  return certificates.map(({ id, params }, k) => {
    const first = certificates.findIndex((other) => other.id === id);
    const known = certificates[first].params as Readonly<Record<string, unknown>>;
    const own = Object.entries(params as object).filter(([name, value]) => first !== k && known[name] !== value);
    return [id, ...own.map(([name, value]) => `${name}=${String(value)}`)].join(":");
  });
}

/** The figure at this radius; null where nothing is certified there. */
export function figureAt({ curve }: Pick<CertificateResult, "curve">, radius: number): Figure | null {
  let found: CertifiedAt | null = null;
  for (const step of curve) if (step.radius <= radius) found = step;
  return found === null ? null : found.figure;
}
