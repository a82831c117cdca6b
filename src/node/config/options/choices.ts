/** A column by name, or by its 1-based position where no column bears that name. */
export type ColumnChoice = string | number;

/** A method by name, or with parameters that differ from its defaults. */
export type MethodChoice = string | { readonly id: string; readonly params?: Readonly<Record<string, unknown>> };

/** A repair that goes by suspicion uses the detector that is named here, else the one of `detectorUnasked`. */
export type RepairChoice =
  string | { readonly id: string; readonly params?: Readonly<Record<string, unknown>>; readonly detector?: MethodChoice };

/** What a recommender's ratings may be; `clip` moves those beyond to the ends. */
export interface ScaleChoice {
  readonly low: number;
  readonly high: number;
  readonly clip?: boolean;
}
