/** Parameters that semantic conventions want redacted, and what is a secret by its name. */
const SECRET =
  /([?&](?:AWSAccessKeyId|Signature|sig|X-Goog-Signature|[^=&]*(?:token|secret|passw|api_?key|access_?key|credential)[^=&]*)=)[^&]+/gi;

let last = { url: '', redacted: '' };

/** A path or a query without the values of parameters that are secrets. The spans of a request have mostly the same one. */
export const redactedQuery = (url: string): string => {
  if (!url.includes('=')) return url;
  if (url !== last.url) last = { url, redacted: url.replaceAll(SECRET, '$1REDACTED') };
  return last.redacted;
};
