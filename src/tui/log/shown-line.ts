import type { LogViewLine } from '../../control/pod-client.ts';
import type { Told } from './lifecycle-text.ts';

/** A line of a log: output of a process, or what happened to it. */
export interface ShownLine extends LogViewLine {
  /** Not set for output. */
  readonly told?: Told;
}

/**
 * Lines that are not output lie between two whole numbers. Numbers of this size stay exact up to a terabyte of output.
 */
export const STEP = 2 ** -12;

/** The lowest number that the next line can have. */
export const nextSeq = (seq: number): number => seq + STEP;
