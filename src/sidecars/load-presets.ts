import type { Presets } from '../config/expand/preset.ts';

/** Loads the ready-made sidecars. Late: most configs use none. */
export const loadPresets = async (): Promise<Presets> => (await import('./presets.ts')).PRESETS;
