import type { Command } from "commander";
import { efforts } from "../core/method.ts";
import { accesses, goals, knowledges } from "../core/threat.ts";
import { defaults, effortDefaults, ratingsDefaults } from "../node/config/study-defaults.ts";
import type { AuditFlags } from "./audit-flags.ts";
import { addDataOptions } from "./data-options.ts";
import { budgets, listed, oneOf, oneOfList, openFraction, several, wholeNumber } from "./parse-options.ts";

const { quick } = effortDefaults;

export function addAudit(program: Command): void {
  const command = program
    .command("audit")
    .summary("measure what poisoned training data could do to a model")
    .description(
      "Trains on the data as they are, then again and again with poison of growing budgets in them, and measures what the attacks damage, which detectors see them and what repairs win back.",
    )
    .argument(
      "[data]",
      "a file, a glob or a folder: CSV, TSV, JSON lines, Parquet, svmlight, IDX images, or a folder of PNG and JPEG by class",
    )
    .option("--config <file>", "read everything that is not on the command line from this file (see theriac init)");
  addDataOptions(command)
    .optionsGroup("Ratings (a recommender is audited, with fake accounts, if one of these is there):")
    .option("--ratings", "the data are ratings; their columns are guessed unless named")
    .option("--user <column>", "who rated")
    .option("--item <column>", "what was rated")
    .option("--rating <column>", "the rating, a number")
    .option("--time <column>", "when: the last rating of each user is tested on")
    .option("--scale <low,high>", "the lowest and the highest rating there may be (default: as found)")
    .option("--clip", "ratings beyond --scale are moved to its ends, not refused")
    .option("--not-rated <values>", "what stands where there is no rating, as 0, 99, ? or empty: such rows are left out", listed)
    .option(
      "--audience <item>",
      "aim at users who like this item, or half of those named at least; repeatable (default: at all users)",
      several,
    )
    .option(
      "--fillers <number>",
      `other items that a fake account rates (default: ${ratingsDefaults.fillers})`,
      wholeNumber("--fillers", 0),
    )
    .optionsGroup("Study:")
    .option(
      "--effort <level>",
      `how much is tried unasked: ${efforts.join(", ")} (default: ${defaults.effort})`,
      oneOf("--effort", efforts),
    )
    .option(
      "--budget <fractions>",
      `share of the training rows that an attacker may touch (default: ${quick.budgets.join(",")})`,
      budgets("--budget"),
    )
    .option("--attack <ids>", "attacks to try (default: all that work with the label; see theriac list attacks)", listed)
    .option("--access <kinds>", `only attacks with this access: ${accesses.join(", ")}`, oneOfList("--access", accesses))
    .option("--goal <kinds>", `only attacks with this goal: ${goals.join(", ")}`, oneOfList("--goal", goals))
    .option(
      "--knowledge <kinds>",
      `what attackers know, each attack with all of these that it can use: ${knowledges.join(", ")} (default: all that it can use)`,
      oneOfList("--knowledge", knowledges),
    )
    .option(
      "--own-sample <fraction>",
      `share of the training rows that less than a white-box attacker has (default: ${defaults.ownSample})`,
      openFraction("--own-sample"),
    )
    .option("--surrogate <id>", "what a black-box attacker takes for the learner (default: another one)")
    .option("--persistence", "measure too how long damage lasts once poisoning stops and clean rows arrive")
    .option("--adaptive", "try attackers too who plan around each repair")
    .option(
      "--target <rows>",
      "rows that targeted attacks are to harm, as \"product = 'B0009R0BGC'\"; of ratings, an item to be seen more or less; repeatable (default: chosen)",
      several,
    )
    .option("--attack-tasks <names>", "tasks that receive poison (default: all)", listed)
    .option("--target-tasks <names>", "tasks meant to suffer (default: all)", listed)
    .option("--learner <id>", "default: logistic for classes, ridge for a number; of ratings, engines with commas between")
    .option("--repair <ids>", 'repairs to try (default: all), or "none"', listed)
    .option("--detector <ids>", 'detectors to try (default: all), or "none"; cleaning repairs use the first', listed)
    .option("--sharing <how>", "pooled: one model for all tasks; separate: one for each", oneOf("--sharing", ["pooled", "separate"]))
    .option("--seeds <number>", `how often all is repeated (default: ${quick.seeds})`, wholeNumber("--seeds", 1))
    .option("--seed <number>", `the first seed (default: ${defaults.seed})`, wholeNumber("--seed", 0))
    .option(
      "--test-fraction <fraction>",
      `share of the rows held out for testing (default: ${defaults.testFraction})`,
      openFraction("--test-fraction"),
    )
    .option(
      "--pretrain <fraction>",
      "share of the training rows that the base model of encoder-head is pretrained on, where attackers with access upstream are at work (default: none)",
      openFraction("--pretrain"),
    )
    .option(
      "--trusted-rows <fraction>",
      "share of the training rows that is set apart as verified, for repairs that learn from such rows (default: none)",
      openFraction("--trusted-rows"),
    )
    .option("--bigrams", "count pairs of neighbouring words too")
    .option("--frozen-encoder", "scaling, categories and vocabulary always come from the clean rows")
    .optionsGroup("Result:")
    .option("--limit <rule>", "what decides the verdict, as 'accuracyDrop@1% <= 0.05'; repeatable", several)
    .option("--strict", "a limit inside the interval of its figure fails")
    .option("--jobs <number>", "worker threads (default: one for each core)", wholeNumber("--jobs", 1))
    .option("--resume <run>", "go on with a run that was stopped or killed; takes no other options but --jobs, --json and --quiet")
    .option("--out <folder>", "folder of the run (default: a new one in theriac-runs)")
    .option("--json", "one JSON document on standard output instead of tables")
    .option("--quiet", "neither notes nor progress; warnings stay")
    .addHelpText("after", help)
    .action(async (data: string | undefined, flags: AuditFlags) => (await import("./run-audit.ts")).runAudit(data, flags));
}

const help = `
Examples:
  theriac audit reviews.csv --label stars --text review
  theriac audit loans.parquet --label default --budget 0.5%,1%,5% --seeds 10 --limit 'accuracyDrop@1% <= 0.05' --strict
  theriac audit sensors.csv --label temperature --task sensor --attack-tasks s1,s2 --target-tasks s9
  theriac audit ratings.csv --user user --item movie --rating stars --time when --budget 1%,3%
  theriac audit --config theriac.config.yaml --json > audit.json
  theriac audit --resume theriac-runs/reviews-20260301-101500

Writes a run folder: report.html, junit.xml, manifest.json, records.jsonl (one trial a line) and poison/ (one patch for each attack, budget and seed).
Ctrl-C stops and says how to go on; a second one ends at once. Tables or JSON go to
standard output, everything else to standard error. The data themselves are never changed.
Exit codes: 0 pass or not judged, 1 a limit was broken, 2 the request was wrong, 3 trials failed or are missing, 130 stopped with Ctrl-C.`;
