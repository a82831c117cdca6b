// Fine-tuning data: how well poison is ranked, whether the first finding names it, how many innocents are found, and how long it takes. Figures beside those asked.
//   node bench/fine-tuning.mjs [DATA] [--part asked,refusal,sst2,table,webqa,tool-calls,rag,clean,random-parts,generated,apart,contexts,contexts-apart,untouched,speed] [--draws 10] [--k 5,10,25,100] [--detectors all] [--show]
import { parseArgs } from "node:util";
import { resolve } from "node:path";
import { detectorsNamed } from "./fine-tuning/judge.mjs";

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    part: { type: "string", default: "refusal,sst2,webqa,clean" },
    draws: { type: "string", default: "10" },
    k: { type: "string", default: "5,10,25,100" },
    detectors: { type: "string", default: "all" },
    only: { type: "string", default: "" },
    show: { type: "boolean", default: false },
  },
});
const data = positionals[0] ?? resolve(process.env.THERIAC_DATA ?? resolve(import.meta.dirname, "../../shared/data"), "finetune");
const settings = {
  data,
  draws: Number(options.draws),
  ks: options.k.split(",").map(Number),
  detectors: await detectorsNamed(options.detectors.split(",")),
  only: options.only,
  show: options.show,
};
const asked = "refusal,sst2,table,webqa,tool-calls,rag,clean";
for (const part of (options.part === "asked" ? asked : options.part).split(",")) {
  const { run, asked } = await import(`./fine-tuning/${part}.mjs`);
  console.log(`${part}: asked ${asked}`);
  await run(settings);
}
