import { Hangs, RawConnection, statusOf, valuesOf } from './raw-connection.ts';
import type { RawUpstream, Script } from './raw-upstream.ts';

/** One thing that HTTP asks of a proxy. */
export interface HttpCase {
  readonly name: string;
  /** What happens with a proxy that does it right. */
  readonly expected: string;
  readonly run: (place: CasePlace) => Promise<string>;
}

/** A place of its own for a case: nobody else uses its path. */
export interface CasePlace {
  readonly client: RawConnection;
  readonly path: string;
  /** What the server behind the proxy does with a request for the path. */
  readonly upstream: (script: Script) => void;
  /** Another client. */
  readonly connect: () => RawConnection;
}

const OK = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok';

/** Runs a case; `hangs` when a byte that is waited for does not come. */
const runCase = async (
  { run }: HttpCase,
  port: number,
  server: RawUpstream,
  path: string,
): Promise<string> => {
  const clients: RawConnection[] = [];
  const connect = (): RawConnection => {
    const client = RawConnection.to(port);
    clients.push(client);
    return client;
  };
  try {
    const client = connect();
    return await run({ client, path, connect, upstream: (script) => server.on(path, script) });
  } catch (error) {
    if (error instanceof Hangs) return 'hangs';
    throw error;
  } finally {
    for (const client of clients) client.destroy();
  }
};

/** The pair of RFC 6455. */
const KEY = 'dGhlIHNhbXBsZSBub25jZQ==';
const ACCEPT = 's3pPLMBiTxaQ9kYGzzhZRbK+xOo=';

const request = (method: string, path: string, headers: readonly string[] = []): string =>
  `${[`${method} ${path} HTTP/1.1`, 'Host: shop.test', ...headers].join('\r\n')}\r\n\r\n`;

/** The head that the server gets of a request, which it answers with 200. */
const headBehind = async (place: CasePlace, headers: readonly string[]): Promise<string> => {
  let seen = '';
  place.upstream(async (connection, head) => {
    seen = head;
    connection.send(OK);
  });
  place.client.send(request('GET', place.path, headers));
  const head = await place.client.readHead();
  return statusOf(head) === 200 ? seen : `status ${statusOf(head)}`;
};

/** Whether the connection of a client takes another request after an answer without a body. */
const isUsable = async (place: CasePlace): Promise<boolean> => {
  place.upstream(async (connection) => connection.send(OK));
  place.client.send(request('GET', place.path));
  return statusOf(await place.client.readHead()) === 200;
};

const withoutBody = async (place: CasePlace, method: string, answer: string): Promise<string> => {
  place.upstream(async (connection) => connection.send(answer));
  place.client.send(request(method, place.path));
  return place.client.readHead();
};

/** The server ends in the middle of a body. */
const cutBody = async (place: CasePlace, headAndBeginning: string): Promise<string> => {
  place.upstream(async (connection) => {
    connection.send(headAndBeginning);
    connection.end();
    await connection.over();
  });
  place.client.send(request('GET', place.path));
  const head = await place.client.readHead();
  const { isWhole } = await place.client.readBody(head);
  return isWhole && statusOf(head) === 200 ? 'a clean end' : 'the client can tell';
};

export const HTTP_CASES: readonly HttpCase[] = [
  {
    name: 'a header that Connection names',
    expected: 'dropped',
    run: async (place) => {
      const head = await headBehind(place, ['Connection: X-Hop', 'X-Hop: 1']);
      return valuesOf(head, 'x-hop').length === 0 ? 'dropped' : 'passed on';
    },
  },
  {
    name: 'the Host of the client',
    expected: 'shop.test',
    run: async (place) => valuesOf(await headBehind(place, []), 'host').join(),
  },
  {
    name: 'a client that goes away',
    expected: 'the server is told',
    run: async (place) => {
      const { promise, resolve } = Promise.withResolvers<string>();
      place.upstream(async (connection) => {
        place.client.destroy();
        await connection.over().then(
          () => resolve('the server is told'),
          () => resolve('the server is not told'),
        );
        connection.destroy();
      });
      place.client.send(request('GET', place.path));
      return promise;
    },
  },
  {
    name: 'a server that ends within chunks',
    expected: 'the client can tell',
    run: (place) => cutBody(place, 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nbegin\r\n'),
  },
  {
    name: 'a server that ends within its Content-Length',
    expected: 'the client can tell',
    run: (place) => cutBody(place, 'HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nbegin'),
  },
  {
    name: 'trailers of a response',
    expected: 'passed on',
    run: async (place) => {
      place.upstream(async (connection) =>
        connection.send(
          'HTTP/1.1 200 OK\r\ntrailer: x-sum\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nx-sum: 7\r\n\r\n',
        ),
      );
      place.client.send(request('GET', place.path, ['TE: trailers']));
      const { trailers } = await place.client.readBody(await place.client.readHead());
      return trailers.some((line) => /^x-sum: *7$/i.test(line)) ? 'passed on' : 'dropped';
    },
  },
  {
    name: '103 Early Hints',
    expected: 'passed on',
    run: async (place) => {
      place.upstream(async (connection) =>
        connection.send(`HTTP/1.1 103 Early Hints\r\nlink: </a.css>; rel=preload\r\n\r\n${OK}`),
      );
      place.client.send(request('GET', place.path));
      const head = await place.client.readHead();
      if (statusOf(head) !== 103) return statusOf(head) === 200 ? 'dropped' : `status ${statusOf(head)}`;
      const answer = await place.client.readHead();
      if (statusOf(answer) !== 200) return 'no answer after it';
      await place.client.readBody(answer);
      return (await isUsable(place)) ? 'passed on' : 'not usable afterwards';
    },
  },
  {
    name: 'Expect: 100-continue',
    expected: '100, then 200 for hello',
    run: async (place) => {
      let body = '';
      place.upstream(async (connection, head) => {
        if (valuesOf(head, 'expect').length > 0) connection.send('HTTP/1.1 100 Continue\r\n\r\n');
        body = (await connection.readBody(head)).text;
        connection.send(OK);
      });
      place.client.send(request('POST', place.path, ['Expect: 100-continue', 'Content-Length: 5']));
      const first = statusOf(await place.client.readHead());
      place.client.send('hello');
      let head = await place.client.readHead();
      // Of the proxy and of the server: a client has to take more than one.
      while (statusOf(head) === 100) head = await place.client.readHead();
      return `${first}, then ${statusOf(head)} for ${body}`;
    },
  },
  {
    name: 'Transfer-Encoding beside Content-Length',
    expected: '400, and the server gets nothing',
    run: async (place) => {
      let requests = 0;
      let lengths = 0;
      place.upstream(async (connection, head) => {
        requests += 1;
        lengths += valuesOf(head, 'content-length').length;
        await connection.readBody(head);
        connection.send(OK);
      });
      const smuggled = request('GET', place.path);
      const headers = ['Transfer-Encoding: chunked', `Content-Length: ${5 + smuggled.length}`];
      place.client.send(`${request('POST', place.path, headers)}0\r\n\r\n${smuggled}`);
      const status = statusOf(await place.client.readHead());
      if (status === 400) return requests === 0 ? '400, and the server gets nothing' : '400, too late';
      await place.client.readHead();
      return `${status}, ${requests} requests behind it, with ${lengths} Content-Length`;
    },
  },
  {
    name: 'two Set-Cookie headers',
    expected: 'a=1 and b=2',
    run: async (place) => {
      const head = await withoutBody(
        place,
        'GET',
        'HTTP/1.1 200 OK\r\nset-cookie: a=1\r\nset-cookie: b=2\r\ncontent-length: 0\r\n\r\n',
      );
      return valuesOf(head, 'set-cookie').join(' and ');
    },
  },
  {
    name: 'events of a server',
    expected: 'at once',
    run: async (place) => {
      const { promise: hasOne, resolve: one } = Promise.withResolvers<void>();
      place.upstream(async (connection) => {
        connection.send(
          'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n',
        );
        connection.send('b\r\ndata: one\n\n\r\n');
        await hasOne;
        connection.send('b\r\ndata: two\n\n\r\n0\r\n\r\n');
      });
      place.client.send(request('GET', place.path, ['Accept: text/event-stream']));
      if (!(await place.client.receives('data: one'))) return 'not at once';
      one();
      return (await place.client.receives('data: two')) ? 'at once' : 'not at once';
    },
  },
  {
    name: 'a request in chunks',
    expected: 'hello, as it comes',
    run: async (place) => {
      const { promise: hasBegun, resolve: begun } = Promise.withResolvers<void>();
      let text = '';
      place.upstream(async (connection, head) => {
        await connection.receives('hel');
        begun();
        text = (await connection.readBody(head)).text;
        connection.send(OK);
      });
      place.client.send(`${request('POST', place.path, ['Transfer-Encoding: chunked'])}3\r\nhel\r\n`);
      const isStreamed = await Promise.race([hasBegun.then(() => true), pause(500).then(() => false)]);
      place.client.send('2\r\nlo\r\n0\r\n\r\n');
      const status = statusOf(await place.client.readHead());
      if (status !== 200) return `status ${status}`;
      return `${text}, ${isStreamed ? 'as it comes' : 'once it is whole'}`;
    },
  },
  {
    name: 'the length of an answer to HEAD',
    expected: '1234',
    run: async (place) => {
      const head = await withoutBody(place, 'HEAD', 'HTTP/1.1 200 OK\r\ncontent-length: 1234\r\n\r\n');
      return (await isUsable(place)) ? valuesOf(head, 'content-length').join() : 'not usable afterwards';
    },
  },
  ...[204, 304].map((status) => ({
    name: `a ${status} without a body`,
    expected: `${status}, and the next request`,
    run: async (place: CasePlace) => {
      const head = await withoutBody(place, 'GET', `HTTP/1.1 ${status} Nothing\r\netag: "1"\r\n\r\n`);
      return `${statusOf(head)}, ${(await isUsable(place)) ? 'and the next request' : 'and no more'}`;
    },
  })),
  {
    name: 'a WebSocket',
    expected: '101, and bytes both ways',
    run: async (place) => {
      place.upstream(async (connection, head) => {
        if (valuesOf(head, 'upgrade').join() !== 'websocket') return connection.send(OK);
        const headers = ['Upgrade: websocket', 'Connection: Upgrade', `Sec-WebSocket-Accept: ${ACCEPT}`];
        connection.send(`${['HTTP/1.1 101 Switching Protocols', ...headers].join('\r\n')}\r\n\r\n`);
        connection.send('\x81\x05hello');
        await connection.receives('\x81\x85maskhello');
        connection.send('\x81\x03bye');
        await connection.over();
      });
      const keys = ['Sec-WebSocket-Version: 13', `Sec-WebSocket-Key: ${KEY}`];
      const headers = ['Connection: Upgrade', 'Upgrade: websocket', ...keys];
      place.client.send(request('GET', place.path, headers));
      const status = statusOf(await place.client.readHead());
      if (status !== 101) return `status ${status}`;
      if (!(await place.client.receives('\x81\x05hello'))) return '101, and no bytes';
      place.client.send('\x81\x85maskhello');
      return (await place.client.receives('\x81\x03bye'))
        ? '101, and bytes both ways'
        : '101, and no bytes back';
    },
  },
  {
    name: 'connections that the server closes when they are used again',
    expected: '0 of 400 requests fail',
    run: async (place) => {
      const answered = new WeakSet<RawConnection>();
      place.upstream(async (connection) => {
        // What a server does whose time for an idle connection is over as the next request comes.
        if (answered.has(connection)) return connection.destroy();
        answered.add(connection);
        connection.send(OK);
      });
      let failures = 0;
      let { client } = place;
      for (let count = 0; count < 400; count++) {
        if (client.isOver) client = place.connect();
        client.send(request('GET', place.path));
        const head = await client.readHead();
        await client.readBody(head);
        if (statusOf(head) !== 200) failures += 1;
      }
      return failures === 0 || failures === 400
        ? `${failures} of 400 requests fail`
        : 'some of 400 requests fail';
    },
  },
];

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** What happens in each case, by its name. */
export const runCases = async (port: number, server: RawUpstream): Promise<ReadonlyMap<string, string>> => {
  const outcomes = new Map<string, string>();
  for (const [at, each] of HTTP_CASES.entries())
    outcomes.set(each.name, await runCase(each, port, server, `/${at}`));
  return outcomes;
};
