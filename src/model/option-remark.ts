/** What options of a ready-made sidecar allow, and hardly anybody wants. It keeps nothing from starting. */
export type OptionRemark =
  /** A share of its endpoints that is less than one of them. `least`: the smallest that is not. */
  | {
      readonly kind: 'ejects-nobody';
      readonly cluster: string;
      readonly endpoints: number;
      readonly percent: number;
      readonly least: number;
    }
  /** Requests that may have been carried out are sent again. */
  | { readonly kind: 'repeats-requests'; readonly method: string; readonly word: string }
  /** A stream of events has a longest time. */
  | { readonly kind: 'cuts-stream'; readonly milliseconds: number }
  /** There is no such file yet. */
  | { readonly kind: 'no-file-yet'; readonly folder: string; readonly include: readonly string[] };
