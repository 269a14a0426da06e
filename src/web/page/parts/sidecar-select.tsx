import type { ReactNode } from 'react';
import { useSignal } from '../browser/hooks.ts';
import { usePage } from './context.ts';

interface SidecarSelectProps {
  readonly use: 'telemetry' | 'prometheus';
  /** Name of the chosen one; empty: the first. */
  readonly value: string;
  readonly onChange: (name: string) => void;
}

/** A choice of the sidecar that is asked, where the pod has several. */
export const SidecarSelect = ({ use, value, onChange }: SidecarSelectProps): ReactNode => {
  const { pod } = usePage();
  useSignal(pod.podChanged);
  const processes = pod.snapshot?.processes ?? [];
  const names = processes.filter(({ origin }) => origin?.use === use).map(({ name }) => name);
  if (names.length < 2) return null;
  return (
    <select
      aria-label={`Sidecar with use: ${use}`}
      value={names.includes(value) ? value : names[0]}
      onChange={(event) => onChange(event.target.value)}
    >
      {names.map((name) => (
        <option key={name} value={name}>{`from ${name}`}</option>
      ))}
    </select>
  );
};
