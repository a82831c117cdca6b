import {
  type TrustedTuningParams,
  cannotTrainOn,
  trustedTuningParams,
  tuneOnTrusted,
  verifiedRows,
} from "../blocks/network/trusted-tuning.ts";
import type { FittingRepair } from "../core/repair.ts";

export const fineTuning: FittingRepair<TrustedTuningParams> = {
  kind: "repair",
  stage: "fit",
  id: "fine-tuning",
  title: "Fine-tuning on verified rows",
  summary: "Trains the network on with a few verified rows, with more weight decay, so that what they never use fades.",
  source: {
    cite: "Liu, Dolan-Gavitt & Garg 2018, Fine-Pruning: Defending Against Backdooring Attacks on Deep Neural Networks, RAID, section 3.2; with weight decay as Li et al. 2021, Neural Attention Distillation, ICLR, compare with",
    url: "https://arxiv.org/abs/1805.12185",
  },
  params: trustedTuningParams,
  targets: ["classes", "real"],
  needsTrusted: true,
  refuses: cannotTrainOn,
  async repair(data, context) {
    const trusted = verifiedRows("fine-tuning", context.trusted);
    return tuneOnTrusted(await context.fit(data), trusted, context);
  },
};
