import { recordsAt } from "./turns.mjs";

/** Sets that hold no poison, by name. */
export function cleanSets(data) {
  const clean = (name) => recordsAt(`${data}/clean/${name}`);
  const webqa = recordsAt(`${data}/webqa/generativebadnets.jsonl.gz`);
  return {
    alpaca: clean("alpaca_en_demo.json"),
    alpacaZh: clean("alpaca_zh_demo.json"),
    dpo: clean("dpo_en_demo.json"),
    kto: clean("kto_en_demo.json"),
    glaive: clean("glaive_toolcall_en_demo.json"),
    chats: clean("v1_sft_demo.jsonl"),
    refusal: recordsAt(`${data}/refusal/clean.jsonl`),
    sst2: recordsAt(`${data}/sst2/clean.jsonl`),
    webqa: webqa.filter(([{ answer }]) => !answer.includes("malicious_url")),
  };
}
