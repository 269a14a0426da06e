import type { UpstreamRequest } from '../upstream.ts';
import { headerName } from './header-names.ts';

/** How the body of a request is sent. */
export type BodyFraming = 'none' | 'length' | 'chunked';

/** The framing that a request's headers and body ask for. */
export const framingOf = ({ headers, body }: UpstreamRequest): BodyFraming => {
  for (let at = 0; at < headers.length; at += 2)
    if (headerName(headers[at] ?? '') === 'content-length') return 'length';
  return body === null ? 'none' : 'chunked';
};

/** The head of a request, in one piece. What comes from a parser or from the options has no line ends. */
export const requestText = ({ method, path, headers }: UpstreamRequest, framing: BodyFraming): string => {
  let text = `${method} ${path} HTTP/1.1\r\n`;
  for (let at = 0; at < headers.length; at += 2) text += `${headers[at]}: ${headers[at + 1]}\r\n`;
  return framing === 'chunked' ? `${text}transfer-encoding: chunked\r\n\r\n` : `${text}\r\n`;
};
