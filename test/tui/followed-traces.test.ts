import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FollowedTraces } from '../../src/tui/followed-traces.ts';
import { LinesWith } from '../../src/tui/log/lines-with.ts';
import { INITIAL, type UiState } from '../../src/tui/state/ui-state.ts';
import { sampleSummary, sampleTrace } from '../observe/sample-trace.ts';
import { eventually } from '../support/deadline.ts';
import { FakePod, processSnapshot } from '../support/fake-pod.ts';

const on = (screen: UiState['screen'], traces: Partial<UiState['traces']> = {}): UiState => ({
  ...{ ...INITIAL, screen, traces: { ...INITIAL.traces, ...traces } },
});

it('the lines with an id are looked for among the newest 2,000, and in all that come later', () => {
  const pod = new FakePod();
  pod.write('shop', 'old abc\n');
  for (let line = 0; line < 2_000; line += 1) pod.write('shop', `line ${line}\n`);
  const lines = new LinesWith(pod.log(null), 'abc');
  expect(lines.find()).toEqual([]);
  pod.write('shop', 'new abc\n');
  expect(lines.find().map(({ text }) => text)).toEqual(['new abc']);
});

describe('the traces that the dashboard follows', () => {
  let server: Server;
  let asked: string[] = [];

  beforeEach(async () => {
    asked = [];
    server = createServer(({ url = '' }, response) => {
      asked.push(url);
      if (url.startsWith('/traces?')) response.end(JSON.stringify({ traces: [sampleSummary()], next: 1 }));
      else if (url.startsWith('/traces/')) response.end(JSON.stringify(sampleTrace()));
      else response.end(JSON.stringify({ logs: [], next: 1 }));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });

  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  const podWith = (port: number): FakePod =>
    new FakePod([
      processSnapshot({
        ...{ name: 'otel', origin: { use: 'telemetry', engine: 'embedded' } },
        ports: [{ name: 'admin', port, protocol: 'tcp', host: '127.0.0.1' }],
      }),
    ]);

  const followed = (pod = podWith((server.address() as AddressInfo).port)) => {
    const traces = new FollowedTraces(pod, () => undefined);
    return { pod, traces };
  };

  it('are asked for again and again while their page is on the screen, and not otherwise', async () => {
    const { traces } = followed();
    traces.show(on('dashboard'));
    expect(asked).toEqual([]);
    traces.show(on('traces'));
    await eventually('two questions', () => asked.length >= 2);
    expect(traces.view).toMatchObject({ problem: null, list: [{ spans: 4 }] });
    traces.show(on('help'));
    const before = asked.length;
    await new Promise((resolve) => setTimeout(resolve, 1_300));
    expect(asked.length).toBe(before);
    traces.show(on('traces', { errorsOnly: true }));
    await eventually('a question for errors', () => asked.at(-1)?.includes('error=1') === true);
    traces.show(null);
  });

  it('are one trace with its log records, and the lines of output with its id, each once', async () => {
    const { pod, traces } = followed();
    const { traceId } = sampleTrace();
    pod.write('otel', `got ${traceId}`);
    pod.write('otel', 'something else');
    traces.show(on('trace', { open: traceId }));
    await eventually('the trace', () => traces.view.open !== null);
    expect(traces.view.open?.logs.map(({ text }) => text)).toEqual([`got ${traceId}`]);
    pod.write('otel', `and ${traceId} again`);
    await eventually('the new line', () => traces.view.open?.logs.length === 2);
    traces.show(null);
  });

  it('are those of the sidecar that was chosen, and never those of another', async () => {
    const { port } = server.address() as AddressInfo;
    const [otel] = podWith(port).snapshot.processes;
    if (otel === undefined) throw new Error('there is no sidecar');
    const { traces } = followed(new FakePod([otel, { ...otel, name: 'other', state: 'running' }]));
    traces.show(on('traces'));
    await eventually('the list', () => traces.view.list !== null);
    traces.show({ ...on('traces'), asked: { telemetry: 'other' } });
    expect(traces.view.list).toBe(null);
    await eventually('a sentence', () => traces.view.problem !== null);
    expect(traces.view.problem).toContain('other is running');
    traces.show(null);
  });

  it('say what is missing, and keep what was there', async () => {
    const none = followed(new FakePod());
    none.traces.show(on('traces'));
    await eventually('a sentence', () => none.traces.view.problem !== null);
    expect(none.traces.view.problem).toContain(
      "add one to sidecars, such as telemetry: { use: 'telemetry' }",
    );
    none.traces.show(null);

    const { traces } = followed();
    traces.show(on('traces'));
    await eventually('the list', () => traces.view.list !== null);
    server.closeAllConnections();
    server.close();
    await eventually('a sentence', () => traces.view.problem !== null);
    expect(traces.view.problem).toContain('otel cannot be reached');
    expect(traces.view.list?.length).toBe(1);
    traces.show(null);
  });
});
