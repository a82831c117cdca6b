// Certified precision of recommendations and what targets take: `node bench/certificates/ratings.mjs RATINGS --seeds 3 --first 0`, where RATINGS is anything that certify reads (ML-100K:
// its ml-100k.inter). `--certificate user-partitions:partitions=100` (repeatable) names others, `--share 0.25` what is held back of each user, `--by-time` the last ratings instead of any.
import { parseArgs } from "node:util";
import { catalog } from "../../dist/catalog.js";
import { choose } from "../../dist/node/config/choose-method.js";
import { readRatings } from "../../dist/node/read/ratings/read-ratings.js";
import { makeRng } from "../../dist/numeric/random.js";
import { textTable } from "../../dist/report/words/text-table.js";
import { certifyRatings } from "../../dist/study/certify/certify-ratings.js";
import { figureAt } from "../../dist/study/certify/result.js";
import { methodOf } from "../../dist/study/config.js";

const radii = [1, 5, 10, 20, 30];

/** One line a certificate and seed; `ratings` are the clean ones. */
export async function ratingsTable({ ratings, certificates, seeds, first, share }) {
  const methods = catalog.ratings.certificates;
  const lines = [];
  for (const text of certificates) {
    const { id, params } = choose("certificate", methods, text);
    for (let seed = first; seed < first + seeds; seed++) {
      const start = process.cpuUsage();
      const chosen = [{ method: methodOf("certificate", methods, id), params }];
      const result = await certifyRatings({ ratings, testFraction: share, targets: null }, chosen, { rng: makeRng(seed) });
      const [certificate] = result.certificates;
      const taken = process.cpuUsage(start).user / 1e6;
      const at = (radius) => figureAt(certificate, radius).value.toFixed(3);
      const reach = certificate.targeted.map(({ reach: steps }) => steps.map(({ median }) => median ?? "–").join("/"));
      lines.push([text, String(seed), certificate.clean.value.toFixed(3), ...radii.map(at), ...reach, taken.toFixed(1)]);
    }
  }
  const targets = ["unpopular 1/5/50 %", "middling 1/5/50 %"];
  return textTable([["certificate", "seed", "clean", ...radii.map((radius) => `at ${radius}`), ...targets, "CPU s"], ...lines]);
}

if (import.meta.url === `file://${process.argv[1]}`) {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      seeds: { type: "string", default: "3" },
      first: { type: "string", default: "0" },
      share: { type: "string", default: "0.25" },
      certificate: { type: "string", multiple: true, default: ["user-partitions"] },
      "by-time": { type: "boolean", default: false },
    },
  });
  const { ratings } = await readRatings({ data: positionals[0] ?? "" });
  console.log(
    await ratingsTable({
      ratings: values["by-time"] ? ratings : { ...ratings, time: null },
      certificates: values.certificate,
      seeds: Number(values.seeds),
      first: Number(values.first),
      share: Number(values.share),
    }),
  );
}
