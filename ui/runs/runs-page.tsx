import { useEffect, useState } from "preact/hooks";
import type { RunList, RunSummary } from "../../src/server/api.ts";
import { messageOf } from "../failure.ts";
import { kindNames, loadRuns, pagesOf, runAddress, timeText } from "../server.ts";
import { ask } from "../source.ts";
import "./runs.css";

/** The runs of the folder; several can be held side by side. */
export function RunsPage() {
  const [list, setList] = useState<RunList | null>(null);
  const [fault, setFault] = useState<string | null>(null);
  const [chosen, setChosen] = useState<readonly string[]>([]);
  useEffect(() => {
    document.title = "Theriac: runs";
    loadRuns().then(setList, (error: unknown) => setFault(messageOf(error)));
  }, []);
  const choose = (id: string, is: boolean): void => setChosen((now) => (is ? [...now, id] : now.filter((one) => one !== id)));
  return (
    <main id="main" class="wide-page" tabIndex={-1} aria-busy={list === null && fault === null}>
      <header>
        <p class="kicker">Theriac</p>
        <h1>
          Runs of <bdi>{list?.folder ?? "…"}</bdi>
        </h1>
      </header>
      {fault !== null && <p role="alert">{fault}</p>}
      {list !== null && list.runs.length === 0 && (
        <p>
          There is no run below this folder yet. <code>theriac audit DATA</code> and <code>theriac scan DATA</code> make them
          {list.canStart && (
            <>
              , or <a href="#/start">start a study here</a>
            </>
          )}
          .
        </p>
      )}
      {list !== null && list.runs.length > 0 && (
        <div class="scroll">
          <table class="runs">
            <caption>
              <span>
                {list.runs.length === 1 ? "One run" : `${list.runs.length} runs, the latest first`}. Choose two or more to hold them side by
                side.
              </span>
            </caption>
            <thead>
              <tr>
                <th scope="col">
                  <span class="unseen">Compare</span>
                </th>
                <th scope="col">Run</th>
                <th scope="col">What</th>
                <th scope="col">Data</th>
                <th scope="col">Status</th>
                <th scope="col">When</th>
              </tr>
            </thead>
            <tbody>
              {list.runs.map((run) => (
                <tr key={run.id}>
                  <td>
                    <input
                      type="checkbox"
                      aria-label={`Compare ${run.path}`}
                      checked={chosen.includes(run.id)}
                      onChange={(event) => choose(run.id, event.currentTarget.checked)}
                    />
                  </td>
                  <th scope="row">
                    <bdi>{run.path}</bdi>
                    <span class="links">
                      {pagesOf(run).map(({ page, name }) => (
                        <a key={page} href={runAddress(run.id, page)} aria-label={`${name} of ${run.path}`}>
                          {name}
                        </a>
                      ))}
                    </span>
                  </th>
                  <td>{kindNames[run.kind] ?? run.kind}</td>
                  <td>
                    <bdi>{run.data ?? "–"}</bdi>
                  </td>
                  <td>{run.status}</td>
                  <td class="whole">{timeText(run.at)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {list !== null && list.leftOut > 0 && <p class="small">{list.leftOut} folders were not looked into, as there are too many.</p>}
      {chosen.length > 0 && <Comparison runs={chosen} />}
    </main>
  );
}

/** Summaries beside each other, a fact a line. */
function Comparison({ runs }: { readonly runs: readonly string[] }) {
  const [summaries, setSummaries] = useState<Readonly<Record<string, RunSummary | string>>>({});
  useEffect(() => {
    for (const id of runs)
      if (summaries[id] === undefined)
        ask(`runs/${id}`).then(
          (summary) => setSummaries((now) => ({ ...now, [id]: summary as RunSummary })),
          (error: unknown) => setSummaries((now) => ({ ...now, [id]: messageOf(error) })),
        );
  }, [runs]);
  const shown = runs.map((id) => summaries[id]);
  const names = [...new Set(shown.flatMap((one) => (typeof one === "object" ? one.facts.map(({ name }) => name) : [])))];
  return (
    <section aria-labelledby="side-by-side">
      <h2 id="side-by-side">Side by side</h2>
      <div class="scroll">
        <table class="comparison">
          <thead>
            <tr>
              <th scope="col">
                <span class="unseen">Fact</span>
              </th>
              {shown.map((one, i) => (
                <th key={runs[i]} scope="col">
                  {typeof one === "object" ? <bdi>{one.run.path}</bdi> : "…"}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            <tr>
              <th scope="row">Found</th>
              {shown.map((one, i) => (
                <td key={runs[i]}>
                  {typeof one === "string" ? (
                    <span role="alert">{one}</span>
                  ) : (
                    one?.sentences.map((sentence) => <p key={sentence}>{sentence}</p>)
                  )}
                </td>
              ))}
            </tr>
            {names.map((name) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                {shown.map((one, i) => (
                  <td key={runs[i]}>
                    <bdi>{(typeof one === "object" ? one.facts.find((fact) => fact.name === name)?.value : undefined) ?? "–"}</bdi>
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
