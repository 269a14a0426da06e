import { join } from 'node:path';
import { parseEnvFile, type Variables } from '../../model/env-file.ts';
import type { Fields } from '../form/found-pod.ts';
import type { Source } from '../format.ts';

/** Other tools read a `.env` without being asked; here it has to be named. */
export const envFileIn = ({ folder, machine }: Source): Fields =>
  machine.isFile(join(folder, '.env')) ? { envFile: '.env' } : {};

/** Variables as tools with a `.env` see them: those of the environment win. */
export const variablesOf = ({ folder, machine }: Source): Variables => ({
  ...readEnvFile(machine.read(join(folder, '.env')) ?? ''),
  ...machine.env,
});

export const readEnvFile = (text: string): Readonly<Record<string, string>> => parseEnvFile(text, {}).values;
