import { extname } from 'node:path';
import type { Detour, ExpandedProcess, MadeFrom } from '../config/expand/preset.ts';
import { codeExtensions } from '../config/load/find-config.ts';
import { declaredProcesses } from '../config/resolve/declared.ts';
import type { PodConfig, ProcessConfig } from '../config/types.ts';
import type { Value } from '../exchange/form/found-pod.ts';
import { key, plainSource } from '../exchange/writing/source-text.ts';
import { withNearest } from '../model/nearest.ts';

interface Ejectable {
  /** Name as written in the config. */
  readonly name: string;
  readonly fields: ExpandedProcess;
}

type Found =
  | { readonly ok: true; readonly sidecar: Ejectable }
  | { readonly ok: false; readonly message: string };

/** The ready-made sidecar of a name, in the config or, with several instances, in the pod. */
export const findEjectable = (config: PodConfig, name: string): Found => {
  const processes = declaredProcesses(config).map((process) => ({
    ...process,
    written: String(process.path.at(-1)),
  }));
  const found = processes.find((process) => process.name === name || process.written === name);
  const known = processes.filter(({ fields }) => isReadyMade(fields)).map(({ written }) => written);
  const there = known.length === 0 ? 'no sidecar is' : `there is ${[...new Set(known)].join(', ')}`;
  if (found === undefined)
    return {
      ok: false,
      message: `there is no process ${withNearest(
        name,
        processes.map((each) => each.name),
      )}`,
    };
  return isReadyMade(found.fields)
    ? { ok: true, sidecar: { name: found.written, fields: found.fields } }
    : { ok: false, message: `${name} is not ready-made: its config is what runs; ${there}` };
};

const isReadyMade = (fields: ProcessConfig): fields is ExpandedProcess => 'readyMade' in fields;

interface Ejected {
  readonly text: string;
  /** What the text does not say. */
  readonly remarks: readonly string[];
}

/** The plain config of a sidecar, in the language of the config file. */
export const ejectedText = ({ name, fields }: Ejectable, file: string, asJson: boolean): Ejected => {
  const { readyMade, ...plain } = fields;
  const said = Object.entries(plain).filter(([, value]) => !hasFunction(value));
  const left = Object.keys(plain).filter((field) => !said.some(([each]) => each === field));
  const written = Object.fromEntries(said);
  return {
    text:
      asJson || !codeExtensions.includes(extname(file))
        ? JSON.stringify({ [name]: written }, null, 2)
        : `${key(name)}: ${plainSource(written as Value, 0)},`,
    remarks: [
      ...left.map((field) => `${field} has functions: keep it as it stands in the config`),
      ...(readyMade.detour === null ? [] : [detourRemark(name, readyMade.detour)]),
      ...renderRemarks(name, readyMade),
    ],
  };
};

const hasFunction = (value: unknown): boolean =>
  typeof value === 'function' ||
  (typeof value === 'object' && value !== null && Object.values(value).some(hasFunction));

const detourRemark = (name: string, { process, port, through, for: receivers }: Detour): string =>
  `the plain config changes no wiring: in ${receivers.join(', ')}, ` +
  `write \${ports.${name}.${through}} in place of \${ports.${process}.${port}}`;

/** Only a ready-made sidecar can tell sidecarctl of files that it has rendered anew. */
const renderRemarks = (name: string, { renders, tells = [] }: MadeFrom): readonly string[] => [
  ...tells.map(
    ({ to, onChange }) =>
      `the plain config tells nobody of a new content: ${to} ${onChange.kind === 'signal' ? 'gets no signal' : 'is not restarted'}`,
  ),
  ...(renders === undefined
    ? []
    : [
        `no other process can have one of its files by from: '${name}.…'; write the path in the volume instead`,
      ]),
];
