import { readFileSync } from 'node:fs';

/** A `##` section of a page: its files, and its blocks of commands in their order. */
export interface DocSection {
  readonly title: string;
  readonly files: Readonly<Record<string, string>>;
  /** What the folder holds when a block is run: a file may be written anew further down. */
  readonly blocks: readonly DocBlock[];
}

export interface DocBlock {
  readonly script: string;
  /** The section's files so far. */
  readonly files: Readonly<Record<string, string>>;
  /** `# needs X, Y`: programs it cannot do without, and whether it must not be run by root. */
  readonly needs: readonly string[];
  /** `# until Ctrl-C`: it runs until it is interrupted. */
  readonly untilInterrupted: boolean;
  /** `# → text`: what its output must contain. */
  readonly shows: readonly string[];
}

/** Of a fence's info string the first word is the language, the second names a file. */
const FENCE = /^```(\w*)(?: +(\S+))?\n(.*?)^```$/gms;

/** A page's sections. Files of its first section are there in all. */
export const readPage = (path: string): readonly DocSection[] => {
  const [, ...sections] = readFileSync(path, 'utf8').split(/^## /m);
  const first = sections[0] === undefined ? {} : readSection(sections[0], {}).files;
  const { 'sidecars.config.ts': _own, ...shared } = first;
  return sections.map((section, at) => readSection(section, at === 0 ? {} : shared));
};

const readSection = (text: string, shared: Readonly<Record<string, string>>): DocSection => {
  let files = shared;
  const blocks: DocBlock[] = [];
  for (const [, language, name, body = ''] of text.matchAll(FENCE)) {
    if (name !== undefined) files = { ...files, [name]: body };
    else if (language === 'sh') blocks.push(readBlock(body, files));
  }
  return { title: text.slice(0, text.indexOf('\n')), files, blocks };
};

const readBlock = (script: string, files: Readonly<Record<string, string>>): DocBlock => ({
  script,
  files,
  needs: [...script.matchAll(/^# needs (.*)$/gm)].flatMap(([, list = '']) => list.split(', ')),
  untilInterrupted: /^# until Ctrl-C$/m.test(script),
  shows: [...script.matchAll(/^# → (.*)$/gm)].map(([, text = '']) => text),
});

/** Every line of a page that runs sidecarctl, in blocks of whatever kind but `text`, which shows how words are placed. */
export const commandLines = (path: string): readonly string[] =>
  [...readFileSync(path, 'utf8').matchAll(FENCE)]
    .filter(([, language]) => language !== 'text')
    .flatMap(([, , , body = '']) => body.split('\n'))
    .flatMap((line) => /(?:^|[\s(;&|"])sidecarctl ((?!\|).*)$/.exec(line)?.[1] ?? []);
