// Takes lines over HTTP as fast as it can, and prints its port, and then the number of lines with each request: NDJSON at /, and
// Elasticsearch's bulk API at /_bulk.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const NEWLINE = 0x0a;

const newlinesIn = (bytes: Buffer): number => {
  let lines = 0;
  for (let at = bytes.indexOf(NEWLINE); at !== -1; at = bytes.indexOf(NEWLINE, at + 1)) lines += 1;
  return lines;
};

let total = 0;

const server = createServer((request, response) => {
  let newlines = 0;
  request.on('data', (data: Buffer) => {
    newlines += newlinesIn(data);
  });
  request.on('end', () => {
    const isBulk = request.url?.startsWith('/_bulk') === true;
    const lines = isBulk ? newlines / 2 : newlines;
    total += lines;
    process.stdout.write(`${total}\n`);
    // rsyslog first asks whether there is anybody.
    if (request.method === 'GET' || request.method === 'HEAD') {
      response.writeHead(200).end('{}');
      return;
    }
    if (!isBulk) {
      response.writeHead(204).end();
      return;
    }
    const item = '{"create":{"status":201}}';
    const items = Array.from({ length: lines }, () => item).join();
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(`{"took":1,"errors":false,"items":[${items}]}`);
  });
});
server.listen(0, '127.0.0.1', () => process.stdout.write(`port ${(server.address() as AddressInfo).port}\n`));
