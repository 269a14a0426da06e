/** A URL without its user and its parameters, which may be secrets. */
export const shownUrl = (url: string): string =>
  url.replace(/\/\/[^/@]*@/, '//***@').replace(/\?.*$/s, '?***');
