export interface Section {
  readonly name: string;
  readonly values: ReadonlyMap<string, string>;
}

/** Reads an INI file as Python's configparser reads supervisord's: `;` comments, and lines that go on indented. */
export const readIni = (text: string): readonly Section[] => {
  const sections: { name: string; values: Map<string, string> }[] = [];
  let last: string | null = null;
  for (const written of text.split(/\r?\n/)) {
    const line = written.replace(/(^|\s);.*$/, '').trimEnd();
    if (line === '' || line.startsWith('#')) continue;
    const values = sections.at(-1)?.values;
    const [, name] = /^\[(.+)\]\s*$/.exec(line) ?? [];
    const [, key, value = ''] = /^([\w.-]+)\s*[=:]\s*(.*)$/.exec(line) ?? [];
    if (name !== undefined) {
      sections.push({ name: name.trim(), values: new Map() });
      last = null;
    } else if (/^\s/.test(line) && last !== null) {
      values?.set(last, `${values.get(last) ?? ''}\n${line.trim()}`.trim());
    } else if (key !== undefined) {
      last = key.toLowerCase();
      values?.set(last, value);
    }
  }
  return sections;
};
