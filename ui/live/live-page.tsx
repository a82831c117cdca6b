import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Table } from "../../src/report/page/document.ts";
import type { LiveState, LiveTrial, StrongestSoFar } from "../../src/server/api.ts";
import { TableView } from "../blocks/table.tsx";
import { messageOf } from "../failure.ts";
import { intervalText, numberText } from "../format.ts";
import { currentRun, follow, runAddress, send } from "../server.ts";
import "./live.css";

/** Drawn no more often, however fast trials come. */
const drawEveryMs = 700;

const stateWords: Readonly<Record<LiveState["state"], string>> = {
  running: "Running",
  stopped: "Stopped",
  finished: "Finished",
  failed: "Failed",
};

/** A study as it runs: how far it is, the strongest attacks so far, and its trials. */
export function LivePage() {
  const run = currentRun();
  return run === null ? (
    <main id="main" class="wide-page">
      <p>
        No run was chosen: <a href="#/runs">choose one</a>.
      </p>
    </main>
  ) : (
    <Live run={run} />
  );
}

function Live({ run }: { readonly run: string }) {
  const [state, setState] = useState<LiveState | null>(null);
  const [strongest, setStrongest] = useState<StrongestSoFar | null>(null);
  const [fault, setFault] = useState<string | null>(null);
  const [asked, setAsked] = useState<"pause" | "cancel" | "resume" | null>(null);
  const [isConnected, setConnected] = useState(true);
  const [drawn, setDrawn] = useState(0);
  const trials = useRef(new Map<string, LiveTrial>());

  useEffect(() => {
    document.title = "Theriac: trials";
    let timer: ReturnType<typeof setTimeout> | null = null;
    const end = follow(
      `runs/${run}/live/events`,
      {
        state: setState,
        strongest: setStrongest,
        fault: ({ message }: { readonly message: string }) => setFault(message),
        trials: (more: readonly LiveTrial[]) => {
          for (const trial of more) trials.current.set(trial.id, trial);
          timer ??= setTimeout(() => {
            timer = null;
            setDrawn((n) => n + 1);
          }, drawEveryMs);
        },
      },
      (is) => {
        setConnected(is);
        if (is) setFault(null);
      },
    );
    return () => {
      end();
      if (timer !== null) clearTimeout(timer);
    };
  }, [run]);

  const act = async (what: "pause" | "cancel" | "resume"): Promise<void> => {
    setAsked(what);
    try {
      await send(`runs/${run}/${what === "resume" ? "resume" : "stop"}`, {});
      setFault(null);
    } catch (error) {
      setFault(messageOf(error));
      setAsked(null);
    }
  };
  const isRunning = state?.state === "running";
  // What was asked for holds until it has come about.
  const isStopping = isRunning && (asked === "pause" || asked === "cancel");
  const word =
    state === null
      ? "…"
      : isStopping
        ? "Stopping"
        : state.state === "stopped" && asked === "cancel"
          ? "Cancelled"
          : state.state === "stopped" && asked === "pause"
            ? "Paused"
            : stateWords[state.state];
  const table = useMemo(() => tableOf([...trials.current.values()]), [drawn]);
  return (
    <main id="main" class="wide-page" tabIndex={-1} aria-busy={state === null}>
      <header>
        <p class="kicker">Theriac {state?.run.kind ?? ""}</p>
        <h1>
          <bdi>{state?.run.path ?? "…"}</bdi>
        </h1>
      </header>
      {state !== null && (
        <section aria-label="Progress" class="live-state">
          <p role="status" class="live-line">
            <strong class={`state ${state.state}`}>{word}</strong> · {numberText(state.recorded, "count")} of{" "}
            {numberText(state.planned, "count")} trials
            {state.failed > 0 && <>, {state.failed} of them failed</>}
          </p>
          <progress value={state.recorded} max={Math.max(1, state.planned)} aria-label="Trials that are recorded" />
          <div class="controls">
            {isRunning && state.isOurs && (
              <>
                <button type="button" disabled={isStopping} onClick={() => void act("pause")}>
                  Pause
                </button>
                <button type="button" disabled={isStopping} onClick={() => void act("cancel")}>
                  Cancel
                </button>
              </>
            )}
            {isRunning && !state.isOurs && asked !== "resume" && <p class="small">It was started elsewhere, and is stopped there.</p>}
            {state.state === "stopped" && (
              <button type="button" onClick={() => void act("resume")}>
                Go on
              </button>
            )}
            {!isRunning && state.recorded > 0 && <a href={runAddress(run, "report")}>Report</a>}
          </div>
          {(state.state === "stopped" || state.state === "failed") && state.said.length > 0 && <p class="small">{state.said.at(-1)}</p>}
        </section>
      )}
      {!isConnected && <p class="caution">No connection to the server: what is shown may be old.</p>}
      {fault !== null && <p role="alert">{fault}</p>}
      <section aria-labelledby="strongest">
        <h2 id="strongest">Strongest so far</h2>
        {strongest === null || strongest.rows.length === 0 ? (
          <p class="small">{isRunning || state === null ? "No attack has ended yet." : "No attack ended."}</p>
        ) : (
          <div class="scroll">
            <table>
              <caption>
                <span>
                  The attack that its owner would choose by its own estimate, by learner, goal and budget; what test rows then show, without
                  repair. More trials may change it.
                </span>
              </caption>
              <thead>
                <tr>
                  <th scope="col">Learner</th>
                  <th scope="col">Goal</th>
                  <th scope="col">Budget</th>
                  <th scope="col">Attack</th>
                  <th scope="col">Figure</th>
                  <th scope="col">Value</th>
                </tr>
              </thead>
              <tbody>
                {strongest.rows.map(({ learner, goal, budgetFraction, attack, metric, figure }) => (
                  <tr key={`${learner} ${goal} ${budgetFraction}`}>
                    <th scope="row">{learner}</th>
                    <td>{goal ?? "–"}</td>
                    <td>{numberText(budgetFraction, "share")}</td>
                    <td>{attack}</td>
                    <td>{metric}</td>
                    <td>
                      <span class="value">{numberText(figure.value)}</span> <span class="interval">{intervalText(figure)}</span>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </section>
      <section aria-labelledby="trials">
        <h2 id="trials">Trials</h2>
        {table.rows.length === 0 ? <p class="small">None is recorded yet.</p> : <TableView table={table} />}
      </section>
    </main>
  );
}

const mostMetrics = 3;

/** The last recorded first, with the metrics that most of them have. */
function tableOf(trials: readonly LiveTrial[]): Table {
  const counts = new Map<string, number>();
  for (const { metrics } of trials) for (const name of Object.keys(metrics)) counts.set(name, (counts.get(name) ?? 0) + 1);
  const names = [...counts]
    .sort((a, b) => b[1] - a[1])
    .slice(0, mostMetrics)
    .map(([name]) => name);
  return {
    kind: "table",
    id: "trial-table",
    caption: "Every trial that is recorded, the last first",
    columns: [
      { name: "Trial", code: true },
      { name: "Learner", filter: true },
      { name: "Attack", filter: true },
      { name: "Budget", unit: "share" },
      { name: "Repair", filter: true },
      { name: "Seed", unit: "count" },
      ...names.map((name) => ({ name })),
      { name: "Status", filter: true as const },
    ],
    rows: trials
      .map(({ id, learner, attack, budgetFraction, repair, seed, metrics, status, error }) => [
        id.slice(0, 8),
        learner,
        attack ?? "none",
        budgetFraction,
        repair,
        seed,
        ...names.map((name) => metrics[name] ?? null),
        error === undefined ? status : { text: status, note: error },
      ])
      .reverse(),
    shown: 12,
  };
}
