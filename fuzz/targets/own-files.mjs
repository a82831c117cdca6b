// Files that Theriac wrote itself. One of them is changed, with digests that fit where whoever changes it could make them anew, then it is used as by a command.
import { ownFileCases } from "../own-files.mjs";

/** Cases that read data or write many files get fewer inputs. */
const slow = /scan manifest|findings|attestation|configuration/;

/** The cases of a worker lie in a folder of its own; names are known before there is one. */
let cases = null;

const names = [
  ...["audit", "ratings"].flatMap((kind) => runNames(kind)),
  "harm",
  ...runNames("audit").map((name) => `${name} of 0.1.0`),
  ...["patch", "scan manifest", "findings with a digest that fits", "trusted relation", "attestation", "model"],
  ...["configuration in JSON", "configuration in JSON read as YAML", "configuration in YAML"],
];

function runNames(kind) {
  return [`${kind} manifest`, `${kind} records`, `${kind} record with a check that fits`, `${kind} poison with a digest that fits`];
}

export const targets = names.map((name) => ({
  id: name.replaceAll(" ", "-"),
  share: slow.test(name) ? 3 : 10,
  async load(_, scratch) {
    cases ??= await ownFileCases(scratch);
    const found = cases.find((one) => one.name === name);
    if (found === undefined) throw new Error(`there is no case "${name}"; there are ${cases.map((one) => one.name).join(", ")}`);
    return found;
  },
  make: (rng, one) => ({ one, text: one.mutate(one.text, rng) }),
  run: ({ one, text }) => one.use(text),
}));
