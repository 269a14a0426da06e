import type { ListenerOptions } from '../../../programs/proxy/options.ts';

/** Who is behind a request. A proxy on this machine is believed, as by the embedded proxy; others are replaced. */
export const forwardedLines = ({ forwarded }: ListenerOptions): readonly string[] => {
  const foreign = 'unless { src 127.0.0.0/8 ::1 }';
  const separate = ['x-forwarded-for', 'x-forwarded-proto', 'x-forwarded-host', 'x-forwarded-port'];
  const drop = [...separate, 'forwarded'].map((name) => `http-request del-header ${name} ${foreign}`);
  const scheme = [
    'http-request set-var(txn.scheme) str(http)',
    'http-request set-var(txn.scheme) str(https) if { ssl_fc }',
  ];
  if (forwarded === 'none') return scheme;
  return [
    ...scheme,
    ...drop,
    ...(forwarded === 'x-forwarded' ? [] : [ELEMENT_ADDED, ELEMENT_FIRST]),
    ...(forwarded === 'forwarded' ? [] : SEPARATE),
  ];
};

const ELEMENT = 'for=%[src];host="%[req.fhdr(host)]";proto=%[var(txn.scheme)]';
const ELEMENT_ADDED = `http-request set-header forwarded '%[req.fhdr(forwarded)], ${ELEMENT}' if { req.fhdr(forwarded) -m found }`;
const ELEMENT_FIRST = `http-request set-header forwarded '${ELEMENT}' unless { req.fhdr(forwarded) -m found }`;

const SEPARATE = [
  "http-request set-header x-forwarded-for '%[req.hdr(x-forwarded-for)], %[src]' if { req.hdr(x-forwarded-for) -m found }",
  'http-request set-header x-forwarded-for %[src] unless { req.hdr(x-forwarded-for) -m found }',
  'http-request set-header x-forwarded-proto %[var(txn.scheme)] unless { req.hdr(x-forwarded-proto) -m found }',
  'http-request set-header x-forwarded-host %[req.fhdr(host)] unless { req.hdr(x-forwarded-host) -m found }',
  'http-request set-header x-forwarded-port %[dst_port] unless { req.hdr(x-forwarded-port) -m found }',
];
