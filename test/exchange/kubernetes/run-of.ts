import { join } from 'node:path';
import type { Fields, FoundPod, Value } from '../../../src/exchange/form/found-pod.ts';
import { Template } from '../../../src/exchange/form/template.ts';
import { kubernetes } from '../../../src/exchange/kubernetes/import/read-kubernetes.ts';
import { assemble, type WrittenProcess } from '../../../src/exchange/writing/assemble.ts';
import { type Files, FOLDER, machineWith } from '../drafts/draft.ts';

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Other files of the machine, by path. */
  readonly files?: Files;
}

export interface Run {
  readonly pod: FoundPod;
  /** Every process by name; a reference to a port is `{process.port}`. */
  readonly processes: Readonly<Record<string, object>>;
  readonly apps: readonly string[];
  readonly volumes: unknown;
  readonly stop: unknown;
  readonly losses: readonly string[];
  readonly remarks: readonly string[];
}

/** What a file of manifests is where it runs at once. */
export const runOf = async (text: string, { env = {}, files = {} }: RunOptions = {}): Promise<Run> => {
  const machine = machineWith({ 'pod.yaml': text, ...files }, { env });
  const file = join(FOLDER, 'pod.yaml');
  const pod = await kubernetes.read({
    file,
    name: 'pod.yaml',
    folder: FOLDER,
    text,
    machine,
    purpose: 'run',
  });
  const { shared, apps, leftOut, remarks, fields } = assemble(pod);
  const all = [
    ...shared.init,
    ...shared.sidecars,
    ...apps.flatMap(({ init, sidecars, primary }) => [...init, ...sidecars, primary]),
  ];
  return {
    pod,
    processes: Object.fromEntries(all.map((process) => [process.label, plainOf(process)])),
    apps: apps.map(({ primary }) => primary.label),
    volumes: fields['volumes'],
    stop: fields['stop'],
    losses: leftOut,
    remarks,
  };
};

/** What the file is refused with, line by line. */
export const refusedRun = async (text: string, options: RunOptions = {}): Promise<readonly string[]> => {
  try {
    await runOf(text, options);
  } catch (error) {
    return (error as Error).message.split('\n');
  }
  throw new Error('it was not refused');
};

const plainOf = ({ fields }: WrittenProcess): object => plain(fields) as object;

const plain = (value: Value | undefined): unknown => {
  if (value instanceof Template)
    return value.parts
      .map((part) => {
        if (typeof part === 'string') return part;
        return part.kind === 'port' ? `{${part.process}.${part.port}}` : `{${part.kind} ${part.name}}`;
      })
      .join('');
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null || value instanceof RegExp) return value;
  const entries = Object.entries(value as Fields).filter(([, field]) => field !== undefined);
  return Object.fromEntries(entries.map(([name, field]) => [name, plain(field)]));
};
