import { expect, test } from 'vitest';
import { resolveSymbolically } from '../../../src/config/resolve/symbolic/resolve-symbolically.ts';
import type { Loss } from '../../../src/exchange/form/losses.ts';
import { exportKubernetes } from '../../../src/exchange/kubernetes/export-kubernetes.ts';
import { writeManifests } from '../../../src/exchange/kubernetes/write-manifests.ts';
import { inputsFor, load } from '../../config/support.ts';
import { Random } from '../../support/random.ts';
import { draft, evaluated } from '../drafts/draft.ts';
import { type Difference, findDifferences } from './find-differences.ts';
import { findMistakes } from './find-mistakes.ts';
import { randomConfig } from './random-config.ts';
import { findLooseEnds } from './value-rules.ts';

/** `SEED=100 COUNT=500 vitest run --testTimeout 0 FILE` takes others. */
const SEED = Number(process.env['SEED'] ?? 1);
const COUNT = Number(process.env['COUNT'] ?? 10);

/** What is wrong with the way of a random config to Kubernetes and back. */
const faultsOf = async (seed: number): Promise<readonly string[]> => {
  const { config, kind } = randomConfig(new Random(seed));
  const loaded = load(config);
  const there = resolveSymbolically(loaded, inputsFor(loaded));
  const exported = exportKubernetes(loaded, there, { kind, images: new Map(), sidecarImage: null });
  if (!exported.ok) return exported.problems;
  const mistakes = [...exported.manifests.flatMap(findMistakes), ...findLooseEnds(exported.manifests)];
  const files = { 'pod.yaml': writeManifests(exported.manifests) };
  const { text } = await draft(files, { from: 'pod.yaml', programs: ['podman'] });
  const again = load(evaluated(text));
  const back = resolveSymbolically(again, inputsFor(again));
  const untold = findDifferences(there.pod, back.pod).filter(
    (difference) => !exported.losses.some((loss) => isTold(difference, loss)),
  );
  return [...mistakes, ...untold.map((each) => JSON.stringify(each))];
};

/** A loss of a field is one of what is in it. One of the target of a probe is one of the probe. */
const isTold = ({ process, field, awaited }: Difference, loss: Loss): boolean => {
  const said = (loss.field ?? '').replace(/\.(log|notify)$/, '').replace(/\.http\..*/, '.target');
  if (awaited !== undefined && loss.process === awaited && /^(readiness|startup)/.test(said)) return true;
  if (loss.process !== process) return false;
  if (said === 'stop.command' && field === 'preStop') return true;
  return field === said || field.startsWith(`${said}.`) || said.startsWith(`${field}.`);
};

test(`${COUNT} random configs from seed ${SEED} that go to Kubernetes and come back are the same but for what is told`, async () => {
  const faults: string[] = [];
  for (let seed = SEED; seed < SEED + COUNT; seed++)
    faults.push(...(await faultsOf(seed)).map((fault) => `SEED=${seed} COUNT=1: ${fault}`));
  expect(faults).toEqual([]);
});
