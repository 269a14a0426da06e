import { isAbsolute, join } from 'node:path';
import { parseEnvFile, type Variables } from '../../../model/env-file.ts';
import type { Fields } from '../../form/found-pod.ts';
import { type Data, list, record, text } from '../../reading/read-yaml.ts';
import { environmentOf } from '../project.ts';
import { type Context, reportProblem } from './context.ts';
import { variableOf } from './fill.ts';
import { flagOf } from './flag-of.ts';
import { wordedEnvFileError } from './variables.ts';

/** Variables of a service: those of `environment` go before those of its env files. */
export const readEnvironment = (
  context: Context,
  name: string,
  service: Data,
): Readonly<Record<string, string>> => ({
  ...envFiles(context, name, service),
  ...written(environmentOf(service), context.variables),
});

/** A name without a value has that of the project's variables, or else it is not there. */
export const written = (environment: Data | Fields, variables: Variables): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) => {
      const content = text(value) ?? variableOf(variables, name);
      return content === undefined ? [] : [[name, content] as const];
    }),
  );

const envFiles = (context: Context, name: string, service: Data): Readonly<Record<string, string>> => {
  let values: Readonly<Record<string, string>> = {};
  for (const entry of list(service['env_file']))
    values = { ...values, ...readEnvFile(context, name, entry, values) };
  return values;
};

const readEnvFile = (
  context: Context,
  name: string,
  entry: unknown,
  earlier: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> => {
  const { source, variables } = context;
  const { path: written, required, format } = typeof entry === 'string' ? { path: entry } : record(entry);
  const path = text(written) ?? '';
  const content = source.machine.read(isAbsolute(path) ? path : join(source.folder, path));
  if (content === null) {
    if (flagOf(required) !== false)
      reportProblem(context, name, 'env_file', `there is no file ${path}; required: false makes it optional`);
    return {};
  }
  if (format === 'raw') return rawVariables(content);
  const { values, error } = parseEnvFile(content, variables, earlier);
  if (error !== null) reportProblem(context, name, 'env_file', `${path}: ${wordedEnvFileError(error)}`);
  return values;
};

/** Values as they are written. */
const rawVariables = (content: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    content.split(/\r?\n/).flatMap((line) => {
      const [, name, value] = /^\s*([^#\s=]+)=(.*)$/.exec(line) ?? [];
      return name === undefined || value === undefined ? [] : [[name, value] as const];
    }),
  );
