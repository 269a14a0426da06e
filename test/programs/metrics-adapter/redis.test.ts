import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { readStubStatus } from '../../../src/programs/metrics-adapter/nginx/read-stub-status.ts';
import { askRedis } from '../../../src/programs/metrics-adapter/redis/ask-redis.ts';
import { readInfo } from '../../../src/programs/metrics-adapter/redis/read-info.ts';

const INFO = `# Server\r
redis_version:7.0.15\r
redis_mode:standalone\r
uptime_in_seconds:60\r
\r
# Memory\r
used_memory:1024\r
used_memory_human:1.00K\r
maxmemory_policy:noeviction\r
\r
# Persistence\r
rdb_last_bgsave_status:err\r
latest_fork_usec:2500\r
\r
# Stats\r
total_commands_processed:7\r
\r
# Replication\r
role:slave\r
master_host:10.0.0.1\r
master_port:6379\r
master_link_status:up\r
master_sync_in_progress:0\r
slave_read_only:1\r
slave0:ip=10.0.0.2,port=6380,state=online,offset=42,lag=1\r
\r
# Commandstats\r
cmdstat_config|get:calls=2,usec=3000,usec_per_call=1500.00,rejected_calls=1,failed_calls=0\r
\r
# Errorstats\r
errorstat_ERR:count=3\r
\r
# Latencystats\r
latency_percentiles_usec_config|get:p50=1.003,p99.9=4.015\r
\r
# Keyspace\r
db0:keys=5,expires=1,avg_ttl=2500\r
`;

test('every kind of field of INFO has its metric', () => {
  const samples = readInfo(INFO, 1_000_000).flatMap((family) => family.samples);
  const found = samples.map(({ name, labels, value }) => {
    const text = [...labels].map(([label, of]) => `${label}=${of}`).join(',');
    return `${name}{${text}} ${value}`;
  });
  expect(found.toSorted()).toEqual(
    [
      'redis_uptime_in_seconds{} 60',
      'redis_start_time_seconds{} 940',
      'redis_memory_used_bytes{} 1024',
      'redis_rdb_last_bgsave_status{} 0',
      'redis_latest_fork_seconds{} 0.0025',
      'redis_commands_processed_total{} 7',
      'redis_master_link_up{master_host=10.0.0.1,master_port=6379} 1',
      'redis_master_sync_in_progress{master_host=10.0.0.1,master_port=6379} 0',
      'redis_slave_info{master_host=10.0.0.1,master_port=6379,read_only=1} 1',
      'redis_connected_slave_offset_bytes{slave_ip=10.0.0.2,slave_port=6380,slave_state=online} 42',
      'redis_connected_slave_lag_seconds{slave_ip=10.0.0.2,slave_port=6380,slave_state=online} 1',
      'redis_commands_total{cmd=config|get} 2',
      'redis_commands_duration_seconds_total{cmd=config|get} 0.003',
      'redis_commands_rejected_calls_total{cmd=config|get} 1',
      'redis_commands_failed_calls_total{cmd=config|get} 0',
      'redis_errors_total{err=ERR} 3',
      'redis_latency_percentiles_usec{cmd=config|get,quantile=50} 1.003',
      'redis_latency_percentiles_usec{cmd=config|get,quantile=99.9} 4.015',
      'redis_latency_percentiles_usec_sum{cmd=config|get} 3000',
      'redis_latency_percentiles_usec_count{cmd=config|get} 2',
      'redis_db_keys{db=db0} 5',
      'redis_db_keys_expiring{db=db0} 1',
      'redis_db_avg_ttl_seconds{db=db0} 2.5',
      'redis_instance_info{role=slave,redis_version=7.0.15,redis_build_id=,redis_mode=standalone,os=,' +
        'maxmemory_policy=noeviction,tcp_port=,run_id=,process_id=,master_replid=} 1',
      'redis_up{} 1',
    ].toSorted(),
  );
  expect(() => readInfo('hello', 0)).toThrow('its answer is no INFO of Redis');
});

/** A server that answers with these pieces, one after the other. Returns its URL, and what it has got. */
const answering = async (...pieces: readonly string[]) => {
  let got = '';
  const server = createServer((socket) => {
    const send = ([piece, ...rest]: readonly string[]): void => {
      if (piece === undefined) return;
      socket.write(piece, () => setImmediate(() => send(rest)));
    };
    socket.setNoDelay().on('error', () => undefined);
    socket.on('data', (data) => {
      got += data;
      if (got.endsWith('ALL\r\n')) send(pieces);
    });
    if (pieces.length === 0) socket.end();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => void server.close());
  return { at: `127.0.0.1:${(server.address() as AddressInfo).port}`, got: () => got };
};

test('Redis is asked with the user and the password of its URL, and its answer may come in pieces', async () => {
  const { at, got } = await answering('+O', 'K\r', '\n$1', '2\r\nred', 'is_\u00e9:1\r\n', '\r\n');
  expect(await askRedis(`redis://me:p%20w@${at}`)).toBe('redis_\u00e9:1\r\n');
  expect(got()).toBe('*3\r\n$4\r\nAUTH\r\n$2\r\nme\r\n$3\r\np w\r\n*2\r\n$4\r\nINFO\r\n$3\r\nALL\r\n');
});

test.each([
  [['-NOAUTH Authentication required.\r\n'], 'it answers: NOAUTH Authentication required.'],
  [['HTTP/1.1 400 Bad Request\r\n'], 'its answer is none of Redis'],
  [[], 'it has closed the connection'],
])('what is no answer to INFO is refused: %j', async (pieces, message) => {
  const { at } = await answering(...pieces);
  await expect(askRedis(`redis://${at}`)).rejects.toThrow(message);
});

test('a page that is no stub_status is refused', () => {
  expect(() => readStubStatus('<html>')).toThrow('its answer is no page of stub_status');
});
