import type { EnvVariable, ProbeDetails, ProcessDetails, TreeEntry } from '../control/pod-client.ts';
import { explain, explainWait } from '../core/explain.ts';
import { type PodState, recordOf } from '../core/pod-state.ts';
import { isLive, type ProcessRecord } from '../core/process-state.ts';
import { originText } from '../model/origin-text.ts';
import type { EnvSpec } from '../model/pod-spec.ts';
import type { ProbeName } from '../model/vocabulary.ts';
import { commandText } from '../report/command-text.ts';
import { explanationSentences } from '../report/explanation.ts';
import { probeText } from '../report/probe-text.ts';
import { isSecret, maskSecrets } from '../report/secrets.ts';
import { untold } from '../report/wording.ts';
import { isForcedColor } from '../runtime/launch/forced-color.ts';
import type { ProcessHistory } from './process-history.ts';

/** Sources of the details that the core does not have. */
interface DetailSources {
  readonly history: ProcessHistory;
  readonly env: Readonly<Record<string, string>>;
  /** Words to put before a command that is to run where the process runs. */
  readonly enter: readonly string[];
  readonly tree: readonly TreeEntry[];
  /** Likely cause of a failure or wait, or null. */
  readonly cause: string | null;
  /** Likely cause that is known of another process. */
  readonly causeOf: (process: string) => string | null;
  /** Time on the core's clock. */
  readonly now: number;
  /** Name that tells the pod from others of its config, or null. */
  readonly label: string | null;
}

const PROBES: readonly ProbeName[] = ['startup', 'readiness', 'liveness'];

export const describeProcess = (
  pod: PodState,
  name: string,
  { history, env, enter, tree, cause, causeOf, now, label }: DetailSources,
): ProcessDetails => {
  const record = recordOf(pod, name);
  const { origin } = record.spec;
  const processes = explainWait(pod, name);
  const chain = { processes, cause: causeOf(processes.at(-1)?.process ?? name) };
  return {
    name,
    command: commandText(record.spec.launch.command),
    cwd: record.spec.launch.cwd,
    enter,
    env: envVariables(env, record.spec.launch.env),
    tree: tree.map((entry) => ({ ...entry, command: maskSecrets(entry.command) })),
    probes: PROBES.flatMap((probe) => probeDetails(record, probe, history)),
    exits: history.exits(name),
    explanation: [
      ...withLikelyCause(explanationSentences(explain(pod, name), now, chain, label), cause),
      ...(origin === null ? [] : [`It is the ready-made sidecar ${originText(origin)}.`]),
    ],
    cause,
  };
};

const withLikelyCause = (sentences: readonly string[], cause: string | null): readonly string[] =>
  cause === null || untold(cause, sentences.join(' ')) === null
    ? sentences
    : [...sentences, `Likely cause: ${cause}.`];

/** Injected variables hold numbers, addresses and paths, and no secrets. */
const envVariables = (env: Readonly<Record<string, string>>, spec: EnvSpec): EnvVariable[] =>
  Object.entries(env)
    .map(([name, value]) => ({
      name,
      value,
      isSecret: spec.injected[name] !== value && isSecret(name, value),
      ...providerOf(name, value, spec),
      ...(isForcedColor(name, value, spec) ? { forcesColor: true as const } : {}),
    }))
    .sort((one, other) => (one.name < other.name ? -1 : 1));

/** A default has its value from the provider unless something else has set another one. */
const providerOf = (
  name: string,
  value: string,
  { provided, pod, own }: EnvSpec,
): Pick<Partial<EnvVariable>, 'providedBy'> => {
  const variable = provided[name];
  if (variable === undefined || name in pod || name in own) return {};
  return variable.isDefault === true && variable.value !== value ? {} : { providedBy: variable.by };
};

const probeDetails = (
  { spec, state }: ProcessRecord,
  probe: ProbeName,
  history: ProcessHistory,
): ProbeDetails[] => {
  const probeSpec = spec[probe];
  if (probeSpec === null) return [];
  const last = isLive(state) ? (state.instance.probes[probe]?.last ?? null) : null;
  return [
    {
      probe,
      target: probeText(probeSpec),
      ok: last?.ok ?? null,
      history: history.probeChanges(spec.name, probe, last),
    },
  ];
};
