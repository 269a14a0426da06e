import { openFifo } from './fifo.ts';
import { place } from './folder.ts';

/** Makes the pipe to which nginx writes its access log, and passes on what comes out of it. */
export const passOnAccessLog = (): void => void openFifo(place('access.fifo')).pipe(process.stdout);
