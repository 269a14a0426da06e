import { BatchOutput, type Transport } from './batch-output.ts';
import type { OutputOptions } from './options.ts';
import type { Output } from './output.ts';

/** The output of these options. It connects when it has something to send. */
export const newOutput = async (options: OutputOptions): Promise<Output> =>
  new BatchOutput(options.name, await transportOf(options));

/** Each is loaded by those who use it. */
const transportOf = async (options: OutputOptions): Promise<Transport> => {
  switch (options.kind) {
    case 'http': {
      const { ndjsonFormat } = await import('./http/ndjson-format.ts');
      return httpTransport(options, ndjsonFormat());
    }
    case 'loki': {
      const { lokiFormat } = await import('./http/loki-format.ts');
      return httpTransport(options, lokiFormat);
    }
    case 'elasticsearch': {
      const { elasticsearchFormat } = await import('./http/elasticsearch-format.ts');
      return httpTransport(options, elasticsearchFormat(options.index));
    }
    case 'otlp': {
      const { otlpFormat } = await import('./otlp/otlp-format.ts');
      return httpTransport(options, otlpFormat);
    }
    case 'syslog':
      if (options.protocol === 'udp')
        return new (await import('./sockets/datagram-transport.ts')).DatagramTransport(options);
      return new (await import('./sockets/syslog-transport.ts')).SyslogTransport(options);
    case 'forward':
      return new (await import('./sockets/forward-transport.ts')).ForwardTransport(options);
    case 'file':
      return new (await import('./files/file-transport.ts')).FileTransport(options);
    case 'stdout':
      return new (await import('./files/stdout-transport.ts')).StdoutTransport();
  }
};

const httpTransport = async (
  ...parameters: ConstructorParameters<typeof import('./http/http-transport.ts').HttpTransport>
): Promise<Transport> => new (await import('./http/http-transport.ts')).HttpTransport(...parameters);
