import { LiveReader } from '../state/live-reader.ts';
import type { PodState } from '../state/pod-state.ts';
import type { Api } from './api.ts';
import { nextFrame, pause } from './pause.ts';

/**
 * Milliseconds of reading between two frames: half of the time that the last one took, so that as much is left for keys
 * and for drawing, and a busy machine with few frames still reads.
 */
const READS_AT_LEAST = 8;
const READS_AT_MOST = 50;
const BETWEEN_TRIES = 1_000;
/** Another program may get the port of a server that has gone. */
const MOST_TRIES = 20;

/** Follows the pod until it has ended, or nobody answers any more. */
export const followPod = async (api: Api, pod: PodState): Promise<void> => {
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    if (await followOnce(api, pod)) tries = 0;
    if (isOver(pod)) return;
    pod.setLink('lost');
    await pause(BETWEEN_TRIES);
  }
};

const isOver = ({ link }: PodState): boolean => link === 'ended' || link === 'closed' || link === 'refused';

/** Returns whether something has come. */
const followOnce = async (api: Api, pod: PodState): Promise<boolean> => {
  let hasRead = false;
  try {
    const response = await api.live(pod.lastLine);
    if (response.status === 403) pod.setLink('refused');
    if (!response.ok || response.body === null) return false;
    const reader = new LiveReader();
    let drawn = performance.now();
    let until = drawn + READS_AT_LEAST;
    for await (const text of response.body.pipeThrough(new TextDecoderStream())) {
      hasRead = true;
      for (const message of reader.take(text)) pod.take(message, Date.now());
      if (performance.now() < until) continue;
      // A page that is hidden draws no frames: it reads no more for now, and the server counts what it misses.
      await nextFrame();
      const now = performance.now();
      until = now + Math.max(READS_AT_LEAST, Math.min(READS_AT_MOST, (now - drawn) / 2));
      drawn = now;
    }
  } catch {
    // Nobody listens, or the connection broke off.
  }
  return hasRead;
};
