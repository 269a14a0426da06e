import { type KeyboardEvent, type ReactNode, useRef } from 'react';
import { useKeys } from '../browser/hooks.ts';

interface SearchFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

/** A field that `/` leads to. Enter leaves it, and Escape empties it as well. */
export const SearchField = ({ label, value, onChange }: SearchFieldProps): ReactNode => {
  const field = useRef<HTMLInputElement>(null);
  useKeys({ '/': () => field.current?.select() });
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') onChange('');
    if (event.key === 'Escape' || event.key === 'Enter') {
      event.preventDefault();
      field.current?.blur();
      document.querySelector<HTMLElement>('.list')?.focus({ preventScroll: true });
    }
  };
  return (
    <input
      className="search"
      type="search"
      ref={field}
      aria-label={label}
      placeholder={`${label}  /`}
      value={value}
      spellCheck={false}
      autoComplete="off"
      onChange={(event) => onChange(event.target.value)}
      onKeyDown={onKeyDown}
    />
  );
};
