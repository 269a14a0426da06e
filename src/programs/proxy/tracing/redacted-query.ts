/** Parameters that semantic conventions want redacted, and what is a secret by its name. */
const SECRET =
  /([?&](?:AWSAccessKeyId|Signature|sig|X-Goog-Signature|[^=&]*(?:token|secret|passw|api_?key|access_?key|credential)[^=&]*)=)[^&]+/gi;

/** A path or a query without the values of parameters that are secrets. */
export const redactedQuery = (url: string): string =>
  url.includes('=') ? url.replaceAll(SECRET, '$1REDACTED') : url;
