import { deepEqual } from '../../../model/deep-equal.ts';
import type { ConfigProblem } from '../../../model/failures/config-problem.ts';
import type { PodSpec } from '../../../model/pod-spec.ts';
import type { DeclaredProcess } from '../component.ts';
import { declaredProcesses } from '../declared.ts';
import type { LoadedConfig } from '../loaded-config.ts';
import type { PodOptions } from '../resolve-inputs.ts';
import { assemblePod } from '../resolve-pod.ts';
import { FunctionResults } from './function-results.ts';
import type { Loss } from './loss.ts';
import { Samples } from './samples.ts';
import type { Sample } from './stand-ins.ts';
import { SymbolicWiring } from './symbolic-wiring.ts';
import type { Symbolic } from './symbols.ts';
import { weave } from './weave.ts';

export interface SymbolicPod {
  readonly pod: Symbolic<PodSpec>;
  readonly losses: readonly Loss[];
}

/**
 * The pod with symbols in place of everything that another tool names in its own way: ports, hosts, volumes, variables
 * and the folder of the config. Nothing of the environment of this process is in it.
 *
 * The config is resolved three times, each time with other values. The first two show where the symbols are, and the
 * third proves it: where the symbolic pod, filled with the values of the third, is another one, there is a loss.
 *
 * A config in code may read `process.env` itself when it is loaded. That has happened before, and cannot be seen here.
 */
export const resolveSymbolically = (loaded: LoadedConfig, options: PodOptions): SymbolicPod => {
  const samples = new Samples(loaded);
  const results = new FunctionResults(samples);
  const assemble = (sample: Sample) =>
    assemblePod(loaded, options, new SymbolicWiring(samples, results, sample));
  const [first, second, third] = [assemble(0), assemble(1), assemble(2)];
  const pod = weave(first.pod, second.pod, samples.weaving) as Symbolic<PodSpec>;
  const proof = samples.fill(pod, 2) as PodSpec;
  const losses = [
    ...results.losses,
    ...[first, second, third].flatMap(({ problems }) => problems.flatMap(lossOf)),
    ...declaredProcesses(loaded.config).flatMap((process) => findDifferences(process, proof, third.pod)),
  ];
  return { pod, losses: distinct(losses) };
};

/** A folder that is missing here may be there elsewhere. */
const lossOf = (problem: ConfigProblem): readonly Loss[] =>
  problem.kind === 'no-such-path' || !('path' in problem)
    ? []
    : [{ path: problem.path, because: 'unresolved', symbols: [] }];

const findDifferences = ({ name, path }: DeclaredProcess, proof: PodSpec, pod: PodSpec): readonly Loss[] => {
  const [shown, right] = [fieldsOf(proof, name), fieldsOf(pod, name)];
  return Object.keys(right)
    .filter((field) => !deepEqual(shown[field], right[field]))
    .map((field) => ({ path: [...path, field], because: 'unresolved', symbols: [] }));
};

const fieldsOf = (pod: PodSpec, name: string): Readonly<Record<string, unknown>> => {
  const process = pod.processes.get(name);
  if (process === undefined) throw new Error(`there is no process ${name}`);
  const { launch, ...fields } = process;
  return { ...fields, ...launch };
};

/** Each loss once, whatever the number of instances. */
const distinct = (losses: readonly Loss[]): readonly Loss[] => [
  ...new Map(losses.map((loss) => [JSON.stringify([loss.path, loss.because]), loss])).values(),
];
