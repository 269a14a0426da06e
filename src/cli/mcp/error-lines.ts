import { stripVTControlCharacters } from 'node:util';
import type { LogLineJson } from '../../control/protocol.ts';

interface ErrorLine {
  readonly process: string;
  /** Newest of several lines that differ only in numbers. */
  readonly line: string;
  readonly count: number;
  /** ISO 8601 times of the first and the newest line. */
  readonly first: string;
  readonly last: string;
}

/** Matches words for errors, wherever programs write them: many use stderr for everything. */
const ERROR =
  /\b(error|exception|fatal|panic(ked)?|traceback|unhandled|uncaught|failed|failure|segfault|refused|denied|cannot|E[A-Z]{4,})\b|\bERR[!_]|\w+(Error|Exception)\b/i;

const MOST_KINDS = 30;
const LONGEST = 300;

/**
 * Returns lines that report errors, in the order of their first appearance. Lines that differ only in numbers, times
 * and ids count as one.
 */
export const errorLines = (lines: readonly LogLineJson[]): readonly ErrorLine[] => {
  const kinds = new Map<string, ErrorLine>();
  for (const { process, line: written, time } of lines) {
    const line = stripVTControlCharacters(written).trim();
    // Lines of a stack belong to the one above them.
    if (!ERROR.test(line) || /^at /.test(line)) continue;
    const kind = `${process} ${kindOf(line)}`;
    const known = kinds.get(kind);
    const count = (known?.count ?? 0) + 1;
    kinds.set(kind, { process, line: cut(line), count, first: known?.first ?? time, last: time });
  }
  return [...kinds.values()].slice(-MOST_KINDS);
};

/** Replaces the parts that make each line unique: ids, times, numbers. */
const kindOf = (line: string): string =>
  line
    .replaceAll(/\b[0-9a-f]{8}-[0-9a-f-]{27}\b|\b0x[0-9a-f]+\b|\b[0-9a-f]{12,}\b/gi, '#')
    .replaceAll(/\d+/g, '#')
    .slice(0, LONGEST);

export const cut = (line: string): string => (line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line);
