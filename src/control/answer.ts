/** Body of every answer that is not a success. */
export interface ErrorJson {
  readonly ok: false;
  /** A sentence that says what to do instead. */
  readonly message: string;
}

/** A value, or the reason why there is none. */
export type Answer<T> = { readonly ok: true; readonly value: T } | ErrorJson;
