const KEY = 'sidecarctl-token';
const IN_ADDRESS = /^#token=([\w-]+)$/;

/**
 * The token of this tab, or null. It comes in the address at first, and then leaves it, and the history with it: it
 * stays in the tab's own storage, so that a reload works.
 */
export const takeToken = (): string | null => {
  const given = IN_ADDRESS.exec(location.hash)?.[1];
  if (given !== undefined) {
    sessionStorage.setItem(KEY, given);
    history.replaceState(null, '', '#/processes');
  }
  return sessionStorage.getItem(KEY);
};
