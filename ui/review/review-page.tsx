import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Choice } from "../../src/node/review/decision.ts";
import type { Filter } from "../../src/node/review/review.ts";
import type { Decided, Exported } from "../../src/server/api.ts";
import { messageOf } from "../failure.ts";
import { useKept } from "../route.ts";
import { currentRun, follow, send } from "../server.ts";
import { QueueStore } from "./review-state.ts";
import { RowDetail } from "./row-detail.tsx";
import { VirtualList } from "./virtual-list.tsx";
import "./review.css";

const filterNames: Readonly<Record<Filter, string>> = {
  flagged: "Flagged",
  undecided: "Flagged, undecided",
  all: "All rows",
  decided: "Decided",
  poison: "Poison",
  fine: "Fine",
  unsure: "Unsure",
};
const keys: Readonly<Record<string, Choice>> = { p: "poison", f: "fine", u: "unsure" };
const rowHeight = 80;

/** The queue of a scan: rows by suspicion on the left, one of them in full on the right, decided on by keys or buttons. */
export function ReviewPage() {
  const run = currentRun();
  return run === null ? (
    <main id="main" class="wide-page">
      <p>
        No scan was chosen: <a href="#/runs">choose one</a>.
      </p>
    </main>
  ) : (
    <Queue run={run} />
  );
}

function Queue({ run }: { readonly run: string }) {
  const [kept, keep] = useKept("show");
  const filter = kept in filterNames ? (kept as Filter) : "flagged";
  const [, redraw] = useState(0);
  const store = useMemo(() => new QueueStore(run, filter, () => redraw((n) => n + 1)), [run]);
  const [isConnected, setConnected] = useState(true);
  const [hasKeys, setKeys] = useState(true);
  /** A row that is looked at although the queue is elsewhere. */
  const [aside, showAside] = useState<number | null>(null);
  // Keys may come faster than the page is drawn: what they are about is what is so, and not what was drawn last.
  const now = useRef<number | null>(null);
  const setAside = (row: number | null): void => {
    now.current = row;
    showAside(row);
  };
  const { total, at, progress, fault, unstored, isLoading, said } = store.state;
  const current = store.rowAt(at);
  const row = aside ?? current?.row ?? null;
  const detail = useRef<HTMLElement>(null);

  useEffect(() => {
    document.title = "Theriac: review";
    void store.open(filter);
    return follow(`runs/${run}/decisions/events`, { decided: (told: Decided) => store.hear(told) }, setConnected);
  }, [store]);

  const choose = (next: Filter): void => {
    keep(next === "flagged" ? "" : next);
    setAside(null);
    void store.open(next);
  };
  const move = (to: number): void => {
    setAside(null);
    store.move(to);
    detail.current?.scrollTo({ top: 0 });
  };
  const decide = (decision: Choice): void => {
    const { at: place, total: all, fault: broken } = store.state;
    const about = now.current ?? store.rowAt(place)?.row ?? null;
    if (about === null || broken !== null) return;
    store.decide(about, decision);
    if (now.current === null && place < all - 1) move(place + 1);
  };
  const undo = (): void => {
    setAside(null);
    store.undo();
  };

  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      const isTyping = event.target instanceof HTMLElement && event.target.closest("input:not([type=checkbox]), select, textarea") !== null;
      if (!hasKeys || isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
      const key = event.key.toLowerCase();
      if (key in keys) decide(keys[key]!);
      else if (key === "z") undo();
      else if (key === "j") move(store.state.at + 1);
      else if (key === "k") move(store.state.at - 1);
      else return;
      event.preventDefault();
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  });

  const decided = row === null ? null : store.decisionOf(row);
  const share = progress === null || progress.flagged === 0 ? null : progress.flaggedDecided / progress.flagged;
  return (
    <main id="main" class="review" tabIndex={-1} aria-busy={isLoading}>
      <header>
        <h1>Review</h1>
        <div class="progress">
          {progress !== null && (
            <>
              {share !== null && (
                <progress value={progress.flaggedDecided} max={progress.flagged} aria-label="Flagged rows that are decided" />
              )}
              <p role="status">
                <strong>{number(progress.flaggedDecided)}</strong> of {number(progress.flagged)} flagged rows decided ·{" "}
                {number(progress.counts.poison)} poison, {number(progress.counts.fine)} fine, {number(progress.counts.unsure)} unsure
                {unstored.length > 0 && fault === null && <> · storing {unstored.length}</>}
              </p>
              {progress.changedLines > 0 && (
                <p class="caution">
                  {number(progress.changedLines)} lines of decisions.jsonl were changed since they were written and count for nothing.
                </p>
              )}
            </>
          )}
          {!isConnected && fault === null && <p class="caution">No connection to the server: what other tabs decide is not seen here.</p>}
        </div>
        {fault !== null && (
          <div class="fault" role="alert">
            <p>
              {fault}
              {unstored.length > 0 && <> Not stored: {unstored.map((one) => `row ${one.row} (${one.decision})`).join(", ")}.</>}
            </p>
            <button type="button" onClick={() => store.retry()}>
              Try again
            </button>
          </div>
        )}
        <p class="unseen" role="status">
          {said}
          {current !== null &&
            `${said === "" ? "" : ". "}Row ${current.row}, ${at + 1} of ${total}, ${store.decisionOf(current.row)?.decision ?? "undecided"}`}
        </p>
      </header>
      <section class="side" aria-label="Queue">
        <div class="tools">
          <label>
            Show{" "}
            <select value={filter} onChange={(event) => choose(event.currentTarget.value as Filter)}>
              {Object.entries(filterNames).map(([id, name]) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
            </select>
          </label>
          <span class="count">{number(total)} rows</span>
        </div>
        {total === 0 && !isLoading && fault === null ? (
          <p class="empty">{filter === "undecided" ? "Nothing is left: every flagged row is decided." : "No row is of this kind."}</p>
        ) : (
          <VirtualList
            label="Rows by suspicion"
            total={total}
            height={rowHeight}
            at={at}
            draw={(place) => <Item store={store} place={place} isCurrent={place === at} onOpen={() => move(place)} />}
          />
        )}
      </section>
      <section class="one" ref={detail} aria-label="Row">
        {row !== null && (
          <>
            <div class="decide" role="group" aria-label={`Decide on row ${row}`}>
              {(Object.entries(keys) as [string, Choice][]).map(([key, choice]) => (
                <button
                  key={key}
                  type="button"
                  class={`choice ${choice}`}
                  aria-pressed={decided?.decision === choice}
                  aria-keyshortcuts={key}
                  disabled={fault !== null}
                  onClick={() => decide(choice)}
                >
                  {choice[0]!.toUpperCase() + choice.slice(1)} <kbd>{key}</kbd>
                </button>
              ))}
              <button type="button" aria-keyshortcuts="z" onClick={undo}>
                Undo <kbd>z</kbd>
              </button>
              <span class="steps">
                <button type="button" aria-label="Previous row" aria-keyshortcuts="k" disabled={at === 0} onClick={() => move(at - 1)}>
                  ↑ <kbd>k</kbd>
                </button>
                <button type="button" aria-label="Next row" aria-keyshortcuts="j" disabled={at >= total - 1} onClick={() => move(at + 1)}>
                  ↓ <kbd>j</kbd>
                </button>
              </span>
            </div>
            <RowDetail
              run={run}
              row={row}
              known={aside === null ? current : null}
              decided={decided}
              isAside={aside !== null}
              onBack={() => setAside(null)}
              onOpen={(other) => {
                const place = store.findPlace(other);
                if (place === null) setAside(other);
                else move(place);
              }}
            />
          </>
        )}
        {row === null && !isLoading && fault === null && <p>There is no row to show.</p>}
      </section>
      <footer class="after">
        <Export run={run} />
        <p class="small">
          <label>
            <input type="checkbox" checked={hasKeys} onChange={(event) => setKeys(event.currentTarget.checked)} /> Keys p, f, u, z, j and k
            decide and move
          </label>
        </p>
        <p class="small">Each decision is stored at once in decisions.jsonl, in the folder of the scan. Nothing leaves this machine.</p>
      </footer>
    </main>
  );
}

function Item({
  store,
  place,
  isCurrent,
  onOpen,
}: {
  readonly store: QueueStore;
  readonly place: number;
  readonly isCurrent: boolean;
  onOpen(): void;
}) {
  const row = store.rowAt(place);
  if (row === null) return <span class="item waiting">…</span>;
  const decided = store.decisionOf(row.row);
  return (
    <button type="button" class="item" aria-current={isCurrent ? "true" : undefined} onClick={onOpen}>
      <span class="item-head">
        <span>Row {number(row.row)}</span>
        <span class={`mark ${decided?.decision ?? "none"}`}>{decided?.decision ?? (row.flagged ? "" : "not flagged")}</span>
      </span>
      <bdi class="item-text">{store.textOf(row.row)}</bdi>
      <span class="item-why">{row.reasons[0] ?? (row.score === null ? "no score" : `score ${row.score.toPrecision(3)}`)}</span>
    </button>
  );
}

/** What follows from the decisions, as files beside the scan. */
function Export({ run }: { readonly run: string }) {
  const [onlyDecided, setOnly] = useState(false);
  const [told, setTold] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const write = async (): Promise<void> => {
    setBusy(true);
    try {
      const { kept, quarantined, files } = await send<Exported>(`runs/${run}/export`, { onlyDecided });
      setTold(`${number(kept)} rows kept, ${number(quarantined)} quarantined: ${files.join(", ")}, in the folder of the scan.`);
    } catch (error) {
      setTold(messageOf(error));
    }
    setBusy(false);
  };
  return (
    <div class="export">
      <button type="button" disabled={isBusy} onClick={() => void write()}>
        Write cleaned and quarantined files
      </button>{" "}
      <label>
        <input type="checkbox" checked={onlyDecided} onChange={(event) => setOnly(event.currentTarget.checked)} /> undecided rows stay,
        flagged or not
      </label>
      <p role="status">{told}</p>
    </div>
  );
}

function number(value: number): string {
  return value.toLocaleString("en");
}
