import { withNearest } from '../model/nearest.ts';
import type { SidecarAbsence } from './find-sidecar.ts';
import type { JsonFailure } from './get-json.ts';

/** Says why a ready-made sidecar cannot be asked, and what to do. */
export const absenceSentence = (absence: SidecarAbsence): string => {
  switch (absence.kind) {
    case 'none':
      return noneSentence(absence);
    case 'not-ready': {
      const why = absence.why === null ? '' : ` (${absence.why})`;
      return `${absence.process} is ${absence.state}${why}: it answers once it is ready`;
    }
    case 'several':
      return `several processes of the pod have use: ${absence.use}: choose one of ${absence.processes.join(', ')} with --from`;
    case 'no-port':
      return `${absence.process} has no port named ${absence.port}`;
    default:
      return absence satisfies never;
  }
};

const noneSentence = ({ use, name, others }: Extract<SidecarAbsence, { readonly kind: 'none' }>): string => {
  const [variable = ''] = use.split('-');
  if (name === null || others.length === 0)
    return `no process of the pod is a ${use} sidecar: add one to sidecars, such as ${variable}: { use: '${use}' }`;
  return `there is no ${use} sidecar ${withNearest(name, others)}; there is ${others.join(', ')}`;
};

/** Says why a ready-made sidecar has not answered. */
export const failureSentence = (process: string, failure: JsonFailure): string => {
  switch (failure.kind) {
    case 'unreachable':
      return `${process} cannot be reached: ${failure.message}`;
    case 'late':
      return `${process} did not answer within ${failure.within / 1_000} s: 'sidecarctl why ${process}' says how it is`;
    case 'too-large':
      return `the answer of ${process} has more than ${failure.limit / 1024 / 1024} MiB: ask for less`;
    case 'status':
      return failure.message === null
        ? `${process} answered with status ${failure.status}`
        : `${process}: ${failure.message}`;
    case 'not-json':
      return `${process} answered with something that is not JSON: another program may have its port`;
    case 'aborted':
      return `${process} was not waited for`;
    default:
      return failure satisfies never;
  }
};
