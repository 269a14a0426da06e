import { lineOfRecord } from '../line-of-record.ts';
import type { ReceivedLine } from '../received-line.ts';
import { listAt, parseJson, recordAt } from '../refusal.ts';

/**
 * Lines of one JSON object each, or of a JSON list of them.
 *
 * @throws Refusal that names the line.
 */
export const readNdjson = (body: string, now: number): readonly ReceivedLine[] => {
  if (/^\s*\[/.test(body))
    return listAt(parseJson(body, 'The body'), 'The body').map((each, index) =>
      lineOfRecord(recordAt(each, `[${index}]`), now),
    );
  return body.split('\n').flatMap((text, index) => {
    if (text.trim() === '') return [];
    const at = `Line ${index + 1}`;
    return [lineOfRecord(recordAt(parseJson(text, at), at), now)];
  });
};
