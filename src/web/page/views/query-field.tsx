import { type ReactNode, useId, useRef, useState } from 'react';
import { useKeys } from '../browser/hooks.ts';

interface QueryFieldProps {
  readonly value: string;
  /** Names of metrics, which the browser completes. */
  readonly names: readonly string[];
  readonly onChange: (query: string) => void;
}

/** A field for PromQL that `/` leads to. Enter plots it. */
export const QueryField = ({ value, names, onChange }: QueryFieldProps): ReactNode => {
  const [text, setText] = useState(value);
  const field = useRef<HTMLInputElement>(null);
  const id = useId();
  useKeys({ '/': () => field.current?.select() });
  return (
    <>
      <input
        className="search query"
        ref={field}
        list={id}
        aria-label="Query in PromQL"
        placeholder="rate(…[1m])  /"
        value={text}
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') onChange(text.trim());
          if (event.key === 'Escape') field.current?.blur();
        }}
      />
      <datalist id={id}>
        {names.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
    </>
  );
};
