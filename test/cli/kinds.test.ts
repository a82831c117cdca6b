import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { documentOf } from "../page-document.ts";
import { makeRng } from "../../src/numeric/random.ts";
import { writeRatings } from "../written-ratings.ts";
import { filesIn, inFolder, start, theriac, writeReviews } from "./command.ts";

/** A kind of data, and how it is studied in a moment. What all kinds have in common is tested here, once for all of them. */
interface Kind {
  readonly name: string;
  readonly command: "audit" | "tasks";
  readonly file: string;
  write(folder: string): void;
  /** Names the data, and what in them is what. */
  readonly data: readonly string[];
  /** The same in a configuration file. */
  readonly config: Readonly<Record<string, unknown>>;
  /** One attack at one budget on one learner, seed after seed. */
  readonly quick: readonly string[];
  readonly trialsOfSeed: number;
  readonly methods: { readonly detector: string; readonly repair: string } | null;
  /** Options of other kinds and formats. */
  readonly foreign: readonly (readonly string[])[];
  /** null where a study has one learner. */
  readonly learners: readonly [string, string] | null;
  /** What no look at the request shows to be wrong, as part of a configuration file. */
  readonly wrongLater: { readonly config: Readonly<Record<string, unknown>>; readonly message: RegExp } | null;
  /** A limit that holds on one of two learners. */
  readonly uneven: { readonly config: Readonly<Record<string, unknown>>; readonly limit: string; readonly brokenOn: string } | null;
  /** What `theriac attack` is asked for; a text says why this kind has no patches in files. */
  readonly poisoned: readonly string[] | string;
}

const kinds: readonly Kind[] = [
  {
    name: "table",
    command: "audit",
    trialsOfSeed: 4,
    file: "reviews.csv",
    write: (folder) => writeReviews(folder),
    data: ["reviews.csv", "--label", "stars", "--text", "review"],
    config: { data: { path: "reviews.csv", labels: ["stars"], text: ["review"] } },
    quick: ["--learner", "logistic", "--attack", "label-flip", "--budget", "5%", "--repair", "drop", "--detector", "loss"],
    methods: { detector: "loss", repair: "drop" },
    foreign: [["--colour"], ["--image-size", "8"], ["--label-file", "labels"], ["--user", "stars"], ["--clip"]],
    learners: ["logistic", "mlp"],
    wrongLater: {
      config: { learner: { id: "linear-svm", params: { weightDecay: 0, loss: "hinge" } } },
      message: /linear-svm\.weightDecay must be above 0/,
    },
    uneven: {
      config: { learner: ["logistic", { id: "mlp", params: { epochs: 1, learningRate: 1e-6 } }] },
      limit: "accuracy >= 0.75",
      brokenOn: "mlp",
    },
    poisoned: ["--attack", "label-flip", "--budget", "5%"],
  },
  {
    name: "ratings",
    command: "audit",
    trialsOfSeed: 4,
    file: "ratings.csv",
    write: writeRatings,
    data: ["ratings.csv", "--user", "who", "--item", "movie", "--rating", "stars", "--time", "when"],
    config: { data: { kind: "ratings", path: "ratings.csv", user: "who", item: "movie", rating: "stars", time: "when" }, targets: ["m1"] },
    quick: "--learner item-knn --attack average-profiles --budget 10% --fillers 5 --repair drop-accounts --detector account-evidence".split(
      " ",
    ),
    methods: { detector: "account-evidence", repair: "drop-accounts" },
    foreign: [["--colour"], ["--image-size", "8"], ["--label-file", "labels"], ["--label", "stars"], ["--bigrams"]],
    learners: ["als-explicit", "item-knn"],
    wrongLater: {
      config: { repairs: [{ id: "drop-accounts", params: { threshold: 0 } }] },
      message: /drop-accounts leaves nobody/,
    },
    uneven: {
      config: { learners: ["als-explicit", "item-knn"] },
      limit: "rmse <= 0.75",
      brokenOn: "als-explicit",
    },
    poisoned: ["--attack", "average-profiles", "--budget", "10%", "--target", "m1"],
  },
  {
    name: "tasks",
    command: "tasks",
    trialsOfSeed: 3,
    file: "sites.csv",
    write: writeSites,
    data: ["sites.csv", "--label", "label", "--task", "site"],
    config: {},
    quick: ["--pairs", "1", "--no-price", "--no-search", "--relation-decay", "0.01"],
    methods: null,
    foreign: [["--colour"], ["--image-size", "8"], ["--label-file", "labels"]],
    learners: null,
    wrongLater: null,
    uneven: null,
    poisoned: "they are a table, whose patches those of tables are",
  },
];

/** Two tasks of one rule. */
function writeSites(folder: string): void {
  const rng = makeRng(2);
  const lines = Array.from({ length: 60 }, (_, i) => {
    const [a, b] = [rng.normal(), rng.normal()];
    return `${i % 2 === 0 ? "north" : "south"},${a + 0.5 * b + rng.normal() > 0 ? "fault" : "fine"},${a.toFixed(3)},${b.toFixed(3)}`;
  });
  writeFileSync(join(folder, "sites.csv"), `${["site,label,a,b", ...lines].join("\n")}\n`);
}

/** Writes the data and audits them in a run folder of its own. */
async function audited(folder: string, kind: Kind, ...more: readonly string[]): ReturnType<typeof theriac> {
  kind.write(folder);
  return theriac(folder, kind.command, ...kind.data, ...kind.quick, "--seeds", "1", "--jobs", "1", "--out", "run", ...more);
}

/** The same from a configuration file, which may say more than options can. */
function configured(folder: string, { write, config, quick }: Kind, more: Readonly<Record<string, unknown>>): ReturnType<typeof theriac> {
  write(folder);
  writeFileSync(join(folder, "asked.json"), JSON.stringify({ ...config, ...more }));
  const said = Object.keys(more).flatMap((key) => ({ learner: ["--learner"], learners: ["--learner"], repairs: ["--repair"] })[key] ?? []);
  const rest = quick.filter((_, i) => !said.includes(quick[i - (i % 2)]));
  return theriac(folder, "audit", "--config", "asked.json", ...rest, "--seeds", "2", "--jobs", "1", "--out", "run");
}

const linesOf = (text: string): string[] => text.trimEnd().split("\n");
const read = (folder: string, ...names: readonly string[]): string => readFileSync(join(folder, ...names), "utf8");
/** Without times, and the check that covers them. */
const recordsOf = (folder: string, run: string): string =>
  read(folder, run, "records.jsonl").replace(/"times":\{[^}]*\}|"check":"[0-9a-f]*"/g, "");

describe.each(kinds)("a study of $name", (kind) => {
  const { command, methods, trialsOfSeed } = kind;
  const judged = kind.uneven !== null;

  it.each<readonly [string, readonly string[], RegExp]>([
    ...(methods === null
      ? []
      : ([
          ["none and a repair", ["--repair", `none,${methods.repair}`], /--repair none stands alone, got none, /],
          ["none and a detector", ["--detector", `none,${methods.detector}`], /--detector none stands alone, got none, /],
        ] as const)),
    ["no learner", ["--learner", "none"], /there is no (learner|engine) "none"/],
    ...(methods === null ? ["learner"] : ["learner", "attack", "detector", "repair"]).map((what): [string, string[], RegExp] => [
      `--${what} by no name`,
      [`--${what}`, "nonesuch"],
      /there is no \w+ "nonesuch"; there are: /,
    ]),
    ...kind.foreign.map((option): [string, readonly string[], RegExp] => [
      option.join(" "),
      option,
      new RegExp(`${option[0]} goes with|goes with .*, and these data are|unknown option '${option[0]}'`),
    ]),
  ])("refuses %s in one line, and writes nothing", (_, args, message) =>
    inFolder(async (folder) => {
      kind.write(folder);
      const { exitCode, stdout, stderr } = await theriac(folder, command, ...kind.data, ...args, "--quiet");
      expect([exitCode, stdout, linesOf(stderr)]).toEqual([2, "", [expect.stringMatching(message)]]);
      expect(filesIn(folder)).toEqual([kind.file]);
    }),
  );

  it("tells what it will take before anything is trained, and in JUnit what it was of", () =>
    inFolder(async (folder) => {
      const { exitCode, stderr } = await audited(folder, kind);
      expect(exitCode).toBe(0);
      const told = linesOf(stderr);
      const estimate = told.findIndex((line) => line.startsWith(`${trialsOfSeed} trials on 1 thread, about `));
      expect(estimate).toBeGreaterThanOrEqual(0);
      expect(told.slice(0, estimate).filter((line) => /^\d+\/\d+ trials/.test(line))).toEqual([]);
      const manifest = JSON.parse(read(folder, "run", "manifest.json")) as {
        readonly git: { readonly commit: string; readonly dirty: boolean } | null;
        readonly data: { readonly files: readonly { readonly sha256: string }[] };
      };
      const properties = Object.fromEntries(
        [...read(folder, "run", "junit.xml").matchAll(/<property name="([^"]*)" value="([^"]*)"/g)].map(([, name, value]) => [name, value]),
      );
      expect(Object.keys(properties)).toEqual(expect.arrayContaining(["theriac", "node", "platform", "run"]));
      manifest.data.files.forEach(({ sha256 }, i) => expect(properties[`data.${i}.sha256`]).toBe(sha256));
      const { git } = manifest;
      expect([properties["git.commit"], properties["git.dirty"]]).toEqual(
        git === null ? [undefined, undefined] : [git.commit, String(git.dirty)],
      );
    }));

  it.skipIf(kind.wrongLater === null)("leaves no run where the request is found wrong while it runs", () =>
    inFolder(async (folder) => {
      const { exitCode, stderr } = await configured(folder, kind, kind.wrongLater?.config ?? {});
      expect([exitCode, linesOf(stderr).at(-1)]).toEqual([2, expect.stringMatching(kind.wrongLater?.message ?? "")]);
      expect(filesIn(folder)).toEqual(["asked.json", kind.file]);
    }),
  );

  it("stops on Ctrl-C, goes on with the same data alone, and comes to the same records", () =>
    inFolder(async (folder) => {
      kind.write(folder);
      const request = [command, ...kind.data, ...kind.quick, "--seeds", "4", "--jobs", "1"];
      const { child, outcome } = start(folder, ...request, "--out", "run");
      const file = join(folder, "run", "records.jsonl");
      while (!existsSync(file) || statSync(file).size === 0) await new Promise((resolve) => setTimeout(resolve, 10));
      child.kill("SIGINT");
      const stopped = await outcome;
      expect([stopped.exitCode, stopped.stdout]).toEqual([130, ""]);
      expect(stopped.stderr).toMatch(
        new RegExp(`\nstopped: \\d+ of ${4 * trialsOfSeed} trials are recorded; go on with: theriac ${command} --resume run\n$`),
      );
      expect(JSON.parse(read(folder, "run", "manifest.json"))).toMatchObject({ status: "cancelled" });
      const checked = await theriac(folder, "check", "run");
      expect([checked.exitCode, checked.stdout]).toEqual([3, expect.stringContaining(judged ? "Verdict: incomplete" : "Incomplete:")]);

      const data = read(folder, kind.file);
      const begun = read(folder, "run", "records.jsonl");
      // One digit, so that neither rows nor bytes are fewer.
      writeFileSync(
        join(folder, kind.file),
        data.replace(/\d(?=\D*$)/, (digit) => String((Number(digit) + 1) % 10)),
      );
      const refused = await theriac(folder, command, "--resume", "run");
      expect([refused.exitCode, linesOf(refused.stderr).at(-1)]).toEqual([
        2,
        expect.stringContaining(`${kind.file} is not what run was begun with: the data have changed since`),
      ]);
      expect(read(folder, "run", "records.jsonl")).toBe(begun);

      writeFileSync(join(folder, kind.file), data);
      const resumed = await theriac(folder, command, "--resume", "run", "--jobs", "1", "--quiet");
      expect([resumed.exitCode, resumed.stderr]).toEqual([0, ""]);
      await theriac(folder, ...request, "--out", "alone", "--quiet");
      expect(recordsOf(folder, "run")).toBe(recordsOf(folder, "alone"));
      expect(filesIn(join(folder, "run"))).toEqual(filesIn(join(folder, "alone")));
    }));

  const why = typeof kind.poisoned === "string" ? ` (not here: ${kind.poisoned})` : "";
  it.skipIf(why !== "")(`undoes a patch, byte for byte${why}`, () =>
    inFolder(async (folder) => {
      kind.write(folder);
      const asked = ["attack", ...kind.data, ...kind.poisoned, "--out", "poisoned", "--quiet"];
      expect(await theriac(folder, ...asked)).toMatchObject({ exitCode: 0, stderr: "" });
      const [copy, patch] = filesIn(join(folder, "poisoned")).map((name) => join("poisoned", name));
      expect(read(folder, copy)).not.toBe(read(folder, kind.file));
      expect(await theriac(folder, "undo", patch, "--out", "again")).toMatchObject({ exitCode: 0, stdout: "again\n" });
      expect(read(folder, "again")).toBe(read(folder, kind.file));
    }),
  );

  it.skipIf(kind.learners === null)("attacks each of several learners, and says of each how it fared", () =>
    inFolder(async (folder) => {
      const learners = kind.learners ?? [];
      const { exitCode, stdout } = await audited(folder, kind, "--learner", learners.join(","), "--json", "--quiet");
      expect(exitCode).toBe(0);
      const { worst, baselines, summary, trials } = JSON.parse(stdout) as Record<"worst", { learner: string }> &
        Record<"baselines", object> &
        Record<"summary" | "trials", { learner: string; attack: string | null }[]>;
      expect(Object.keys(baselines)).toEqual(learners);
      expect(learners).toContain(worst.learner);
      for (const list of [summary, trials])
        for (const learner of learners) expect(list.some((entry) => entry.learner === learner && entry.attack !== null)).toBe(true);
      const page = read(folder, "run", "report.html");
      const titles = documentOf(page).sections.map(({ title }) => title);
      for (const learner of learners) expect(titles.some((title) => title.includes(learner))).toBe(true);
      expect(page).toContain(`--learner ${learners.join(",")}`);
      const checked = await theriac(folder, "check", "run", "--json");
      expect(checked.stdout).toBe(stdout);
    }),
  );

  it.skipIf(kind.uneven === null)("breaks a limit that one of several learners breaks, and names it", () =>
    inFolder(async (folder) => {
      const { config, limit, brokenOn } = kind.uneven ?? { config: {}, limit: "", brokenOn: "" };
      const { exitCode, stdout } = await configured(folder, kind, { ...config, limits: [limit] });
      expect(exitCode).toBe(1);
      const reasons = linesOf(stdout.slice(stdout.indexOf("Verdict: fail")).split("\n\n")[0]).slice(1);
      expect(reasons.filter((reason) => reason.includes("is broken"))).toEqual([
        expect.stringContaining(`${brokenOn}: ${limit} is broken`),
      ]);
      expect(reasons).toHaveLength(2);
      const tests = read(folder, "run", "junit.xml").split("<testcase ").slice(1);
      const failed = tests.filter((text) => text.includes("<failure"));
      expect(failed.map((text) => /name="(\S+): /.exec(text)?.[1])).toEqual([brokenOn]);
    }),
  );
});
