type Nested = Readonly<Record<string, unknown>>;

/** The configuration with a value at such a key, as `data.labels`; what lies beside it stays. */
export function setKey(config: Nested, key: string, value: unknown): Record<string, unknown> {
  const dot = key.indexOf(".");
  if (dot < 0) return { ...config, [key]: value };
  const head = key.slice(0, dot);
  return { ...config, [head]: setKey((config[head] ?? {}) as Nested, key.slice(dot + 1), value) };
}

/** The value at such a key; undefined = none. */
export function valueAt(config: unknown, key: string): unknown {
  return key.split(".").reduce<unknown>((value, name) => (value as Nested | null | undefined)?.[name], config);
}
