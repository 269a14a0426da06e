import type { PresetPlace } from '../../config/expand/preset.ts';
import type { ProcessConfig } from '../../config/types.ts';
import type { ProxyOptions } from '../../programs/proxy/options.ts';
import { embeddedProgram } from '../embedded-program.ts';

/** V8's young generation grows to 100 MB under load otherwise, for no gain in speed. */
const SMALL_HEAP = '--max-semi-space-size=4';

/** The process that carries out the options of a proxy: the program that comes with sidecarctl. */
export const carryOut = (options: ProxyOptions, _place: PresetPlace): ProcessConfig =>
  embeddedProgram('proxy', options, [SMALL_HEAP]);
