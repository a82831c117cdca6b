import { useEffect, useMemo, useState } from "preact/hooks";
import type { Form, FormField, FormMethod, StudyAsked, StudyStarted } from "../../src/server/api.ts";
import { messageOf } from "../failure.ts";
import { runAddress, send } from "../server.ts";
import { ask } from "../source.ts";
import "./live.css";

/** By option, the texts that go with it as on the command line. */
type Values = Readonly<Record<string, readonly string[]>>;

/** Starts a study of a file of the folder; the fields are those of the table of options. */
export function StartPage() {
  const [form, setForm] = useState<Form | null>(null);
  const [fault, setFault] = useState<string | null>(null);
  const [data, setData] = useState("");
  const [kind, setKind] = useState<Form["kinds"][number]["kind"]>("table");
  const [values, setValues] = useState<Values>({});
  const [isBusy, setBusy] = useState(false);
  useEffect(() => {
    document.title = "Theriac: start a study";
    ask("form").then(
      (got) => {
        setForm(got as Form);
        setData((got as Form).files[0] ?? "");
      },
      (error: unknown) => setFault(messageOf(error)),
    );
  }, []);
  const fields = useMemo(() => form?.kinds.find((one) => one.kind === kind)?.fields ?? [], [form, kind]);
  const groups = useMemo(() => [...new Set(fields.map(({ group }) => group))], [fields]);
  const set = (name: string, next: readonly string[] | null): void =>
    setValues((now) => {
      const { [name]: _, ...rest } = now;
      return next === null ? rest : { ...rest, [name]: next };
    });
  const start = async (event: Event): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setFault(null);
    try {
      const { run } = await send<StudyStarted>("studies", { data, kind, options: values } satisfies StudyAsked);
      location.assign(run === null ? "#/runs" : runAddress(run, "live"));
    } catch (error) {
      setFault(messageOf(error));
    }
    setBusy(false);
  };
  const fieldsOf = (group: string, isUsual: boolean) => fields.filter((field) => field.group === group && field.isUsual === isUsual);
  return (
    <main id="main" class="wide-page start" tabIndex={-1} aria-busy={form === null && fault === null}>
      <header>
        <p class="kicker">Theriac audit</p>
        <h1>Start a study</h1>
        <p>
          It trains on data of this folder as they are, then with poison of growing budgets in them, and measures what that damages. What is
          left empty is chosen from the data.
        </p>
      </header>
      {form !== null && form.files.length === 0 && (
        <p role="alert">There is no file of data in this folder: start theriac view where they lie.</p>
      )}
      {form !== null && form.files.length > 0 && (
        <form onSubmit={(event) => void start(event)}>
          <div class="field">
            <label for="study-data">data</label>
            <select id="study-data" value={data} onChange={(event) => setData(event.currentTarget.value)}>
              {form.files.map((file) => (
                <option key={file}>{file}</option>
              ))}
            </select>
          </div>
          <div class="field">
            <label for="study-kind">they are</label>
            <select
              id="study-kind"
              value={kind}
              onChange={(event) => {
                setKind(event.currentTarget.value as typeof kind);
                setValues({});
              }}
            >
              {form.kinds.map((one) => (
                <option key={one.kind} value={one.kind}>
                  {one.title}
                </option>
              ))}
            </select>
          </div>
          {groups.map((group) => (
            <fieldset key={`${kind} ${group}`}>
              <legend>{group.replace(/ \(.*/, "")}</legend>
              {fieldsOf(group, true).map((field) => (
                <Field
                  key={field.name}
                  field={field}
                  files={form.files}
                  value={values[field.name] ?? null}
                  onChange={(next) => set(field.name, next)}
                />
              ))}
              {fieldsOf(group, false).length > 0 && (
                <details class="more-box">
                  <summary>{fieldsOf(group, false).length} more</summary>
                  {fieldsOf(group, false).map((field) => (
                    <Field
                      key={field.name}
                      field={field}
                      files={form.files}
                      value={values[field.name] ?? null}
                      onChange={(next) => set(field.name, next)}
                    />
                  ))}
                </details>
              )}
            </fieldset>
          ))}
          {fault !== null && <p role="alert">{fault}</p>}
          <div class="controls">
            <button type="submit" disabled={isBusy || data === ""}>
              {isBusy ? "Starting …" : "Start"}
            </button>
          </div>
        </form>
      )}
      {form === null && fault !== null && <p role="alert">{fault}</p>}
    </main>
  );
}

interface FieldProps {
  readonly field: FormField;
  readonly files: readonly string[];
  /** null = not asked for. */
  readonly value: readonly string[] | null;
  onChange(next: readonly string[] | null): void;
}

function Field({ field, files, value, onChange }: FieldProps) {
  const { name, help, type } = field;
  const id = `study-${name}`;
  const isGroup = type === "choices" || type === "methods";
  return (
    <div class="field" role={isGroup ? "group" : undefined} aria-labelledby={isGroup ? `${id}-name` : undefined}>
      {isGroup ? (
        <span class="name" id={`${id}-name`}>
          {name}
        </span>
      ) : (
        <label for={id}>{name}</label>
      )}
      <Input id={id} field={field} files={files} value={value} onChange={onChange} />
      <p class="help" id={`${id}-help`}>
        {help}
      </p>
    </div>
  );
}

function Input({ id, field, files, value, onChange }: FieldProps & { readonly id: string }) {
  const { type, among = [], methods = [] } = field;
  const common = { id, "aria-describedby": `${id}-help` };
  const one = (text: string): void => onChange(text === "" ? null : [text]);
  switch (type) {
    case "switch":
      return (
        <span>
          <input
            {...common}
            type="checkbox"
            checked={value !== null}
            onChange={(event) => onChange(event.currentTarget.checked ? [] : null)}
          />
        </span>
      );
    case "choice":
    case "file":
      return (
        <select {...common} value={value?.[0] ?? ""} onChange={(event) => one(event.currentTarget.value)}>
          <option value="">default</option>
          {(type === "file" ? files : among).map((option) => (
            <option key={option}>{option}</option>
          ))}
        </select>
      );
    case "choices":
      return (
        <span class="options">
          {among.map((option) => (
            <label key={option}>
              <input
                type="checkbox"
                checked={value?.includes(option) === true}
                onChange={(event) => {
                  const next = event.currentTarget.checked ? [...(value ?? []), option] : (value ?? []).filter((other) => other !== option);
                  onChange(next.length === 0 ? null : next);
                }}
              />{" "}
              {option}
            </label>
          ))}
        </span>
      );
    case "number":
      return (
        <input
          {...common}
          type="number"
          min={field.min}
          max={field.max}
          step={field.isWhole === true ? 1 : "any"}
          value={value?.[0] ?? ""}
          onInput={(event) => one(event.currentTarget.value)}
        />
      );
    case "texts":
      return (
        <textarea
          {...common}
          rows={1}
          placeholder="one a line"
          onInput={(event) => {
            const lines = event.currentTarget.value
              .split("\n")
              .map((line) => line.trim())
              .filter((line) => line !== "");
            onChange(lines.length === 0 ? null : lines);
          }}
        />
      );
    case "methods":
      return <Methods methods={methods} onChange={onChange} />;
    default:
      return <input {...common} type="text" value={value?.[0] ?? ""} onInput={(event) => one(event.currentTarget.value)} />;
  }
}

/** So that commas and colons of a text part nothing. */
function quoted(text: string): string {
  return /[,:]/.test(text) && !text.includes('"') ? `"${text}"` : text;
}

/** Methods with the parameters that they describe; what differs from a default goes into the text of the method. */
function Methods({ methods, onChange }: { readonly methods: readonly FormMethod[]; onChange(next: readonly string[] | null): void }) {
  const [chosen, setChosen] = useState<Readonly<Record<string, Readonly<Record<string, string>>>>>({});
  const change = (next: typeof chosen): void => {
    setChosen(next);
    const texts = Object.entries(next).map(([id, params]) =>
      [id, ...Object.entries(params).flatMap(([name, text]) => (text.trim() === "" ? [] : [`${name}=${quoted(text.trim())}`]))].join(":"),
    );
    // With commas between, so that several learners are one list.
    onChange(texts.length === 0 ? null : [texts.join(",")]);
  };
  return (
    <div class="methods" tabIndex={0} role="group" aria-label="Methods">
      {methods.map(({ id, title, summary, params }) => {
        const own = chosen[id];
        return (
          <div key={id} class="method">
            <label>
              <input
                type="checkbox"
                checked={own !== undefined}
                onChange={(event) => {
                  const { [id]: _, ...rest } = chosen;
                  change(event.currentTarget.checked ? { ...rest, [id]: {} } : rest);
                }}
              />{" "}
              {id} <span class="absent">{title}</span>
            </label>
            <span class="sub">{summary}</span>
            {own !== undefined && params.length > 0 && (
              <div class="params">
                {params.map(({ name, allowed, default: unasked, help }) => (
                  <>
                    <label for={`${id}-${name}`}>{name}</label>
                    <input
                      id={`${id}-${name}`}
                      type="text"
                      placeholder={unasked}
                      value={own[name] ?? ""}
                      onInput={(event) => change({ ...chosen, [id]: { ...own, [name]: event.currentTarget.value } })}
                    />
                    <span class="sub">
                      {help}: {allowed}
                    </span>
                  </>
                ))}
              </div>
            )}
          </div>
        );
      })}
    </div>
  );
}
