import type { ReactNode } from 'react';
import type { PageLine } from '../state/page-line.ts';
import { hashOf } from '../state/route.ts';
import { timeOf } from '../text/format.ts';
import { plainText } from '../text/spans.ts';

const TRACE = /\b[0-9a-f]{32}\b/;

interface LogDetailProps {
  readonly line: PageLine;
  readonly onClose: () => void;
}

/** A whole line, and the trace that it mentions. */
export const LogDetail = ({ line, onClose }: LogDetailProps): ReactNode => {
  const { time, process, kind } = line;
  const text = plainText(line.text);
  const trace = TRACE.exec(text)?.[0];
  return (
    <section className="panel" aria-label="The selected line">
      <header>
        <h2>
          {process} <small>{kind === 'stderr' ? 'stderr' : ''}</small>
        </h2>
        <time title={time}>{timeOf(new Date(time))}</time>
        {trace !== undefined && <a href={hashOf('traces', trace)}>trace {trace.slice(0, 8)}</a>}
        <button type="button" onClick={onClose}>
          close
        </button>
      </header>
      <pre className="whole">{pretty(text)}</pre>
    </section>
  );
};

/** JSON is laid out. */
const pretty = (text: string): string => {
  if (!text.trimStart().startsWith('{')) return text;
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
};
