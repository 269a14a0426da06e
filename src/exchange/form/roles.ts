/** What a name or a program says of the role of a process. */

const PART = (words: string): RegExp => new RegExp(`(^|[-_.:/ ])(${words})\\d*($|[-_.:/ ])`, 'i');

/** Set-up, and what only shows or gathers what others do. */
const HELPER = PART(
  'init|setup|bootstrap|install|migrate|migrations?|seed|seeds|seeder|create|prepare|build|clean|logs?|tail|debug|test|tests|lint|docs?|storybook|studio|css|assets?|watch|watcher|types|typecheck|codegen|gen|generate',
);

/** Servers that apps use, and what stands between or beside them. */
const SERVER = PART(
  'db|database|postgres|postgresql|postgis|pg|timescale|timescaledb|pgbouncer|pgadmin|mysql|mysqld|mariadb|mongo|mongod|mongodb|redis|valkey|keydb|dragonfly|memcached|cache|kafka|zookeeper|redpanda|nats|rabbitmq|mosquitto|mqtt|broker|queue|elasticsearch|elastic|opensearch|meilisearch|typesense|solr|minio|garage|localstack|s3|mailhog|mailpit|mailcatcher|smtp|mail|etcd|consul|vault|nginx|apache|caddy|traefik|haproxy|envoy|proxy|gateway|tunnel|ngrok|toxiproxy|epmd|jaeger|tempo|loki|grafana|prometheus|otel|collector|otelcol|zipkin|vector|fluentd|clickhouse|cassandra|cockroach|dynamodb|influxdb|keycloak|temporal|stripe|adminer|phpmyadmin',
);

/** Programs that do the same, at the beginning of a command. */
const SERVER_PROGRAM =
  /^(exec\s+)?(\S*\/)?(postgres|pg_ctl|mysqld\w*|mariadbd|mongod|redis-server|valkey-server|memcached|kafka\S*|nats-server|rabbitmq-server|mosquitto|etcd|consul|vault|nginx|httpd|caddy|traefik|haproxy|envoy|toxiproxy\S*|epmd|minio|mailpit|mailhog|prometheus|grafana\S*|otelcol\S*|tail|stripe|ngrok|cloudflared|docker|podman)(\s|$)/;

/** Work for an app, in the background. */
const WORKER = PART(
  'workers?|jobs?|scheduler|cron|beat|celery|sidekiq|resque|consumer|producer|queue[-_]?worker|horizon|delayed',
);

const APP = PART('app|web|www|api|server|backend|site|service|main');

export interface Looks {
  readonly name: string;
  /** The command, as one line. */
  readonly line: string;
}

export const looksLikeHelper = ({ name, line }: Looks): boolean => HELPER.test(name) || isWatcher(line);
export const looksLikeServer = ({ name, line }: Looks): boolean =>
  (SERVER.test(name) && !APP_EXACTLY.test(name)) || SERVER_PROGRAM.test(line);
export const looksLikeWorker = ({ name }: Looks): boolean => WORKER.test(name);
export const looksLikeApp = ({ name }: Looks): boolean => APP.test(name);

const APP_EXACTLY = /^(app|web|www|api|server|backend)$/i;

/** Builds again and again, and serves nothing. */
const WATCHER =
  /\b(tsc|tsup|rollup|esbuild|babel|swc|webpack|parcel watch|postcss|sass|tailwindcss|tailwind|unbuild|vite build|microbundle|graphql-codegen|tsgo)\b.*(\s-w\b|\s--watch\b|:watch\b|\swatch\b)|\b(tsc|tailwindcss|sass|rollup)\s+-w\b|\bparcel watch\b/;

export const isWatcher = (line: string): boolean => WATCHER.test(line) && !/\bserve\b/.test(line);
