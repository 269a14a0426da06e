const PORT = /\$\{ports\.([^.}]+)\.[^}]*\}/g;

/** The processes whose ports an address refers to, as written: `['otel']` for `http://127.0.0.1:${ports.otel.http}`. */
export const processesIn = (address: string | undefined): readonly string[] =>
  [...(address ?? '').matchAll(PORT)].map(([, process = '']) => process);
