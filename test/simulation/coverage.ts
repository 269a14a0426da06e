import type { Command } from '../../src/core/command.ts';
import type { PodState } from '../../src/core/pod-state.ts';
import type { StateName } from '../../src/model/vocabulary.ts';
import type { Word } from './world.ts';

const STATES: readonly StateName[] = [
  'pending',
  'starting',
  'running',
  'ready',
  'backoff',
  'stopping',
  'completed',
  'failed',
  'stopped',
];

type Counts = Record<string, number>;

/** Which events met which states, and which commands came of them. */
export class Coverage {
  /** By event, then by the state of the process that it was for; late ones apart. */
  readonly events: Record<string, Counts> = {};
  readonly commands: Counts = {};

  count({ processes }: PodState, { event, late }: Word): void {
    const purpose = event.type === 'timer' ? ` ${event.purpose}` : '';
    const detail = event.type === 'request' ? ` ${event.request}` : purpose;
    const row = this.#row(`${event.type}${detail}${late ? ' (late)' : ''}`);
    const one = 'process' in event && event.process !== null ? processes.get(event.process) : undefined;
    for (const { state } of one === undefined ? processes.values() : [one]) add(row, state.is, 1);
  }

  countCommand(command: Command): void {
    const detail = 'hook' in command ? ` ${command.hook}` : 'probe' in command ? ` ${command.probe}` : '';
    add(this.commands, `${command.type}${command.type === 'arm' ? ` ${command.purpose}` : detail}`, 1);
  }

  add({ events, commands }: Pick<Coverage, 'events' | 'commands'>): void {
    for (const [event, row] of Object.entries(events)) addAll(this.#row(event), row);
    addAll(this.commands, commands);
  }

  #row(event: string): Counts {
    const row = this.events[event] ?? {};
    this.events[event] = row;
    return row;
  }

  table(): string {
    const width = Math.max(...Object.keys(this.events).map((name) => name.length));
    const line = (name: string, cells: readonly (string | number)[]) =>
      name.padEnd(width) + cells.map((cell) => String(cell).padStart(11)).join('');
    const rows = Object.entries(this.events).toSorted(([a], [b]) => a.localeCompare(b));
    return [
      line('event in state', STATES),
      ...rows.map(([event, row]) =>
        line(
          event,
          STATES.map((state) => row[state] ?? '-'),
        ),
      ),
      '',
      ...Object.entries(this.commands)
        .toSorted()
        .map(([command, times]) => line(command, [times])),
    ].join('\n');
  }
}

const add = (counts: Counts, key: string, times: number): void => {
  counts[key] = (counts[key] ?? 0) + times;
};

const addAll = (counts: Counts, more: Counts): void => {
  for (const [key, times] of Object.entries(more)) add(counts, key, times);
};
