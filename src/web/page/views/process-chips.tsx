import type { ReactNode } from 'react';
import { colorClass } from '../parts/process-color.ts';

interface ProcessChipsProps {
  readonly names: readonly string[];
  /** Empty: all. */
  readonly chosen: readonly string[];
  readonly onChange: (chosen: readonly string[]) => void;
}

/** Buttons that choose whose lines are shown. */
export const ProcessChips = ({ names, chosen, onChange }: ProcessChipsProps): ReactNode => {
  const toggled = (name: string): readonly string[] =>
    chosen.includes(name) ? chosen.filter((other) => other !== name) : [...chosen, name];
  return (
    <fieldset className="chips" aria-label="Processes whose lines are shown">
      <button type="button" aria-pressed={chosen.length === 0} onClick={() => onChange([])}>
        all
      </button>
      {names.map((name) => (
        <button
          key={name}
          type="button"
          className={colorClass(name)}
          aria-pressed={chosen.includes(name)}
          onClick={() => onChange(toggled(name))}
        >
          {name}
        </button>
      ))}
    </fieldset>
  );
};
