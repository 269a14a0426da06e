/** Waits for a time, or until the signal is aborted. Returns false if it was. */
export const pause = (milliseconds: number, signal?: AbortSignal): Promise<boolean> =>
  new Promise((resolve) => {
    if (signal?.aborted === true) return resolve(false);
    // The timers of sidecarctl are Node's. A browser has this one.
    AbortSignal.timeout(milliseconds).addEventListener('abort', () => resolve(true), { once: true });
    signal?.addEventListener('abort', () => resolve(false), { once: true });
  });

/** Waits until the browser has drawn. It draws nothing while the page is hidden, and this waits for as long. */
export const nextFrame = (): Promise<void> =>
  new Promise((resolve) => {
    requestAnimationFrame(() => resolve());
  });
