import type { Preset, Presets } from '../config/expand/preset.ts';
import type { ReadyMade } from '../config/ready-made.ts';
import { ambassador } from './ambassador/preset.ts';
import { configRefresh } from './config-refresh/preset.ts';
import { egress } from './egress/preset.ts';
import { faults } from './faults/preset.ts';
import { logShipper } from './log-shipper/preset.ts';
import { logSink } from './log-sink/preset.ts';
import { metricsAdapter } from './metrics-adapter/preset.ts';
import { monitor } from './monitor/preset.ts';
import { prometheus } from './prometheus/preset.ts';
import { telemetry } from './telemetry/preset.ts';

const BUILT: Readonly<Record<keyof ReadyMade, Preset>> = {
  ambassador,
  egress,
  faults,
  'log-sink': logSink,
  'metrics-adapter': metricsAdapter,
  monitor,
  prometheus,
  'config-refresh': configRefresh,
  'log-shipper': logShipper,
  telemetry,
};

export const PRESETS: Presets = new Map(Object.entries(BUILT));
