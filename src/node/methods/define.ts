import type { Attack } from "../../core/attack.ts";
import type { Certificate } from "../../core/certificate.ts";
import type { Detector } from "../../core/detector.ts";
import type { Learner } from "../../core/learner.ts";
import type { Metric } from "../../core/metric.ts";
import type { CleaningRepair, FittingRepair } from "../../core/repair.ts";

/** An attack of one's own, as it is: an editor checks it, and knows the type of its parameters from `params`. */
export const defineAttack = <P = any>(attack: Attack<P>): Attack<P> => attack;
/** A detector of one's own. */
export const defineDetector = <P = any>(detector: Detector<P>): Detector<P> => detector;
/** A repair of one's own, which cleans the data (`stage: "clean"`) or trains in another way (`stage: "fit"`). */
export const defineRepair = <R extends CleaningRepair | FittingRepair>(repair: R): R => repair;
/** A learner of one's own. */
export const defineLearner = <P = any>(learner: Learner<P>): Learner<P> => learner;
/** A certificate of one's own. */
export const defineCertificate = <P = any>(certificate: Certificate<P>): Certificate<P> => certificate;
/** A metric of one's own. */
export const defineMetric = (metric: Metric): Metric => metric;
