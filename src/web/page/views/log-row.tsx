import type { ReactNode } from 'react';
import { colorClass } from '../parts/process-color.ts';
import type { PageLine } from '../state/page-line.ts';
import { timeOf } from '../text/format.ts';
import { spansOf } from '../text/spans.ts';

interface LogRowProps {
  readonly line: PageLine | undefined;
  readonly search: string;
}

export const LogRow = ({ line, search }: LogRowProps): ReactNode => {
  if (line === undefined) return null;
  const { time, process, text } = line;
  return (
    <>
      <time>{timeOf(new Date(time))}</time>
      <span className={`of ${colorClass(process)}`}>{process}</span>
      <span className="text">{spansIn(text, search)}</span>
    </>
  );
};

export const spansIn = (text: string, search: string): ReactNode =>
  spansOf(text, search).map(({ text: piece, style, isMatch }, at) => {
    // biome-ignore lint/suspicious/noArrayIndexKey: the spans of a line have no other name.
    if (isMatch) return <mark key={at}>{piece}</mark>;
    if (style === '') return piece;
    return (
      // biome-ignore lint/suspicious/noArrayIndexKey: as above.
      <span key={at} className={style}>
        {piece}
      </span>
    );
  });
