import { aroundReferences } from '../references.ts';

/** A text in which nothing is one of Caddy's placeholders. */
export const plain = (text: string): string =>
  aroundReferences(text, (part) => part.replaceAll('{', '\\{').replaceAll('}', '\\}'));

/** Milliseconds as Go writes them. */
export const time = (milliseconds: number): string => `${milliseconds}ms`;
