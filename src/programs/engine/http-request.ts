import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { after } from '../../time/timers.ts';
import { parseAddress } from '../address.ts';

/** An engine that does not answer must not hold up whoever asks. */
const ANSWERS_WITHIN = 5_000;

/** Asks an engine over HTTP at `host:port`; rejects for another status than 200. */
export const getText = (address: string, path: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const at = parseAddress(address, 1);
    if (at === null) return reject(new Error(`'${address}' is no host:port`));
    const asking = request({ ...reachable(at), path, agent: false }, (response) => {
      text(response).then((answer) => {
        stop();
        const { statusCode = 0 } = response;
        if (statusCode === 200) resolve(answer);
        else reject(new Error(`${statusCode} ${answer.trim()}`));
      }, reject);
    });
    const stop = after(ANSWERS_WITHIN, () => void asking.destroy(new Error('no answer')));
    asking.once('error', (error) => {
      stop();
      reject(error);
    });
    asking.end();
  });

/** What listens everywhere is asked on the loopback. */
const reachable = (at: { readonly host: string; readonly port: number }) => {
  if (at.host === '' || at.host === '0.0.0.0') return { ...at, host: '127.0.0.1' };
  return at.host === '::' ? { ...at, host: '::1' } : at;
};
