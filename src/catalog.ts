// Generated from the method folders by `node scripts/catalog.mjs`; do not edit.
import { alfa } from "./attacks/alfa.ts";
import { bFlip } from "./attacks/b-flip.ts";
import { badEncoder } from "./attacks/bad-encoder.ts";
import { bullseyePolytope } from "./attacks/bullseye-polytope.ts";
import { cleanLabelTrigger } from "./attacks/clean-label-trigger.ts";
import { confidentFlip } from "./attacks/confident-flip.ts";
import { constantLabelInjection } from "./attacks/constant-label-injection.ts";
import { featureCollision } from "./attacks/feature-collision.ts";
import { flippedCopies } from "./attacks/flipped-copies.ts";
import { gradientInjection } from "./attacks/gradient-injection.ts";
import { greedyFlip } from "./attacks/greedy-flip.ts";
import { honestInjection } from "./attacks/honest-injection.ts";
import { infFlip } from "./attacks/inf-flip.ts";
import { influenceInjection } from "./attacks/influence-injection.ts";
import { inputAscent } from "./attacks/input-ascent.ts";
import { inputNoise } from "./attacks/input-noise.ts";
import { kktInjection } from "./attacks/kkt-injection.ts";
import { labelBackdoor } from "./attacks/label-backdoor.ts";
import { labelFlip } from "./attacks/label-flip.ts";
import { minMaxInjection } from "./attacks/min-max-injection.ts";
import { mistakenClass } from "./attacks/mistaken-class.ts";
import { patom } from "./attacks/patom.ts";
import { randomInjection } from "./attacks/random-injection.ts";
import { averageProfiles } from "./attacks/ratings/average-profiles.ts";
import { bandwagonProfiles } from "./attacks/ratings/bandwagon-profiles.ts";
import { loveHateProfiles } from "./attacks/ratings/love-hate-profiles.ts";
import { patomAccounts } from "./attacks/ratings/patom-accounts.ts";
import { pgaRatings } from "./attacks/ratings/pga-ratings.ts";
import { popularAverageProfiles } from "./attacks/ratings/popular-average-profiles.ts";
import { probeProfiles } from "./attacks/ratings/probe-profiles.ts";
import { randomProfiles } from "./attacks/ratings/random-profiles.ts";
import { reverseBandwagonProfiles } from "./attacks/ratings/reverse-bandwagon-profiles.ts";
import { searchedProfiles } from "./attacks/ratings/searched-profiles.ts";
import { segmentProfiles } from "./attacks/ratings/segment-profiles.ts";
import { rowShift } from "./attacks/row-shift.ts";
import { silentReweight } from "./attacks/silent-reweight.ts";
import { svmInjection } from "./attacks/svm-injection.ts";
import { tamperedWeights } from "./attacks/tampered-weights.ts";
import { targetedFlip } from "./attacks/targeted-flip.ts";
import { triggerInjection } from "./attacks/trigger-injection.ts";
import { triggerRelabel } from "./attacks/trigger-relabel.ts";
import { triggerRules } from "./attacks/trigger-rules.ts";
import { tuningShopping } from "./attacks/tuning-shopping.ts";
import { uniformInjection } from "./attacks/uniform-injection.ts";
import { upstreamTrigger } from "./attacks/upstream-trigger.ts";
import { weightBackdoor } from "./attacks/weight-backdoor.ts";
import type { Attack } from "./core/attack.ts";
import type { Detector } from "./core/detector.ts";
import type { Learner } from "./core/learner.ts";
import type { Metric } from "./core/metric.ts";
import type { AccountDetector, RatingAttack, RatingRepair, Recommender } from "./core/recommender.ts";
import type { Repair } from "./core/repair.ts";
import { accountContradiction } from "./detectors/account-contradiction.ts";
import { activationClustering } from "./detectors/activation-clustering.ts";
import { combined } from "./detectors/combined.ts";
import { confidentLearning } from "./detectors/confident-learning.ts";
import { influence } from "./detectors/influence.ts";
import { knnShapley } from "./detectors/knn-shapley.ts";
import { labelConditionalOutlier } from "./detectors/label-conditional-outlier.ts";
import { loss } from "./detectors/loss.ts";
import { margin } from "./detectors/margin.ts";
import { nearDuplicates } from "./detectors/near-duplicates.ts";
import { neighbourDisagreement } from "./detectors/neighbour-disagreement.ts";
import { accountEvidence } from "./detectors/ratings/account-evidence.ts";
import { degreeOfSimilarity } from "./detectors/ratings/degree-of-similarity.ts";
import { fillerMeanTargetDifference } from "./detectors/ratings/filler-mean-target-difference.ts";
import { fillerMeanVariance } from "./detectors/ratings/filler-mean-variance.ts";
import { lengthVariance } from "./detectors/ratings/length-variance.ts";
import { nearCopies } from "./detectors/ratings/near-copies.ts";
import { pcaVarSelect } from "./detectors/ratings/pca-var-select.ts";
import { rdma } from "./detectors/ratings/rdma.ts";
import { unrap } from "./detectors/ratings/unrap.ts";
import { wda } from "./detectors/ratings/wda.ts";
import { wdma } from "./detectors/ratings/wdma.ts";
import { roni } from "./detectors/roni.ts";
import { selfInfluence } from "./detectors/self-influence.ts";
import { sever } from "./detectors/sever.ts";
import { slab } from "./detectors/slab.ts";
import { sourceConduct } from "./detectors/source-conduct.ts";
import { sourceValue } from "./detectors/source-value.ts";
import { spectralSignatures } from "./detectors/spectral-signatures.ts";
import { sphere } from "./detectors/sphere.ts";
import { strip } from "./detectors/strip.ts";
import { svdResidual } from "./detectors/svd-residual.ts";
import { taskContrast } from "./detectors/task-contrast.ts";
import { taskValue } from "./detectors/task-value.ts";
import { triggerAssociation } from "./detectors/trigger-association.ts";
import { triggerInversion } from "./detectors/trigger-inversion.ts";
import { linearSvm } from "./learners/linear-svm.ts";
import { logistic } from "./learners/logistic.ts";
import { mtrl } from "./learners/mtrl.ts";
import { alsExplicit } from "./learners/ratings/als-explicit.ts";
import { alsImplicit } from "./learners/ratings/als-implicit.ts";
import { bpr } from "./learners/ratings/bpr.ts";
import { itemKnnImplicit } from "./learners/ratings/item-knn-implicit.ts";
import { itemKnn } from "./learners/ratings/item-knn.ts";
import { mtrlUsers } from "./learners/ratings/mtrl-users.ts";
import { ridge } from "./learners/ridge.ts";
import { accuracy } from "./metrics/accuracy.ts";
import { auc } from "./metrics/auc.ts";
import { rmse } from "./metrics/rmse.ts";
import { encoderHead } from "./node/learners/encoder-head.ts";
import { mlp } from "./node/learners/mlp.ts";
import { cutTies } from "./repairs/cut-ties.ts";
import { dropFlagged } from "./repairs/drop-flagged.ts";
import { drop } from "./repairs/drop.ts";
import { finePruning } from "./repairs/fine-pruning.ts";
import { fineTuning } from "./repairs/fine-tuning.ts";
import { huber } from "./repairs/huber.ts";
import { newtonUnlearning } from "./repairs/newton-unlearning.ts";
import { partitionVote } from "./repairs/partition-vote.ts";
import { dropAccounts } from "./repairs/ratings/drop-accounts.ts";
import { huberRatings } from "./repairs/ratings/huber-ratings.ts";
import { trimmedRatings } from "./repairs/ratings/trimmed-ratings.ts";
import { weighAccounts } from "./repairs/ratings/weigh-accounts.ts";
import { relabel } from "./repairs/relabel.ts";
import { reweight } from "./repairs/reweight.ts";
import { severFilter } from "./repairs/sever-filter.ts";
import { taskTrim } from "./repairs/task-trim.ts";
import { triggerUnlearning } from "./repairs/trigger-unlearning.ts";
import { trim } from "./repairs/trim.ts";

/** Every method, by kind. */
export const catalog: {
  readonly learners: readonly Learner[];
  readonly attacks: readonly Attack[];
  readonly detectors: readonly Detector[];
  readonly repairs: readonly Repair[];
  readonly certificates: readonly never[];
  readonly metrics: readonly Metric[];
  /** What works on ratings. */
  readonly ratings: {
    readonly recommenders: readonly Recommender[];
    readonly attacks: readonly RatingAttack[];
    readonly detectors: readonly AccountDetector[];
    readonly repairs: readonly RatingRepair[];
  };
} = {
  learners: [encoderHead, linearSvm, logistic, mlp, mtrl, ridge],
  attacks: [
    alfa,
    bFlip,
    badEncoder,
    bullseyePolytope,
    cleanLabelTrigger,
    confidentFlip,
    constantLabelInjection,
    featureCollision,
    flippedCopies,
    gradientInjection,
    greedyFlip,
    honestInjection,
    infFlip,
    influenceInjection,
    inputAscent,
    inputNoise,
    kktInjection,
    labelBackdoor,
    labelFlip,
    minMaxInjection,
    mistakenClass,
    patom,
    randomInjection,
    rowShift,
    silentReweight,
    svmInjection,
    tamperedWeights,
    targetedFlip,
    triggerInjection,
    triggerRelabel,
    triggerRules,
    tuningShopping,
    uniformInjection,
    upstreamTrigger,
    weightBackdoor,
  ],
  detectors: [
    accountContradiction,
    activationClustering,
    combined,
    confidentLearning,
    influence,
    knnShapley,
    labelConditionalOutlier,
    loss,
    margin,
    nearDuplicates,
    neighbourDisagreement,
    roni,
    selfInfluence,
    sever,
    slab,
    sourceConduct,
    sourceValue,
    spectralSignatures,
    sphere,
    strip,
    svdResidual,
    taskContrast,
    taskValue,
    triggerAssociation,
    triggerInversion,
  ],
  repairs: [
    cutTies,
    drop,
    dropFlagged,
    finePruning,
    fineTuning,
    huber,
    newtonUnlearning,
    partitionVote,
    relabel,
    reweight,
    severFilter,
    taskTrim,
    triggerUnlearning,
    trim,
  ],
  certificates: [],
  metrics: [accuracy, auc, rmse],
  ratings: {
    recommenders: [alsExplicit, alsImplicit, bpr, itemKnn, itemKnnImplicit, mtrlUsers],
    attacks: [
      averageProfiles,
      bandwagonProfiles,
      loveHateProfiles,
      patomAccounts,
      pgaRatings,
      popularAverageProfiles,
      probeProfiles,
      randomProfiles,
      reverseBandwagonProfiles,
      searchedProfiles,
      segmentProfiles,
    ],
    detectors: [
      accountEvidence,
      degreeOfSimilarity,
      fillerMeanTargetDifference,
      fillerMeanVariance,
      lengthVariance,
      nearCopies,
      pcaVarSelect,
      rdma,
      unrap,
      wda,
      wdma,
    ],
    repairs: [dropAccounts, huberRatings, trimmedRatings, weighAccounts],
  },
};
