import { type Exposition, exposition } from '../admin/exposition.ts';
import { processMetrics } from '../admin/process-metrics.ts';

export const metricsOf = (): Promise<Exposition> => exposition(processMetrics());
