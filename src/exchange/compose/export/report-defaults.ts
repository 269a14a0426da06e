import { symbolsIn } from '../../../config/resolve/symbolic/fill-symbols.ts';
import type { Process } from '../../export/pod.ts';
import type { ReportLoss } from '../../form/losses.ts';
import { canBeDefault } from './inside-service.ts';

/** Values that take the place of variables in the config, and cannot do so in a Compose file. */
export const reportDefaults = ({ launch, files }: Process, lost: ReportLoss): void => {
  const { command, env } = launch;
  const fields = { command, env: [env.pod, env.own], files };
  for (const [field, value] of Object.entries(fields))
    for (const symbol of symbolsIn(value))
      if (symbol.is === 'variable' && symbol.fallback !== null && !canBeDefault(symbol.fallback))
        lost(`Compose takes no '${symbol.fallback}' for ${symbol.name}, which has to be set`, field);
};
