import type { PodSnapshot } from '../control/pod-client.ts';
import type { Attachment } from '../control/protocol.ts';
import { unknownProcessText } from '../control/unknown-process.ts';
import { inputRefusalText } from '../report/input-refusal-text.ts';
import type { Reached } from './reached.ts';
import type { TerminalAnswers } from './terminal-answers.ts';

interface Wanted {
  readonly process: string;
  readonly label: string | null;
  readonly answers: TerminalAnswers;
}

/** Connects to the streams of the running instance of a process. Returns a sentence if that cannot be done. */
export const connectTo = (
  reached: Reached | null,
  { processes }: PodSnapshot,
  { process, label, answers }: Wanted,
  onOutput: (bytes: Buffer) => void,
): Attachment | string => {
  if (reached === null) return unknownProcessText([process], processes);
  const { streams } = reached;
  const refusal = streams === null ? 'not-running' : streams.workload.send(Buffer.alloc(0), false);
  if (streams === null || refusal !== null)
    return inputRefusalText('attach', process, refusal ?? 'not-running', label);
  const { workload, gone, watchBytes } = streams;
  const answersNoLonger = answers.attach(process);
  const stopWatching = watchBytes(onOutput);
  return {
    send: (bytes) => workload.send(bytes, false) !== 'unread',
    ended: gone,
    detach: () => {
      answersNoLonger();
      stopWatching();
    },
  };
};
