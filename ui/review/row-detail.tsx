import { useEffect, useState } from "preact/hooks";
import type { Choice } from "../../src/node/review/decision.ts";
import type { Detail, NearRow, QueueRow, RelatedRows } from "../../src/server/api.ts";
import { messageOf } from "../failure.ts";
import { timeText } from "../server.ts";
import { ask } from "../source.ts";

export interface RowDetailProps {
  readonly run: string;
  readonly row: number;
  /** What the queue says of it already. */
  readonly known: QueueRow | null;
  readonly decided: { readonly decision: Choice; readonly by: string | null } | null;
  readonly isAside: boolean;
  onBack(): void;
  onOpen(row: number): void;
}

/** What was asked, and came or failed; the last answer stays until the next one is there only where it is of the same row. */
function useAnswer<T>(path: string | null, depends: unknown = null): { readonly answer: T | null; readonly fault: string | null } {
  const [got, setGot] = useState<{ readonly path: string; readonly answer: T | null; readonly fault: string | null } | null>(null);
  useEffect(() => {
    if (path === null) return;
    let isWanted = true;
    ask(path).then(
      (answer) => isWanted && setGot({ path, answer: answer as T, fault: null }),
      (error: unknown) => isWanted && setGot({ path, answer: null, fault: messageOf(error) }),
    );
    return () => {
      isWanted = false;
    };
  }, [path, depends]);
  return got !== null && got.path === path ? got : { answer: null, fault: null };
}

/** A row in full: why it is suspected, what it holds, what lies near it, and what was decided. */
export function RowDetail({ run, row, known, decided, isAside, onBack, onOpen }: RowDetailProps) {
  const [wholeRow, setWhole] = useState<number | null>(null);
  const base = `runs/${run}/rows/${row}`;
  const { answer: detail, fault } = useAnswer<Detail>(`${base}${wholeRow === row ? "?whole=yes" : ""}`, decided?.decision);
  // Neighbours take the server longer than the row: who passes by does not ask for them.
  const [settled, setSettled] = useState<number | null>(null);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(row), 250);
    return () => clearTimeout(timer);
  }, [row]);
  const near = useAnswer<RelatedRows>(settled === row ? `${base}/related` : null);
  const finding = detail?.finding ?? known;
  const history = detail?.history ?? [];
  return (
    <article class="row" aria-busy={detail === null && fault === null}>
      {isAside && (
        <p>
          <button type="button" onClick={onBack}>
            Back to the queue
          </button>
        </p>
      )}
      <h2>Row {row.toLocaleString("en")}</h2>
      <p class="small">
        {finding === null ? "The scan does not list it" : finding.flagged ? "Flagged" : "Not flagged"}
        {finding !== null && finding.score !== null && <>, score {finding.score.toPrecision(4)}</>}
        {finding?.line !== undefined && <>, line {finding.line.toLocaleString("en")} of its file</>}
        {decided !== null && (
          <>
            {" "}
            · <span class={`mark ${decided.decision}`}>{decided.decision}</span>
            {decided.by !== null && (
              <>
                {" "}
                by <bdi>{decided.by}</bdi>
              </>
            )}
          </>
        )}
      </p>
      {fault !== null && <p class="caution">{fault}</p>}
      {detail === null && fault === null && <p class="small">Reading the data …</p>}
      {detail !== null && (
        <dl class="cells">
          {detail.shown.cells.map(({ name, role, text, length }) => (
            <div key={name} class={role}>
              <dt>
                <bdi>{name}</bdi>
                {role !== "other" && role !== "feature" && name !== role && <span class="sub">{role}</span>}
              </dt>
              <dd>
                {text === null ? (
                  <span class="absent">missing</span>
                ) : (
                  <bdi class="cell-text" dir="auto">
                    {text}
                  </bdi>
                )}
                {text !== null && length > 20_000 && (
                  <span class="sub">
                    {wholeRow === row ? `${Math.min(length, 2_000_000).toLocaleString("en")} of ` : "The first 20,000 of "}
                    {length.toLocaleString("en")} characters{" "}
                    {wholeRow !== row && (
                      <button type="button" class="more" onClick={() => setWhole(row)}>
                        Show all
                      </button>
                    )}
                  </span>
                )}
              </dd>
            </div>
          ))}
        </dl>
      )}
      {detail !== null && detail.shown.leftOut > 0 && (
        <p class="small">{detail.shown.leftOut.toLocaleString("en")} more columns are not shown.</p>
      )}
      {finding !== null && finding.reasons.length > 0 && (
        <>
          <h3>Why</h3>
          <ul class="plain">
            {finding.reasons.map((reason) => (
              <li key={reason}>
                <bdi>{reason}</bdi>
              </li>
            ))}
          </ul>
        </>
      )}
      {detail !== null && detail.campaigns.length > 0 && (
        <>
          <h3>Part of</h3>
          <ul class="plain">
            {detail.campaigns.map((sentence) => (
              <li key={sentence}>
                <bdi>{sentence}</bdi>
              </li>
            ))}
          </ul>
        </>
      )}
      <h3>Most similar rows</h3>
      {near.fault !== null && near.fault !== fault && <p class="caution">{near.fault}</p>}
      {near.answer === null && near.fault === null && <p class="small">Looking for them …</p>}
      {near.answer !== null && near.answer.measure === null && <p class="small">Such data have no features to compare by.</p>}
      {near.answer !== null && near.answer.measure !== null && near.answer.neighbours.length === 0 && (
        <p class="small">No other row shares anything with it.</p>
      )}
      {near.answer !== null && near.answer.neighbours.length > 0 && (
        <NearRows
          rows={near.answer.neighbours}
          caption={
            near.answer.measure === "cosine"
              ? "Similarity is the cosine of what is learned from: 1 = the same words"
              : "Similarity is 1 / (1 + distance) of the scaled features: 1 = the same"
          }
          onOpen={onOpen}
        />
      )}
      {near.answer?.account && (
        <>
          <h3>
            Other rows of <bdi>{near.answer.account.name}</bdi>
          </h3>
          {near.answer.account.rows.length === 0 ? (
            <p class="small">It has this row alone.</p>
          ) : (
            <NearRows
              rows={near.answer.account.rows}
              caption={`${near.answer.account.rows.length} of ${(near.answer.account.count - 1).toLocaleString("en")}, the most suspicious first`}
              onOpen={onOpen}
            />
          )}
        </>
      )}
      {history.length > 1 && (
        <>
          <h3>Decided before</h3>
          <ul class="plain">
            {history.map(({ id, decision, by, at }) => (
              <li key={id}>
                <span class={`mark ${decision}`}>{decision}</span> by <bdi>{by}</bdi>, {timeText(at)}
              </li>
            ))}
          </ul>
        </>
      )}
    </article>
  );
}

function NearRows({
  rows,
  caption,
  onOpen,
}: {
  readonly rows: readonly (NearRow & { readonly similarity?: number })[];
  readonly caption: string;
  onOpen(row: number): void;
}) {
  return (
    <div class="scroll">
      <table class="near">
        <caption>
          <span>{caption}</span>
        </caption>
        <tbody>
          {rows.map(({ row, text, flagged, decision, similarity }) => (
            <tr key={row}>
              <th scope="row">
                <button type="button" class="more" onClick={() => onOpen(row)}>
                  Row {row.toLocaleString("en")}
                </button>
              </th>
              {similarity !== undefined && <td class="whole">{similarity.toFixed(2)}</td>}
              <td>
                <bdi dir="auto">{text}</bdi>
              </td>
              <td class="whole">{decision !== null ? <span class={`mark ${decision}`}>{decision}</span> : flagged ? "flagged" : ""}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
