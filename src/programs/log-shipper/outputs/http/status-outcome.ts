import type { Outcome } from '../outcome.ts';
import type { HttpAnswer } from './http-client.ts';

/** Characters of a server's answer that a message tells. */
const TOLD = 200;

/** A longer wait than this is not waited: nobody would see why. */
const LONGEST: number = 300_000;

/**
 * What a status means for all entries of a request: 408, 429 and 5xx pass, another 4xx does not. A redirect is not
 * followed, as it could lead with a secret to anywhere; whoever reads the message can set the address.
 *
 * @param date the time of day, in milliseconds since 1970
 */
export const statusOutcome = (answer: HttpAnswer, place: string, date: number): Outcome => {
  const { status, headers } = answer;
  if (status >= 200 && status < 300) return { kind: 'taken' };
  const why = `${place} answered ${status}${toldOf(answer)}`;
  if (status === 413) return { kind: 'too-large', why };
  if (status >= 400 && status < 500 && status !== 408 && status !== 429) return { kind: 'rejected', why };
  const after = retryAfterOf(headers['retry-after'], date);
  return { kind: 'retry', why, ...(after === null ? {} : { after }) };
};

const toldOf = ({ status, headers, body }: HttpAnswer): string => {
  if (status >= 300 && status < 400 && headers.location !== undefined)
    return `, to ${headers.location}, which is not followed`;
  const text = body.replaceAll(/\s+/g, ' ').trim();
  return text === '' ? '' : `: ${text.length > TOLD ? `${text.slice(0, TOLD)}…` : text}`;
};

/** Seconds or a date (RFC 9110, 10.2.3); `null` for anything else, and for longer than five minutes. */
const retryAfterOf = (value: string | undefined, date: number): number | null => {
  if (value === undefined) return null;
  // Node would take "1.5" for a day in January.
  const at = /^[A-Z]/i.test(value) ? Date.parse(value) - date : Number.NaN;
  const wait = /^\d+$/.test(value) ? Number(value) * 1000 : Math.max(0, at);
  return Number.isNaN(wait) || wait > LONGEST ? null : wait;
};
