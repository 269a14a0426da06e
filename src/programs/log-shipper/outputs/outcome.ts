/** What a destination says of some entries that were sent to it. Numbers count within them. */
export type Outcome =
  | { readonly kind: 'taken' }
  /** None was taken for certain. `after`: milliseconds that the destination asks to wait. */
  | { readonly kind: 'retry'; readonly why: string; readonly after?: number }
  | { readonly kind: 'rejected'; readonly why: string }
  /** It might take fewer of them at once. */
  | { readonly kind: 'too-large'; readonly why: string }
  /** It has answered for each entry: those that are in neither list were taken. */
  | {
      readonly kind: 'mixed';
      readonly again: readonly number[];
      readonly rejected: readonly number[];
      readonly why: string;
      readonly after?: number;
    };
