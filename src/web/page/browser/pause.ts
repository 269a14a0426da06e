/** Waits for a time, or until the signal is aborted. Returns false if it was. */
export const pause = (milliseconds: number, signal?: AbortSignal): Promise<boolean> =>
  new Promise((resolve) => {
    // The timers of sidecarctl are Node's. A browser has this one.
    const over = AbortSignal.timeout(milliseconds);
    // A listener of the signal itself would stay for as long as that does.
    const either = signal === undefined ? over : AbortSignal.any([over, signal]);
    const end = (): void => resolve(signal?.aborted !== true);
    if (either.aborted) end();
    else either.addEventListener('abort', end, { once: true });
  });

/** Waits until the browser has drawn. It draws nothing while the page is hidden, and this waits for as long. */
export const nextFrame = (): Promise<void> =>
  new Promise((resolve) => {
    requestAnimationFrame(() => resolve());
  });
