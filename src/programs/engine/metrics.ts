import { type Exposition, exposition } from '../admin/exposition.ts';
import { processMetrics } from '../admin/process-metrics.ts';
import type { Engine } from './engine.ts';

/** The engine's own metrics, with those of this process where the engine has none of a process. */
export const metricsOf = async (engine: Engine): Promise<Exposition> => {
  const own = engine.lacksProcessMetrics ? processMetrics() : [];
  const { text, type } = await exposition(own);
  return { text: `${(await engine.metrics()).trimEnd()}\n${text}`, type };
};
