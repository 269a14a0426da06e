/**
 * `shell`: a command, in which the shell has its own references beside the wiring's. `plain`: any other string, in
 * which all references are the wiring's.
 */
export type Dialect = 'shell' | 'plain';

/**
 * Escapes what a config would take for a reference of its own. The escape is `$${` in both dialects.
 *
 * @example withoutReferences('${HOME}/app', 'plain') // '$${HOME}/app'
 */
export const withoutReferences = (text: string, dialect: Dialect): string =>
  text.replace(REFERENCES[dialect], () => '$$');

const REFERENCES: Readonly<Record<Dialect, RegExp>> = {
  shell: /\$(?=\{(?:ports|volumes|files|env|app)\.)|(?<=\$)\$(?=\{)/g,
  plain: /\$(?=\{)/g,
};
