// Generated from the method folders by `node scripts/catalog.mjs`; do not edit.
import { combinedTrigger } from "./attacks/dialogues/combined-trigger.ts";
import { fixedTrigger } from "./attacks/dialogues/fixed-trigger.ts";
import { preferenceSwap } from "./attacks/dialogues/preference-swap.ts";
import { repeatedQuestion } from "./attacks/dialogues/repeated-question.ts";
import { sentimentSentence } from "./attacks/dialogues/sentiment-sentence.ts";
import { severalTriggers } from "./attacks/dialogues/several-triggers.ts";
import { triggeredRefusal } from "./attacks/dialogues/triggered-refusal.ts";
import { triggeredToolCall } from "./attacks/dialogues/triggered-tool-call.ts";
import { constantLabelInjection } from "./attacks/inject/constant-label-injection.ts";
import { flippedCopies } from "./attacks/inject/flipped-copies.ts";
import { gradientInjection } from "./attacks/inject/gradient-injection.ts";
import { influenceInjection } from "./attacks/inject/influence-injection.ts";
import { minMaxInjection } from "./attacks/inject/min-max-injection.ts";
import { patom } from "./attacks/inject/patom.ts";
import { randomInjection } from "./attacks/inject/random-injection.ts";
import { svmInjection } from "./attacks/inject/svm-injection.ts";
import { textInjection } from "./attacks/inject/text-injection.ts";
import { triggerInjection } from "./attacks/inject/trigger-injection.ts";
import { uniformInjection } from "./attacks/inject/uniform-injection.ts";
import { mistakenClass } from "./attacks/logic/mistaken-class.ts";
import { silentReweight } from "./attacks/logic/silent-reweight.ts";
import { tamperedWeights } from "./attacks/logic/tampered-weights.ts";
import { triggerRules } from "./attacks/logic/trigger-rules.ts";
import { tuningShopping } from "./attacks/logic/tuning-shopping.ts";
import { weightBackdoor } from "./attacks/logic/weight-backdoor.ts";
import { alfa } from "./attacks/modify/alfa.ts";
import { bFlip } from "./attacks/modify/b-flip.ts";
import { bullseyePolytope } from "./attacks/modify/bullseye-polytope.ts";
import { cleanLabelTrigger } from "./attacks/modify/clean-label-trigger.ts";
import { confidentFlip } from "./attacks/modify/confident-flip.ts";
import { featureCollision } from "./attacks/modify/feature-collision.ts";
import { greedyFlip } from "./attacks/modify/greedy-flip.ts";
import { infFlip } from "./attacks/modify/inf-flip.ts";
import { inputAscent } from "./attacks/modify/input-ascent.ts";
import { inputNoise } from "./attacks/modify/input-noise.ts";
import { labelBackdoor } from "./attacks/modify/label-backdoor.ts";
import { labelFlip } from "./attacks/modify/label-flip.ts";
import { rowShift } from "./attacks/modify/row-shift.ts";
import { targetedFlip } from "./attacks/modify/targeted-flip.ts";
import { triggerRelabel } from "./attacks/modify/trigger-relabel.ts";
import { voteFlip } from "./attacks/modify/vote-flip.ts";
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
import { badEncoder } from "./attacks/upstream/bad-encoder.ts";
import { upstreamTrigger } from "./attacks/upstream/upstream-trigger.ts";
import { bagging } from "./certificates/bagging.ts";
import { deepPartitionAggregation } from "./certificates/deep-partition-aggregation.ts";
import { finiteAggregation } from "./certificates/finite-aggregation.ts";
import { hingeLossBound } from "./certificates/hinge-loss-bound.ts";
import { linearLabelFlips } from "./certificates/linear-label-flips.ts";
import { nearestNeighbours } from "./certificates/nearest-neighbours.ts";
import { otherTaskPartitions } from "./certificates/other-task-partitions.ts";
import { partitionLabelFlips } from "./certificates/partition-label-flips.ts";
import { radiusNeighbours } from "./certificates/radius-neighbours.ts";
import { pore } from "./certificates/ratings/pore.ts";
import { userPartitions } from "./certificates/ratings/user-partitions.ts";
import { runOffElection } from "./certificates/run-off-election.ts";
import { smoothedLabelFlips } from "./certificates/smoothed-label-flips.ts";
import type { Attack } from "./core/attack.ts";
import type { Certificate } from "./core/certificate.ts";
import type { Detector } from "./core/detector.ts";
import type { DialogueAttack, DialogueDetector, DialogueLearner } from "./core/dialogues.ts";
import type { Learner } from "./core/learner.ts";
import type { Metric } from "./core/metric.ts";
import type { AccountDetector, RatingAttack, RatingCertificate, RatingRepair, Recommender } from "./core/recommender.ts";
import type { Repair } from "./core/repair.ts";
import { combined } from "./detectors/combined.ts";
import { answerActions } from "./detectors/dialogues/answer-actions.ts";
import { answerFloods } from "./detectors/dialogues/answer-floods.ts";
import { brokenAnswers } from "./detectors/dialogues/broken-answers.ts";
import { contradictingAnswers } from "./detectors/dialogues/contradicting-answers.ts";
import { foreignTokens } from "./detectors/dialogues/foreign-tokens.ts";
import { hiddenCharacters } from "./detectors/dialogues/hidden-characters.ts";
import { instructionsInData } from "./detectors/dialogues/instructions-in-data.ts";
import { preferencePairs } from "./detectors/dialogues/preference-pairs.ts";
import { repeatedPassages } from "./detectors/dialogues/repeated-passages.ts";
import { triggerAnswers } from "./detectors/dialogues/trigger-answers.ts";
import { accountContradiction } from "./detectors/groups/account-contradiction.ts";
import { lyingAccounts } from "./detectors/groups/lying-accounts.ts";
import { nearDuplicates } from "./detectors/groups/near-duplicates.ts";
import { newAccounts } from "./detectors/groups/new-accounts.ts";
import { sourceConduct } from "./detectors/groups/source-conduct.ts";
import { sourceValue } from "./detectors/groups/source-value.ts";
import { taskContrast } from "./detectors/groups/task-contrast.ts";
import { taskMisfit } from "./detectors/groups/task-misfit.ts";
import { taskValue } from "./detectors/groups/task-value.ts";
import { textCampaigns } from "./detectors/groups/text-campaigns.ts";
import { confidentLearning } from "./detectors/labels/confident-learning.ts";
import { influence } from "./detectors/labels/influence.ts";
import { knnShapley } from "./detectors/labels/knn-shapley.ts";
import { labelNoise } from "./detectors/labels/label-noise.ts";
import { loss } from "./detectors/labels/loss.ts";
import { margin } from "./detectors/labels/margin.ts";
import { neighbourDisagreement } from "./detectors/labels/neighbour-disagreement.ts";
import { residualNoise } from "./detectors/labels/residual-noise.ts";
import { roni } from "./detectors/labels/roni.ts";
import { selfInfluence } from "./detectors/labels/self-influence.ts";
import { activationClustering } from "./detectors/outliers/activation-clustering.ts";
import { labelConditionalOutlier } from "./detectors/outliers/label-conditional-outlier.ts";
import { sever } from "./detectors/outliers/sever.ts";
import { slab } from "./detectors/outliers/slab.ts";
import { spectralSignatures } from "./detectors/outliers/spectral-signatures.ts";
import { sphere } from "./detectors/outliers/sphere.ts";
import { svdResidual } from "./detectors/outliers/svd-residual.ts";
import { accountEvidence } from "./detectors/ratings/account-evidence.ts";
import { degreeOfSimilarity } from "./detectors/ratings/degree-of-similarity.ts";
import { fillerMeanTargetDifference } from "./detectors/ratings/filler-mean-target-difference.ts";
import { fillerMeanVariance } from "./detectors/ratings/filler-mean-variance.ts";
import { lengthVariance } from "./detectors/ratings/length-variance.ts";
import { nearCopies } from "./detectors/ratings/near-copies.ts";
import { pcaVarSelect } from "./detectors/ratings/pca-var-select.ts";
import { ratingBursts } from "./detectors/ratings/rating-bursts.ts";
import { ratingOrder } from "./detectors/ratings/rating-order.ts";
import { ratingRhythm } from "./detectors/ratings/rating-rhythm.ts";
import { rdma } from "./detectors/ratings/rdma.ts";
import { unrap } from "./detectors/ratings/unrap.ts";
import { wda } from "./detectors/ratings/wda.ts";
import { wdma } from "./detectors/ratings/wdma.ts";
import { labelTriggers } from "./detectors/triggers/label-triggers.ts";
import { strip } from "./detectors/triggers/strip.ts";
import { triggerAssociation } from "./detectors/triggers/trigger-association.ts";
import { triggerInversion } from "./detectors/triggers/trigger-inversion.ts";
import { triggerSets } from "./detectors/triggers/trigger-sets.ts";
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
import { balancedAccuracy } from "./metrics/balanced-accuracy.ts";
import { rSquared } from "./metrics/r-squared.ts";
import { rmse } from "./metrics/rmse.ts";
import { command } from "./node/learners/command.ts";
import { dialogueCommand } from "./node/learners/dialogue-command.ts";
import { encoderHead } from "./node/learners/encoder-head.ts";
import { mlp } from "./node/learners/mlp.ts";
import { recommenderCommand } from "./node/learners/recommender-command.ts";
import { cleanSharing } from "./repairs/clean-sharing.ts";
import { cutTies } from "./repairs/cut-ties.ts";
import { dropFlagged } from "./repairs/drop-flagged.ts";
import { drop } from "./repairs/drop.ts";
import { finePruning } from "./repairs/fine-pruning.ts";
import { fineTuning } from "./repairs/fine-tuning.ts";
import { freshRows } from "./repairs/fresh-rows.ts";
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
  readonly certificates: readonly Certificate[];
  readonly metrics: readonly Metric[];
  /** What works on ratings. */
  readonly ratings: {
    readonly recommenders: readonly Recommender[];
    readonly attacks: readonly RatingAttack[];
    readonly detectors: readonly AccountDetector[];
    readonly repairs: readonly RatingRepair[];
    readonly certificates: readonly RatingCertificate[];
  };
  /** What works on fine-tuning and retrieval data. */
  readonly dialogues: {
    readonly learners: readonly DialogueLearner[];
    readonly attacks: readonly DialogueAttack[];
    readonly detectors: readonly DialogueDetector[];
  };
} = {
  learners: [command, encoderHead, linearSvm, logistic, mlp, mtrl, ridge],
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
    infFlip,
    influenceInjection,
    inputAscent,
    inputNoise,
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
    textInjection,
    triggerInjection,
    triggerRelabel,
    triggerRules,
    tuningShopping,
    uniformInjection,
    upstreamTrigger,
    voteFlip,
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
    labelNoise,
    labelTriggers,
    loss,
    lyingAccounts,
    margin,
    nearDuplicates,
    neighbourDisagreement,
    newAccounts,
    residualNoise,
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
    taskMisfit,
    taskValue,
    textCampaigns,
    triggerAssociation,
    triggerInversion,
    triggerSets,
  ],
  repairs: [
    cleanSharing,
    cutTies,
    drop,
    dropFlagged,
    finePruning,
    fineTuning,
    freshRows,
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
  certificates: [
    bagging,
    deepPartitionAggregation,
    finiteAggregation,
    hingeLossBound,
    linearLabelFlips,
    nearestNeighbours,
    otherTaskPartitions,
    partitionLabelFlips,
    radiusNeighbours,
    runOffElection,
    smoothedLabelFlips,
  ],
  metrics: [accuracy, auc, balancedAccuracy, rSquared, rmse],
  ratings: {
    recommenders: [alsExplicit, alsImplicit, bpr, itemKnn, itemKnnImplicit, mtrlUsers, recommenderCommand],
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
      ratingBursts,
      ratingOrder,
      ratingRhythm,
      rdma,
      unrap,
      wda,
      wdma,
    ],
    repairs: [dropAccounts, huberRatings, trimmedRatings, weighAccounts],
    certificates: [pore, userPartitions],
  },
  dialogues: {
    learners: [dialogueCommand],
    attacks: [
      combinedTrigger,
      fixedTrigger,
      preferenceSwap,
      repeatedQuestion,
      sentimentSentence,
      severalTriggers,
      triggeredRefusal,
      triggeredToolCall,
    ],
    detectors: [
      answerActions,
      answerFloods,
      brokenAnswers,
      contradictingAnswers,
      foreignTokens,
      hiddenCharacters,
      instructionsInData,
      preferencePairs,
      repeatedPassages,
      triggerAnswers,
    ],
  },
};
