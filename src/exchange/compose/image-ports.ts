import { imageName } from './known-images.ts';

/** Ports that servers listen on in their images, where nobody says so. The first is the one that others use. */
const PORTS: Readonly<Record<string, readonly number[]>> = {
  postgres: [5432],
  postgis: [5432],
  timescaledb: [5432],
  pgvector: [5432],
  mysql: [3306],
  mariadb: [3306],
  mongo: [27_017],
  redis: [6379],
  valkey: [6379],
  memcached: [11_211],
  rabbitmq: [5672],
  kafka: [9092],
  nats: [4222],
  elasticsearch: [9200],
  opensearch: [9200],
  meilisearch: [7700],
  minio: [9000],
  localstack: [4566],
  clickhouse: [8123],
  mailhog: [1025, 8025],
  mailpit: [1025, 8025],
  nginx: [80],
  adminer: [8080],
  keycloak: [8080],
};

export const imagePorts = (image: string): readonly number[] => {
  const name = imageName(image);
  return Object.hasOwn(PORTS, name) ? (PORTS[name] ?? []) : [];
};
