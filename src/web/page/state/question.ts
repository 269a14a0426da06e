/** A question to the server: a path with parameters, without those that are empty. */
export const question = (path: string, parameters: Readonly<Record<string, string>>): string => {
  const given = new URLSearchParams(Object.entries(parameters).filter(([, value]) => value !== ''));
  return given.size === 0 ? path : `${path}?${given}`;
};
