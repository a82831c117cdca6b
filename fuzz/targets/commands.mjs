// The command line itself on damaged files: it says what is wrong in a line and ends with the code for that, never with a stack.
import { theriac } from "../command.mjs";
import { mutateOften, pick } from "../mutate.mjs";

/** What a command may end with here: nothing broke a limit, so 1 is not among them. */
const allowed = [0, 2, 3, 4, 5];

const words = [
  "--label",
  "label",
  "--label",
  "3",
  "--features",
  "x",
  "--json",
  "--quiet",
  "--text",
  "account",
  "--source",
  "account",
  "--delimiter",
  ";",
  "--predict",
  "number",
];

const rows = Array.from({ length: 80 }, (_, i) => `${((i * 37) % 17) / 4 + (i % 2)},${(i * 11) % 5},u${i % 9},${i % 2 ? "a" : "b"}`);
const csv = Buffer.from(`${["x,z,account,label", ...rows].join("\n")}\n`);

export const targets = [
  {
    id: "command",
    share: 0.05,
    make(rng) {
      const bytes = rng.integer(3) === 0 ? csv : mutateOften(csv, rng);
      const options = Array.from({ length: rng.integer(4) }, () => pick(rng, words));
      const command = pick(rng, [
        ["scan", "data.csv", "--detector", "loss", "--out", "scan"],
        [
          "audit",
          "data.csv",
          "--attack",
          "label-flip",
          "--budget",
          "5%",
          "--seeds",
          "1",
          "--jobs",
          "1",
          "--repair",
          "none",
          "--detector",
          "none",
          "--out",
          "run",
        ],
        ["attack", "data.csv", "--attack", "label-flip", "--budget", "5%", "--out", "attack"],
        ["check", "."],
        ["undo", "data.csv"],
        ["verify", "data.csv"],
        ["audit", "--config", "data.csv"],
        ["list", "everything"],
      ]);
      return { bytes, args: [...command, ...options] };
    },
    async run({ bytes, args }, place) {
      place.write("data.csv", bytes);
      const { code, signal, stderr, late } = await theriac(place.folder, args, 30_000);
      const isSound = allowed.includes(code) && !late && !/^\s+at .*:\d+/m.test(stderr);
      if (!isSound) throw new Error(`theriac ${args.join(" ")} ended with ${late ? "no end" : (code ?? signal)}: ${stderr.slice(0, 600)}`);
      return code === 0 ? "taken" : "refused";
    },
  },
];
