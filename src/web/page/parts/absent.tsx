import type { ReactNode } from 'react';
import type { Fetched } from '../browser/api.ts';

interface AbsentProps {
  readonly failure: Extract<Fetched<unknown>, { readonly ok: false }>;
  /** Lines to add to the config. */
  readonly example: string;
}

/** Says why there is nothing to show, and what to add to the config. */
export const Absent = ({ failure, example }: AbsentProps): ReactNode => (
  <div className="absent" role="status">
    <p>{sentence(failure.message)}</p>
    {failure.absence === 'none' && <pre>{example}</pre>}
  </div>
);

const sentence = (message: string): string => {
  const text = `${message.charAt(0).toUpperCase()}${message.slice(1)}`;
  return /[.!?]$/.test(text) ? text : `${text}.`;
};
